package main

import (
	"io"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/rivo/uniseg"
)

// table is a list for people, a line for each of its rows.
type table struct {
	columns []column
	rows    [][]cell
}

// column is what the cells below each other have in common.
type column struct {
	head  string
	right bool // numbers
	// extra says how readily it is left out where there is little room: the highest goes first. One of 0 stays.
	extra int
	// flexible says that it gets what the others leave, and its text is cut. The last column alone may be.
	flexible bool
}

// cell is one entry.
type cell struct {
	text string
	tone tone
}

const (
	columnGap     = 2
	flexibleLeast = 32 // columns of text, before others are left out for it
	flexibleLast  = 16 // before others are cut for it
	cellLeast     = 8  // before a text that isn't flexible is cut
)

// add adds a row, of one cell a column.
func (t *table) add(cells ...cell) { t.rows = append(t.rows, cells) }

// write writes the table as wide as the screen at most, and nothing if it has no rows.
func (t *table) write(w io.Writer, s screen) error {
	if len(t.rows) == 0 {
		return nil
	}
	widths := fit(t.columns, t.naturalWidths(), s.width)
	head := make([]cell, len(t.columns))
	for i, c := range t.columns {
		head[i] = cell{c.head, strong}
	}
	var b strings.Builder
	t.line(&b, s, widths, head)
	for _, row := range t.rows {
		t.line(&b, s, widths, row)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (t *table) naturalWidths() []int {
	widths := make([]int, len(t.columns))
	for i, c := range t.columns {
		widths[i] = uniseg.StringWidth(c.head)
	}
	for _, row := range t.rows {
		for i := range row {
			row[i].text = oneLine(row[i].text)
			widths[i] = max(widths[i], uniseg.StringWidth(row[i].text))
		}
	}
	return widths
}

// fit returns how wide each column is on a screen: 0 if it is left out.
func fit(columns []column, natural []int, screen int) []int {
	widths := append([]int(nil), natural...)
	last := len(columns) - 1
	need := func(least int) int {
		n := -columnGap
		for i, w := range widths {
			if i == last && columns[i].flexible {
				w = min(w, least)
			}
			if w > 0 {
				n += w + columnGap
			}
		}
		return n
	}
	for need(flexibleLeast) > screen {
		out := 0
		for i := range columns {
			if widths[i] > 0 && columns[i].extra > columns[out].extra {
				out = i
			}
		}
		if widths[out] == 0 || columns[out].extra == 0 {
			break
		}
		widths[out] = 0
	}
	for over := need(flexibleLast) - screen; over > 0; over = need(flexibleLast) - screen { // the widest gives way
		widest := 0
		for i := range widths {
			if (i < last || !columns[i].flexible) && widths[i] > widths[widest] {
				widest = i
			}
		}
		if widths[widest] <= cellLeast {
			break
		}
		widths[widest] = max(cellLeast, widths[widest]-over)
	}
	if columns[last].flexible {
		widths[last] = max(1, min(widths[last], widths[last]+screen-total(widths)))
	}
	return widths
}

// total returns how wide a line of columns is.
func total(widths []int) int {
	n := -columnGap
	for _, w := range widths {
		if w > 0 {
			n += w + columnGap
		}
	}
	return n
}

// line writes one line, without blanks at its end.
func (t *table) line(b *strings.Builder, s screen, widths []int, row []cell) {
	blanks := 0
	for i, c := range row {
		if widths[i] == 0 {
			continue
		}
		text := cut(c.text, widths[i])
		pad := widths[i] - uniseg.StringWidth(text)
		if t.columns[i].right {
			blanks += pad
			pad = 0
		}
		if text != "" {
			b.WriteString(strings.Repeat(" ", blanks) + s.paint(text, c.tone))
			blanks = 0
		}
		blanks += pad + columnGap
	}
	b.WriteByte('\n')
}

// cut shortens a text to a number of columns.
func cut(text string, width int) string {
	if uniseg.StringWidth(text) <= width {
		return text
	}
	used, end := 1, 0 // for the ellipsis
	for g := uniseg.NewGraphemes(text); g.Next(); {
		if used += g.Width(); used > width {
			break
		}
		_, end = g.Positions()
	}
	return strings.TrimRight(text[:end], " ") + "…"
}

// oneLine returns a text without what would move the cursor.
func oneLine(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' {
			return ' '
		}
		return r
	}, text)
}

// shortAge returns how long ago t was, or how long it is until then, in a few characters: 45s, 12m, 3h, 20d. It is empty if
// t is zero.
func shortAge(now, t time.Time) string {
	d := now.Sub(t).Abs()
	unit, name := 24*time.Hour, "d"
	switch {
	case t.IsZero():
		return ""
	case d < 2*time.Minute:
		unit, name = time.Second, "s"
	case d < 2*time.Hour:
		unit, name = time.Minute, "m"
	case d < 48*time.Hour:
		unit, name = time.Hour, "h"
	}
	return strconv.Itoa(int(d/unit)) + name
}
