package feed

import (
	"iter"
	"strings"
)

// markup walks through the tags of an XML document as publishers really write it. What is not a sound
// tag is text, so nothing ends the walk before the end, and it takes time in proportion to the text.
type markup struct {
	text string
	at   int
	// missing says of each kind of section that no end of one is left ahead.
	missing [len(sections)]bool
	// broken says that something was no sound markup, and cut that the text ends within a tag.
	broken, cut bool
}

// sections lists the parts of a document without tags.
var sections = [...]struct{ begin, end string }{
	{"<![CDATA[", "]]>"},
	{"<!--", "-->"},
	{"<?", "?>"},
}

// cdata is the place of character data among the sections.
const cdata = 0

// tag is a tag with its place in the text.
type tag struct {
	name       string // with its prefix, as written
	attrs      string // as written
	kind       tagKind
	start, end int
}

type tagKind int

const (
	startTag tagKind = iota
	endTag
	emptyTag // <br/>, both in one
)

// next returns the next tag, and false at the end of the text.
func (m *markup) next() (tag, bool) {
	for {
		i := strings.IndexByte(m.text[m.at:], '<')
		if i < 0 {
			m.at = len(m.text)
			return tag{}, false
		}
		m.at += i
		if _, end := m.section(); end > 0 {
			m.at = end
			continue
		}
		if t, ok := m.tag(); ok {
			m.at = t.end
			return t, true
		}
		m.at++
	}
}

// line returns the number of the line at a place in the text, counted from 1.
func (m *markup) line(at int) int { return 1 + strings.Count(m.text[:min(at, len(m.text))], "\n") }

// section returns which kind of section begins here and where it ends; an end of 0 means that none
// does. One that is never closed is text, or one bad byte would swallow the rest.
func (m *markup) section() (kind, end int) {
	rest := m.text[m.at:]
	if len(rest) < 2 || rest[1] != '!' && rest[1] != '?' {
		return 0, 0
	}
	for kind, s := range sections {
		if !strings.HasPrefix(rest, s.begin) {
			continue
		}
		if !m.missing[kind] {
			if i := strings.Index(rest[len(s.begin):], s.end); i >= 0 {
				return kind, m.at + len(s.begin) + i + len(s.end)
			}
		}
		m.missing[kind], m.broken = true, true
	}
	return 0, 0
}

// tag reads the tag that begins here, if one does.
func (m *markup) tag() (tag, bool) {
	t := tag{start: m.at}
	begin := m.at + 1
	if begin < len(m.text) && m.text[begin] == '/' {
		t.kind = endTag
		begin++
	}
	if begin >= len(m.text) || !isNameStart(m.text[begin]) {
		m.cut = m.cut || begin >= len(m.text)
		return tag{}, false
	}
	end := begin
	for end < len(m.text) && !isNameEnd(m.text[end]) {
		end++
	}
	t.name = m.text[begin:end]
	length, sound := tagEnd(m.text[end:])
	t.attrs, t.end = m.text[end:end+length], end+length
	switch {
	case sound:
		t.end++
	case t.end == len(m.text):
		m.cut = true
		return tag{}, false
	default:
		m.broken = true
	}
	if rest, ok := strings.CutSuffix(t.attrs, "/"); ok && t.kind == startTag {
		t.attrs, t.kind = rest, emptyTag
	}
	return t, true
}

// tagEnd returns how much of s, which follows a tag's name, belongs to the tag, and whether a ">"
// ends it there. A "<" ends it as well, even in quotes, where XML does not allow it: the quote or
// the ">" was lost.
func tagEnd(s string) (length int, sound bool) {
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '>':
			return i, true
		case '<':
			return i, false
		case '"', '\'':
			value := s[i+1:]
			end := strings.IndexByte(value, s[i])
			if end < 0 || strings.IndexByte(value[:end], '<') >= 0 {
				return unquotedEnd(s, i)
			}
			i += 1 + end
		}
	}
	return len(s), false
}

// unquotedEnd returns where a tag ends whose quotes do not match.
func unquotedEnd(s string, from int) (length int, sound bool) {
	i := strings.IndexAny(s[from:], "<>")
	if i < 0 {
		return len(s), false
	}
	return from + i, s[from+i] == '>'
}

func isNameStart(c byte) bool {
	return c == '_' || c == ':' || c >= 0x80 || 'a' <= c|0x20 && c|0x20 <= 'z'
}

func isNameEnd(c byte) bool {
	return isSpace(c) || c == '/' || c == '>' || c == '<' || c == '=' || c == '"' || c == '\''
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

// attributes returns the names and values in a tag, as written.
func attributes(s string) iter.Seq2[string, string] {
	return func(yield func(name, value string) bool) {
		for {
			s = strings.TrimLeft(s, " \t\r\n/=\"'")
			if s == "" {
				return
			}
			end := strings.IndexAny(s, " \t\r\n=/\"'")
			if end < 0 {
				end = len(s)
			}
			name := s[:end]
			var value string
			value, s = attributeValue(s[end:])
			if !yield(name, value) {
				return
			}
		}
	}
}

// attributeValue splits the value off what follows an attribute's name.
func attributeValue(s string) (value, rest string) {
	after, ok := strings.CutPrefix(strings.TrimLeft(s, " \t\r\n"), "=")
	if !ok {
		return "", s
	}
	after = strings.TrimLeft(after, " \t\r\n")
	if after != "" && (after[0] == '"' || after[0] == '\'') {
		value, rest, _ = strings.Cut(after[1:], after[:1])
		return value, rest
	}
	end := strings.IndexAny(after, " \t\r\n")
	if end < 0 {
		end = len(after)
	}
	return after[:end], after[end:]
}
