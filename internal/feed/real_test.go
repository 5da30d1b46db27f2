package feed

import (
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

var feedsDir = flag.String("feeds", "", "a folder of documents to parse, as TestParse_RealFeeds does")

// TestParse_RealFeeds parses what other people's feeds are, wherever somebody has put some. It prints
// what could not be read and why, for people to judge; only an article that could not be stored, a
// panic, or much time is a failure.
func TestParse_RealFeeds(t *testing.T) {
	t.Parallel()
	if *feedsDir == "" {
		t.Skip("no -feeds folder")
	}
	files, parsed, salvaged, articles := 0, 0, 0, 0
	lacking := map[string]int{}
	err := filepath.WalkDir(*feedsDir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		files++
		begin := time.Now()
		d, err := Parse(data, Meta{URL: "https://feeds.example/" + entry.Name()})
		if took := time.Since(begin); took > time.Second {
			t.Errorf("%s: took %v", path, took)
		}
		if err != nil {
			t.Logf("refused: %s: %v", path, err)
			return nil
		}
		parsed++
		articles += len(d.Articles)
		if d.Salvaged {
			salvaged++
			t.Logf("salvaged: %s: %d articles", path, len(d.Articles))
		}
		if len(d.Articles) == 0 {
			t.Logf("no articles: %s", path)
		}
		for _, p := range d.Problems {
			t.Logf("problem: %s: %s", path, p)
		}
		for i := range d.Articles {
			a := &d.Articles[i]
			for name, absent := range map[string]bool{
				"date": a.Published.IsZero(), "link": a.URL == "", "guid": a.GUID == "", "dek": a.Summary == "",
				"author": len(a.Authors) == 0, "image": a.Image == "",
			} {
				if absent {
					lacking[name]++
				}
			}
			if a.Source = "real"; a.Clean(time.Now()) != nil {
				t.Errorf("%s: cannot be stored: %+v", path, a)
			}
			if strings.ContainsAny(a.Title, "<>") || strings.Contains(a.Title, "&amp;") {
				t.Logf("markup in a title: %s: %q", path, a.Title)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d files, %d parsed, %d of them salvaged, %d articles", files, parsed, salvaged, articles)
	for _, name := range slices.Sorted(func(yield func(string) bool) {
		for name := range lacking {
			if !yield(name) {
				return
			}
		}
	}) {
		t.Logf("without %s: %d", name, lacking[name])
	}
}
