package filter

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// class says what a character does to the word that it stands in.
type class uint8

const (
	classSeparator class = iota // ends a word
	classIgnored                // invisible: neither part of a word nor its end
	classMark                   // belongs to the character before it
	classWord                   // letters and digits of scripts that put spaces between words
	classHangul                 // a word of its own beside other letters, because particles follow names: KBS는
	classSolo                   // scripts without spaces between words: each character is a word
)

// classOf classifies one character of a text.
func classOf(r rune) class {
	if r = plain(r); r < utf8.RuneSelf {
		if 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' {
			return classWord
		}
		return classSeparator
	}
	if c := classOfCommon(r); c != classSeparator {
		return c
	}
	switch {
	case ignorable(r):
		return classIgnored
	case unicode.IsMark(r), r == '\uff9e', r == '\uff9f': // half-width voicing marks are letters to Unicode
		return classMark
	case unicode.IsLetter(r):
		return classOfLetter(r)
	case unicode.IsNumber(r):
		return classOfNumber(r)
	default:
		return classSeparator
	}
}

// classOfCommon knows the characters that most of Korean, Chinese and Japanese is written in, to spare them the tables. All
// of them fold to themselves. It returns classSeparator for others.
func classOfCommon(r rune) class {
	switch {
	case r >= '가' && r <= '힣':
		return classHangul
	case r >= '\u4e00' && r <= '\u9fff', r >= 'ぁ' && r <= 'ゖ', r >= 'ァ' && r <= 'ヺ':
		return classSolo
	default:
		return classSeparator
	}
}

func classOfLetter(r rune) class {
	switch {
	case r < 0x0e00: // below Thai, no script needs a closer look
		return classWord
	case hangulFiller(r):
		return classSeparator
	case unicode.Is(unicode.Hangul, r):
		return classHangul
	case solo(r):
		return classSolo
	default:
		return classWord
	}
}

// classOfNumber keeps what folds to plain digits or letters (², Ⅳ, ④) and gives up what folds to more (½, ⑴, ㊀).
func classOfNumber(r rune) class {
	if solo(r) {
		return classSolo
	}
	folded := norm.NFKD.String(string(r))
	if folded == string(r) {
		return classWord
	}
	for _, c := range folded {
		if c >= utf8.RuneSelf || classOf(c) != classWord {
			return classSeparator
		}
	}
	return classWord
}

// solo reports whether r belongs to a script without spaces between words.
func solo(r rune) bool {
	return r == 'ー' || r == 'ｰ' || unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana,
		unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar)
}

// ignorable reports whether readers do not see r: soft hyphens, joiners, direction marks, variation selectors, the
// Arabic stretch and the stand-alone forms of points that are dropped. A zero-width space does separate.
func ignorable(r rune) bool {
	switch {
	case r == '\u200b':
		return false
	case r == '\u034f', r == '\u037a', r == '\u0640', r >= '\ufc5e' && r <= '\ufc63', r >= '\ufcf2' && r <= '\ufcf4',
		r >= '\ufe70' && r <= '\ufe7f':
		return true
	default:
		return unicode.In(r, unicode.Cf, unicode.Variation_Selector)
	}
}

func hangulFiller(r rune) bool {
	return r == '\u115f' || r == '\u1160' || r == '\u3164' || r == '\uffa0'
}

// plain returns the character that a keyboard has for r: straight quotes and apostrophes, the hyphen for every dash,
// ASCII for its full-width forms, the space for every blank. Other characters stand for themselves.
func plain(r rune) rune {
	switch {
	case r < utf8.RuneSelf:
		return r
	case r >= '！' && r <= '～':
		return r - '！' + '!'
	case r >= '\u2010' && r <= '\u2015': // hyphens and dashes
		return '-'
	}
	switch r {
	case '\u2212', '\ufe58', '\ufe63': // minus, small dashes
		return '-'
	case '‘', '’', '‚', '‛', '′', '‹', '›', '´', '\u02b9', '\u02bb', '\u02bc', '\u02bd', '\u0374':
		return '\''
	case '“', '”', '„', '‟', '″', '«', '»', '「', '」', '『', '』', '〝', '〞', '〟':
		return '"'
	}
	if blank(r) || r == '\u200b' {
		return ' '
	}
	return r
}

// blank reports whether r ends a term of a filter as a space does.
func blank(r rune) bool {
	if r < utf8.RuneSelf {
		return r <= ' ' || r == 0x7f
	}
	return unicode.IsSpace(r) || unicode.IsControl(r)
}

// maxMarks is how many combining marks a character may carry. Vietnamese and Thai need two or three, Hebrew with points and accents
// four, Tibetan rarely five; what stacks more of them wants to be seen from afar.
const maxMarks = 6

// withoutStacks returns s without the marks beyond maxMarks of a character.
func withoutStacks(s string) string {
	var b strings.Builder
	from, marks := 0, 0
	for i, r := range s {
		if r < utf8.RuneSelf || !unicode.IsMark(r) {
			marks = 0
			continue
		}
		if marks++; marks > maxMarks {
			b.WriteString(s[from:i])
			from = i + utf8.RuneLen(r)
		}
	}
	if from == 0 {
		return s
	}
	return b.String() + s[from:]
}
