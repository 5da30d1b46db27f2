// Package htmltext turns the HTML of the wild into words: what feeds and mails hold becomes a
// [bot.Text] that keeps links, bold and italic, and nothing that could act. It never fails; what is
// not markup survives as the text it is.
package htmltext

import (
	"html"
	"slices"
	"strings"

	xhtml "golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"tidings/bot"
)

// Bounds in bytes. An alert shows a few hundred characters, so what lies beyond them is not read.
const (
	maxInput  = 1 << 20
	maxOutput = 16 << 10
)

// Parse returns the words of s with their links (http and https only), bold, italic, struck and
// monospaced parts. Paragraphs are set apart by an empty line, other blocks and br by a line break.
// Markup and entities that were encoded once too often are decoded once more.
func Parse(s string) bot.Text {
	if len(s) > maxInput {
		s = strings.ToValidUTF8(s[:maxInput], "")
	}
	return parse(escapeBare(decodeTwice(s)), maxOutput, blank)
}

// parse returns at most so many bytes of text, with that white space between the cells of tables.
func parse(s string, limit int, cell gap) bot.Text {
	p := parser{z: xhtml.NewTokenizer(strings.NewReader(s)), w: writer{limit: limit}, cell: cell}
	for p.w.size < limit && p.next() {
	}
	p.w.end()
	return p.w.text
}

// Plain returns the words of s as one line.
func Plain(s string) string {
	if !strings.ContainsAny(s, "<&") {
		return bot.CleanText(s, maxOutput)
	}
	return bot.CleanText(Parse(s).String(), maxOutput)
}

// parser walks through the tokens of a document.
type parser struct {
	z     *xhtml.Tokenizer
	cell  gap // between the cells of a table
	w     writer
	skip  atom.Atom // the element whose content is being passed over, or 0
	depth int       // how many of that element are open
	open  [len(inline)]int
	link  string
}

// inline lists what sets its content apart.
var inline = [...]struct {
	style bot.Style
	tags  []atom.Atom
}{
	{bot.Bold, []atom.Atom{atom.B, atom.Strong}},
	{bot.Italic, []atom.Atom{atom.I, atom.Em, atom.Cite}},
	{bot.Strike, []atom.Atom{atom.S, atom.Del, atom.Strike}},
	{bot.Code, []atom.Atom{atom.Code, atom.Kbd, atom.Samp, atom.Tt}},
}

// next handles one token and reports whether there may be more.
func (p *parser) next() bool {
	switch p.z.Next() {
	case xhtml.ErrorToken:
		return false
	case xhtml.TextToken:
		if p.skip == 0 {
			p.w.write(decodeEntities(p.text(), p.style()), p.style(), p.link)
		}
	case xhtml.StartTagToken, xhtml.SelfClosingTagToken:
		p.start(p.z.Token())
	case xhtml.EndTagToken:
		p.end(p.z.Token().DataAtom)
	}
	return true
}

func (p *parser) text() string { return html.UnescapeString(string(p.z.Raw())) }

func (p *parser) start(t xhtml.Token) {
	if p.skip != 0 {
		if t.DataAtom == p.skip && t.Type == xhtml.StartTagToken && p.skip != atom.P {
			p.depth++
		}
		return
	}
	p.w.space(p.breakOf(t.DataAtom))
	if t.Type == xhtml.SelfClosingTagToken || isVoid(t.DataAtom) {
		return
	}
	switch {
	case isUnseen(t.DataAtom) || isHidden(t.Attr):
		p.skip, p.depth = t.DataAtom, 1
	case t.DataAtom == atom.A:
		p.link = bot.CleanURL(attr(t.Attr, "href"))
	default:
		p.nest(t.DataAtom, 1)
	}
}

func (p *parser) end(tag atom.Atom) {
	if p.skip != 0 {
		if tag != p.skip {
			return
		}
		if p.depth--; p.depth == 0 {
			p.skip = 0
			p.w.space(p.breakOf(tag))
		}
		return
	}
	p.w.space(p.breakOf(tag))
	if tag == atom.A {
		p.link = ""
	}
	p.nest(tag, -1)
}

func (p *parser) breakOf(tag atom.Atom) gap {
	if tag == atom.Td || tag == atom.Th {
		return p.cell
	}
	return breakOf(tag)
}

// nest counts how deep inline elements are open; a surplus end tag is of no account.
func (p *parser) nest(tag atom.Atom, by int) {
	for i, in := range inline {
		if slices.Contains(in.tags, tag) {
			p.open[i] = max(0, p.open[i]+by)
		}
	}
}

func (p *parser) style() bot.Style {
	var s bot.Style
	for i, n := range p.open {
		if n > 0 {
			s |= inline[i].style
		}
	}
	return s
}

func attr(attrs []xhtml.Attribute, key string) string {
	for _, a := range attrs {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}
