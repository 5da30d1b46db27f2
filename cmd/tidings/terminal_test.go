package main

import (
	"bytes"
	"os"
	"testing"

	"tidings/bot/filter"
)

func TestHighlighter_SetsApartWhatMatched(t *testing.T) {
	f, err := filter.Parse("kim OR drill")
	if err != nil {
		t.Fatal(err)
	}
	fields := filter.Fields{Title: "A Drill and Kim’s drill", Authors: []string{"Ann", "Kim"}}
	hits, _ := f.Explain(filter.NewDocument(fields))
	on := highlighter{bold: true}
	const want = "A \x1b[1mDrill\x1b[22m and \x1b[1mKim\x1b[22m’s \x1b[1mdrill\x1b[22m"
	if got := on.mark(fields.Title, hits, filter.Title, 0); got != want {
		t.Errorf("title %q, want %q", got, want)
	}
	if got := on.mark("Ann", hits, filter.Author, 0) + on.mark("Kim", hits, filter.Author, 1); got != "Ann\x1b[1mKim\x1b[22m" {
		t.Errorf("authors %q", got)
	}
	if got := (highlighter{}).mark(fields.Title, hits, filter.Title, 0); got != fields.Title {
		t.Errorf("plain title %q", got)
	}
}

func TestHighlighter_IsForTerminalsOnly(t *testing.T) {
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0) // a character device, as a terminal is
	if err != nil {
		t.Skip(err)
	}
	defer null.Close()
	for environ, want := range map[string]bool{"": true, "NO_COLOR=": true, "NO_COLOR=1": false, "TERM=dumb": false} {
		p := &program{environ: []string{environ}}
		if got := p.highlighter(null).bold; got != want {
			t.Errorf("%q: bold %t, want %t", environ, got, want)
		}
	}
	if (&program{}).highlighter(&bytes.Buffer{}).bold {
		t.Error("bold in a buffer")
	}
}
