package filter

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Fold returns s as it is compared when it is a name that people type: lower case, without accents, ligatures, full-width
// forms and invisible characters, with plain quotes and hyphens, and single spaces. Names with equal folds are the
// same name. Fold(Fold(s)) is Fold(s), and Tokens(Fold(s)) is Tokens(s).
func Fold(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	lower := lowerASCII(s)
	sc, end := scanner{text: s}, 0
	for {
		p, ok := sc.next()
		if !ok {
			writeGap(&b, s[end:])
			return strings.TrimSuffix(b.String(), " ")
		}
		writeGap(&b, s[end:p.start])
		b.WriteString(foldWord(lower[p.start:p.end]))
		end = p.end
	}
}

// writeGap writes what stands between two words: plain, visible, with at most one space in a row and none in front.
func writeGap(b *strings.Builder, gap string) {
	for _, r := range gap {
		if classOf(r) != classSeparator {
			continue
		}
		if r = plain(r); !blank(r) {
			b.WriteRune(r)
		} else if n := b.Len(); n > 0 && b.String()[n-1] != ' ' {
			b.WriteByte(' ')
		}
	}
}

// lowerASCII lowers A to Z and nothing else, so that byte offsets stay what they were.
func lowerASCII(s string) string {
	for i := range len(s) {
		if c := s[i]; 'A' <= c && c <= 'Z' {
			return lowerASCIIFrom(s, i)
		}
	}
	return s
}

func lowerASCIIFrom(s string, i int) string {
	b := []byte(s)
	for ; i < len(b); i++ {
		if c := b[i]; 'A' <= c && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return string(b)
}

// foldWord folds one word as the scanner cuts it, ASCII already in lower case. Only letters, digits and marks are left.
func foldWord(s string) string {
	if foldsToItself(s) {
		return s
	}
	var b strings.Builder
	var base rune
	kept := 0 // marks of base
	for _, r := range decompose(withoutStacks(s)) {
		r = unicode.ToLower(r)
		switch {
		case unicode.IsMark(r):
			if keepsMark(base, r) && kept < maxMarks {
				b.WriteRune(r)
				kept++
			}
		case r == '\u02bc': // of ŉ
		case unicode.IsLetter(r), unicode.IsNumber(r):
			base, kept = r, 0
			writeLetter(&b, r)
		}
	}
	return norm.NFC.String(b.String())
}

// foldsToItself reports whether s needs no folding, for the words of which that is quickly seen.
func foldsToItself(s string) bool {
	for _, r := range s {
		if r >= utf8.RuneSelf && classOfCommon(r) == classSeparator {
			return false
		}
	}
	return true
}

// decompose separates letters from their marks and undoes ligatures and width. A character of a script without spaces
// must stay one character: those that Unicode would make two are only separated from their marks.
func decompose(s string) string {
	s = strings.Map(func(r rune) rune {
		if ignorable(r) {
			return -1
		}
		return r
	}, s)
	switch first, _ := utf8.DecodeRuneInString(s); first {
	case 'ำ', 'ຳ', 'ໜ', 'ໝ', 'ゟ', 'ヿ':
		return norm.NFD.String(s)
	default:
		return norm.NFKD.String(s)
	}
}

// writeLetter writes the letters that people type for r where Unicode has no decomposition.
func writeLetter(b *strings.Builder, r rune) {
	switch r {
	case 'ß':
		b.WriteString("ss")
	case 'æ':
		b.WriteString("ae")
	case 'œ':
		b.WriteString("oe")
	case 'þ':
		b.WriteString("th")
	case 'ø':
		b.WriteByte('o')
	case 'đ', 'ð':
		b.WriteByte('d')
	case 'ħ':
		b.WriteByte('h')
	case 'ı':
		b.WriteByte('i')
	case 'ł':
		b.WriteByte('l')
	case 'ŧ':
		b.WriteByte('t')
	case 'ς':
		b.WriteRune('σ')
	default:
		b.WriteRune(r)
	}
}

// keepsMark reports whether mark makes another letter of base, rather than an accent or a vowel point that people leave
// out when they type. In Cyrillic й, ў, ї, ѓ and ќ are letters, ё is е, and stress marks are dropped.
func keepsMark(base, mark rune) bool {
	switch {
	case mark >= 0x0300 && mark <= 0x036f:
		return cyrillicLetter(base, mark)
	case mark >= 0x0653 && mark <= 0x0655: // Arabic madda and hamza: أ إ آ are typed ا
		return base != 'ا'
	case mark >= 0x0483 && mark <= 0x0489, // old Cyrillic
		mark >= 0x0591 && mark <= 0x05c7,                                                   // Hebrew points
		mark >= 0x0610 && mark <= 0x061a, mark >= 0x064b && mark <= 0x065f, mark == 0x0670, // Arabic points
		mark >= 0x06d6 && mark <= 0x06ed,
		mark >= 0x1ab0 && mark <= 0x1aff, mark >= 0x1dc0 && mark <= 0x1dff, // further accents
		mark >= 0x20d0 && mark <= 0x20ff, mark >= 0xfe20 && mark <= 0xfe2f:
		return false
	default:
		return true
	}
}

func cyrillicLetter(base, mark rune) bool {
	switch mark {
	case 0x0306: // breve
		return base == 'и' || base == 'у'
	case 0x0308: // diaeresis
		return base == 'і'
	case 0x0301: // acute
		return base == 'г' || base == 'к'
	default:
		return false
	}
}
