package pace

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"tidings/bot"
)

// limits are what a platform allows.
type limits struct{ whole, target []bot.Rate }

// platform counts requests when they arrive, in windows that slide, and refuses those beyond its limits.
type platform struct {
	bot.Adapter // has no method but those below

	limits
	// out and back are how long a request and its answer are on their way.
	out, back func() time.Duration

	mu      sync.Mutex // guards everything below
	arrived map[bot.Target][]time.Time
	refused int
}

func (p *platform) Platform() string { return "paper" }

func (p *platform) Limits(bot.Target) (whole, target []bot.Rate) { return p.whole, p.target }

// RateKey returns the target: each has limits of its own.
func (p *platform) RateKey(to bot.Target) bot.Target { return to }

// request is a request that takes its time to arrive and to be answered.
func (p *platform) request(to bot.Target) error {
	<-time.After(p.out())
	err := p.arrive(to, time.Now())
	<-time.After(p.back())
	return err
}

func (p *platform) arrive(to bot.Target, now time.Time) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	all := bot.Target{}
	if p.full(all, p.whole, now) || p.full(to, p.target, now) {
		p.refused++
		return &bot.SendError{Kind: bot.RateLimited, After: time.Second}
	}
	p.arrived[all] = append(p.arrived[all], now)
	p.arrived[to] = append(p.arrived[to], now)
	return nil
}

// full reports whether the last N arrivals lie within a rate's length.
func (p *platform) full(of bot.Target, rates []bot.Rate, now time.Time) bool {
	list := p.arrived[of]
	for _, r := range rates {
		if len(list) >= r.N && now.Sub(list[len(list)-r.N]) < r.Per {
			return true
		}
	}
	return false
}

func (p *platform) taken() []time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.arrived[bot.Target{}]
}

func upTo(d time.Duration) func() time.Duration {
	return func() time.Duration { return rand.N(d + 1) }
}

// long has a tail: most are quick, a few take several times as long.
func long(mean time.Duration) func() time.Duration {
	return func() time.Duration { return time.Duration(rand.ExpFloat64() * float64(mean)) }
}

// inSchedule runs a test with a scheduler for p that is at work.
func inSchedule(t *testing.T, p *platform, test func(t *testing.T, s *Scheduler)) {
	t.Helper()
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p.arrived = map[bot.Target][]time.Time{}
		if p.out == nil {
			p.out, p.back = upTo(0), upTo(0)
		}
		s := NewScheduler(p, time.Now)
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() { defer close(ended); s.Run(ctx) }()
		defer func() { cancel(); <-ended }()
		test(t, s)
	})
}

// load makes each of the targets get n requests, one after another, and returns how long that took.
func load(t *testing.T, s *Scheduler, p *platform, targets, n int) time.Duration {
	t.Helper()
	var all sync.WaitGroup
	begun := time.Now()
	for i := range targets {
		to := bot.Target{Chat: fmt.Sprint(i)}
		all.Go(func() {
			for range n {
				slot, err := s.Take(t.Context(), to, Ordinary)
				if err != nil {
					t.Error(err)
					return
				}
				s.Done(slot, to, p.request(to))
			}
		})
	}
	all.Wait()
	return time.Since(begun)
}

func TestScheduler_UsesTheWholeLimitAndNeverMore(t *testing.T) {
	chats := limits{whole: []bot.Rate{{N: 30, Per: time.Second}}, target: []bot.Rate{{N: 1, Per: time.Second}}}
	groups := limits{whole: []bot.Rate{{N: 30, Per: time.Second}}, target: []bot.Rate{{N: 1, Per: time.Second}, {N: 20, Per: time.Minute}}}
	channels := limits{whole: []bot.Rate{{N: 50, Per: time.Second}}, target: []bot.Rate{{N: 5, Per: 5 * time.Second}}}
	for name, tt := range map[string]struct {
		of         limits
		targets, n int
		floor      time.Duration // what the limits allow
	}{
		"many articles for some chats":  {chats, 20, 50, 49 * time.Second},
		"many articles for groups":      {groups, 20, 50, 2*time.Minute + 9*time.Second},
		"an article for many chats":     {chats, 3000, 1, 100 * time.Second},
		"an article for many channels":  {channels, 3000, 1, 60 * time.Second},
		"many articles for one channel": {channels, 1, 100, 95 * time.Second},
	} {
		for _, network := range []struct {
			name      string
			out, back func() time.Duration
			most      float64
		}{
			{"still", upTo(0), upTo(0), 1.02},
			{"far away", func() time.Duration { return 70 * time.Millisecond }, func() time.Duration { return 90 * time.Millisecond }, 1.02},
			{"uneven out", upTo(15 * time.Millisecond), upTo(0), 1.10},
			{"uneven back", upTo(0), upTo(15 * time.Millisecond), 1.10},
			{"uneven both ways", upTo(15 * time.Millisecond), upTo(15 * time.Millisecond), 1.10},
			{"long tail", long(15 * time.Millisecond), long(15 * time.Millisecond), 1.15},
		} {
			t.Run(name+", "+network.name, func(t *testing.T) {
				p := &platform{limits: tt.of, out: network.out, back: network.back}
				inSchedule(t, p, func(t *testing.T, s *Scheduler) {
					took := load(t, s, p, tt.targets, tt.n)
					ratio := took.Seconds() / tt.floor.Seconds()
					if ratio > network.most {
						t.Errorf("it took %v, %.3f times as long as the limits ask", took, ratio)
					}
					if p.refused > 0 {
						t.Errorf("%d requests were refused", p.refused)
					}
				})
			})
		}
	}
}

func TestScheduler_LetsAnswersGoBeforeAlertsAndStarvesNone(t *testing.T) {
	p := &platform{limits: limits{whole: []bot.Rate{{N: 10, Per: time.Second}}}}
	inSchedule(t, p, func(t *testing.T, s *Scheduler) {
		var mu sync.Mutex
		var got []Class
		var all sync.WaitGroup
		for c := range classes {
			for i := range 40 {
				all.Go(func() {
					if _, err := s.Take(t.Context(), bot.Target{Chat: fmt.Sprint(c, i)}, c); err != nil {
						t.Error(err)
					}
					mu.Lock()
					defer mu.Unlock()
					got = append(got, c)
				})
			}
		}
		all.Wait()
		count := func(list []Class) (n [classes]int) {
			for _, c := range list {
				n[c]++
			}
			return n
		}
		for _, part := range []struct {
			upTo int
			want [classes]int
		}{{40, [classes]int{36, 1, 3}}, {80, [classes]int{40, 34, 6}}} {
			n := count(got[:part.upTo])
			if n[Answers] < part.want[Answers]-2 || n[Urgent] < part.want[Urgent]-4 || n[Ordinary] < part.want[Ordinary]-2 {
				t.Errorf("the first %d slots went to %v, want about %v", part.upTo, n, part.want)
			}
		}
	})
}

func TestScheduler_LetsNoTargetWaitForABusyOne(t *testing.T) {
	p := &platform{limits: limits{whole: []bot.Rate{{N: 30, Per: time.Second}}, target: []bot.Rate{{N: 1, Per: time.Second}}}}
	inSchedule(t, p, func(t *testing.T, s *Scheduler) {
		ctx, cancel := context.WithCancel(t.Context())
		var busy sync.WaitGroup
		for range 100 {
			busy.Go(func() { _, _ = s.Take(ctx, bot.Target{Chat: "busy"}, Answers) })
		}
		synctest.Wait()
		begun := time.Now()
		if _, err := s.Take(ctx, bot.Target{Chat: "other"}, Ordinary); err != nil {
			t.Error(err)
		}
		if took := time.Since(begun); took > 100*time.Millisecond {
			t.Errorf("another chat waited %v for the busy one", took)
		}
		cancel()
		busy.Wait()
	})
}

func TestScheduler_CountsAnswersTowardTheLimitOfTheirChat(t *testing.T) {
	p := &platform{limits: limits{target: []bot.Rate{{N: 1, Per: time.Second}, {N: 20, Per: time.Minute}}}, out: upTo(15 * time.Millisecond), back: upTo(15 * time.Millisecond)}
	inSchedule(t, p, func(t *testing.T, s *Scheduler) {
		group := bot.Target{Chat: "-1"}
		ctx, cancel := context.WithCancel(t.Context())
		var alerts sync.WaitGroup
		alerts.Go(func() {
			for {
				slot, err := s.Take(ctx, group, Ordinary)
				if err != nil {
					return
				}
				s.Done(slot, group, p.request(group))
			}
		})
		for i := range 30 {
			<-time.After(25 * time.Second)
			begun := time.Now()
			answered, err := s.Reply(ctx, group)
			if err != nil {
				t.Fatal(err)
			}
			// The first finds a group that has had all its messages of the minute; then room is kept.
			if took := time.Since(begun); i > 2 && took > 5*time.Second {
				t.Errorf("answer %d waited %v in a busy group", i, took)
			}
			answered(p.request(group))
		}
		cancel()
		alerts.Wait()
		if p.refused > 0 {
			t.Errorf("%d requests were refused", p.refused)
		}
	})
}

func TestScheduler_WaitsAsLongAsThePlatformAsks(t *testing.T) {
	limited := &bot.SendError{Kind: bot.RateLimited, After: 20 * time.Second}
	all := &bot.SendError{Kind: bot.RateLimited, After: 20 * time.Second, Global: true}
	local := &bot.SendError{Kind: bot.RateLimited, After: 20 * time.Second, Local: true}
	for name, tt := range map[string]struct {
		answers []error // of one chat each
		other   time.Duration
	}{
		"one chat":                           {[]error{limited}, 0},
		"two chats":                          {[]error{limited, limited}, 0},
		"several chats at once":              {[]error{limited, limited, limited}, 20 * time.Second},
		"several that are the adapter's own": {[]error{local, local, local}, 0},
		"the whole bot, as the answer says":  {[]error{all}, 20 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			p := &platform{limits: limits{whole: []bot.Rate{{N: 30, Per: time.Second}}, target: []bot.Rate{{N: 1, Per: time.Second}}}}
			inSchedule(t, p, func(t *testing.T, s *Scheduler) {
				for i, answer := range tt.answers {
					to := bot.Target{Chat: fmt.Sprint(i)}
					slot, err := s.Take(t.Context(), to, Ordinary)
					if err != nil {
						t.Fatal(err)
					}
					s.Done(slot, to, answer)
				}
				begun := time.Now()
				if from := s.AlertsFrom().Sub(begun); from > tt.other || from < tt.other-time.Second && tt.other > 0 {
					t.Errorf("alerts are claimed in %v, want %v", from, tt.other)
				}
				for _, to := range []struct {
					chat string
					wait time.Duration
				}{{"other", tt.other}, {"0", 20 * time.Second}} {
					if _, err := s.Take(t.Context(), bot.Target{Chat: to.chat}, Ordinary); err != nil {
						t.Fatal(err)
					}
					if took := time.Since(begun); took < to.wait-time.Second || took > to.wait+2*time.Second {
						t.Errorf("chat %s waited %v, want %v", to.chat, took, to.wait)
					}
				}
			})
		})
	}
}

func TestScheduler_FollowsAPlatformThatAllowsLess(t *testing.T) {
	p := &platform{limits: limits{whole: []bot.Rate{{N: 20, Per: time.Second}}}}
	inSchedule(t, p, func(t *testing.T, s *Scheduler) {
		s.rates, s.gap = []bot.Rate{{N: 30, Per: time.Second}}, int64(time.Second/30)
		const n = 3000
		for i := range n {
			to := bot.Target{Chat: fmt.Sprint(i)}
			slot, err := s.Take(t.Context(), to, Ordinary)
			if err != nil {
				t.Fatal(err)
			}
			s.Done(slot, to, p.request(to))
		}
		if p.refused > n/20 {
			t.Errorf("%d of %d requests were refused", p.refused, n)
		}
		if rate := float64(len(p.taken())) / time.Since(p.taken()[0]).Seconds(); rate < 14 {
			t.Errorf("%.1f requests a second were taken of 20", rate)
		}
	})
}

func TestScheduler_TrustsTheRemainingCountOfThePlatform(t *testing.T) {
	p := &platform{limits: limits{target: []bot.Rate{{N: 5, Per: 5 * time.Second}}}}
	inSchedule(t, p, func(t *testing.T, s *Scheduler) {
		to := bot.Target{Chat: "channel"}
		take := func(n int) time.Duration {
			begun := time.Now()
			for range n {
				if _, err := s.Take(t.Context(), to, Ordinary); err != nil {
					t.Fatal(err)
				}
			}
			return time.Since(begun)
		}
		s.Remaining(to, 8, 10*time.Second)
		if took := take(8); took > time.Millisecond {
			t.Errorf("8 messages took %v though there was room for 8", took)
		}
		if took := take(1); took < 9*time.Second || took > 11*time.Second {
			t.Errorf("the ninth waited %v, want until the limit is reset after 10 s", took)
		}
	})
}

func TestScheduler_GivesUpAWaitWithItsContext(t *testing.T) {
	p := &platform{limits: limits{target: []bot.Rate{{N: 1, Per: time.Hour}}}}
	inSchedule(t, p, func(t *testing.T, s *Scheduler) {
		to := bot.Target{Chat: "slow"}
		if _, err := s.Take(t.Context(), to, Ordinary); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := s.Take(ctx, to, Ordinary); err == nil {
			t.Error("a slot came out of nowhere")
		}
		begun := time.Now()
		if _, err := s.Reply(t.Context(), to); err != nil || time.Since(begun) != maxReplyWait {
			t.Errorf("an answer waited %v (%v), want to go out after %v", time.Since(begun), err, maxReplyWait)
		}
		if n := len(s.queues[Ordinary]) + len(s.queues[Answers]); n > 0 {
			t.Errorf("%d still wait", n)
		}
	})
}

func TestScheduler_DropsIdleTargets(t *testing.T) {
	p := &platform{limits: limits{target: []bot.Rate{{N: 1, Per: time.Second}}}}
	inSchedule(t, p, func(t *testing.T, s *Scheduler) {
		for i := range 20 * pruneAt {
			to := bot.Target{Chat: fmt.Sprint(i)}
			slot, err := s.Take(t.Context(), to, Ordinary)
			if err != nil {
				t.Fatal(err)
			}
			s.Done(slot, to, nil)
			<-time.After(time.Second)
		}
		if n := len(s.targets); n > 2*pruneAt {
			t.Errorf("%d targets are remembered", n)
		}
	})
}
