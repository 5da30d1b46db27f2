package filter

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxQuoted bounds what an error repeats of a filter, in characters.
const maxQuoted = 20

// term is a word or phrase as written.
type term struct {
	field  Field
	at     int    // where it begins
	text   string // without quotes and star
	star   int    // where its star stands, -1 for none
	quoted bool
}

// word reads a term up to its end.
func (p *parser) word(in Field) (expr, error) {
	t := term{field: in, at: p.pos, star: -1}
	end := p.wordEnd()
	text := p.src[p.pos:end]
	p.pos = end
	if in == Any && hasAnyPrefixFold(text, "http://", "https://") { // a pasted link can only mean the address
		t.field = URL
	}
	return p.starred(t, text)
}

func hasAnyPrefixFold(s string, prefixes ...string) bool {
	for _, prefix := range prefixes {
		if len(s) > len(prefix) && strings.EqualFold(s[:len(prefix)], prefix) {
			return true
		}
	}
	return false
}

// phrase reads a term in quotes. A star may stand before or after the closing one.
func (p *parser) phrase(in Field) (expr, error) {
	t := term{field: in, at: p.pos, star: -1, quoted: true}
	p.advance()
	from := p.pos
	for !p.quoteAt(p.pos) {
		if p.atEnd() {
			return nil, p.fail(t.at, "quotation mark is not closed", `end the phrase with "`)
		}
		p.advance()
	}
	text := strings.TrimRightFunc(p.src[from:p.pos], blank)
	p.advance()
	if text == "" {
		return nil, p.fail(t.at, "quotes are empty", "put words between them, or remove them")
	}
	if p.peek() == '*' {
		t.star, t.text = p.pos, text
		p.advance()
		return p.leaf(t)
	}
	t.at = from
	return p.starred(t, text)
}

// starred strips the star from the end of text and refuses stars elsewhere.
func (p *parser) starred(t term, text string) (expr, error) {
	t.text = text
	star := strings.IndexFunc(text, isStar)
	if star < 0 || t.field == URL {
		return p.leaf(t)
	}
	t.star, t.text = t.at+star, text[:star]
	switch {
	case strings.Trim(text, "*＊") == "":
		return nil, p.fail(t.star, "star stands alone", "leave the filter empty to get everything")
	case strings.Trim(text[star:], "*＊") != "":
		return nil, p.fail(t.star, "star inside a term", "it may only end one, as in sanction*")
	}
	return p.leaf(t)
}

func isStar(r rune) bool { return r == '*' || r == '＊' }

// leaf makes the expression of a term.
func (p *parser) leaf(t term) (expr, error) {
	if err := p.count(t.at); err != nil {
		return nil, err
	}
	if t.field == URL {
		return p.address(t)
	}
	tokens := appendTokens(nil, t.text, 0)
	if len(tokens) == 0 {
		return nil, p.unsearchable(t)
	}
	if t.star >= 0 {
		if err := p.checkPrefix(t, tokens); err != nil {
			return nil, err
		}
	}
	p.name(t)
	switch t.field {
	case Source:
		return whole{field: Source, value: word{text: Fold(t.text), sense: t.reach()}}, nil
	case Lang:
		return whole{field: Lang, value: word{text: foldLang(t.text), sense: t.reach()}}, nil
	default:
		w := wordsOf(t, tokens)
		if w.inflect() && p.excluded == 0 {
			p.inflecting = append(p.inflecting, termAt{w, t.at, t.at + len(t.text)})
		}
		return w, nil
	}
}

// reach returns what a name stands for.
func (t term) reach() sense {
	if t.star >= 0 {
		return opening
	}
	return exact
}

// count counts one more term.
func (p *parser) count(at int) error {
	if p.terms++; p.terms > maxTerms {
		return p.fail(at, fmt.Sprintf("filter has more than %d terms", maxTerms), "split it into several subscriptions")
	}
	return nil
}

func (p *parser) address(t term) (expr, error) {
	text := strings.Trim(singleSpaces(t.text), " *")
	if text == "" {
		return nil, p.fail(t.at, "url: needs a piece of an address", "for example: url:/pro/")
	}
	return address(lowerASCII(text)), nil
}

func (p *parser) unsearchable(t term) error {
	return p.fail(t.at, fmt.Sprintf("%s has no letters or digits to search for", quoted(t.text)),
		"signs and emoji are found only by a regular expression, such as /🚀/")
}

func quoted(s string) string {
	if r := []rune(s); len(r) > maxQuoted {
		s = string(r[:maxQuoted]) + "…"
	}
	return "“" + oneLine(s) + "”"
}

// checkPrefix refuses stars that would match nearly everything, or that do not follow a word.
func (p *parser) checkPrefix(t term, tokens []token) error {
	last := tokens[len(tokens)-1]
	if last.end != len(t.text) {
		return p.fail(t.star, "star without a word before it", "it may only follow a letter or digit, as in sanction*")
	}
	n := 0
	for _, token := range tokens {
		n += utf8.RuneCountInString(token.text)
	}
	if n < 2 && firstClass(last.text) == classWord {
		return p.fail(t.at, "prefix is shorter than 2 letters", "write more of the word before the star")
	}
	return nil
}

// wordsOf makes the words of a term.
func wordsOf(t term, tokens []token) words {
	if t.inflects() {
		tokens = withoutPossessive(t.text, tokens)
	}
	w := words{field: t.field}
	for _, token := range tokens {
		w.list = append(w.list, word{text: token.text, sense: t.senseOf(token.text)})
	}
	if last := &w.list[len(w.list)-1]; t.star >= 0 && firstClass(last.text) == classWord {
		last.sense = opening
	}
	return w
}

// senseOf returns what a word of the term stands for, unless it has the star. Those in Hangul always are beginnings, because
// particles follow them.
func (t term) senseOf(text string) sense {
	switch {
	case firstClass(text) == classHangul:
		return opening
	case t.inflects() && allLetters(text):
		return inflected
	default:
		return exact
	}
}

// inflects reports whether the words of the term stand for their singulars and plurals too.
func (t term) inflects() bool {
	return !t.quoted && t.star < 0 && t.field <= Summary
}

// withoutPossessive returns the words of a term without the last one, if that is the s of missile's.
func withoutPossessive(text string, tokens []token) []token {
	n := len(tokens) - 1
	if n == 0 || tokens[n].text != "s" {
		return tokens
	}
	between := text[tokens[n-1].end:tokens[n].start]
	if r, size := utf8.DecodeRuneInString(between); plain(r) != '\'' || size != len(between) {
		return tokens
	}
	return tokens[:n]
}

func firstClass(text string) class {
	r, _ := utf8.DecodeRuneInString(text)
	return classOf(r)
}

// fieldOrWord reads a term that may begin with a field. In is the field of the group around it, or Any.
func (p *parser) fieldOrWord(in Field) (expr, error) {
	at := p.pos
	name, value := p.fieldName()
	if name == "" {
		return p.word(in)
	}
	field, known := fieldNamed(name)
	switch {
	case known && in != Any:
		return nil, p.fail(at, fmt.Sprintf("%s: inside the group of %s:", name, in), "use one field at a time")
	case known:
		p.pos = value
		return p.fieldValue(at, field, name)
	case in == Any && p.meantAsField(name, value):
		return nil, p.unknownField(at, name)
	default:
		return p.word(in)
	}
}

// fieldName returns the letters before the colon of the word here, in lower case, and where the value begins.
func (p *parser) fieldName() (name string, value int) {
	i := p.pos
	for i < len(p.src) && (p.src[i]|0x20) >= 'a' && (p.src[i]|0x20) <= 'z' {
		i++
	}
	if i == p.pos || i == len(p.src) || plainAt(p.src, i) != ':' {
		return "", 0
	}
	return lowerASCII(p.src[p.pos:i]), i + sizeAt(p.src, i)
}

// fieldValue reads what follows the colon. People put a space there, and that is fine.
func (p *parser) fieldValue(at int, field Field, name string) (expr, error) {
	p.skipBlanks()
	op, _ := p.operator()
	switch {
	case p.closed(), op != opNone:
		return nil, p.fail(at, fmt.Sprintf("%s: needs a value", name), fmt.Sprintf("for example: %s:%s", name, example(field)))
	case p.peek() == '-' && field != URL:
		return nil, p.fail(p.pos, "minus sign after a field", fmt.Sprintf("write it before the field, as in -%s:%s",
			name, example(field)))
	}
	return p.primary(field)
}

// meantAsField reports whether the writer meant name as a field, unlike in 12:30, http://example.org and “Breaking: …”.
func (p *parser) meantAsField(name string, value int) bool {
	rest := p.src[value:]
	if rest == "" || strings.HasPrefix(rest, "//") {
		return false
	}
	r, _ := utf8.DecodeRuneInString(rest)
	if unicode.IsLetter(r) || plain(r) == '(' || p.quoteAt(value) || fieldIsMeant(name, rest) {
		return true
	}
	_, off := nearestField(name)
	return off <= 1
}

// thereAre names the fields, in an error.
const thereAre = "there are title, summary, author, tag, source, lang and url; quotes make it plain words"

func (p *parser) unknownField(at int, name string) error {
	meant, off := nearestField(name)
	if f, _ := fieldElsewhere(name); f != Any {
		meant, off = f.String(), 0
	}
	switch near := off <= 2 && off < len(name)-1; {
	case len(name) > maxQuoted:
		return p.fail(at, "unknown field", thereAre)
	case near:
		return p.fail(at, fmt.Sprintf("unknown field %s:", oneLine(name)), fmt.Sprintf("did you mean %s:?", meant))
	default:
		return p.fail(at, fmt.Sprintf("unknown field %s:", oneLine(name)), thereAre)
	}
}
