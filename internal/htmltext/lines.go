package htmltext

import (
	"strings"
)

// maxPage bounds the bytes of a page that are read, and of the lines that come out.
const maxPage = 2 << 20

// Line is a line of a page.
type Line struct {
	Text string
	// Link is where most of the line leads, or empty.
	Link string
}

// Lines returns what a page or a mail shows, line by line, with an empty line between paragraphs.
// Each cell of a table has lines of its own, because mails use tables for their layout.
func Lines(s string) []Line {
	if len(s) > maxPage {
		s = strings.ToValidUTF8(s[:maxPage], "")
	}
	var b lineBuilder
	p := parser{w: writer{limit: maxPage}, cell: line}
	for _, span := range p.parse(escapeBare(s)) {
		for i, part := range strings.Split(span.Text, "\n") {
			if i > 0 {
				b.end()
			}
			b.add(part, span.Link)
		}
	}
	b.end()
	return b.lines
}

// lineBuilder gathers one line at a time.
type lineBuilder struct {
	lines  []Line
	text   strings.Builder
	link   string // the longest so far
	linked int    // bytes of text that lead there
}

func (b *lineBuilder) add(text, link string) {
	b.text.WriteString(text)
	if link != "" && len(text) > b.linked {
		b.link, b.linked = link, len(text)
	}
}

func (b *lineBuilder) end() {
	text := strings.TrimSpace(b.text.String())
	if 2*b.linked < len(text) {
		b.link = ""
	}
	b.lines = append(b.lines, Line{Text: text, Link: b.link})
	b.text.Reset()
	b.link, b.linked = "", 0
}
