package digest

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"
)

// isCanonical reports whether paragraphs are as [Write] makes them: perhaps an edition and a
// heading, then one paragraph for each article. Nothing needs to be guessed then.
func isCanonical(paragraphs []paragraph) bool {
	if len(paragraphs) > 0 && len(paragraphs[0]) == 1 {
		if _, ok := editionOf(paragraphs[0][0].text); ok {
			paragraphs = paragraphs[1:]
		}
	}
	if len(paragraphs) > 0 && len(paragraphs[0]) == 1 && paragraphs[0][0].kind != anchor {
		paragraphs = paragraphs[1:]
	}
	return len(paragraphs) > 0 && !slices.ContainsFunc(paragraphs, func(p paragraph) bool { return !isItem(p) })
}

// isItem reports whether p is perhaps a label, a title, perhaps a dek, a byline, and perhaps a link.
func isItem(p paragraph) bool {
	if p[0].kind == label {
		p = p[1:]
	}
	if len(p) == 0 {
		return false
	}
	if p[len(p)-1].kind == address {
		p = p[:len(p)-1]
	}
	n := len(p) - 1
	if n < 1 || n > 2 || p[n].kind != anchor || p[0].kind == label {
		return false
	}
	return !slices.ContainsFunc(p[:n], func(l line) bool { return l.kind == anchor || l.kind == address })
}

// Bounds of the column at which a document may be wrapped, in characters, and how near to it lines
// must come to show that it is.
const (
	minColumn  = 40
	maxColumn  = 80
	nearColumn = 12
	maxJoined  = 2 << 10 // bytes
)

// unwrap joins the lines that a mail program broke: those whose next word would not have fitted,
// and authors that go on after a "|". A byline is complete and is joined to nothing.
func unwrap(paragraphs []paragraph, column int) {
	apart := slices.ContainsFunc(flatten(paragraphs), isBareDate)
	for i, p := range paragraphs {
		joined := p[:1:1]
		for _, l := range p[1:] {
			last := &joined[len(joined)-1]
			if !goesOn(*last, l, column) || apart && authorsOn(l.text) != nil {
				joined = append(joined, l)
				continue
			}
			link := cmp.Or(last.link, l.link)
			*last = classify(last.number, last.text+" "+l.text)
			last.link = link
		}
		paragraphs[i] = joined
	}
}

// isBareDate reports whether a line is a date alone. Its authors may have a line of their own.
func isBareDate(l line) bool { return l.kind == anchor && len(l.byline.authors) == 0 }

func goesOn(l, next line, column int) bool {
	if l.kind == anchor || l.kind == address || next.kind == address || len(l.text) > maxJoined {
		return false
	}
	if strings.HasSuffix(l.text, "|") || strings.HasPrefix(next.text, "|") {
		return true
	}
	if column == 0 || next.kind == anchor || next.kind == signed {
		return false
	}
	word, _, _ := strings.Cut(next.text, " ")
	return width(lastPiece(l.text, column))+1+width(word) > column
}

// lastPiece returns what of a joined line stood in its last line, as near as can be known.
func lastPiece(s string, column int) string {
	for width(s) > column {
		r := []rune(s)
		cut := strings.LastIndexByte(string(r[:column+1]), ' ')
		if cut < 0 {
			return s
		}
		s = s[cut+1:]
	}
	return s
}

// columnOf returns the column at which a document is wrapped, or 0.
func columnOf(paragraphs []paragraph) int {
	longest, near := 0, 0
	for _, l := range flatten(paragraphs) {
		if l.kind != address {
			longest = max(longest, width(l.text))
		}
	}
	for _, p := range paragraphs {
		for i, l := range p {
			if i < len(p)-1 && l.kind != address && width(l.text) > longest-nearColumn {
				near++
			}
		}
	}
	if longest < minColumn || longest > maxColumn || near < 2 {
		return 0
	}
	return longest
}

func width(s string) int { return utf8.RuneCountInString(s) }
