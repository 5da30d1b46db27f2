package feed

import (
	"html"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/encoding/charmap"
)

// Bounds of the entities that a document declares itself.
const (
	maxEntities   = 32
	maxEntity     = 1 << 10 // bytes that one stands for
	maxExpansions = 1000    // of all of them together, in one document
	maxReference  = 32      // bytes between "&" and ";"
)

// references resolves what a document writes with "&". Entities that the document declares stand
// for plain text only: neither markup nor further entities nor files, so none can grow.
type references struct {
	entities   map[string]string
	expansions int
}

// declare reads an entity from the document's type.
func (r *references) declare(name, value string) {
	if len(r.entities) >= maxEntities || len(value) > maxEntity || strings.ContainsAny(value, "&<%") {
		return
	}
	if r.entities == nil {
		r.entities = make(map[string]string)
	}
	if _, ok := r.entities[name]; !ok { // the first declaration counts; XML 1.0, section 4.2
		r.entities[name] = value
	}
}

// resolve returns s with its references resolved. A "&" that begins none stays what it is.
func (r *references) resolve(s string) string {
	i := strings.IndexByte(s, '&')
	if i < 0 {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	for i >= 0 {
		b.WriteString(s[:i])
		s = s[i:]
		size := 1
		if end := strings.IndexByte(s[:min(len(s), maxReference+2)], ';'); end > 1 {
			if to, ok := r.one(s[1:end]); ok {
				b.WriteString(to)
				size = end + 1
			}
		}
		if size == 1 {
			b.WriteByte('&')
		}
		s = s[size:]
		i = strings.IndexByte(s, '&')
	}
	b.WriteString(s)
	return b.String()
}

// one resolves the reference of that name.
func (r *references) one(name string) (to string, ok bool) {
	switch name {
	case "amp":
		return "&", true
	case "lt":
		return "<", true
	case "gt":
		return ">", true
	case "quot":
		return `"`, true
	case "apos":
		return "'", true
	}
	if name[0] == '#' {
		return character(name[1:])
	}
	if to, ok = r.entities[name]; ok {
		if r.expansions++; r.expansions > maxExpansions {
			return "", true
		}
		return to, true
	}
	ref := "&" + name + ";"
	to = html.UnescapeString(ref)
	return to, to != ref && !strings.HasSuffix(to, ";") // "&notit;" begins with one, and is none
}

// character returns what a numeric reference means: those to the control characters of Latin-1
// mean the letters of Windows-1252, and one to a character that XML does not have means none.
func character(digits string) (to string, ok bool) {
	base := 10
	if digits != "" && digits[0]|0x20 == 'x' {
		digits, base = digits[1:], 16
	}
	code, err := strconv.ParseUint(digits, base, 64)
	switch {
	case err != nil:
		return "", isNumber(digits, base)
	case code > unicode.MaxRune, code >= 0xD800 && code <= 0xDFFF, !isAllowed(rune(code)):
		return "", true
	case code >= 0x80 && code <= 0x9F:
		return string(charmap.Windows1252.DecodeByte(byte(code))), true
	}
	return string(rune(code)), true
}

// isNumber reports whether digits are a number, though perhaps too great a one.
func isNumber(digits string, base int) bool {
	all := "0123456789abcdefABCDEF"
	if base == 10 {
		all = all[:10]
	}
	return digits != "" && strings.Trim(digits, all) == ""
}

// isAllowed reports whether XML 1.0 has the character.
func isAllowed(r rune) bool {
	return (r >= ' ' || r == '\t' || r == '\n' || r == '\r') && r != 0xFFFE && r != 0xFFFF
}

// doctype reads the document type that text begins with, and returns how long it is. It takes the
// entities that are written out there, and goes nowhere for others.
func (r *references) doctype(text string) int {
	end := strings.IndexByte(text, '>') + 1
	if end == 0 {
		return len(text)
	}
	open := strings.IndexByte(text[:end], '[')
	if open < 0 {
		return end
	}
	inner := strings.IndexByte(text[open:], ']')
	if inner < 0 {
		return end
	}
	for declaration := range strings.SplitSeq(text[open+1:open+inner], "<!ENTITY") {
		r.declaration(declaration)
	}
	if after := strings.IndexByte(text[open+inner:], '>'); after >= 0 {
		return open + inner + after + 1
	}
	return len(text)
}

// declaration reads what follows "<!ENTITY": a name and its value in quotes.
func (r *references) declaration(s string) {
	name, rest, ok := strings.Cut(strings.TrimLeft(s, " \t\r\n"), " ")
	rest = strings.TrimLeft(rest, " \t\r\n")
	if !ok || rest == "" || rest[0] != '"' && rest[0] != '\'' {
		return
	}
	if value, _, ok := strings.Cut(rest[1:], rest[:1]); ok {
		r.declare(name, value)
	}
}
