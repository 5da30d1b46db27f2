package main

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tidings/bot"
	"tidings/internal/feed"
	"tidings/internal/pgtest"
)

// BenchmarkImport measures tidings import of a file of JSON Lines into an empty database: articles a second, and the
// seconds of processor time that the program takes for 10,000 of them.
func BenchmarkImport(b *testing.B) {
	const articles = 30_000
	program, file := release(b), archiveOf(b, articles)
	pgtest.OnEach(b, func(b *testing.B, empty func(testing.TB) string) {
		var took, cpu time.Duration
		for b.Loop() {
			cmd := exec.CommandContext(b.Context(), program, "import", file)
			cmd.Dir, cmd.Env = b.TempDir(), append(os.Environ(), "DATABASE_URL="+empty(b))
			start := time.Now()
			out, err := cmd.CombinedOutput()
			if err != nil {
				b.Fatalf("%v\n%s", err, out)
			}
			took += time.Since(start)
			cpu += cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
			if want := fmt.Sprintf(" %d added, 0 revised, 0 unchanged", articles); !strings.Contains(string(out), want) {
				b.Fatalf("%s, want %s", out, want)
			}
		}
		all := float64(articles) * float64(b.N)
		b.ReportMetric(0, "ns/op")
		b.ReportMetric(all/took.Seconds(), "articles/s")
		b.ReportMetric(cpu.Seconds()/all*10_000, "cpu-s/10k")
	})
}

// archiveOf writes a file of n invented articles as people archive them: titles of ten words and deks of twenty-five,
// common words more often than rare ones, by a hundred authors, with two tags of thirty each.
func archiveOf(b *testing.B, n int) string {
	b.Helper()
	path := filepath.Join(b.TempDir(), "archive.jsonl")
	f, err := os.Create(path)
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	out := bufio.NewWriter(f)
	r := rand.New(rand.NewPCG(1, 2))
	zipf := rand.NewZipf(r, 1.1, 8, 50_000-1)
	words := func(n int) string {
		list := make([]string, n)
		for i := range list {
			list[i] = fmt.Sprintf("w%d", zipf.Uint64())
		}
		return strings.Join(list, " ")
	}
	at := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
	for i := range n {
		line, err := feed.MarshalArticle(&bot.Article{
			Source: "wire", GUID: fmt.Sprintf("article-%d", i), URL: fmt.Sprintf("https://news.example/%d", i),
			Title: words(10), Summary: words(25), Authors: []string{fmt.Sprintf("Author %d", r.IntN(100))},
			Tags: []string{fmt.Sprintf("tag%d", r.IntN(30)), fmt.Sprintf("tag%d", r.IntN(30))}, Published: at.Add(time.Duration(i) * time.Minute),
		}, nil)
		if err != nil {
			b.Fatal(err)
		}
		_, _ = out.Write(append(line, '\n'))
	}
	if err := out.Flush(); err != nil {
		b.Fatal(err)
	}
	return path
}
