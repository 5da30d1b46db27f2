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

// close turns a finished tag into its entity.
func (p *html) close(tag tag) error {
	kind, _ := tagKind(tag.name)
	e := Entity{Type: kind, Offset: tag.offset, Length: p.units - tag.offset}
	switch tag.name {
	case "a":
		return p.closeLink(tag, e)
	case "tg-emoji":
		if id, err := strconv.ParseInt(tag.argument, 10, 64); err != nil || id == 0 {
			return markupError("Invalid custom emoji identifier specified")
		}
		e.Type, e.CustomEmojiID = "custom_emoji", tag.argument
	case "tg-time":
		if tag.unix <= 0 {
			return nil
		}
		if !isTimeFormat(tag.argument) {
			return markupError("Invalid date-time format specified")
		}
		e.Type, e.UnixTime, e.TimeFormat = "date_time", tag.unix, tag.argument
	case "blockquote":
		if tag.argument != "" {
			e.Type = "expandable_blockquote"
		}
	case "code", "pre":
		p.closeCode(tag, e)
		return nil
	}
	p.entities = append(p.entities, e)
	return nil
}

// isTimeFormat reports whether s is one of core.telegram.org/bots/api#date-time-entity-formatting: r, or a w, a d or D, and a t
// or T, each of which may be missing.
func isTimeFormat(s string) bool {
	rest := strings.TrimPrefix(s, "w")
	rest = strings.TrimPrefix(strings.TrimPrefix(rest, "d"), "D")
	rest = strings.TrimPrefix(strings.TrimPrefix(rest, "t"), "T")
	return s == "r" || rest == ""
}

// closeLink drops the link, but keeps its text, when Telegram wouldn't open the address.
func (p *html) closeLink(tag tag, e Entity) error {
	address := tag.argument
	if address == "" {
		address = p.out.String()[tag.begin:]
	}
	if id, ok := userLink(address); ok {
		e.Type, e.User = "text_mention", &User{ID: id}
	} else if e.URL, ok = link(address); ok {
		e.Type = "text_link"
	} else {
		return nil
	}
	p.entities = append(p.entities, e)
	return nil
}

// closeCode joins code inside pre, or pre inside code, into one pre with a language.
func (p *html) closeCode(tag tag, e Entity) {
	if n := len(p.entities); n > 0 {
		last := &p.entities[n-1]
		if last.Offset == e.Offset && last.Length == e.Length {
			switch {
			case tag.name == "pre" && last.Type == "code" && last.Language != "":
				last.Type = "pre"
				return
			case tag.name == "code" && last.Type == "pre" && tag.argument != "":
				last.Language = tag.argument
				return
			}
		}
	}
	e.Language = tag.argument
	if tag.name == "pre" {
		e.Language = ""
	}
	p.entities = append(p.entities, e)
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
