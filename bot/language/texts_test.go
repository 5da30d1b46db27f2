package language

import (
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/leonelquinteros/gotext"
)

// TestReadTexts_ReadsCatalogsAsGettextDoes compares with a library that keeps each entry as a value of its own.
func TestReadTexts_ReadsCatalogsAsGettextDoes(t *testing.T) {
	t.Parallel()
	paths, err := filepath.Glob("catalogs/*.po")
	if err != nil {
		t.Fatal(err)
	}
	book := New(slog.New(slog.DiscardHandler))
	if len(paths) != len(book.catalogs) {
		t.Errorf("the book has %d catalogs, and there are %d files", len(book.catalogs), len(paths))
	}
	for _, path := range paths {
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		c := book.in(strings.TrimSuffix(filepath.Base(path), ".po"))
		if c == nil {
			t.Errorf("%s is not in the book", path)
			continue
		}
		po := gotext.NewPo()
		po.Parse(content)
		n := compareTexts(t, c.texts, "", po.GetDomain().GetTranslations())
		for context, entries := range po.GetDomain().GetCtxTranslations() {
			n += compareTexts(t, c.texts, context, entries)
		}
		if n != len(c.forms) || n < 1000 {
			t.Errorf("%s has %d texts, of which %d were read", path, n, len(c.forms))
		}
	}
}

// compareTexts compares the entries of a context, and returns how many forms they have.
func compareTexts(t *testing.T, got *texts, context string, want map[string]*gotext.Translation) (n int) {
	t.Helper()
	for id, entry := range want {
		for form, text := range entry.Trs {
			n++
			if s := got.said(context, id, form); s != text {
				t.Errorf("form %d of %q in %q is %q, want %q", form, id, context, s, text)
			}
		}
	}
	return n
}

func TestReadTexts_SaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	const first = "msgid \"a\"\nmsgstr \"b\"\n"
	for content, want := range map[string]string{
		first + "# nothing\n" + first:            `entry "a" is there twice`,
		first + "msgid \"c\"\n":                  `entry "c" has no translation`,
		first + "nonsense\n":                     `line 3: "nonsense" has no text`,
		first + "msgid \"c\\\"\n":                `line 3: "c\": invalid syntax`,
		"\"c\"\n":                                `line 1: "\"c\"" is not expected here`,
		"msgid \"c\"\nmsgstr[1] \"d\"\n":         `line 2: "msgstr[1] \"d\"" is not expected here`,
		first + "#, fuzzy\nmsgfoo \"c\"\n":       `line 4: "msgfoo \"c\"" is not expected here`,
		"msgctxt \"x\"\n" + first + first + "\n": "",
	} {
		got := ""
		if _, err := readTexts(content); err != nil {
			got = err.Error()
		}
		if !strings.HasSuffix(got, want) || (got == "") != (want == "") {
			t.Errorf("%q: %q, want %q", content, got, want)
		}
	}
}

func FuzzReadTexts(f *testing.F) {
	f.Add("msgctxt \"kept\"\nmsgid \"\"\n\"a\\n\"\nmsgid_plural \"b\"\nmsgstr[0] \"c\"\nmsgstr[1] \"d\"\n")
	f.Fuzz(func(t *testing.T, content string) {
		r, err := readTexts(content)
		if err != nil {
			return
		}
		for key, at := range r.places {
			if at.from >= at.to || int(at.to) > len(r.forms) {
				t.Errorf("%q is at %v of %d forms", key, at, len(r.forms))
			}
		}
	})
}
