package filter

import "unicode/utf8"

// token is one word of a text, as it is compared.
type token struct {
	text       string // folded
	start, end int    // bytes of the original text
	section    int    // of the document
	entry      int    // of the document, once it is indexed
}

// Tokens returns the words of s in order, exactly as Match compares them, for a full-text index. A token has at least
// one letter or digit and otherwise only letters, digits and marks: never a space, never ASCII punctuation.
//
// A word is a run of letters and digits; a character of Han, Kana, Thai, Lao, Khmer or Myanmar is a word of its own, and
// Hangul is apart from other letters. Punctuation, apostrophes and hyphens separate, with two exceptions: a comma
// between thousands (13,259 is 13259) and the full stops of initials (U.S. is us) are left out.
func Tokens(s string) []string {
	var room [64]token // so many words have most texts
	tokens := appendTokens(room[:0], s, 0)
	if len(tokens) == 0 {
		return nil
	}
	words := make([]string, len(tokens))
	for i := range tokens {
		words[i] = tokens[i].text
	}
	return words
}

// appendTokens appends the words of s to tokens.
func appendTokens(tokens []token, s string, section int) []token {
	lower := lowerASCII(s)
	sc, last := scanner{text: s}, ""
	for {
		p, ok := sc.next()
		if !ok {
			return tokens
		}
		text := foldWord(lower[p.start:p.end])
		if last != "" && p.gap == 1 && joins(last, p.separator, text) {
			t := &tokens[len(tokens)-1]
			t.text, t.end = t.text+text, p.end
			if p.separator == '.' && t.end < len(s) && s[t.end] == '.' {
				t.end++ // the full stop of the last initial
			}
		} else {
			tokens = append(tokens, token{text: text, start: p.start, end: p.end, section: section})
		}
		last = text
	}
}

// joins reports whether two words with only separator between them are one: initials, or a number in thousands.
func joins(last string, separator rune, next string) bool {
	switch separator {
	case '.':
		return oneLetter(last) && oneLetter(next)
	case ',':
		return len(last) <= 3 && len(next) == 3 && allDigits(last) && allDigits(next)
	default:
		return false
	}
}

func oneLetter(s string) bool {
	r, size := utf8.DecodeRuneInString(s)
	return size == len(s) && classOf(r) == classWord && (r < '0' || r > '9')
}

func allDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

// piece is an unfolded word and what stands before it.
type piece struct {
	start, end int // bytes
	class      class
	gap        int  // visible separators before it
	separator  rune // the last of them, plain
}

// scanner cuts a text into pieces. Every character is looked at once.
type scanner struct {
	text string
	pos  int
}

func (sc *scanner) next() (piece, bool) {
	p := piece{start: -1}
	for sc.pos < len(sc.text) {
		r, size := rune(sc.text[sc.pos]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(sc.text[sc.pos:])
		}
		if !p.add(r, sc.pos, sc.pos+size) {
			return p, true
		}
		sc.pos += size
	}
	return p, p.start >= 0
}

// add adds the character r at [from, to) to the piece, or reports that the piece ended before it.
func (p *piece) add(r rune, from, to int) bool {
	c := classOf(r)
	switch {
	case c == classIgnored:
	case p.start < 0 && c == classSeparator:
		p.gap, p.separator = p.gap+1, plain(r)
	case p.start < 0 && c == classMark: // a mark on nothing
	case p.start < 0:
		p.start, p.end, p.class = from, to, c
	case c == classMark, c == p.class && c != classSolo:
		p.end = to
	default:
		return false
	}
	return true
}
