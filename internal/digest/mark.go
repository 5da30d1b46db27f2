package digest

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"tidings/internal/lazyregexp"
)

var (
	// bullet matches a sign that stands for itself before words: a dot, a dash, an arrow, a small picture. Quotation marks, brackets,
	// and the signs of money, of numbers and of names belong to the words.
	bullet = lazyregexp.New(`^([^\p{L}\p{N}\p{Sc}\s"'“”„‘’‚«()\[\]<>@&%/\\….,:;!?¿¡]{1,4})\s+`)
	// ordinal matches the number of an item, as in "1.", "(1)", "#1", "No. 1:", "1/9", "1 –".
	ordinal = lazyregexp.New(`^(?:[(\[]?0?(\d{1,3})(?:[.):\]]{1,2}-?|/\d{1,3}[.:)]?|\s[–—-])|(?:#|(?i:n[or]\.\s?))(\d{1,3})[.:)]?|(\d)\x{fe0f}?\x{20e3}\x{fe0f}?)\s+`)
	// circled matches a number in a circle.
	circled = lazyregexp.New(`^[①-⑳]\s*`)
)

// anyNumber is the sign of every number.
const anyNumber = "1"

// mark is what stands before the titles of a digest: a sign, or a number.
type mark struct {
	sign   string // or anyNumber
	number int    // 0 for a sign that is none
	words  string // what follows it
}

// markOf reads the mark that a line begins with.
func markOf(s string) (mark, bool) {
	if m := ordinal.FindStringSubmatch(s); m != nil {
		n, _ := strconv.Atoi(m[1] + m[2] + m[3])
		return mark{sign: anyNumber, number: n, words: s[len(m[0]):]}, true
	}
	if m := circled.FindString(s); m != "" {
		r, _ := utf8.DecodeRuneInString(m)
		return mark{sign: anyNumber, number: int(r-'①') + 1, words: s[len(m):]}, true
	}
	if m := bullet.FindStringSubmatch(s); m != nil {
		return mark{sign: m[1], words: s[len(m[0]):]}, true
	}
	return mark{}, false
}

// withoutMarks strips the bullets, or the numbers, that stand above each of several bylines once.
func withoutMarks(lines []line) []line {
	const most = 16 // kinds of signs, of which each costs a look at all lines
	var signs []string
	for i := range lines {
		if m, ok := markOf(lines[i].text); ok && len(signs) < most && !slices.Contains(signs, m.sign) {
			signs = append(signs, m.sign)
		}
	}
	for _, sign := range signs {
		for _, i := range markedBy(lines, sign) {
			m, _ := markOf(lines[i].text)
			lines[i] = lines[i].as(m.words, "")
		}
	}
	return lines
}

// markedBy returns the lines that begin with a mark, nil if these aren't one above each byline, numbered from one if they are.
func markedBy(lines []line, sign string) []int {
	isHash, isLead := strings.HasPrefix(sign, "#"), sign == strings.TrimSpace(lead)
	if sign == "#" { // heads a document
		return nil
	}
	var marked []int
	open, other, below := false, false, 0 // a marked line has no byline yet, another mark stands above, and lines below
	for i := range lines {
		m, is := markOf(lines[i].text)
		is = is && lines[i].kind != anchor && lines[i].kind != rule
		isOther := is && m.sign != sign
		is = is && !isOther
		switch {
		case lines[i].kind == anchor && (len(lines[i].byline.authors) > 0 || open):
			if !open || other || isHash && below > 1 { // a section of its own
				return nil
			}
			open, other = false, false
		case isOther && m.number == 0:
			other = other || !open || sign != anyNumber // a numbered title's dek may begin with a sign
		case !is && lines[i].kind == text:
			below++
			other = other || !open && len(marked) > 0 && isLead
		case !is:
		case open, m.number > 0 && m.number != len(marked)+1, lines[i].as(m.words, "").kind == anchor:
			return nil
		default:
			marked, open, below = append(marked, i), true, 0
		}
	}
	if open || len(marked) < 2 {
		return nil
	}
	return marked
}
