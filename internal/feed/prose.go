package feed

import (
	"encoding/base64"
	"html"
	"strings"

	"tidings/bot"
	"tidings/internal/htmltext"
	"tidings/internal/lazyregexp"
)

// text is what a document has in one place for people to read.
type text struct {
	words string
	// literal says that the words are as they are meant, and no HTML.
	literal bool
}

// title returns the words as a headline.
func (t text) title() string {
	if t.literal {
		return bot.CleanText(t.words, bot.MaxSummary)
	}
	return htmltext.Title(t.words)
}

// lines returns the words with a line break between blocks, and an empty line between paragraphs.
func (t text) lines() string {
	if t.literal || !strings.ContainsAny(t.words, "<&") {
		return t.words[:min(len(t.words), maxLiteral)]
	}
	return htmltext.Blocks(t.words)
}

// maxLiteral bounds the bytes of a text that are looked at; a dek has far fewer.
const maxLiteral = 16 << 10

// prose returns the first child that has one of the names and any text; the earlier name is preferred.
func (r *record) prose(names ...string) text {
	for _, name := range names {
		for e := range r.all(name) {
			if t := r.refs.prose(e, r.words); t.words != "" {
				return t
			}
		}
	}
	return text{}
}

// mediaText returns a text of Media RSS, wherever in the item it stands; it is plain unless it says otherwise.
func (r *record) mediaText(name string) text {
	for e := range r.anywhere(name) {
		if s := r.refs.text(e.inner); s != "" {
			return text{s, !strings.EqualFold(r.attr(e, "type"), "html")}
		}
	}
	return text{}
}

// prose returns the text of an element. Only Atom says whether that is HTML; elsewhere it is read as HTML
// wherever it can be.
func (r *references) prose(e *element, words vocabulary) text {
	s := withoutSection(r.text(e.inner))
	space, name := splitName(e.name)
	if s == "" || space != "atom" && (space != own || words != atom) {
		return text{words: s}
	}
	kind, _, _ := strings.Cut(strings.ToLower(r.attr(e.attrs, "type")), ";")
	kind = strings.TrimSpace(kind)
	mode := strings.ToLower(r.attr(e.attrs, "mode"))
	if mode == "base64" || kind == "application/octet-stream" {
		s, kind = unpackBase64(s), "html"
	}
	switch {
	case strings.HasSuffix(kind, "html"), strings.HasSuffix(kind, "xml"), hasElements(e.inner):
		return text{words: s}
	case kind == "" && mode == "escaped": // Atom 0.3, whose users meant HTML
		return text{words: s}
	case kind == "" && name != "title" && isBody(s):
		return text{words: s}
	case kind == "", kind == "text", strings.HasPrefix(kind, "text/"): // RFC 4287, sections 3.1.1.1 and 4.1.3
		return text{resolveStray(s), true}
	}
	return text{} // a picture, or anything else that isn't text
}

// withoutSection returns what is in a section of character data that was encoded as text.
func withoutSection(s string) string {
	begin, end := sections[cdata].begin, sections[cdata].end
	if inner, ok := strings.CutPrefix(s, begin); ok && strings.HasSuffix(inner, end) {
		return strings.TrimSpace(strings.TrimSuffix(inner, end))
	}
	return s
}

// splitName returns the usual prefix and the local name of an element.
func splitName(name string) (space, local string) {
	space, local, ok := strings.Cut(name, ":")
	if !ok {
		return own, name
	}
	return space, local
}

// hasElements reports whether what stands between an element's tags has elements itself, as only markup has.
func hasElements(inner string) bool {
	return strings.Contains(inner, "<") && hasTags(inner)
}

var (
	bodyMarkup = lazyregexp.New(`(?i)</(?:p|div|a|ul|ol|blockquote|h[1-6]|table|figure)>|<br\s*/?>|<img\s[^<>]*\ssrc=|^\s*<(?:p|div)[\s>]`)
	strayRef   = lazyregexp.New(`&#(?:[0-9]{3,7}|[xX][0-9a-fA-F]{2,6});`)
)

// isBody reports whether a text that does not say that it is HTML is some all the same: whole paragraphs and
// links, which nobody writes to be seen as they are.
func isBody(s string) bool { return bodyMarkup.MatchString(s) }

// resolveStray resolves references to letters and marks outside ASCII that were encoded once too often.
// Nobody writes about those, unlike about &lt; and &amp;.
func resolveStray(s string) string {
	if !strings.Contains(s, "&#") {
		return s
	}
	return strayRef.ReplaceAllStringFunc(s, func(ref string) string {
		if to := html.UnescapeString(ref); to >= "\u0080" {
			return to
		}
		return ref
	})
}

// unpackBase64 returns what Atom 0.3 has packed, or what stands there if it is not.
func unpackBase64(s string) string {
	packed := strings.Join(strings.Fields(s), "")
	data, err := base64.StdEncoding.DecodeString(packed)
	if err != nil {
		return s
	}
	return decode(string(data), "")
}
