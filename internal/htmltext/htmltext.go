// Package htmltext turns real-world HTML into text: what feeds and mails contain becomes a
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
	p := parser{w: writer{limit: maxOutput}, cell: blank}
	return p.parse(repaired(s))
}

// Plain returns the words of s as one line.
func Plain(s string) string {
	if !strings.ContainsAny(s, "<&") {
		return bot.CleanText(s, maxOutput)
	}
	p := parser{w: writer{limit: maxOutput}, cell: blank, plain: true}
	return bot.CleanText(p.parse(repaired(s)).String(), maxOutput)
}

// Blocks returns the words of s without links and styles. Paragraphs are set apart by an empty line, other blocks
// and br by a line break.
func Blocks(s string) string {
	p := parser{w: writer{limit: maxOutput}, cell: blank, plain: true}
	return p.parse(repaired(s)).String()
}

// repaired returns as much of s as is read, as the markup that it was meant to be.
func repaired(s string) string {
	if len(s) > maxInput {
		s = strings.ToValidUTF8(s[:maxInput], "")
	}
	return escapeBare(decodeTwice(s))
}

// parser walks through the tokens of a document.
type parser struct {
	z     *xhtml.Tokenizer
	more  bool // attributes of the tag at hand are left to read
	cell  gap  // between the cells of a table
	plain bool // neither links nor styles are wanted
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

// parse returns the text of s, up to the writer's limit.
func (p *parser) parse(s string) bot.Text {
	if strings.Contains(s, "<") {
		p.z = xhtml.NewTokenizer(strings.NewReader(s))
		for p.w.size < p.w.limit && p.next() {
		}
	} else {
		p.write(s)
	}
	p.w.end()
	return p.w.text
}

// next handles one token and reports whether there may be more.
func (p *parser) next() bool {
	switch kind := p.z.Next(); kind {
	case xhtml.ErrorToken:
		return false
	case xhtml.TextToken:
		if p.skip == 0 {
			p.write(string(p.z.Raw()))
		}
	case xhtml.StartTagToken, xhtml.SelfClosingTagToken:
		name, more := p.z.TagName()
		p.more = more
		p.start(atom.Lookup(name), kind)
	case xhtml.EndTagToken:
		name, _ := p.z.TagName()
		p.end(atom.Lookup(name))
	}
	return true
}

// write writes text that stands between tags.
func (p *parser) write(raw string) {
	style := p.style()
	words := decodeEntities(html.UnescapeString(raw), style)
	if p.plain {
		style = 0
	}
	p.w.write(words, style, p.link)
}

func (p *parser) start(tag atom.Atom, kind xhtml.TokenType) {
	if p.skip != 0 {
		if tag == p.skip && kind == xhtml.StartTagToken && p.skip != atom.P {
			p.depth++
		}
		return
	}
	p.w.space(p.breakOf(tag))
	if kind == xhtml.SelfClosingTagToken || isVoid(tag) {
		return
	}
	link, hidden := p.attributes()
	switch {
	case isUnseen(tag) || hidden:
		p.skip, p.depth = tag, 1
	case tag != atom.A:
		p.nest(tag, 1)
	case !p.plain:
		p.link = bot.CleanURL(link)
	}
}

// attributes reads where the tag at hand leads, and whether what is in it is hidden.
func (p *parser) attributes() (link string, hidden bool) {
	for p.more {
		var key, value []byte
		key, value, p.more = p.z.TagAttr()
		switch string(key) {
		case "href":
			if link == "" { // the first counts
				link = string(value)
			}
		case "hidden":
			hidden = true
		case "style":
			hidden = hidden || isHiding(string(value))
		}
	}
	return link, hidden
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
