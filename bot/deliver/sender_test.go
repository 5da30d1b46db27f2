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
	"tidings/bot/bottest"
	"tidings/bot/pace"
)

// outcomes is an outbox that keeps what became of deliveries.
type outcomes struct {
	Outbox

	mu   sync.Mutex // guards list
	list []bot.Outcome
}

func (o *outcomes) Settle(_ context.Context, _ *bot.Delivery, outcome bot.Outcome) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.list = append(o.list, outcome)
	return nil
}

// noMetrics counts nothing.
type noMetrics struct{}

func (noMetrics) Matched(int, int)                                     {}
func (noMetrics) DigestSent(string)                                    {}
func (noMetrics) Flooded(int)                                          {}
func (noMetrics) Settled(string, string, time.Duration, time.Duration) {}
func (noMetrics) Failed(string, string)                                {}
func (noMetrics) RateLimited(string)                                   {}

func newTestSender(t *testing.T, a bot.Adapter, outbox Outbox, now func() time.Time) *Sender {
	t.Helper()
	slots := pace.NewScheduler(a, now)
	var paced sync.WaitGroup
	paced.Go(func() { slots.Run(t.Context()) })
	t.Cleanup(paced.Wait)
	return NewSender(SenderConfig{
		Adapter: a, Outbox: outbox, Slots: slots, Delays: &Delays{}, Zone: time.UTC, Logger: slog.New(slog.DiscardHandler),
		Metrics: noMetrics{}, Now: now,
	})
}

// TestSender_GivesBackWhatItsLeaseMayNoLongerCover: the machine sleeps between the claim of an alert and its slot. Another
// process may have it by then.
func TestSender_GivesBackWhatItsLeaseMayNoLongerCover(t *testing.T) {
	for slept, sends := range map[time.Duration]int{0: 1, leaseTime: 0} {
		synctest.Test(t, func(t *testing.T) {
			var ahead atomic.Int64 // nanoseconds; the pace looks at the clock too
			paper := bottest.NewRecorder("paper")
			outbox := &outcomes{}
			claimed := []bot.Delivery{{
				ID: 1, Target: bot.Target{Platform: "paper", Chat: "room"}, Action: bot.Post, Article: bot.Article{ID: 1, Title: "story"},
				LeasedAt: time.Now(),
			}}
			s := newTestSender(t, paper, outbox, func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) })
			s.leases.add(claimed)
			s.inFlight.claimed(1)
			ahead.Add(int64(slept))
			s.handle(t.Context(), t.Context(), &claimed[0])
			if got := len(paper.Sent()); got != sends {
				t.Errorf("after a sleep of %v: %d sends, want %d", slept, got, sends)
			}
			if want := (sends == 1); len(outbox.list) != 1 || (outbox.list[0].State == bot.Sent) != want {
				t.Errorf("after a sleep of %v: outcomes %+v", slept, outbox.list)
			}
		})
	}
}

// closed is an adapter that may send nowhere, and keeps where it was asked about.
type closed struct {
	*bottest.Recorder
	asked []bot.Target
}

func (c *closed) CanSend(_ context.Context, t bot.Target) (ok bool, reason string, err error) {
	c.asked = append(c.asked, t)
	return false, "no right to write", nil
}

// suspended are targets that wait for the prober.
type suspended []bot.Suspended

func (s suspended) Probable(context.Context, string) ([]bot.Suspended, error) { return s, nil }

func (suspended) OldestWaiting(context.Context, bot.Target) (bot.Delivery, error) {
	return bot.Delivery{}, bot.ErrNotFound
}

func (suspended) Settle(context.Context, *bot.Delivery, bot.Outcome) error { return nil }

func TestProber_TriesOneTargetOfASpaceAtATime(t *testing.T) {
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	var list suspended
	for space, chats := range map[string][]string{"server": {"a", "b", "c"}, "": {"x", "y"}} {
		for _, chat := range chats {
			list = append(list, bot.Suspended{Target: bot.Target{Platform: "paper", Space: space, Chat: chat}, Since: now})
		}
	}
	a := &closed{Recorder: bottest.NewRecorder("paper")}
	p := NewProber(newTestSender(t, a, nil, time.Now), list, nil)
	if err := p.round(t.Context(), now, now.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	bySpace := map[string]int{}
	for _, target := range a.asked {
		bySpace[target.Space]++
	}
	if bySpace["server"] != 1 || bySpace[""] != 2 {
		t.Errorf("asked about %v, want one target of the server and both of none", a.asked)
	}
}
