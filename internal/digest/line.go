package digest

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/unicode/norm"

	"tidings/bot"
	"tidings/internal/lazyregexp"
)

// kind says what a line looks like on its own.
type kind int

const (
	text kind = iota
	blank
	rule      // ----
	address   // a link and nothing else
	anchor    // a byline, or a date alone
	signed    // "By Jane Doe"
	label     // "Analysis"
	heading   // "# …", "ASIA", "In brief:"
	signature // "-- ", above what a sender signs with
)

// line is a line of the document, with white space normalized.
type line struct {
	number int
	text   string
	kind   kind
	byline byline // of an anchor
	link   string // where the line leads, or empty
	opens  bool   // a quotation begins here
	// paragraph is which one of the document the line is in.
	paragraph int
}

// paragraph is a run of lines without an empty one.
type paragraph []line

// readMore matches what stands before a link instead of words that say where it leads.
var readMore = lazyregexp.New(`(?i)^(?:(?:read|see)\s+more(?:\s+(?:at|here))?|continue\s+reading|full\s+(?:story|article)|link|url|weiterlesen|lire\s+la\s+suite|leer\s+más)\s*[:»→>-]*\s+`)

var (
	hash  = lazyregexp.New(`^#{1,6}\s+`)
	ruled = lazyregexp.New(`^(?:[-*_=~─━–—]\s?){3,}$`)
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
	case namesOf(s) != nil:
		l.kind = signed
	case isLabel(s):
		l.kind = label
	case isHeading(s):
		l.kind = heading
	}
	return l
}

// linkOf returns the address if s is nothing but one.
func linkOf(s string) string {
	s = readMore.ReplaceAllString(s, "")
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

// isHeading reports whether s heads a section rather than an article.
func isHeading(s string) bool {
	if hash.MatchString(s) || strings.HasSuffix(s, ":") {
		return true
	}
	isLower := func(r rune) bool { return unicode.IsLetter(r) && !unicode.IsUpper(r) }
	return len(strings.Fields(s)) <= maxHeadingWords && strings.ContainsFunc(s, unicode.IsUpper) &&
		!strings.ContainsFunc(s, isLower)
}

// textLines splits a document of plain text, undoes quoting and flowing, and cleans every line.
func (d *document) textLines() []line {
	text := norm.NFC.String(strings.TrimPrefix(decode(d.text), "\ufeff"))
	var lines []line
	for _, r := range untabled(unflow(unquote(rowsOf(text)), d.flowing)) {
		l := classify(r.number, bot.CleanText(r.text, bot.MaxSummary))
		if r.text == signatureMark {
			l.kind = signature
		}
		l.opens = r.opens
		lines = append(lines, l)
	}
	return withoutNoise(lines)
}

// decode converts text that an old program saved to UTF-8.
func decode(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	latin, _ := charmap.Windows1252.NewDecoder().String(s) // has a character for every byte
	return latin
}

// paragraphsOf groups lines. A rule ends a paragraph; the line that it underlines is a heading.
func paragraphsOf(lines []line) []paragraph {
	var all []paragraph
	var p paragraph
	for _, l := range lines {
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
	if len(p) > 0 {
		all = append(all, p)
	}
	return all
}
