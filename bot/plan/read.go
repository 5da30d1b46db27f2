package plan

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"tidings/bot/filter"
	"tidings/internal/typo"
)

// maxTyped bounds what is read, in bytes. Nothing that says when is longer.
const maxTyped = 200

// token is a number, a word or a mark of what somebody typed.
type token struct {
	text  string
	n     int  // of a number
	width int  // digits of a number, 0 for anything else
	glued bool // no space before it
}

// reader reads what somebody typed, token by token.
type reader struct {
	typed  string
	tokens []token // without those that have been read
}

// read splits what somebody typed. Letter case, accents, width and kinds of dashes don't count.
func read(typed string) *reader {
	typed = strings.TrimSpace(typed)
	r := &reader{typed: typed}
	if len(typed) > maxTyped {
		r.tokens = []token{{text: typed[:1]}}
		return r
	}
	s := filter.Fold(typed)
	for _, same := range [][2]string{{"a.m.", "am"}, {"p.m.", "pm"}, {"o'clock", ""}, {"(", " "}, {")", " "}} {
		s = strings.ReplaceAll(s, same[0], same[1])
	}
	glued := false
	for s != "" {
		c, size := utf8.DecodeRuneInString(s)
		if unicode.IsSpace(c) {
			s, glued = s[size:], false
			continue
		}
		t := tokenOf(s[:runLength(s)])
		t.glued = glued
		r.tokens = append(r.tokens, t)
		s, glued = s[len(t.text):], true
	}
	return r
}

// runLength returns how many bytes the first token of s has: of digits, of letters, or of one mark.
func runLength(s string) int {
	first, size := utf8.DecodeRuneInString(s)
	same := unicode.IsLetter
	switch {
	case isDigit(first):
		same = isDigit
	case !unicode.IsLetter(first):
		return size
	}
	if end := strings.IndexFunc(s, func(c rune) bool { return !same(c) && !unicode.IsMark(c) }); end > 0 {
		return end
	}
	return len(s)
}

func isDigit(c rune) bool { return '0' <= c && c <= '9' }

func tokenOf(text string) token {
	t := token{text: text}
	if !isDigit(rune(text[0])) {
		return t
	}
	const tooHigh = 1e6 // for anything that is read here
	t.width = len(text)
	for _, c := range []byte(text) {
		t.n = min(t.n*10+int(c-'0'), tooHigh)
	}
	return t
}

// done reports whether everything has been read.
func (r *reader) done() bool { return len(r.tokens) == 0 }

// peek returns the token after the next i; an empty one after the end.
func (r *reader) peek(i int) token {
	if i >= len(r.tokens) {
		return token{}
	}
	return r.tokens[i]
}

// drop passes over n tokens.
func (r *reader) drop(n int) { r.tokens = r.tokens[min(n, len(r.tokens)):] }

// take reads the next token if it is one of some words. Words of scripts that don't separate them are read from its beginning.
func (r *reader) take(words ...string) bool {
	text := r.peek(0).text
	for _, w := range words {
		if text == w && w != "" {
			r.drop(1)
			return true
		}
		if w != "" && w[0] >= utf8.RuneSelf && strings.HasPrefix(text, w) {
			rest := token{text: text[len(w):], glued: true}
			r.tokens = append([]token{rest}, r.tokens[1:]...)
			return true
		}
	}
	return false
}

// takeAll reads some words that follow each other, or none.
func (r *reader) takeAll(words ...string) bool {
	for i, w := range words {
		if r.peek(i).text != w {
			return false
		}
	}
	r.drop(len(words))
	return true
}

// pass passes over all of some words that come next.
func (r *reader) pass(words ...string) {
	for r.take(words...) {
	}
}

// number reads the next token if it is a number.
func (r *reader) number() (n int, ok bool) {
	t := r.peek(0)
	if t.width == 0 {
		return 0, false
	}
	r.drop(1)
	return t.n, true
}

// off reads whether something is switched off.
func (r *reader) off() bool {
	return r.takeAll("no", "limit") || r.takeAll("for", "good") ||
		r.take("off", "none", "no", "never", "unlimited", "aus", "kein", "keine", "nein", "non", "aucun", "aucune", "desactivar",
			"ninguno", "ninguna", "apagar", "desactive", "끄기", "없음", "オフ", "なし", "关闭", "关", "无")
}

// nearest returns the word of a list that is most like what comes next, or "".
func (r *reader) nearest(list ...string) string {
	word, best := r.peek(0).text, ""
	const longest = 20 // of a word that may be a slip
	if len(word) < 3 || len(word) > longest {
		return ""
	}
	least := min(3, 1+len(word)/3)
	for _, w := range list {
		if n := typo.Distance(word, w); n > 0 && n < least { // a word that is right isn't what is wrong
			best, least = w, n
		}
	}
	return best
}

// shown returns what was typed as an error quotes it.
func (r *reader) shown() string {
	const most = 40 // characters
	c := []rune(strings.Join(strings.FieldsFunc(r.typed, unicode.IsControl), " "))
	if len(c) > most {
		c = append(slices.Clone(c[:most-1]), '…')
	}
	return string(c)
}
