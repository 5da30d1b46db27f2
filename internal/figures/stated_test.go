package main

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// measure is how a figure of speed or size is written.
var measure = regexp.MustCompile(`[0-9][0-9.,]*[ \x{a0}]?(?:[nµm]s|[kKMG]i?B|(?:[a-z]+ )?a second|times (?:faster|slower|as fast))\b`)

// isRun reports whether a text names a command that measures.
var isRun = regexp.MustCompile("go test \\./|[\"`]make [a-z-]+[\"`]|`curl |`ls -l")

// given says which are no figures of ours, but what others allow, settings, and sizes that a constant has.
func given() []string {
	return []string{
		// What platforms allow.
		"30 messages a second", "50 requests a second", "one a second", "50 MB",
		// What is set in the code or by a setting.
		"64 MB", "10 MiB", "16 KiB", "256 kB", "200 MB", "and else every 20 ms", "Even at 50 ms an answer",
	}
}

// stated returns the figures in a text.
func stated(text string) []string {
	for _, g := range given() {
		text = strings.ReplaceAll(text, g, "")
	}
	return measure.FindAllString(text, -1)
}

// A figure without the command that prints it can't be checked, and is wrong one day.
func TestPages_NameTheCommandOfEachFigure(t *testing.T) {
	for _, page := range pages() {
		for _, section := range sections(read(t, page)) {
			if list := stated(section); len(list) > 0 && !isRun.MatchString(section) {
				t.Errorf("%s states %q without the command that prints it:\n%s", page, list, section)
			}
		}
	}
}

// sections divides a page: a table or a list belongs to the paragraph above.
func sections(page string) (list []string) {
	for part := range strings.SplitSeq(page, "\n\n") {
		if part = strings.TrimSpace(part); len(list) > 0 && regexp.MustCompile(`^(\||\d\. |\* )`).MatchString(part) {
			list[len(list)-1] += "\n\n" + part
			continue
		}
		list = append(list, part)
	}
	return list
}

// Comments, too: those that say how long something took when it was written name the command, or say it without a number.
func TestComments_NameTheCommandOfEachFigure(t *testing.T) {
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		checkComments(t, path)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func checkComments(t *testing.T, path string) {
	t.Helper()
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, path, nil, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	for _, group := range file.Comments {
		text := strings.ReplaceAll(group.Text(), "\n", " ")
		if list := stated(text); len(list) > 0 && !isRun.MatchString(text) {
			t.Errorf("%s states %q without the command that prints it", files.Position(group.Pos()), list)
		}
	}
}

func TestStated(t *testing.T) {
	for text, want := range map[string]int{
		"takes 3.5 ms": 1, "35 MB of memory": 1, "470 a second": 1, "1,300 fetches a second": 1, "12µs": 1, "1.1 KB an article": 1, "3 times faster": 1,
		"30 messages a second": 0, "up to 64 MB": 0, "in 5 s": 0, "version 3": 0, "10 MBs": 0,
	} {
		if got := stated(text); len(got) != want {
			t.Errorf("%s: %q", text, got)
		}
	}
}
