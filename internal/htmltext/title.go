package htmltext

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html/atom"

	"tidings/bot"
)

// Title returns the words of a headline as one line. Headlines are about markup more often than they contain
// any, so a tag is left out only if it formats words, and stays where it is one itself: "How <script> tags
// block rendering" is the headline, and "<em>Blue</em> skies" is "Blue skies".
func Title(s string) string {
	if !strings.ContainsAny(s, "<&") {
		return bot.CleanText(s, maxOutput)
	}
	if len(s) > maxOutput {
		s = strings.ToValidUTF8(s[:maxOutput], "")
	}
	s = decodeTwice(s)
	p := parser{w: writer{limit: maxOutput}, cell: blank, plain: true}
	return bot.CleanText(p.parse(escape(s, &headline{body{text: s}, nil})).String(), maxOutput)
}

// body judges the tags of a text of which most are markup.
type body struct {
	text string
	// ends has the place of the last end tag of each element that was looked for.
	ends map[string]int
}

func (b *body) isMarkup(at int) bool {
	name, end := tagName(b.text[at:])
	tag := atom.Lookup([]byte(name))
	if end || !isUnseen(tag) {
		return true
	}
	// One that is never closed would swallow the rest. A script may be cut off, unless it stands between words.
	if tag == atom.Script || tag == atom.Style {
		rest := b.text[at+1+len(name):]
		return b.isClosed(name, at) || at == 0 || b.text[at-1] != ' ' || !strings.HasPrefix(rest, "> ")
	}
	return b.isClosed(name, at) || strings.Contains(b.text[at:at+strings.IndexByte(b.text[at:], '>')], "=")
}

func (b *body) isCutOff(at int) bool { return isCutOff(b.text[at:]) }

// isClosed reports whether an end tag of the element comes behind a place.
func (b *body) isClosed(name string, at int) bool {
	last, known := b.ends[name]
	if !known {
		last = lastEndTag(b.text, name)
		if b.ends == nil {
			b.ends = make(map[string]int)
		}
		b.ends[name] = last
	}
	return last > at
}

// lastEndTag returns where the last end tag of an element begins, or -1.
func lastEndTag(s, name string) int {
	for {
		at := strings.LastIndex(s, "</")
		if at < 0 {
			return -1
		}
		if rest := s[at+2:]; len(rest) >= len(name) && strings.EqualFold(rest[:len(name)], name) &&
			(len(rest) == len(name) || !isNameByte(rest[len(name)])) {
			return at
		}
		s = s[:at]
	}
}

// tagName returns the name in the tag that s begins with, in lower case, and whether it is an end tag.
func tagName(s string) (name string, isEnd bool) {
	s, isEnd = strings.CutPrefix(s[1:], "/")
	end := 0
	for end < len(s) && isNameByte(s[end]) {
		end++
	}
	return strings.ToLower(s[:end]), isEnd
}

// headline judges the tags of a headline.
type headline struct {
	body
	open []string // elements that are markup and have not ended
}

func (h *headline) isMarkup(at int) bool {
	rest := h.text[at:]
	if strings.HasPrefix(rest, "<!") || strings.HasPrefix(rest, "<?") {
		return !strings.HasPrefix(rest, "<!--") || strings.Contains(rest, "-->")
	}
	name, isEnd := tagName(rest)
	if isEnd {
		before, _ := utf8.DecodeLastRuneInString(h.text[:at])
		return h.end(name) || !isWord(rest) || !unicode.IsSpace(before)
	}
	markup := h.isFormat(name, at)
	if markup {
		h.open = append(h.open, name)
	}
	return markup
}

func (h *headline) isCutOff(at int) bool {
	return h.body.isCutOff(at) && !strings.HasPrefix(h.text[at:], "<!")
}

// end ends an element, if it was markup.
func (h *headline) end(name string) bool {
	for i, open := range slices.Backward(h.open) {
		if open == name {
			h.open = h.open[:i]
			return true
		}
	}
	return false
}

func (h *headline) isFormat(name string, at int) bool {
	switch tag := atom.Lookup([]byte(name)); {
	case tag == atom.P || isVoid(tag):
		return true
	case isUnseen(tag) || tag == atom.Title:
		return h.isClosed(name, at) && !isWord(h.text[at:])
	}
	return h.isClosed(name, at) || !isWord(h.text[at:])
}

// isWord reports whether the tag that s begins with stands there like a word: nothing is glued to its end.
func isWord(s string) bool {
	_, after, _ := strings.Cut(s, ">")
	next, _ := utf8.DecodeRuneInString(after)
	return after == "" || unicode.IsSpace(next) || strings.ContainsRune(".,;:!?)’”'\"", next)
}
