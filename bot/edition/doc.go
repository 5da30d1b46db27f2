// Package edition says what a digest or a list of alerts looks like, and how it is divided into messages. A digest is in the
// manner of a newsletter: its day and a heading, then title, dek, authors and day of each article, the newest first. A list,
// of what had to wait, has title, source and time of each.
//
//	shown, rest := edition.Choose(entries, 10)
//	parts := edition.Divide(shown, edition.Digest)
//	text := (&edition.Edition{Form: edition.Digest, Entries: shown, First: true, Rest: len(rest)}).Text(zone)
//
// It neither reads nor sends anything.
package edition
