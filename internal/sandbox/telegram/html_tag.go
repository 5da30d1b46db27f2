package telegram

import (
	"strconv"
	"strings"
)

// tag is a start tag that waits for its end.
type tag struct {
	name     string
	argument string // address, language, emoji or format: whatever the tag has
	unix     int64
	begin    int // where its text begins in the output, in bytes
	offset   int // the same in UTF-16 units
}

// tagKind is the kind of entity a tag makes unless its attributes decide, and whether there is such a tag.
func tagKind(tag string) (string, bool) {
	switch tag {
	case "b", "strong":
		return "bold", true
	case "i", "em":
		return "italic", true
	case "u", "ins":
		return "underline", true
	case "s", "strike", "del":
		return "strikethrough", true
	case "tg-spoiler", "span":
		return "spoiler", true
	case "code", "pre", "a", "tg-emoji", "tg-time", "blockquote":
		return tag, true
	}
	return "", false
}

func (p *html) startTag() error {
	begin := p.pos
	i := begin + 1
	for !isSpace(p.at(i)) && p.at(i) != '>' {
		i++
	}
	if p.at(i) == 0 {
		return markupError("Unclosed start tag at byte offset %d", begin)
	}
	tag := tag{name: lower(p.in[begin+1 : i]), begin: p.out.Len(), offset: p.units}
	if _, ok := tagKind(tag.name); !ok {
		return markupError(`Unsupported start tag "%s" at byte offset %d`, tag.name, begin)
	}
	p.pos = i
	for {
		p.skipSpace()
		if p.at(p.pos) == '>' {
			break
		}
		if err := p.attribute(&tag, begin); err != nil {
			return err
		}
	}
	p.pos++
	if tag.name == "span" && tag.argument != "spoiler" {
		return markupError(`Tag "span" must have class "tg-spoiler" at byte offset %d`, begin)
	}
	p.open = append(p.open, tag)
	return nil
}

func (p *html) skipSpace() {
	for p.at(p.pos) != 0 && isSpace(p.at(p.pos)) {
		p.pos++
	}
}

// attribute reads one attribute, with or without a value.
func (p *html) attribute(tag *tag, begin int) error {
	start := p.pos
	for c := p.at(p.pos); !isSpace(c) && !strings.ContainsRune(`=>/"'`, rune(c)); c = p.at(p.pos) {
		p.pos++
	}
	name := p.in[start:p.pos]
	if name == "" {
		return markupError(`Empty attribute name in the tag "%s" at byte offset %d`, tag.name, begin)
	}
	unclosed := markupError(`Unclosed start tag "%s" at byte offset %d`, tag.name, begin)
	p.skipSpace()
	if p.at(p.pos) != '=' {
		if p.at(p.pos) == 0 {
			return unclosed
		}
		tag.set(name, "")
		return nil
	}
	p.pos++
	p.skipSpace()
	if p.at(p.pos) == 0 {
		return unclosed
	}
	value, err := p.value()
	if err != nil {
		return err
	}
	if p.at(p.pos) == 0 {
		return markupError("Unclosed start tag at byte offset %d", begin)
	}
	tag.set(name, value)
	return nil
}

// value reads a quoted string, or a bare token of letters, digits, dots and hyphens.
func (p *html) value() (string, error) {
	quote := p.at(p.pos)
	if quote != '"' && quote != '\'' {
		start := p.pos
		for c := p.at(p.pos); isAlnum(c) || c == '.' || c == '-'; c = p.at(p.pos) {
			p.pos++
		}
		if c := p.at(p.pos); !isSpace(c) && c != '>' {
			return "", markupError("Unexpected end of name token at byte offset %d", start)
		}
		return lower(p.in[start:p.pos]), nil
	}
	p.pos++
	var b strings.Builder
	for c := p.at(p.pos); c != quote && c != 0; c = p.at(p.pos) {
		if c == '&' {
			if r, next, ok := decodeEntity(p.in, p.pos); ok {
				b.WriteRune(r)
				p.pos = next
				continue
			}
		}
		b.WriteByte(c)
		p.pos++
	}
	if p.at(p.pos) == quote {
		p.pos++
	}
	return b.String(), nil
}

// set keeps the attributes that mean something; the others are ignored.
func (tag *tag) set(name, value string) {
	switch tag.name + " " + name {
	case "a href", "tg-emoji emoji-id", "tg-time format":
		tag.argument = value
	case "code class":
		if language, ok := strings.CutPrefix(value, "language-"); ok {
			tag.argument = language
		}
	case "span class":
		if kind, ok := strings.CutPrefix(value, "tg-"); ok {
			tag.argument = kind
		}
	case "blockquote expandable":
		tag.argument = "1"
	case "tg-time unix":
		tag.unix, _ = strconv.ParseInt(value, 10, 32)
	}
}

func (p *html) endTag() error {
	begin := p.pos
	if len(p.open) == 0 {
		return markupError("Unexpected end tag at byte offset %d", begin)
	}
	i := begin + 1
	for !isSpace(p.at(i)) && p.at(i) != '>' {
		i++
	}
	name := lower(p.in[begin+2 : i])
	p.pos = i
	p.skipSpace()
	if p.at(p.pos) != '>' {
		return markupError("Unclosed end tag at byte offset %d", begin)
	}
	p.pos++
	tag := p.open[len(p.open)-1]
	if name != "" && name != tag.name {
		return markupError(`Unmatched end tag at byte offset %d, expected "</%s>", found "</%s>"`, begin, tag.name, name)
	}
	p.open = p.open[:len(p.open)-1]
	if p.units == tag.offset {
		return nil
	}
	return p.close(tag)
}
