package bot

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// CleanText makes one line of text from outside harmless: broken UTF-8, control characters, and
// characters that are invisible or turn the direction of what follows are removed, as are combining marks
// beyond what any script needs; runs of white space become one space, and what is longer than limit bytes is cut
// between characters as people see them. Joiners stay, because emoji and Persian need them.
func CleanText(s string, limit int) string {
	if len(s) <= limit && !needsCleaning(s) {
		return s
	}
	var b strings.Builder
	b.Grow(max(min(len(s), limit), 0))
	space := false
	var m marks
	for _, r := range s {
		switch classify(r) {
		case isSpace:
			space = b.Len() > 0
			continue
		case isHarmful:
			continue
		case isText:
		}
		if !m.allow(r) {
			continue
		}
		size := utf8.RuneLen(r)
		if space {
			size++
		}
		if b.Len()+size > limit {
			if space {
				break
			}
			return cutBefore(b.String(), r)
		}
		if space {
			b.WriteByte(' ')
			space = false
		}
		b.WriteRune(r)
	}
	return b.String()
}

// CleanProse is [CleanText] for titles and deks: an [Ellipsis] ends what was cut, between words where that costs little.
func CleanProse(s string, limit int) string {
	s = CleanText(s, 2*limit) // more than is kept, so that it shows whether there is more
	if len(s) <= limit {
		return s
	}
	return Plain(s).Shorten(limit, func(s Span) int { return len(s.Text) }).String()
}

// cutBefore returns the beginning of a text that stands by itself where next would follow: no mark is cut from its
// letter. A single character that is larger than all there may be is cut all the same.
func cutBefore(s string, next rune) string {
	if n := graphemeBefore(s+string(next), len(s)); n > 0 {
		return strings.TrimRight(s[:n], " ")
	}
	return s
}

// class is what becomes of a character.
type class int

const (
	isText    class = iota
	isSpace         // a run of them becomes one space
	isHarmful       // left out
)

func classify(r rune) class {
	switch {
	case '!' <= r && r <= '~': // most are, and need no further look
		return isText
	case unicode.IsSpace(r):
		return isSpace
	case r == utf8.RuneError, unicode.IsControl(r), isInvisible(r):
		return isHarmful
	}
	return isText
}

// needsCleaning reports whether CleanText would change s, were it short enough. Most text needs nothing.
func needsCleaning(s string) bool {
	if isClean(s) {
		return false
	}
	var m marks
	last := ' '
	for _, r := range s {
		if c := classify(r); c == isHarmful || c == isSpace && (r != ' ' || last == ' ') || !m.allow(r) {
			return true
		}
		last = r
	}
	return last == ' '
}

const (
	// maxDiacritics is how many of the marks that any letter can have are left on one: a Greek vowel has four at most,
	// an Arabic consonant of the Quran as many. maxMarks is for all marks, those of a syllable included that other
	// scripts write as marks; Burmese and Tibetan have up to seven.
	maxDiacritics = 4
	maxMarks      = 8
	firstMark     = 0x300 // below it there is none
)

// marks counts the combining marks since the last character that is none.
type marks struct{ diacritics, all int }

// allow reports whether the next character may stay.
func (m *marks) allow(r rune) bool {
	if r < firstMark || !unicode.Is(unicode.M, r) {
		*m = marks{}
		return true
	}
	m.all++
	if unicode.Is(unicode.Inherited, r) {
		m.diacritics++
	}
	return m.all <= maxMarks && m.diacritics <= maxDiacritics
}

// isClean reports whether s is plain ASCII that needs no change, which most text is.
func isClean(s string) bool {
	for i := range len(s) {
		c := s[i]
		if c < ' ' || c > '~' || c == ' ' && (i == 0 || i == len(s)-1 || s[i-1] == ' ') {
			return false
		}
	}
	return true
}

// isInvisible reports whether r shows nothing and serves to deceive: zero-width spaces, direction
// marks and overrides, and the tag characters. Unicode TR 36, section 2.
func isInvisible(r rune) bool {
	switch {
	case r == 0x00AD, r == 0x200B, r == 0x200E, r == 0x200F, r == 0xFEFF, r == 0x061C, r == 0x180E:
		return true
	case r >= 0x202A && r <= 0x202E, r >= 0x2060 && r <= 0x206F, r >= 0xFFF9 && r <= 0xFFFB:
		return true
	case r >= 0xE0000 && r <= 0xE007F:
		return true
	}
	return false
}
