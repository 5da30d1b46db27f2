package deliver

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"tidings/bot"
	"tidings/bot/bottest"
)

// backlog is an outbox that has a delivery for ever another chat, and takes its time.
type backlog struct {
	Outbox
	takes func() time.Duration

	mu      sync.Mutex // guards everything below
	claimed int64
	unsent  int
}

func (b *backlog) Claim(_ context.Context, platform string, n int, _ time.Duration) ([]bot.Delivery, error) {
	<-time.After(b.takes())
	b.mu.Lock()
	defer b.mu.Unlock()
	list := make([]bot.Delivery, n)
	for i := range list {
		b.claimed++
		list[i] = bot.Delivery{
			ID: b.claimed, Target: bot.Target{Platform: platform, Chat: fmt.Sprint(b.claimed)}, Action: bot.Post,
			Article: bot.Article{ID: 1, Title: "story"}, LeasedAt: time.Now(),
		}
	}
	return list, nil
}

func (b *backlog) ClaimNext(context.Context, string, int, time.Duration) ([]bot.Delivery, error) {
	return nil, nil
}

func (b *backlog) Renew(context.Context, []*bot.Delivery, time.Duration) error { return nil }

func (b *backlog) Settle(_ context.Context, _ *bot.Delivery, o bot.Outcome) error {
	<-time.After(b.takes())
	b.mu.Lock()
	defer b.mu.Unlock()
	if o.State != bot.Sent {
		b.unsent++
	}
	return nil
}

// distant is a platform whose requests and answers take their time, and that keeps when each request has arrived.
type distant struct {
	*bottest.Recorder
	way func() time.Duration

	mu      sync.Mutex // guards arrived
	arrived []time.Time
}

func (d *distant) Send(ctx context.Context, to bot.Target, m bot.Message) (bot.Receipt, error) {
	<-time.After(d.way())
	d.mu.Lock()
	d.arrived = append(d.arrived, time.Now())
	d.mu.Unlock()
	<-time.After(d.way())
	return d.Recorder.Send(ctx, to, m)
}

// most returns how many requests at most have arrived within a second.
func (d *distant) most() (n int) {
	first := 0
	for i, at := range d.arrived {
		for at.Sub(d.arrived[first]) >= time.Second {
			first++
		}
		n = max(n, i-first+1)
	}
	return n
}

// between returns a function that draws a time, each as likely as the other.
func between(least, most time.Duration) func() time.Duration {
	return func() time.Duration { return least + rand.N(most-least+1) }
}

// TestSender_UsesTheLimitWhileClaimsAreSlow has the store take its time, as one does that is busy or far away. Answers take 5 to 50 ms,
// so that the pace itself can't use more than 97 to 98 % of the limit: a request may arrive as late as its answer allows.
func TestSender_UsesTheLimitWhileClaimsAreSlow(t *testing.T) {
	const minute = time.Minute
	for _, tt := range []struct{ limit, takes, share int }{
		{30, 5, 92}, {30, 150, 92}, {30, 300, 90}, {50, 5, 92}, {50, 150, 90}, {50, 250, 85},
	} {
		t.Run(fmt.Sprintf("%d a second, claims of %d ms", tt.limit, tt.takes), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				takes := time.Duration(tt.takes) * time.Millisecond
				paper := &distant{Recorder: bottest.NewRecorder("paper"), way: between(2500*time.Microsecond, 25*time.Millisecond)}
				paper.Limit(func(bot.Target) (whole, target []bot.Rate) { return []bot.Rate{{N: tt.limit, Per: time.Second}}, nil })
				outbox := &backlog{takes: between(takes/4, 2*takes-takes/4)}
				ctx, cancel := context.WithTimeout(t.Context(), minute)
				defer cancel()
				if err := newTestSender(t, paper, outbox, time.Now).Run(ctx, t.Context()); err != nil {
					t.Fatal(err)
				}
				share := 100 * float64(len(paper.arrived)) / minute.Seconds() / float64(tt.limit)
				t.Logf("%.1f %% of the limit are used", share)
				if share < float64(tt.share) {
					t.Errorf("%.1f %% of the limit are used, want %d", share, tt.share)
				}
				if n := paper.most(); n > tt.limit {
					t.Errorf("%d requests arrived within a second, want %d at most", n, tt.limit)
				}
				if outbox.unsent > mostInHand {
					t.Errorf("%d were claimed in vain, want those at most that were in hand at the end", outbox.unsent)
				}
			})
		})
	}
}

func TestNextHand(t *testing.T) {
	for _, tt := range []struct {
		name              string
		hand, begun, want int
	}{
		{"nothing began", leastInHand, 0, leastInHand},
		{"claims are quick", leastInHand, leastInHand / handFactor, leastInHand},
		{"as many as wait began", leastInHand, leastInHand, mostInHand},
		{"twice as many began as is usual", leastInHand, 8, 24},
		{"a claim is as slow as the last", 24, 8, 24},
		{"a claim is faster", 32, 1, 31},
		{"a claim is faster when most is in hand", mostInHand, 0, 38},
		{"claims have been fast for a while", leastInHand + 1, 0, leastInHand},
		{"a claim takes very long", mostInHand, 1000, mostInHand},
	} {
		if got := nextHand(tt.hand, tt.begun); got != tt.want {
			t.Errorf("%s: nextHand(%d, %d) = %d, want %d", tt.name, tt.hand, tt.begun, got, tt.want)
		}
	}
}
