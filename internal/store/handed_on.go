package store

import (
	"context"
	"slices"

	"tidings/bot"
)

// renameHandedOn gives items other names whose GUIDs are numbers of places in the document: one was a known article's, which
// stands there under another GUID now. Then each GUID that has changed hands names nothing.
func (in *ingest) renameHandedOn(ctx context.Context, items []*item) error {
	changed := in.changedHands(items)
	if !in.isHandedOn(changed, items) {
		return nil
	}
	list := make([]*item, 0, len(changed))
	for it := range changed {
		it.void = append(it.void, it.guid)
		it.dropGUID()
		list = append(list, it)
	}
	return in.lookUp(ctx, list)
}

// changedHands returns the items whose GUIDs belong to articles of other titles and links, with those articles.
func (in *ingest) changedHands(items []*item) map[*item]*bot.Article {
	changed := map[*item]*bot.Article{}
	for _, it := range items {
		old := in.stored[it.known[it.guid]]
		if !it.named || old == nil || it.name == titleName(old.Title) {
			continue
		}
		if link := canonicalLink(old.URL); it.canonical != link || link == "" {
			changed[it] = old
		}
	}
	return changed
}

// isHandedOn reports whether an article whose GUID has changed hands stands among the items under another, which is new or has
// changed hands too: by title and link, and by its date if there is no link. One that is whose it was, or of another date, belongs to
// a namesake.
func (in *ingest) isHandedOn(changed map[*item]*bot.Article, items []*item) bool {
	type text struct{ source, title, link string }
	lost := map[text][]*bot.Article{}
	for _, old := range changed {
		of := text{old.SourceID, titleName(old.Title), canonicalLink(old.URL)}
		lost[of] = append(lost[of], old)
	}
	return slices.ContainsFunc(items, func(it *item) bool {
		isNew := in.stored[it.known[it.guid]] == nil || changed[it] != nil
		return isNew && it.name != "" &&
			slices.ContainsFunc(lost[text{it.SourceID, it.name, it.canonical}], func(old *bot.Article) bool {
				return it.canonical != "" || it.undated() || it.sameDate(old)
			})
	})
}
