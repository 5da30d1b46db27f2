package engine_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"tidings/bot"
	"tidings/bot/engine"
)

// forgetful is a store that fails to record the first outcomes.
type forgetful struct {
	engine.Store
	mu   sync.Mutex // guards left
	left int
}

func (f *forgetful) Settle(ctx context.Context, d *bot.Delivery, o bot.Outcome) error {
	f.mu.Lock()
	fail := f.left > 0
	f.left--
	f.mu.Unlock()
	if fail {
		return errors.New("disk full")
	}
	return f.Store.Settle(ctx, d, o)
}

func TestDeliver_RecordsAnOutcomeThoughTheStoreFails(t *testing.T) {
	inWorld(t, func(w *world) {
		w.subscribe(room(), "")
		cfg := w.config()
		cfg.Store = &forgetful{Store: w.store, left: 3}
		w.start(cfg)
		w.put("story")
		w.wantSent(w.after(time.Minute), "room: story")
		if s := w.status(room()); s.Waiting != 0 || s.LastSent.IsZero() {
			w.Errorf("status = %+v, want the alert recorded as sent", s)
		}
	})
}

// TestDeliver_RepeatsNothingWhoseOutcomeIsUnrecorded has a store that records no outcome until the lease is long over.
func TestDeliver_RepeatsNothingWhoseOutcomeIsUnrecorded(t *testing.T) {
	inWorld(t, func(w *world) {
		w.subscribe(room(), "")
		store := &forgetful{Store: w.store, left: 100}
		cfg := w.config()
		cfg.Store = store
		w.start(cfg)
		w.put("story")
		w.wantSent(w.after(3*time.Minute), "room: story")
		store.mu.Lock()
		store.left = 0
		store.mu.Unlock()
		w.put("another")
		w.wantSent(w.after(time.Minute), "room: story", "room: another")
		if s := w.status(room()); s.Waiting != 0 {
			w.Errorf("status = %+v, want both alerts recorded as sent", s)
		}
	})
}

// laggard is a store that says late that an outcome is recorded.
type laggard struct{ engine.Store }

func (l laggard) Settle(ctx context.Context, d *bot.Delivery, o bot.Outcome) error {
	err := l.Store.Settle(ctx, d, o)
	<-time.After(time.Second)
	return err
}

// TestDeliver_TriesAgainAtOnceThoughTheRecordIsHeardOfLate: what is to be tried again is claimed before the sender has heard
// that its failure is on record.
func TestDeliver_TriesAgainAtOnceThoughTheRecordIsHeardOfLate(t *testing.T) {
	inWorld(t, func(w *world) {
		w.subscribe(chat("group"), "")
		w.paper.ScriptFor(chat("group"), &bot.SendError{Kind: bot.TargetMoved, To: chat("supergroup")})
		cfg := w.config()
		cfg.Store = laggard{w.store}
		w.start(cfg)
		w.put("story")
		w.wantSent(w.after(5*time.Second), "supergroup: story")
	})
}

// witness is a store that keeps the outcomes it receives.
type witness struct {
	engine.Store
	mu       sync.Mutex // guards outcomes
	outcomes []bot.Outcome
}

func (v *witness) Settle(ctx context.Context, d *bot.Delivery, o bot.Outcome) error {
	v.mu.Lock()
	v.outcomes = append(v.outcomes, o)
	v.mu.Unlock()
	return v.Store.Settle(ctx, d, o)
}

func TestDeliver_RecordsWhatMayHaveArrived(t *testing.T) {
	inWorld(t, func(w *world) {
		w.subscribe(room(), "")
		hung := false
		cfg, seen := w.config(), &witness{Store: w.store}
		cfg.Store = seen
		w.paper.Script(&bot.SendError{Reason: "refused"}, nil, &bot.SendError{Reason: "cut off", Uncertain: true})
		cfg.Adapters = []bot.Adapter{&fussy{Recorder: w.paper, before: func(ctx context.Context, _ bot.Target, _ bot.Message) error {
			if hung {
				return nil
			}
			hung = true
			<-ctx.Done()
			return ctx.Err()
		}}}
		w.start(cfg)
		w.put("story")
		w.wantSent(w.after(2*time.Minute), "room: story")
		w.put("second")
		w.wantSent(w.after(time.Minute), "room: story", "room: second")
		var got []bool
		for _, o := range seen.outcomes {
			got = append(got, o.Uncertain)
		}
		if want := []bool{true, false, false, true, false}; !slices.Equal(got, want) {
			w.Errorf("uncertain were the tries %v, want %v: one that hung, one refused, one sent, one cut off, one sent", got, want)
		}
	})
}

// meter keeps what a bot's loops report.
type meter struct {
	mu       sync.Mutex // guards everything below
	outcomes []string
	limited  int
	failures []string
	digests  int
	pruned   int
	answered []string
	entries  int
	matches  int
	flooded  int
}

func (m *meter) Flooded(articles int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.flooded += articles
}

func (m *meter) DigestSent(string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.digests++
}

func (m *meter) Matched(entries, deliveries int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.entries, m.matches = m.entries+entries, m.matches+deliveries
}

func (m *meter) Settled(platform, outcome string, _, _ time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.outcomes = append(m.outcomes, platform+" "+outcome)
}

func (m *meter) Failed(platform, why string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.failures = append(m.failures, platform+" "+why)
}

func (m *meter) Pruned(articles int, _ int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.pruned += articles
}

func (m *meter) RateLimited(string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.limited++
}

func (m *meter) Answered(platform, command string, _ time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.answered = append(m.answered, platform+" "+command)
}

func TestDeliver_ReportsEachAttemptToTheMetrics(t *testing.T) {
	inWorld(t, func(w *world) {
		w.subscribe(room(), "")
		w.paper.ScriptFor(room(), errors.New("torn"), &bot.SendError{Kind: bot.RateLimited, After: time.Second}, nil,
			&bot.SendError{Kind: bot.Unsendable}, &bot.SendError{Kind: bot.Unsendable}, &bot.SendError{Kind: bot.TargetMoved, To: chat("new")})
		w.paper.ScriptFor(chat("new"), &bot.SendError{Kind: bot.TargetGone})
		cfg, m := w.config(), &meter{}
		cfg.Metrics = m
		w.start(cfg)
		w.put("one", "two", "three")
		w.after(30 * time.Second)
		m.mu.Lock()
		defer m.mu.Unlock()
		want := []string{
			"paper outage", "paper rate_limited", "paper sent", "paper refused", "paper rejected", "paper moved", "paper suspended",
		}
		if !slices.Equal(m.outcomes, want) {
			w.Errorf("outcomes = %q, want %q", m.outcomes, want)
		}
		want = []string{"paper server", "paper rate_limited", "paper refused", "paper refused", "paper gone", "paper gone"}
		if !slices.Equal(m.failures, want) {
			w.Errorf("failures = %q, want %q", m.failures, want)
		}
		if m.limited != 1 || m.entries != 3 || m.matches != 3 {
			w.Errorf("%d rate limits, %d entries, %d matches; want 1, 3, 3", m.limited, m.entries, m.matches)
		}
	})
}
