package telegram

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// parseHTML reads the real server's HTML dialect. Errors are in its words, with the byte offset of the tag.
// The entities come in the order in which they ended; tidy brings them into Telegram's order.
func parseHTML(s string) (string, []Entity, error) {
	p := &html{in: s}
	if !utf8.ValidString(s) {
		return "", nil, markupError("Strings must be encoded in UTF-8")
	}
	for p.pos < len(p.in) {
		if err := p.step(); err != nil {
			return "", nil, err
		}
	}
	if n := len(p.open); n > 0 {
		return "", nil, markupError(`Can't find end tag corresponding to start tag "%s"`, p.open[n-1].name)
	}
	text := p.out.String()
	if !utf8.ValidString(text) {
		return "", nil, markupError("Text contains invalid Unicode characters after decoding HTML entities, " +
			"check for unmatched surrogate code units")
	}
	for i := range p.entities {
		// A language belongs to code only inside pre.
		if p.entities[i].Type == "code" {
			p.entities[i].Language = ""
		}
	}
	return text, p.entities, nil
}

// html is the state of one parse.
type html struct {
	in       string
	pos      int
	out      strings.Builder
	units    int // UTF-16 length of out
	open     []tag
	entities []Entity
}

// words is an error in the real server's words, which begin in upper case.
type words string

func (e words) Error() string { return string(e) }

func markupError(format string, args ...any) error { return words(fmt.Sprintf(format, args...)) }

// at is the byte at a position; behind the end it is 0, which the grammar reads as space, as the real parser does.
func (p *html) at(i int) byte {
	if i < len(p.in) {
		return p.in[i]
	}
	return 0
}

func isSpace(c byte) bool {
	return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\v' || c == 0
}

func isAlpha(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

func isAlnum(c byte) bool { return isAlpha(c) || c >= '0' && c <= '9' }

func (p *html) step() error {
	switch {
	case p.in[p.pos] == '&':
		if r, next, ok := decodeEntity(p.in, p.pos); ok {
			p.write(r)
			p.pos = next
			return nil
		}
	case p.in[p.pos] == '<' && p.at(p.pos+1) == '/':
		return p.endTag()
	case p.in[p.pos] == '<':
		return p.startTag()
	}
	r, size := utf8.DecodeRuneInString(p.in[p.pos:])
	p.write(r)
	p.pos += size
	return nil
}

// write appends a rune. Half a surrogate pair becomes bytes that are no UTF-8, which the end of the parse refuses.
func (p *html) write(r rune) {
	p.units++
	switch {
	case r >= 0xd800 && r <= 0xdfff:
		p.out.WriteByte(0xed)
	default:
		if r > 0xffff {
			p.units++
		}
		p.out.WriteRune(r)
	}
}

// decodeEntity reads a character reference at s[i]; the semicolon may be missing, and unknown names stay text.
func decodeEntity(s string, i int) (rune, int, bool) {
	end := i + 1
	if strings.HasPrefix(s[i:], "&#") {
		base := 10
		if end++; strings.HasPrefix(s[end:], "x") {
			base = 16
			end++
		}
		digits := end
		for end < len(s) && isDigit(s[end], base) {
			end++
		}
		n, err := strconv.ParseUint(s[digits:end], base, 32)
		if err != nil || n == 0 || n >= 0x10ffff || end-i >= 10 {
			return 0, 0, false
		}
		return rune(n), skipSemicolon(s, end), true
	}
	for end < len(s) && isAlpha(s[end]) {
		end++
	}
	var r rune
	switch s[i+1 : end] {
	case "lt":
		r = '<'
	case "gt":
		r = '>'
	case "amp":
		r = '&'
	case "quot":
		r = '"'
	}
	return r, skipSemicolon(s, end), r != 0
}

func isDigit(c byte, base int) bool {
	return c >= '0' && c <= '9' || base == 16 && c|0x20 >= 'a' && c|0x20 <= 'f'
}

func skipSemicolon(s string, i int) int {
	if i < len(s) && s[i] == ';' {
		return i + 1
	}
	return i
}

// lower folds ASCII only, as the real parser does.
func lower(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, s)
}
