package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tidings/bot"
	"tidings/internal/sandbox/discord"
	"tidings/internal/store"
)

// BenchmarkHundredThousandArticles measures the memory that the program uses with 100,000 articles in its archive, once its
// start is over and it has searched them, and what an article takes of the disk. Give it one run: -benchtime 1x.
func BenchmarkHundredThousandArticles(b *testing.B) {
	const articles = 100_000
	w := newWorld(b, 1, 1)
	ctx, cancel := context.WithTimeout(b.Context(), 10*time.Minute)
	defer cancel()
	w.ctx, w.program = ctx, release(b)
	addr, path := freeAddress(b), filepath.Join(w.dir, "tidings.db")
	w.env = append(w.env, "HTTP_ADDR="+addr)
	w.stop(w.start("run")) // makes the store, and publishes the commands
	fillStore(b, path, articles)
	info, err := os.Stat(path)
	if err != nil {
		b.Fatal(err)
	}
	var memory []float64
	for b.Loop() {
		p := w.launch("run")
		waitReady(b, addr)
		if err := w.discord.WaitReady(w.ctx); err != nil {
			b.Fatal(err)
		}
		<-time.After(settleAfter + 5*time.Second)
		w.onDiscord(w.channels[0], "latest", discord.Option{Name: "filter", Value: "w40 -w2"})
		memory = append(memory, residentMB(b, p.cmd.Process.Pid))
		w.stop(p)
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(quantile(memory, .5), "MB")
	b.ReportMetric(float64(info.Size())/1e3/articles, "kB/article")
}

// fillStore stores n invented articles, a minute apart: titles of ten words and deks of twenty-five, common words more often
// than rare ones.
func fillStore(b *testing.B, path string, n int) {
	b.Helper()
	const batch = 1000
	db, err := store.Open(b.Context(), store.Config{URL: "sqlite:" + path})
	if err != nil {
		b.Fatal(err)
	}
	zipf := rand.NewZipf(rand.New(rand.NewPCG(1, 2)), 1.1, 8, 50_000-1)
	words := func(n int) string {
		list := make([]string, n)
		for i := range list {
			list[i] = fmt.Sprintf("w%d", zipf.Uint64())
		}
		return strings.Join(list, " ")
	}
	at := time.Now().Add(-time.Duration(n) * time.Minute)
	list := make([]bot.Article, 0, batch)
	for i := range n {
		list = append(list, bot.Article{
			Source: "wire", GUID: fmt.Sprint(i), URL: fmt.Sprintf("https://news.example/%d", i), Title: words(10), Summary: words(25),
			Authors: []string{fmt.Sprintf("Ann Author%d", i%100)}, Published: at.Add(time.Duration(i) * time.Minute),
		})
		if len(list) < batch {
			continue
		}
		if _, err := db.Put(b.Context(), list); err != nil {
			b.Fatal(err)
		}
		list = list[:0]
	}
	if err := db.Close(); err != nil {
		b.Fatal(err)
	}
}
