package digest

import (
	"slices"
	"strings"

	"tidings/internal/lazyregexp"
)

// dashes matches the cells of the line that parts the head of a table from its rows, in Markdown.
var dashes = lazyregexp.New(`^:?-+:?$`)

// untabled returns rows of text with the cells of a table below each other: of lines with tabs, or with bars at both ends, one cell of
// which is a date. The table's head is dropped.
func untabled(rows []row) []row {
	var out []row
	for i, r := range rows {
		cells := cellsOf(r.text)
		day := slices.IndexFunc(cells, isDay)
		switch {
		case cells == nil, day < 0 && !isTableHead(rows[i:], len(cells)), isTabbedByline(rows[:i], cells, day):
			out = append(out, r)
		case day < 0:
		default:
			cells = append(slices.Delete(slices.Clone(cells), day, day+1), cells[day])
			for n, cell := range cells {
				if cell = strings.TrimSpace(cell); cell != "" || n == 0 {
					out = append(out, row{number: r.number, text: cell, opens: r.opens && n == 0})
				}
			}
			out = append(out, row{number: r.number})
		}
	}
	return out
}

// cellsOf returns the cells of a line, nil if it isn't one of a table.
func cellsOf(s string) []string {
	const fewest = 3
	s = strings.TrimSpace(s)
	cells := strings.Split(s, "\t")
	if strings.HasPrefix(s, "|") && strings.HasSuffix(s, "|") && len(s) > 1 {
		cells = strings.Split(s[1:len(s)-1], "|")
	}
	if len(cells) < fewest {
		return nil
	}
	return cells
}

// isTabbedByline reports whether cells, below rows that end in words, are the names and the date of a byline.
func isTabbedByline(above []row, cells []string, day int) bool {
	if len(above) == 0 || day < 0 {
		return false
	}
	last := strings.TrimSpace(above[len(above)-1].text)
	return last != "" && cellsOf(last) == nil && !isDay(last) && !slices.ContainsFunc(cells[:day], func(s string) bool { return !isName(s) })
}

func isDay(s string) bool {
	before, d, ok := cutDate(strings.TrimSpace(s))
	return ok && d.isReal() && before == ""
}

// isTableHead reports whether the first of some rows, without a date, stands above one of as many cells with one, or parts both.
func isTableHead(rows []row, n int) bool {
	for _, r := range rows[1:] {
		cells := cellsOf(r.text)
		isRule := !slices.ContainsFunc(cells, func(s string) bool { return !dashes.MatchString(strings.TrimSpace(s)) })
		switch {
		case len(cells) != n:
			return false
		case !isRule:
			return slices.ContainsFunc(cells, isDay)
		}
	}
	return false
}

// columnName matches the name of a column that holds a part of articles.
var columnName = lazyregexp.New(`^(?i:title|headline|article|story|dek|deck|subtitle|standfirst|summary|description|authors?|by(?:line)?|writers?|date|published|link|url)$`)

// withoutColumnNames returns lines without the head of a table, several names of columns in a row.
func withoutColumnNames(lines []line) []line {
	const fewest = 3
	for from := range lines {
		to := from
		for to < len(lines) && columnName.MatchString(lines[to].text) {
			to++
		}
		if to-from >= fewest {
			return slices.Delete(slices.Clone(lines), from, to)
		}
	}
	return lines
}
