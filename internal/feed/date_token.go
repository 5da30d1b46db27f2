package feed

import (
	"strconv"
	"unicode"
	"unicode/utf8"
)

// dateToken is a number, a word or a mark of a date.
type dateToken struct {
	text  string
	value int // of a number
	kind  tokenKind
	glued bool // no space stands before it
}

type tokenKind int

const (
	dateEnd tokenKind = iota
	dateNumber
	dateWord
	dateMark
)

// dateTokens splits a date into tokens. A dot behind a word belongs to it.
func dateTokens(s string) []dateToken {
	var list []dateToken
	for at := 0; at < len(s); {
		t := dateToken{glued: at > 0 && s[at-1] != ' '}
		r, size := utf8.DecodeRuneInString(s[at:])
		end := at + size
		switch {
		case r == ' ':
			at = end
			continue
		case isDigit(s[at]):
			t.kind = dateNumber
			for end < len(s) && isDigit(s[end]) {
				end++
			}
			t.value, _ = strconv.Atoi(s[at:end])
		case unicode.IsLetter(r):
			t.kind = dateWord
			for end < len(s) {
				if r, size = utf8.DecodeRuneInString(s[end:]); !unicode.IsLetter(r) && !unicode.IsMark(r) && r != '_' {
					break
				}
				end += size
			}
		default:
			t.kind = dateMark
		}
		t.text = s[at:end]
		if at = end; t.kind == dateWord && at < len(s) && s[at] == '.' {
			at++
		}
		list = append(list, t)
	}
	return list
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }
