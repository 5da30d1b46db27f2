package engine_test

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tidings/bot"
	"tidings/bot/language"
)

// exchange is a line of a script and the answer to it.
type exchange struct {
	prompt string
	answer *bot.Message // nil if the line isn't a command
}

// inLanguages compares the answers of a script, put into each language, with what is on file.
func inLanguages(t testing.TB, name string, said []exchange) {
	t.Helper()
	var log bytes.Buffer
	book := language.New(slog.New(slog.NewTextHandler(&log, nil)))
	for _, code := range book.Languages()[1:] {
		var got bytes.Buffer
		for _, x := range said {
			got.WriteString(x.prompt + "\n")
			if x.answer != nil {
				got.WriteString(steadyRef(show(book.Message(code, *x.answer))) + "\n")
			}
			got.WriteString("\n")
		}
		path := filepath.Join("testdata", "answers", code, name+".txt")
		if *update {
			if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, got.Bytes(), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), got.String()); diff != "" {
			t.Errorf("answers in %s (-want +got; -update writes them anew):\n%s", code, diff)
		}
	}
	if log.Len() > 0 {
		t.Errorf("texts that could not be said:\n%s", &log)
	}
}
