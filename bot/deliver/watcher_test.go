package deliver

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"tidings/bot"
	"tidings/internal/retry"
)

// sharedLog is a log of which several watchers make deliveries. A fan-out takes a moment in which others come.
type sharedLog struct {
	mu      sync.Mutex
	wake    chan struct{} // closed when entries come
	entries []bot.Entry
	cursor  int64
}

const fanOutTakes = 50 * time.Millisecond

func (l *sharedLog) add(n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for range n {
		seq := int64(len(l.entries) + 1)
		l.entries = append(l.entries, bot.Entry{Seq: seq, Article: bot.Article{ID: seq, Title: "News"}})
	}
	close(l.wake)
	l.wake = make(chan struct{})
}

func (l *sharedLog) read() (bot.News, chan struct{}) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return bot.News{Cursor: l.cursor, Entries: append([]bot.Entry(nil), l.entries[l.cursor:]...)}, l.wake
}

func (l *sharedLog) News(ctx context.Context, _ int) (bot.News, error) {
	for {
		news, wake := l.read()
		if len(news.Entries) > 0 {
			return news, nil
		}
		select {
		case <-wake:
		case <-ctx.Done():
			return bot.News{}, ctx.Err()
		}
	}
}

func (l *sharedLog) Cursor(context.Context) (int64, error) { return l.at(), nil }

func (l *sharedLog) at() int64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.cursor
}

func (l *sharedLog) Enqueue(ctx context.Context, from, to int64, _ []bot.Match) (int, error) {
	_ = retry.Sleep(ctx, fanOutTakes)
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.cursor != from {
		return 0, bot.ErrCursorMoved
	}
	l.cursor = to
	return 0, nil
}

func (l *sharedLog) Changes(context.Context, int64, func([]bot.Interest)) (int64, error) {
	return 0, nil
}

func (l *sharedLog) InterestsIn(context.Context, bot.Place) ([]bot.Interest, error) { return nil, nil }

func (l *sharedLog) UrgentBefore(context.Context, *bot.Article, time.Duration, int) (int, error) {
	return 0, nil
}

// countedLog is the log as one watcher sees it.
type countedLog struct {
	*sharedLog
	fanOuts atomic.Int64
}

func (l *countedLog) Enqueue(ctx context.Context, from, to int64, matches []bot.Match) (int, error) {
	l.fanOuts.Add(1)
	return l.sharedLog.Enqueue(ctx, from, to, matches)
}

// watch starts a watcher until stop is called.
func (l *sharedLog) watch(t *testing.T) (seen *countedLog, stop func()) {
	t.Helper()
	seen = &countedLog{sharedLog: l}
	w := NewWatcher(WatcherConfig{
		Log: seen, Urgent: l, Logger: slog.New(slog.DiscardHandler), Metrics: noMetrics{}, Now: time.Now, Notify: func(bot.Text) {}, Loaded: func() {},
	})
	ctx, cancel := context.WithCancel(t.Context())
	var done sync.WaitGroup
	done.Go(func() { _ = w.Run(ctx) })
	return seen, func() { cancel(); done.Wait() }
}

// pass lets a time pass.
func pass(t *testing.T, d time.Duration) {
	t.Helper()
	if err := retry.Sleep(t.Context(), d); err != nil {
		t.Fatal(err)
	}
}

func TestWatcher_OneOfSeveralPreparesWhatComes(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		log := &sharedLog{wake: make(chan struct{})}
		var watchers []*countedLog
		var stops []func()
		for range 3 {
			seen, stop := log.watch(t)
			watchers, stops = append(watchers, seen), append(stops, stop)
		}
		const steps = 100
		for range steps {
			synctest.Wait()
			log.add(1)
			pass(t, 3*fanOutTakes)
		}
		most, all := 0, 0
		leader := 0
		for i, w := range watchers {
			n := int(w.fanOuts.Load())
			if all += n; n > most {
				most, leader = n, i
			}
		}
		if log.at() != steps || most < steps-2*standbyAfter || all > steps+3*standbyAfter {
			t.Errorf("cursor at %d of %d after %d fan-outs, %d of them by one watcher", log.at(), steps, all, most)
		}

		stops[leader]()
		log.add(1)
		if pass(t, 2*standbyLook+2*fanOutTakes); log.at() != steps+1 {
			t.Error("nobody gets on with the log when the watcher that did is gone")
		}
		for _, stop := range stops {
			stop()
		}
	})
}

func TestWatcher_WhereLittleComesNobodyIsWaitedFor(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		log := &sharedLog{wake: make(chan struct{})}
		first, stopFirst := log.watch(t)
		second, stopSecond := log.watch(t)
		const steps = 20
		for range steps {
			synctest.Wait()
			log.add(1)
			pass(t, 2*time.Second/(standbyAfter+1))
		}
		if n := first.fanOuts.Load() + second.fanOuts.Load(); n != 2*steps {
			t.Errorf("%d fan-outs are prepared for %d articles, want one by each watcher", n, steps)
		}
		stopFirst()
		log.add(1)
		if pass(t, 2*fanOutTakes); log.at() != steps+1 {
			t.Error("an article waits for a watcher that is gone")
		}
		stopSecond()
	})
}

func TestWatcher_StandbyEndsWhenNothingComes(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		log := &sharedLog{wake: make(chan struct{})}
		_, stopFirst := log.watch(t)
		_, stopSecond := log.watch(t)
		for range 2 * standbyAfter {
			synctest.Wait()
			log.add(1)
			pass(t, 2*fanOutTakes)
		}
		pass(t, standbyTime+standbyLook)
		stopFirst()
		stopped := log.at()
		log.add(1)
		if pass(t, 2*fanOutTakes); log.at() != stopped+1 {
			t.Error("an article that comes after a while waits")
		}
		stopSecond()
	})
}
