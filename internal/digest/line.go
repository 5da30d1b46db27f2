package digest

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/unicode/norm"

	"tidings/bot"
)

// kind says what a line is by itself.
type kind int

const (
	text kind = iota
	blank
	rule    // ----
	address // a link and nothing else
	anchor  // a byline, or a date by itself
	label   // "Analysis"
	heading // "# …", "ASIA", "In brief:"
)

// line is a line of the document with its white space made plain.
type line struct {
	number int
	text   string
	kind   kind
	byline byline // of an anchor
	link   string // where a line of a page leads, or empty
}

// paragraph is a run of lines without an empty one.
type paragraph []line

var (
	hash  = regexp.MustCompile(`^#{1,6}\s+`)
	ruled = regexp.MustCompile(`^(?:[-*_=~─━–—]\s?){3,}$`)
)

// classify reads one line that has been cleaned.
func classify(number int, s string) line {
	l := line{number: number, text: s}
	if b, ok := parseByline(s); ok {
		l.kind, l.byline = anchor, b
		return l
	}
	switch {
	case s == "":
		l.kind = blank
	case ruled.MatchString(s):
		l.kind = rule
	case linkOf(s) != "":
		l.kind = address
	case isLabel(s):
		l.kind = label
	case isHeading(s):
		l.kind = heading
	}
	return l
}

// linkOf returns the address if s is one and nothing else.
func linkOf(s string) string {
	s = strings.TrimSuffix(strings.TrimPrefix(s, "<"), ">")
	if strings.Contains(s, " ") || !strings.Contains(s, "://") {
		return ""
	}
	return bot.CleanURL(s)
}

// isLabel reports whether s names a kind of article, as sites print it above a title.
func isLabel(s string) bool {
	switch strings.ToLower(s) {
	case "analysis", "opinion", "news", "feature", "features", "interview", "podcast", "review", "exclusive",
		"explainer", "commentary", "editorial", "brief", "video", "photos", "breaking", "report", "column":
		return true
	}
	return false
}

const maxHeadingWords = 5

// isHeading reports whether s stands above articles rather than being the title of one.
func isHeading(s string) bool {
	if hash.MatchString(s) || strings.HasSuffix(s, ":") {
		return true
	}
	isLower := func(r rune) bool { return unicode.IsLetter(r) && !unicode.IsUpper(r) }
	return len(strings.Fields(s)) <= maxHeadingWords && strings.ContainsFunc(s, unicode.IsUpper) &&
		!strings.ContainsFunc(s, isLower)
}

// What may stand before and after the day of an edition.
var (
	issueBefore = regexp.MustCompile(
		`(?i)^(?:edition|issue|vol\.?|no\.?|newsletter|published|updated|daily)?[\s,|:·–—-]*(?:(?:issue|no\.?|#)?\s*\d+)?[\s,|:·–—-]*$`)
	issueAfter = regexp.MustCompile(`(?i)[\s,|–—-]+(?:edition|issue\s*(?:no\.?\s*)?#?\d+)$`)
)

// editionOf reads a line that names the day of the whole digest, perhaps with a weekday, the word
// edition, or the number of the issue.
func editionOf(s string) (date, bool) {
	before, d, ok := cutDate(issueAfter.ReplaceAllString(s, ""))
	return d, ok && d.isReal() && issueBefore.MatchString(strings.TrimSpace(before))
}

// textLines splits a document of plain text, undoes flowing and quoting, and cleans every line.
func (d *document) textLines() []line {
	document := norm.NFC.String(strings.TrimPrefix(decode(d.text), "\ufeff"))
	raw := strings.Split(strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u2028", "\n", "\u2029", "\n").Replace(document), "\n")
	raw = unquote(raw)
	var lines []line
	number, text, goesOn := 0, "", false
	for i, s := range append(raw, "") {
		if s == "-- " { // what follows is a signature; RFC 3676, section 4.3
			break
		}
		if d.flowed {
			s = strings.TrimPrefix(s, " ") // put there to protect the line's beginning
		}
		if goesOn {
			text += s
		} else {
			number, text = i+1, s
		}
		if goesOn = d.flowed && strings.HasSuffix(s, " ") && len(text) < maxJoined; !goesOn {
			lines = append(lines, classify(number, bot.CleanText(text, bot.MaxSummary)))
		}
	}
	return withoutNoise(withoutForwarding(lines))
}

// decode makes UTF-8 of text that an old program saved.
func decode(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	latin, _ := charmap.Windows1252.NewDecoder().String(s) // has a character for every byte
	return latin
}

// unquote strips the mark of quoted text if nearly all lines have it.
func unquote(lines []string) []string {
	quoted, all := 0, 0
	for _, s := range lines {
		if strings.TrimSpace(s) != "" {
			all++
		}
		if strings.HasPrefix(s, ">") {
			quoted++
		}
	}
	if all == 0 || quoted*10 < all*8 {
		return lines
	}
	out := make([]string, len(lines))
	for i, s := range lines {
		out[i] = strings.TrimPrefix(strings.TrimPrefix(s, ">"), " ")
	}
	return out
}

// paragraphsOf groups lines. A rule ends a paragraph; the line that it underlines is a heading.
func paragraphsOf(lines []line) []paragraph {
	var all []paragraph
	var p paragraph
	for _, l := range append(lines, line{kind: blank}) {
		if l.kind != blank && l.kind != rule {
			p = append(p, l)
			continue
		}
		if l.kind == rule && len(p) == 1 && p[0].kind == text {
			p[0].kind = heading
		}
		if len(p) > 0 {
			all, p = append(all, p), nil
		}
	}
	return all
}
