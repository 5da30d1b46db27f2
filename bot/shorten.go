package bot

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Ellipsis stands for what was left out.
const Ellipsis = "…"

// Shorten returns t cut to at most limit, in the platform's own units as size counts them, ending
// in an Ellipsis if anything was left out. It cuts between words where that costs little, never
// inside a character as people see it, and leaves the styles of what remains whole. size must
// grow with its argument and be at least 1 for a character.
func (t Text) Shorten(limit int, size func(Span) int) Text {
	total := 0
	for _, s := range t {
		total += size(s)
	}
	if total <= limit {
		return t
	}
	room := limit - size(Span{Text: Ellipsis})
	if room < 0 {
		return nil
	}
	var out Text
	for _, s := range t {
		n := size(s)
		if n <= room {
			out, room = append(out, s), room-n
			continue
		}
		out = append(out, cutSpan(s, room, size))
		break
	}
	return append(out.trimRight(), Span{Text: Ellipsis})
}

// cutSpan returns the longest beginning of s that fits into room.
func cutSpan(s Span, room int, size func(Span) int) Span {
	fits := func(n int) bool {
		part := s
		part.Text = s.Text[:n]
		return size(part) <= room
	}
	if !s.Time.IsZero() || !fits(0) {
		return Span{}
	}
	low, high := 0, len(s.Text) // the beginning of length low fits, that of high does not
	for high-low > 1 {
		if mid := (low + high) / 2; fits(mid) {
			low = mid
		} else {
			high = mid
		}
	}
	cut := graphemeBefore(s.Text, low)
	if space := strings.LastIndexFunc(s.Text[:cut], unicode.IsSpace); space > cut*3/4 {
		cut = space
	}
	s.Text = s.Text[:cut]
	return s
}

// graphemeBefore returns the last place at or before n where s can be cut without splitting
// what people see as one character: a letter and its marks, an emoji and its modifiers, a flag,
// a syllable of conjoining jamo. It is coarser than Unicode's UAX 29 where that does no harm.
func graphemeBefore(s string, n int) int {
	for n > 0 && n < len(s) {
		if utf8.RuneStart(s[n]) {
			next, _ := utf8.DecodeRuneInString(s[n:])
			prev, _ := utf8.DecodeLastRuneInString(s[:n])
			if !joins(prev, next) {
				return n
			}
		}
		n--
	}
	return n
}

const zeroWidthJoiner = 0x200D

func joins(prev, next rune) bool {
	switch {
	case prev == zeroWidthJoiner, next == zeroWidthJoiner, prev == '\r' && next == '\n':
		return true
	case unicode.In(next, unicode.M, unicode.Variation_Selector):
		return true
	case next >= 0x1F3FB && next <= 0x1F3FF: // skin tones
		return true
	case isRegional(prev) && isRegional(next):
		return true
	case next >= 0x1160 && next <= 0x11FF: // jamo vowels and finals
		return true
	}
	return false
}

func isRegional(r rune) bool { return r >= 0x1F1E6 && r <= 0x1F1FF }

// trimRight removes white space, and spans that are nothing else, from the end.
func (t Text) trimRight() Text {
	for len(t) > 0 {
		last := &t[len(t)-1]
		if last.Text = strings.TrimRightFunc(last.Text, unicode.IsSpace); last.Text != "" {
			break
		}
		t = t[:len(t)-1]
	}
	return t
}
