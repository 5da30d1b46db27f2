package bot

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// CleanText makes one line of text from outside harmless: broken UTF-8, control characters, and
// characters that are invisible or turn the direction of what follows are removed, runs of white
// space become one space, and what is longer than limit bytes is cut between characters.
// Joiners stay, because emoji and Persian need them.
func CleanText(s string, limit int) string {
	if isClean(s) && len(s) <= limit {
		return s
	}
	var b strings.Builder
	b.Grow(max(min(len(s), limit), 0))
	space := false
	for _, r := range s {
		switch {
		case '!' <= r && r <= '~': // most are, and need no further look
		case unicode.IsSpace(r):
			space = b.Len() > 0
			continue
		case r == utf8.RuneError, unicode.IsControl(r), isInvisible(r):
			continue
		}
		size := utf8.RuneLen(r)
		if space {
			size++
		}
		if b.Len()+size > limit {
			break
		}
		if space {
			b.WriteByte(' ')
			space = false
		}
		b.WriteRune(r)
	}
	return b.String()
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
