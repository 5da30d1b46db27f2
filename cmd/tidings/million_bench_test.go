package main

import (
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tidings/bot"
	"tidings/internal/sandbox/discord"
	"tidings/internal/store"
)

const (
	million      = 1_000_000
	subscribers  = 200_000                      // chats that share the million subscriptions
	settledAfter = settleAfter + 10*time.Second // of the first alert
)

// BenchmarkMillionSubscriptions measures the program with a million subscriptions of 200,000 chats in SQLite: from its
// start to the first alert about an article that is waiting, until it answers a command, and the memory that it holds at
// most and once it has settled. The collector runs as Go has it, GOGC=100 and no limit; see settle. Give it one run: -benchtime 1x.
func BenchmarkMillionSubscriptions(b *testing.B) {
	w := newWorld(b, 1, 1)
	ctx, cancel := context.WithTimeout(b.Context(), 10*time.Minute)
	defer cancel()
	w.ctx, w.program = ctx, release(b)
	p := w.start("run")
	w.onDiscord(w.channels[0], "subscribe", discord.Option{Name: "filter", Value: "harbormaster"})
	w.stop(p)
	subscribeMillion(b, filepath.Join(w.dir, "tidings.db"))
	var answered, alerted, most, settled []float64
	for i := 0; b.Loop(); i++ {
		title := fmt.Sprintf("Harbormaster resigns %d", i)
		publishStopped(b, w, title)
		begin := time.Now()
		p := w.launch("run")
		if err := w.discord.WaitReady(w.ctx); err != nil {
			b.Fatal(err)
		}
		w.onDiscord(w.channels[0], "help")
		answered = append(answered, time.Since(begin).Seconds())
		waitUntil(b, func() bool { return !w.requested(fmt.Sprintf("resigns %d", i)).IsZero() })
		alerted = append(alerted, time.Since(begin).Seconds())
		<-time.After(settledAfter)
		settled = append(settled, memoryMB(b, p.cmd.Process.Pid, "VmRSS"))
		most = append(most, memoryMB(b, p.cmd.Process.Pid, "VmHWM"))
		w.stop(p)
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(quantile(answered, .5), "s-to-answer")
	b.ReportMetric(quantile(alerted, .5), "s-to-alert")
	b.ReportMetric(quantile(settled, .5), "MB-settled")
	b.ReportMetric(quantile(most, .5), "MB-peak")
}

// publishStopped stores an article while the program doesn't run.
func publishStopped(b *testing.B, w *world, title string) {
	b.Helper()
	db, err := store.Open(w.ctx, store.Config{URL: "sqlite:" + filepath.Join(w.dir, "tidings.db")})
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Put(w.ctx, []bot.Article{{Source: "wire", Title: title, Published: time.Now()}}); err != nil {
		b.Fatal(err)
	}
}

// subscribeMillion writes the subscriptions into the database file: one by one, they would take an hour.
func subscribeMillion(b *testing.B, path string) {
	b.Helper()
	const (
		target = `
			INSERT INTO targets (platform, space, chat, thread)
			VALUES ('telegram', '', $1, '')
			RETURNING id`
		subscription = `
			INSERT INTO subscriptions (target_id, number, filter, filter_key, after, created, created_by, version)
			VALUES ($1, $2, $3, $3, 0, 1, '', 1)`
	)
	db, err := sql.Open("sqlite", path)
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	tx, err := db.BeginTx(b.Context(), nil)
	if err != nil {
		b.Fatal(err)
	}
	defer tx.Rollback()
	insert, err := tx.PrepareContext(b.Context(), subscription)
	if err != nil {
		b.Fatal(err)
	}
	defer insert.Close()
	words := newFilterWords()
	for i := range subscribers {
		var id int64
		if err := tx.QueryRowContext(b.Context(), target, fmt.Sprint(10_000_000+i)).Scan(&id); err != nil {
			b.Fatal(err)
		}
		for n := range million / subscribers {
			// The number keeps a chat from having one filter twice.
			if _, err := insert.ExecContext(b.Context(), id, n+1, words.filter()+fmt.Sprintf(" -n%d", n)); err != nil {
				b.Fatal(err)
			}
		}
	}
	if err := tx.Commit(); err != nil {
		b.Fatal(err)
	}
}

// filterWords writes filters of one to three words, which are spread as Zipf found words to be.
type filterWords struct {
	*rand.Rand
	ranks *rand.Zipf
}

func newFilterWords() *filterWords {
	r := rand.New(rand.NewPCG(7, 8))
	return &filterWords{r, rand.NewZipf(r, 1.07, 100, 50_000)}
}

func (w *filterWords) filter() string {
	list := make([]string, 1+w.IntN(3))
	for i := range list {
		list[i] = fmt.Sprintf("w%x", w.ranks.Uint64())
	}
	s := strings.Join(list, " ")
	if len(list) > 1 && w.IntN(10) < 3 {
		s = `"` + s + `"`
	}
	return s
}
