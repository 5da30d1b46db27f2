package main

import (
	"io"
	"os"
	"slices"
	"strings"

	"tidings/bot/filter"
)

// highlighter writes text for people, with passages in bold where a terminal shows that.
type highlighter struct{ bold bool }

// highlighter returns one for w. Bold needs a terminal that can, and nobody who set NO_COLOR; see no-color.org.
func (p *program) highlighter(w io.Writer) highlighter {
	f, ok := w.(*os.File)
	if !ok {
		return highlighter{}
	}
	info, err := f.Stat()
	plain := slices.ContainsFunc(p.environ, func(v string) bool {
		return v == "TERM=dumb" || strings.HasPrefix(v, "NO_COLOR=") && v != "NO_COLOR="
	})
	return highlighter{bold: err == nil && info.Mode()&os.ModeCharDevice != 0 && !plain}
}

// mark returns s with the hits in a field in bold. Index is the entry of a list field that s is, or 0.
func (h highlighter) mark(s string, hits []filter.Hit, field filter.Field, index int) string {
	if !h.bold {
		return s
	}
	const on, off = "\x1b[1m", "\x1b[22m"
	var b strings.Builder
	done := 0
	for _, hit := range hits {
		if hit.Field == field && hit.Index == index && hit.Start >= done && hit.End <= len(s) {
			b.WriteString(s[done:hit.Start] + on + s[hit.Start:hit.End] + off)
			done = hit.End
		}
	}
	return b.String() + s[done:]
}
