package main

import (
	"encoding/json"
	"fmt"
	"io"
)

// checkReport is what tidings check prints as it goes.
type checkReport struct {
	screen
	w      io.Writer
	json   bool
	failed bool // something was
}

// checkLine is one finding as programs read it.
type checkLine struct {
	Check  string `json:"check"`
	Result string `json:"result"` // ok, warn, fail or note
	Text   string `json:"text"`
}

// ok reports what works.
func (r *checkReport) ok(what, finding string) {
	r.line(checkLine{what, "ok", finding}, "ok    ", good)
}

// fail reports what doesn't, and how to fix it.
func (r *checkReport) fail(what string, wrong error) {
	r.failed = true
	r.line(checkLine{what, "fail", wrong.Error()}, "FAIL  ", bad)
}

// warn reports what is probably a mistake.
func (r *checkReport) warn(what string, texts ...string) {
	for _, text := range texts {
		r.line(checkLine{what, "warn", text}, "warn  ", uneasy)
	}
}

// note adds to what was reported last.
func (r *checkReport) note(what, text string) { r.line(checkLine{what, "note", text}, "      ", plain) }

func (r *checkReport) line(l checkLine, mark string, t tone) {
	if r.json {
		_ = json.NewEncoder(r.w).Encode(l)
		return
	}
	fmt.Fprintf(r.w, "%s%s: %s\n", r.paint(mark, t), l.Check, l.Text)
}
