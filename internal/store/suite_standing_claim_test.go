package store

import (
	"context"
	"errors"
	"runtime"
	"testing"
	"time"

	"tidings/bot"
)

func standingClaimTests() []storeTest {
	return []storeTest{
		{"who waits gets what comes, and nobody else", standingClaimIsServed},
		{"who waits gets one of a target at a time", standingClaimKeepsOrder},
		{"who waits gets what isn't to wait alone", standingClaimLeavesWhatWaits},
		{"what was claimed for one that died is claimed anew", standingClaimLapses},
		{"what was claimed for one that is to stop is handed over", standingClaimOutlastsItsContext},
		{"a fan-out that fails leaves those who wait waiting", standingClaimSurvivesARefusal},
	}
}

// waitDue waits until there may be something to claim.
func waitDue(ctx context.Context, s *Store) error {
	list, err := s.ClaimNext(ctx, platform, 1, time.Minute)
	if len(list) > 0 {
		return errors.New("claimed where it was to wait alone")
	}
	return err
}

// claimSoon claims as a sender does: what there is, or else what comes.
func claimSoon(ctx context.Context, s *Store, platform string, n int, lease time.Duration) ([]bot.Delivery, error) {
	for {
		if list, err := s.Claim(ctx, platform, n, lease); err != nil || len(list) > 0 {
			return list, err
		}
		if list, err := s.ClaimNext(ctx, platform, n, lease); err != nil || len(list) > 0 {
			return list, err
		}
	}
}

// waiting is a sender that waits.
type waiting struct {
	claimed chan []bot.Delivery
	failed  chan error
}

// wait lets a sender wait, and returns once it does.
func (s *storeHarness) wait(ctx context.Context) *waiting {
	s.Helper()
	w := &waiting{make(chan []bot.Delivery, 1), make(chan error, 1)}
	go func() {
		list, err := s.ClaimNext(ctx, platform, 10, time.Minute)
		w.claimed <- list
		w.failed <- err
	}()
	for s.standing.count() == 0 && ctx.Err() == nil {
		runtime.Gosched()
	}
	return w
}

func (s *standingClaims) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.list)
}

// ready begins with a claim that finds nothing, as a sender does: the first of a process looks whether the clock was set back.
func (s *storeHarness) ready(t bot.Target) bot.Subscription {
	s.Helper()
	sub := s.subscribe(t, "")
	s.claimNone()
	return sub
}

func standingClaimIsServed(s *storeHarness) {
	sub := s.ready(chat("1"))
	ids := s.stories(1)
	w := s.wait(s.soon())
	s.enqueue(sub.ID, ids...)
	list := <-w.claimed
	s.must(<-w.failed)
	if len(list) != 1 || list[0].Article.ID != ids[0] || list[0].Lease == 0 || !list[0].LeasedAt.Equal(s.clock.now()) {
		s.Fatalf("got %+v, want article %d, leased now", list, ids[0])
	}
	s.claimNone()
	s.settle(list[0], bot.Outcome{State: bot.Sent})
	if got := s.status(chat("1")); got.Waiting != 0 || got.LastSent.IsZero() {
		s.Errorf("after it was sent: %+v", got)
	}
	if got := s.enqueue(sub.ID, s.stories(1)...); got != 1 || s.standing.count() != 0 {
		s.Errorf("%d deliveries added and %d claims stand, want 1 and none", got, s.standing.count())
	}
	s.claimOne()
}

func standingClaimKeepsOrder(s *storeHarness) {
	sub, other := s.ready(chat("1")), s.ready(chat("2"))
	ids := s.stories(3)
	s.enqueue(sub.ID, ids[0])
	first := s.claimOne()
	w := s.wait(s.soon())
	s.enqueue(sub.ID, ids[1]) // has to wait until the first has ended
	if list := <-w.claimed; len(list) != 0 {
		s.Fatalf("got %+v while another of its target is on its way", list)
	}
	w = s.wait(s.soon())
	s.enqueue(other.ID, ids[2])
	if list := <-w.claimed; len(list) != 1 || list[0].Target != other.Target {
		s.Fatalf("got %+v, want that of the other target", list)
	}
	s.settle(first, bot.Outcome{State: bot.Sent})
	if d := s.claimOne(); d.Article.ID != ids[1] {
		s.Errorf("got article %d, want %d", d.Article.ID, ids[1])
	}
}

func standingClaimLeavesWhatWaits(s *storeHarness) {
	sub, other := s.ready(chat("1")), s.ready(chat("2"))
	ids := s.stories(2)
	_, err := s.Suspend(s.Context(), chat("1"), bot.Suspension{Reason: "kicked"})
	s.must(err)
	secret := s.story("secret")
	secret.Embargo = s.clock.now().Add(time.Hour)
	s.put(secret)
	w := s.wait(s.soon())
	s.enqueue(sub.ID, ids[0])
	if list := <-w.claimed; len(list) != 0 {
		s.Errorf("got %+v for a target that is suspended", list)
	}
	w = s.wait(s.soon())
	s.enqueue(other.ID, s.entries(0)[2].Article.ID)
	if list := <-w.claimed; len(list) != 0 {
		s.Errorf("got %+v, of which the embargo has not ended", list)
	}
}

func standingClaimLapses(s *storeHarness) {
	sub := s.ready(chat("1"))
	ids := s.stories(1)
	died := &standingClaim{platform: platform, n: 10, lease: time.Minute, served: make(chan []bot.Delivery, 1)}
	s.standing.leave(died)
	s.enqueue(sub.ID, ids...)
	was := <-died.served // which nobody hears of
	s.claimNone()
	s.clock.advance(time.Minute + time.Second)
	d := s.claimOne()
	if len(was) != 1 || d.ID != was[0].ID || d.Key() != was[0].Key() || d.Unknown != 1 {
		s.Errorf("claimed %+v, want that of %+v, which may have arrived", d, was)
	}
}

func standingClaimOutlastsItsContext(s *storeHarness) {
	sub := s.ready(chat("1"))
	s.enqueue(sub.ID, s.stories(1)...)
	ctx, cancel := context.WithCancel(s.soon())
	list := s.claim(10)
	w := s.wait(ctx)
	taken := s.standing.take(perPlatform{platform: 1})
	cancel()
	taken[0].served <- list
	if got := <-w.claimed; len(got) != 1 || <-w.failed != nil {
		s.Errorf("got %v, want what was claimed: nobody else can send it", got)
	}
	w = s.wait(s.soon())
	s.enqueue(sub.ID, s.stories(1)...)
	<-w.claimed
}

func standingClaimSurvivesARefusal(s *storeHarness) {
	sub := s.ready(chat("1"))
	ids := s.stories(1)
	w := s.wait(s.soon())
	from, err := s.Cursor(s.Context())
	s.must(err)
	match := []bot.Match{{Article: ids[0], Subscription: sub.ID}}
	if _, err := s.Enqueue(s.Context(), from+1, from+2, match); !errors.Is(err, bot.ErrCursorMoved) {
		s.Fatalf("enqueued with %v, want ErrCursorMoved", err)
	}
	s.enqueue(sub.ID, ids...)
	if list := <-w.claimed; len(list) != 1 {
		s.Errorf("got %v, want one", list)
	}
}

// TestEnqueue_IsNotHeldUpByAClaim has claims fail, as one does that stumbles over a row of another version.
func TestEnqueue_IsNotHeldUpByAClaim(t *testing.T) {
	t.Parallel()
	url, _ := file(t)
	c := &clock{at: time.Date(2026, 3, 14, 9, 26, 53, 0, time.UTC)}
	s := &storeHarness{T: t, Store: open(t, Config{URL: url, Now: c.now}), clock: c}
	sub := s.ready(chat("1"))
	ids := s.stories(1)
	w := s.wait(s.soon())
	change := func(text string) {
		if _, err := writes(s.Store).ExecContext(t.Context(), text); err != nil {
			t.Fatal(err)
		}
	}
	change(`CREATE TRIGGER broken BEFORE UPDATE OF shown ON deliveries BEGIN SELECT RAISE(ABORT, 'broken'); END`)
	if n := s.enqueue(sub.ID, ids...); n != 1 {
		t.Fatalf("%d deliveries added, want 1", n)
	}
	if list := <-w.claimed; len(list) != 0 {
		t.Errorf("got %v by a claim that failed", list)
	}
	change(`DROP TRIGGER broken`)
	if d := s.claimOne(); d.Unknown != 0 {
		t.Errorf("got %+v, which was never claimed before", d)
	}
}
