package sandbox

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// tgParseHTML reads the real server's HTML dialect. Errors are in its words, with the byte offset of the tag.
// The entities come in the order in which they ended; tgTidy brings them into Telegram's order.
func tgParseHTML(s string) (string, []TelegramEntity, error) {
	p := &tgHTML{in: s}
	if !utf8.ValidString(s) {
		return "", nil, tgMarkupError("Strings must be encoded in UTF-8")
	}
	for p.pos < len(p.in) {
		if err := p.step(); err != nil {
			return "", nil, err
		}
	}
	if n := len(p.open); n > 0 {
		return "", nil, tgMarkupError(`Can't find end tag corresponding to start tag "%s"`, p.open[n-1].name)
	}
	text := p.out.String()
	if !utf8.ValidString(text) {
		return "", nil, tgMarkupError("Text contains invalid Unicode characters after decoding HTML entities, " +
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

// tgHTML is the state of one parse.
type tgHTML struct {
	in       string
	pos      int
	out      strings.Builder
	units    int // UTF-16 length of out
	open     []tgTag
	entities []TelegramEntity
}

// tgTag is a start tag that waits for its end.
type tgTag struct {
	name     string
	argument string // address, language, emoji or format: whatever the tag has
	unix     int64
	begin    int // where its text begins in the output, in bytes
	offset   int // the same in UTF-16 units
}

// tgTagKind is the kind of entity a tag makes, where its attributes have no say, and whether there is such a tag.
func tgTagKind(tag string) (string, bool) {
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

// tgWords is an error in the real server's words, which begin in upper case.
type tgWords string

func (e tgWords) Error() string { return string(e) }

func tgMarkupError(format string, args ...any) error { return tgWords(fmt.Sprintf(format, args...)) }

// at is the byte at a position; behind the end it is 0, which the grammar takes for space, as the real parser does.
func (p *tgHTML) at(i int) byte {
	if i < len(p.in) {
		return p.in[i]
	}
	return 0
}

func tgIsSpace(c byte) bool {
	return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\v' || c == 0
}

func tgIsAlpha(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

func tgIsAlnum(c byte) bool { return tgIsAlpha(c) || c >= '0' && c <= '9' }

func (p *tgHTML) step() error {
	switch {
	case p.in[p.pos] == '&':
		if r, next, ok := tgDecodeEntity(p.in, p.pos); ok {
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
func (p *tgHTML) write(r rune) {
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

// tgDecodeEntity reads a character reference at s[i]; the semicolon may be missing, unknown names are no reference.
func tgDecodeEntity(s string, i int) (rune, int, bool) {
	end := i + 1
	if strings.HasPrefix(s[i:], "&#") {
		base := 10
		if end++; strings.HasPrefix(s[end:], "x") {
			base = 16
			end++
		}
		digits := end
		for end < len(s) && tgIsDigit(s[end], base) {
			end++
		}
		n, err := strconv.ParseUint(s[digits:end], base, 32)
		if err != nil || n == 0 || n >= 0x10ffff || end-i >= 10 {
			return 0, 0, false
		}
		return rune(n), tgSkipSemicolon(s, end), true
	}
	for end < len(s) && tgIsAlpha(s[end]) {
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
	return r, tgSkipSemicolon(s, end), r != 0
}

func tgIsDigit(c byte, base int) bool {
	return c >= '0' && c <= '9' || base == 16 && c|0x20 >= 'a' && c|0x20 <= 'f'
}

func tgSkipSemicolon(s string, i int) int {
	if i < len(s) && s[i] == ';' {
		return i + 1
	}
	return i
}

func (p *tgHTML) startTag() error {
	begin := p.pos
	i := begin + 1
	for !tgIsSpace(p.at(i)) && p.at(i) != '>' {
		i++
	}
	if p.at(i) == 0 {
		return tgMarkupError("Unclosed start tag at byte offset %d", begin)
	}
	tag := tgTag{name: tgLower(p.in[begin+1 : i]), begin: p.out.Len(), offset: p.units}
	if _, ok := tgTagKind(tag.name); !ok {
		return tgMarkupError(`Unsupported start tag "%s" at byte offset %d`, tag.name, begin)
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
		return tgMarkupError(`Tag "span" must have class "tg-spoiler" at byte offset %d`, begin)
	}
	p.open = append(p.open, tag)
	return nil
}

func (p *tgHTML) skipSpace() {
	for p.at(p.pos) != 0 && tgIsSpace(p.at(p.pos)) {
		p.pos++
	}
}

// attribute reads one attribute, with or without a value.
func (p *tgHTML) attribute(tag *tgTag, begin int) error {
	start := p.pos
	for c := p.at(p.pos); !tgIsSpace(c) && !strings.ContainsRune(`=>/"'`, rune(c)); c = p.at(p.pos) {
		p.pos++
	}
	name := p.in[start:p.pos]
	if name == "" {
		return tgMarkupError(`Empty attribute name in the tag "%s" at byte offset %d`, tag.name, begin)
	}
	unclosed := tgMarkupError(`Unclosed start tag "%s" at byte offset %d`, tag.name, begin)
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
		return tgMarkupError("Unclosed start tag at byte offset %d", begin)
	}
	tag.set(name, value)
	return nil
}

// value reads a quoted string, or a bare token of letters, digits, dots and hyphens.
func (p *tgHTML) value() (string, error) {
	quote := p.at(p.pos)
	if quote != '"' && quote != '\'' {
		start := p.pos
		for c := p.at(p.pos); tgIsAlnum(c) || c == '.' || c == '-'; c = p.at(p.pos) {
			p.pos++
		}
		if c := p.at(p.pos); !tgIsSpace(c) && c != '>' {
			return "", tgMarkupError("Unexpected end of name token at byte offset %d", start)
		}
		return tgLower(p.in[start:p.pos]), nil
	}
	p.pos++
	var b strings.Builder
	for c := p.at(p.pos); c != quote && c != 0; c = p.at(p.pos) {
		if c == '&' {
			if r, next, ok := tgDecodeEntity(p.in, p.pos); ok {
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
func (tag *tgTag) set(name, value string) {
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

func (p *tgHTML) endTag() error {
	begin := p.pos
	if len(p.open) == 0 {
		return tgMarkupError("Unexpected end tag at byte offset %d", begin)
	}
	i := begin + 1
	for !tgIsSpace(p.at(i)) && p.at(i) != '>' {
		i++
	}
	name := tgLower(p.in[begin+2 : i])
	p.pos = i
	p.skipSpace()
	if p.at(p.pos) != '>' {
		return tgMarkupError("Unclosed end tag at byte offset %d", begin)
	}
	p.pos++
	tag := p.open[len(p.open)-1]
	if name != "" && name != tag.name {
		return tgMarkupError(`Unmatched end tag at byte offset %d, expected "</%s>", found "</%s>"`, begin, tag.name, name)
	}
	p.open = p.open[:len(p.open)-1]
	if p.units == tag.offset {
		return nil
	}
	return p.close(tag)
}

// close turns a finished tag into its entity.
func (p *tgHTML) close(tag tgTag) error {
	kind, _ := tgTagKind(tag.name)
	e := TelegramEntity{Type: kind, Offset: tag.offset, Length: p.units - tag.offset}
	switch tag.name {
	case "a":
		return p.closeLink(tag, e)
	case "tg-emoji":
		if id, err := strconv.ParseInt(tag.argument, 10, 64); err != nil || id == 0 {
			return tgMarkupError("Invalid custom emoji identifier specified")
		}
		e.Type, e.CustomEmojiID = "custom_emoji", tag.argument
	case "tg-time":
		if tag.unix <= 0 {
			return nil
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

// closeLink drops the link, and keeps its text, when the address is none that Telegram would open.
func (p *tgHTML) closeLink(tag tgTag, e TelegramEntity) error {
	address := tag.argument
	if address == "" {
		address = p.out.String()[tag.begin:]
	}
	if id, ok := tgUserLink(address); ok {
		e.Type, e.User = "text_mention", &TelegramUser{ID: id}
	} else if e.URL, ok = tgLink(address); ok {
		e.Type = "text_link"
	} else {
		return nil
	}
	p.entities = append(p.entities, e)
	return nil
}

// closeCode joins code inside pre, or pre inside code, into one pre with a language.
func (p *tgHTML) closeCode(tag tgTag, e TelegramEntity) {
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

// tgLower folds ASCII only, as the real parser does.
func tgLower(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, s)
}
