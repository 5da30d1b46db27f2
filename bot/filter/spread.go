package filter

import (
	"regexp/syntax"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Reading a class of characters takes time in proportion to the characters in it that have other letter cases, of which a
// regular expression can name many in a few bytes, again and again.
const (
	foldedEnd = 0x1e944 // characters from here on have no letter cases
	classCost = 4096    // of a class such as \pL, in characters of a range
	maxSpread = 100_000 // of all regular expressions in a filter: two of 가-힣 are too many, which nobody needs
	maxProbed = 10_000  // of one that is read again and again to find out where its fault is
)

// spread estimates what it costs to read the classes of a regular expression, from above: a range that does not end in
// ASCII counts as if it began with the first character.
func spread(source string) int {
	n := 0
	for i := range len(source) - 1 {
		switch next := source[i+1:]; {
		case source[i] == '\\' && (next[0] == 'p' || next[0] == 'P'):
			n += classCost
		case source[i] == '-':
			n += min(int(rangeEnd(next)), foldedEnd)
		}
	}
	return n
}

// rangeEnd returns the character that a range ends with, 0 for one in ASCII.
func rangeEnd(s string) rune {
	if code, ok := strings.CutPrefix(s, `\x`); ok {
		code, _, _ = strings.Cut(strings.TrimPrefix(code, "{"), "}")
		end, err := strconv.ParseInt(code, 16, 32)
		if err != nil { // two digits, with something after them
			return 0
		}
		return rune(end)
	}
	end, _ := utf8.DecodeRuneInString(s)
	if end < utf8.RuneSelf {
		return 0
	}
	return end
}

// least returns how many instructions a regular expression compiles to at least, and no more than is needed to say that
// they are too many.
func least(re *syntax.Regexp) int {
	n := 1
	switch re.Op {
	case syntax.OpLiteral:
		n = len(re.Rune)
	case syntax.OpConcat, syntax.OpRepeat:
		n = 0
	}
	for _, sub := range re.Sub {
		if n += least(sub); n > maxProgram {
			return n
		}
	}
	if re.Op == syntax.OpRepeat {
		return n * max(1, re.Min, re.Max)
	}
	return n
}
