package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// root is the repository's folder.
const root = "../.."

// pages are what states figures to people.
func pages() []string { return []string{"README.md", "CONTRIBUTING.md", ".github/REPLICAS.md"} }

// Every command that a page names is run by make figures, or named by it, so that no figure's way gets lost.
func TestFigures_HaveAllCommandsThatPagesName(t *testing.T) {
	known := elsewhere()
	for _, c := range commands() {
		known = append(known, c.line)
	}
	for _, page := range pages() {
		for _, line := range benchmarksIn(read(t, page)) {
			if !slices.Contains(known, line) {
				t.Errorf("%s names a command that internal/figures/list.go has not: %s", page, line)
			}
		}
	}
}

// benchmarksIn returns the commands in a text that measure.
func benchmarksIn(text string) (list []string) {
	for _, m := range regexp.MustCompile("`(go test [^`]+)`").FindAllStringSubmatch(text, -1) {
		if strings.Contains(m[1], "-bench") {
			list = append(list, strings.Join(strings.Fields(m[1]), " "))
		}
	}
	return list
}

// A benchmark that was renamed is not run any more, without a word.
func TestFigures_AreOfBenchmarksThatThereAre(t *testing.T) {
	for _, c := range commands() {
		words := strings.Fields(c.line)
		i := slices.IndexFunc(words, func(w string) bool { return strings.HasPrefix(w, "./") })
		if i < 0 {
			t.Errorf("%s: of which package?", c.line)
			continue
		}
		var code strings.Builder
		files, err := filepath.Glob(filepath.Join(root, words[i], "*_test.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range files {
			code.WriteString(read(t, strings.TrimPrefix(path, root+"/")))
		}
		for _, f := range c.figures {
			name, _, _ := strings.Cut(f.benchmark, "/")
			if !strings.Contains(code.String(), "func Benchmark"+name+"(") {
				t.Errorf("%s: there is no Benchmark%s", words[i], name)
			}
			if unit := `"` + f.unit + `"`; f.unit != "ns/op" && !strings.Contains(code.String(), unit) {
				t.Errorf("%s: nothing reports %s", words[i], unit)
			}
		}
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, path))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestParse(t *testing.T) {
	got := parse(`goos: linux
BenchmarkPut/SQLite-2    	     300	    613115 ns/op	       441.0 p50-µs	   57951 B/op
BenchmarkSet/n=1000000 	     20	    50.5 µs-median
BenchmarkBroken
--- FAIL: BenchmarkOther
`)
	for r, want := range map[result]float64{
		{"Put/SQLite", "ns/op"}: 613115, {"Put/SQLite", "p50-µs"}: 441, {"Put/SQLite", "B/op"}: 57951, {"Set/n=1000000", "µs-median"}: 50.5,
	} {
		if got[r] != want {
			t.Errorf("%v: %v, want %v", r, got[r], want)
		}
	}
	if len(got) != 4 {
		t.Errorf("%d results: %v", len(got), got)
	}
}

func TestSay(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{nanos(612_345), "612 µs"},
		{nanos(2_120_000), "2.12 ms"},
		{nanos(8.95e9), "8.95 s"},
		{nanos(12), "12 ns"},
		{micros(48.91), "48.9 µs"},
		{micros(1800), "1.8 ms"},
		{in("a second")(11042.3), "11,042 a second"},
		{in("MB")(999.9), "1000 MB"},
		{persecond(16)(8e6), "2,000 a second"},
		{in("B")(1234567), "1,234,567 B"},
	} {
		if c.got != c.want {
			t.Errorf("%s, want %s", c.got, c.want)
		}
	}
}

// A table has a row for each figure, whatever became of its command.
func TestRows(t *testing.T) {
	c := command{"go test", []figure{{"one", "Put/SQLite", "ns/op", nanos}, {"two", "Gone", "MB", in("MB")}}}
	got := c.rows(parse("BenchmarkPut/SQLite-8 10 1500 ns/op"))
	if want := []row{{"one", "1.5 µs", "go test"}, {"two", missing, "go test"}}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}
