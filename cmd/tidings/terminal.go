package main

import (
	"io"
	"os"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/term"

	"tidings/bot/filter"
)

// screen is what text for people is fitted to.
type screen struct {
	width int  // in columns
	color bool // whether colors and bold are shown
}

const (
	// pipeWidth is how wide lines are that no terminal shows.
	pipeWidth = 120
	// minWidth is the narrowest screen that lines are fitted to.
	minWidth = 40
)

// screen returns what w is: a terminal with its width, or a file or pipe of a fixed one. COLUMNS overrides either. Colors
// need a terminal that can, and nobody who set NO_COLOR; see no-color.org.
func (p *program) screen(w io.Writer) screen {
	s := screen{width: pipeWidth}
	if f, ok := w.(*os.File); ok {
		info, err := f.Stat()
		s.color = err == nil && info.Mode()&os.ModeCharDevice != 0 && !p.isPlain()
		if width, _, err := term.GetSize(int(f.Fd())); err == nil && width > 0 {
			s.width = width
		}
	}
	for _, v := range p.environ {
		if text, ok := strings.CutPrefix(v, "COLUMNS="); ok {
			if width, err := strconv.Atoi(text); err == nil && width > 0 {
				s.width = width
			}
		}
	}
	s.width = max(s.width, minWidth)
	return s
}

// isPlain reports whether somebody wants no colors.
func (p *program) isPlain() bool {
	return slices.ContainsFunc(p.environ, func(v string) bool {
		return v == "TERM=dumb" || strings.HasPrefix(v, "NO_COLOR=") && v != "NO_COLOR="
	})
}

// tone is how a text looks on a screen with colors.
type tone string

// The tones, as the parameters of an SGR sequence.
const (
	plain  tone = ""
	strong tone = "1"
	faint  tone = "2"
	good   tone = "32"
	uneasy tone = "33"
	bad    tone = "31"
)

// paint returns a text in a tone.
func (s screen) paint(text string, t tone) string {
	if !s.color || t == plain || text == "" {
		return text
	}
	return "\x1b[" + string(t) + "m" + text + "\x1b[0m"
}

// highlighter writes text for people, with passages in bold where a terminal shows that.
type highlighter struct{ bold bool }

// highlighter returns one for w.
func (p *program) highlighter(w io.Writer) highlighter { return highlighter{bold: p.screen(w).color} }

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
