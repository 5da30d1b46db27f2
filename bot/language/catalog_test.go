package language_test

import (
	"cmp"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/leonelquinteros/gotext"

	"tidings/bot"
)

var update = flag.Bool("update", false, "write the catalogs anew: texts that there are, with the translations that they have")

// entry is what a catalog has to have.
type entry struct {
	context, one, other string
	where               string
}

// entries returns what each catalog has to have, in the order of the files.
func entries(x *extraction) []entry {
	var list []entry
	for _, t := range x.texts {
		e := entry{one: t.one, other: t.other, where: strings.Join(slices.Sorted(maps.Keys(t.where)), " ")}
		if t.kept && t.known {
			e.context = "kept"
		}
		list = append(list, e)
	}
	slices.SortFunc(list, func(a, b entry) int {
		return cmp.Or(cmp.Compare(a.where, b.where), cmp.Compare(strings.ToLower(a.one), strings.ToLower(b.one)), cmp.Compare(a.one, b.one))
	})
	for _, kind := range []string{"January", "Jan", "Monday", "Mon"} {
		seen := map[string]bool{}
		for day := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC); day.Year() == 2024; day = day.AddDate(0, 0, 1) {
			if name := day.Format(kind); !seen[name] {
				seen[name] = true
				list = append(list, entry{context: kind, one: name, where: "date"})
			}
		}
	}
	return list
}

// file is a catalog as it is on disk.
type file struct {
	path, header string // header are the lines before the first entry
	forms        int
	texts        map[string]*gotext.Translation
	contexts     map[string]map[string]*gotext.Translation
}

func readCatalog(t *testing.T, path string) *file {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	header, _, _ := strings.Cut(string(content), "\n\n")
	po := gotext.NewPo()
	po.Parse(content)
	f := &file{path: path, header: header, texts: po.GetDomain().GetTranslations(), contexts: po.GetDomain().GetCtxTranslations()}
	if _, err := fmt.Sscanf(po.PluralForms, "nplurals=%d;", &f.forms); err != nil {
		t.Fatalf("%s: Plural-Forms: %v", path, err)
	}
	return f
}

// find returns the forms of an entry, empty ones if there are none.
func (f *file) find(e entry) []string {
	list := f.texts
	if e.context != "" {
		list = f.contexts[e.context]
	}
	forms := make([]string, 1)
	if e.other != "" {
		forms = make([]string, f.forms)
	}
	if t := list[e.one]; t != nil && (e.other == "" || t.PluralID == e.other) {
		for i := range forms {
			forms[i] = t.Trs[i]
		}
	}
	return forms
}

// write writes a catalog with what it has to have.
func (f *file) write(t *testing.T, list []entry) {
	t.Helper()
	var b strings.Builder
	b.WriteString(f.header + "\n")
	for _, e := range list {
		fmt.Fprintf(&b, "\n#: %s\n", e.where)
		if e.context != "" {
			fmt.Fprintf(&b, "msgctxt %s\n", quoted(e.context))
		}
		fmt.Fprintf(&b, "msgid %s\n", quoted(e.one))
		forms := f.find(e)
		if e.other == "" {
			fmt.Fprintf(&b, "msgstr %s\n", quoted(forms[0]))
			continue
		}
		fmt.Fprintf(&b, "msgid_plural %s\n", quoted(e.other))
		for i, form := range forms {
			fmt.Fprintf(&b, "msgstr[%d] %s\n", i, quoted(form))
		}
	}
	if err := os.WriteFile(f.path, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
}

// quoted quotes as PO files do: only what would end the text is escaped.
func quoted(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`).Replace(s) + `"`
}

// check returns what is wrong with an entry.
func (f *file) check(e entry) []string {
	var wrong []string
	longest := 0
	for i, form := range f.find(e) {
		where := fmt.Sprintf("%q", e.one)
		if e.other != "" {
			where += " [" + strconv.Itoa(i) + "]"
		}
		switch {
		case form == "":
			wrong = append(wrong, where+" is not translated")
			continue
		case strings.TrimSpace(form) != form:
			wrong = append(wrong, where+" begins or ends with a space")
		case e.context == "" || e.context == "kept":
			if s := differentVerbs(e, form); s != "" {
				wrong = append(wrong, where+": "+s)
			}
		}
		longest = max(longest, utf8.RuneCountInString(form))
	}
	if strings.Contains(e.where, "menu") && longest > maxHelp {
		wrong = append(wrong, fmt.Sprintf("%q has %d characters in the menu, and %d fit", e.one, longest, maxHelp))
	}
	return wrong
}

// maxHelp is how many characters of a description the platforms show.
const maxHelp = 100

// differentVerbs says how the verbs of a translation differ from the English ones. Where there are plural forms, one may leave
// out the number, and what an English one leaves out.
func differentVerbs(e entry, form string) string {
	want, got := bot.Verbs(e.one), bot.Verbs(form)
	maps.Copy(want, bot.Verbs(e.other))
	for n, v := range got {
		if want[n] != v {
			return fmt.Sprintf("%%[%d]%s in %q is not in the English", n, v, form)
		}
	}
	one, other := bot.Verbs(e.one), bot.Verbs(cmp.Or(e.other, e.one))
	for n, v := range want {
		if optional := e.other != "" && (n == 1 || one[n] == "" || other[n] == ""); got[n] == "" && !optional {
			return fmt.Sprintf("%%[%d]%s is missing in %q", n, v, form)
		}
	}
	return ""
}

// stray returns what a catalog has and the program doesn't say.
func (f *file) stray(list []entry) []string {
	known := map[entry]bool{{}: true}
	for _, e := range list {
		known[entry{context: e.context, one: e.one}] = true
	}
	var stray []string
	note := func(context string, texts map[string]*gotext.Translation) {
		for id := range texts {
			if id != "" && !known[entry{context: context, one: id}] {
				stray = append(stray, fmt.Sprintf("%q is said nowhere", id))
			}
		}
	}
	note("", f.texts)
	for context, texts := range f.contexts {
		note(context, texts)
	}
	return stray
}

func catalogs(t *testing.T, glob string) []string {
	t.Helper()
	paths, err := filepath.Glob("catalogs/" + glob)
	if err != nil {
		t.Fatal(err)
	}
	return paths
}

// TestCatalogs_AreWhole holds that each language has every text, with the verbs and the plural forms that it needs, and
// nothing else. A file NAME.draft is one that isn't ready: it is written anew like others, and the program doesn't know it.
func TestCatalogs_AreWhole(t *testing.T) {
	t.Parallel()
	list := entries(extract(t))
	for _, path := range catalogs(t, "*") {
		t.Run(filepath.Base(path), func(t *testing.T) {
			t.Parallel()
			if *update {
				readCatalog(t, path).write(t, list)
			}
			if filepath.Ext(path) != ".po" {
				t.Skip("a draft")
			}
			f := readCatalog(t, path)
			for _, e := range list {
				for _, s := range f.check(e) {
					t.Error(s)
				}
			}
			for _, s := range f.stray(list) {
				t.Error(s)
			}
			if t.Failed() {
				t.Log("go test ./bot/language -update enters what is missing and removes what is stray; then fill in what is empty")
			}
		})
	}
}
