package engine_test

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"tidings/bot"
	"tidings/bot/bottest"
	"tidings/bot/engine"
	"tidings/internal/store"
)

// stamper is an adapter that reports when each send begins.
type stamper struct {
	*bottest.Recorder
	begun chan time.Time
}

func (s *stamper) Send(context.Context, bot.Target, bot.Message) (bot.Receipt, error) {
	s.begun <- time.Now()
	return bot.Receipt{MessageID: "1"}, nil
}

// BenchmarkInsertToSend measures what the program itself adds to the way of an alert: from the moment the
// article is stored to the moment the adapter is asked to send it.
func BenchmarkInsertToSend(b *testing.B) { insertToSend(b, sameProcess) }

// BenchmarkInsertToSendOtherProcess is BenchmarkInsertToSend with the article stored by another process.
func BenchmarkInsertToSendOtherProcess(b *testing.B) { insertToSend(b, otherProcess) }

// writer says who stores the articles.
type writer int

const (
	sameProcess writer = iota
	otherProcess
)

func insertToSend(b *testing.B, from writer) {
	b.Helper()
	url := "sqlite:" + b.TempDir() + "/tidings.db"
	open := func() *store.Store {
		s, err := store.Open(b.Context(), store.Config{URL: url})
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { _ = s.Close() })
		return s
	}
	own := open()
	put := own
	if from == otherProcess {
		put = open()
	}
	if _, err := own.Subscribe(b.Context(), bot.Subscription{Target: room()}); err != nil {
		b.Fatal(err)
	}
	a := &stamper{Recorder: bottest.NewRecorder("paper"), begun: make(chan time.Time, 1)}
	core, err := engine.New(engine.Config{Store: own, Adapters: []bot.Adapter{a}, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		b.Fatal(err)
	}
	ctx, cancel := context.WithCancel(b.Context())
	ended := make(chan error, 1)
	go func() { ended <- core.Run(ctx) }()
	var took []time.Duration
	for i := 0; b.Loop(); i++ {
		// Until the last outcome is recorded, which would wake the bot for the next article as well, and then
		// at any moment between two looks for other processes.
		<-time.After(5*time.Millisecond + rand.N(20*time.Millisecond))
		if _, err := put.Put(b.Context(), articles(fmt.Sprintf("story %d", i))); err != nil {
			b.Fatal(err)
		}
		stored := time.Now()
		// The send may begin before Put has returned to its caller.
		took = append(took, max((<-a.begun).Sub(stored), 0))
	}
	cancel()
	if err := <-ended; err != nil {
		b.Error(err)
	}
	slices.Sort(took)
	b.ReportMetric(0, "ns/op") // it would count the pauses
	for _, p := range []struct {
		name string
		part float64
	}{{"p50-ms", .5}, {"p99-ms", .99}} {
		at := took[int(p.part*float64(len(took)-1))]
		b.ReportMetric(float64(at.Microseconds())/1000, p.name)
	}
}
