package feed

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// sanitize takes out of an XML document what would end its parsing: the declaration, whose
// encoding is no longer true, the document type with its entities, characters and references that
// XML does not allow, and a "<" that begins nothing. It returns the number of the line on which
// what is left begins; the lines from there on stay the same.
func sanitize(text string) (clean string, line int) {
	root := cutProlog(text)
	line = 1 + strings.Count(text[:len(text)-len(root)], "\n")
	text = strings.Map(allowed, root)
	var b strings.Builder
	for len(text) > 0 {
		i := strings.IndexAny(text, "<&")
		if i < 0 {
			b.WriteString(text)
			break
		}
		b.WriteString(text[:i])
		text = text[i:]
		repaired, n := sanitizeMark(text)
		b.WriteString(repaired)
		text = text[n:]
	}
	return b.String(), line
}

// allowed drops the characters that XML 1.0 does not have.
func allowed(r rune) rune {
	if r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0xFFFE || r == 0xFFFF {
		return -1
	}
	return r
}

// cutProlog drops everything before the first element.
func cutProlog(text string) string {
	for {
		text = strings.TrimLeftFunc(text, unicode.IsSpace)
		var end int
		switch {
		case strings.HasPrefix(text, "<?"):
			end = endOf(text, "?>")
		case strings.HasPrefix(text, "<!--"):
			end = endOf(text, "-->")
		case strings.HasPrefix(text, "<!"):
			end = endOfDoctype(text)
		default:
			return text
		}
		text = text[end:]
	}
}

// endOf returns where stop ends, or the end of text.
func endOf(text, stop string) int {
	if i := strings.Index(text, stop); i >= 0 {
		return i + len(stop)
	}
	return len(text)
}

// endOfDoctype returns where a declaration with perhaps an internal subset ends.
func endOfDoctype(text string) int {
	end := endOf(text, ">")
	if open := strings.IndexByte(text[:end], '['); open >= 0 {
		inner := endOf(text[open:], "]")
		return open + inner + endOf(text[open+inner:], ">")
	}
	return end
}

var reference = regexp.MustCompile(`^&#(?:[xX]([0-9a-fA-F]{1,8})|([0-9]{1,9}));`)

// sanitizeMark repairs what begins at the "<" or "&" that text begins with. It returns what to put
// in its place and how much of text that stands for.
func sanitizeMark(text string) (repaired string, n int) {
	if text[0] == '&' {
		m := reference.FindStringSubmatch(text[:min(len(text), 16)])
		if m == nil {
			return "&", 1
		}
		return referred(m), len(m[0])
	}
	switch {
	case strings.HasPrefix(text, "<![CDATA["):
		n = endOf(text, "]]>")
		return text[:n], n
	case strings.HasPrefix(text, "<!--"):
		n = endOf(text, "-->")
		return strings.Repeat("\n", strings.Count(text[:n], "\n")), n
	case strings.HasPrefix(text, "<?"):
		return "", endOf(text, "?>")
	case strings.HasPrefix(text, "<!"):
		return "&lt;", 1
	}
	r, _ := utf8.DecodeRuneInString(strings.TrimPrefix(text[1:], "/"))
	if r == '_' || r == ':' || unicode.IsLetter(r) {
		return "<", 1
	}
	return "&lt;", 1
}

// referred returns a numeric reference as it was meant: those to the control characters of Latin-1
// mean the letters of Windows-1252, and one to a character that XML does not have means none.
func referred(m []string) string {
	digits, base := m[1], 16
	if digits == "" {
		digits, base = m[2], 10
	}
	code, err := strconv.ParseUint(digits, base, 32)
	switch {
	case err != nil, code > unicode.MaxRune, code >= 0xD800 && code <= 0xDFFF, allowed(rune(code)) < 0:
		return ""
	case code >= 0x80 && code <= 0x9F:
		return string(charmap.Windows1252.DecodeByte(byte(code)))
	}
	return m[0]
}
