package discord

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"tidings/bot"
	sandboxdiscord "tidings/internal/sandbox/discord"
)

// shardedWorld has more guilds than one shard may have.
func shardedWorld(t *testing.T, cfg sandboxdiscord.Config) *world {
	t.Helper()
	cfg.Unlimited = true
	w := newWorld(t, cfg)
	for range 9 {
		w.AddGuild("Another")
	}
	w.adapter.timings.identifyGap = 500 * time.Millisecond // a busy machine may be late by the rest
	return w
}

func TestShards_IdentifyAtThePaceOfTheirBucket(t *testing.T) {
	t.Parallel()
	w := shardedWorld(t, sandboxdiscord.Config{
		Shards: 4, GuildsPerShard: 9, MaxConcurrency: 2, IdentifyWindow: 200 * time.Millisecond,
	})
	w.adapter.shards = AutoShards
	h := help()
	w.run(t, h)
	eventually(t, "all shards are up", func() bool { return w.Counters().Identifies == 4 })
	var shards []int
	for _, try := range w.Identifies() {
		if try.Refused || try.Shards != 4 {
			t.Errorf("a shard identified too early, or as one of others: %+v", try)
		}
		shards = append(shards, try.Shard)
	}
	if slices.Sort(shards); !slices.Equal(shards, []int{0, 1, 2, 3}) {
		t.Errorf("the shards %v identified, want each once", shards)
	}
	eventually(t, "every guild is heard of", func() bool {
		back := map[string]bool{}
		for _, p := range h.Presences() {
			if p.Kind == bot.Back {
				back[p.Scope.Space] = true
			}
		}
		return len(back) == 10
	})
	w.serves(t)
	if n := w.Counters().CommandPuts; n != 1 {
		t.Errorf("the commands were published %d times, want once", n)
	}
}

func TestShards_SayWhenThereAreTooFew(t *testing.T) {
	t.Parallel()
	w := shardedWorld(t, sandboxdiscord.Config{GuildsPerShard: 3})
	_, ended := w.start(t, help())
	select {
	case err := <-ended:
		if err == nil || !strings.Contains(err.Error(), "4011") || !strings.Contains(err.Error(), "DISCORD_SHARDS=auto") {
			t.Errorf("Run returned %v, want what to do about it", err)
		}
	case <-within(t).Done():
		t.Fatalf("Run goes on:\n%s", w.log)
	}
}

func TestShards_ResumeWithoutIdentifying(t *testing.T) {
	t.Parallel()
	w := shardedWorld(t, sandboxdiscord.Config{GuildsPerShard: 9, MaxConcurrency: 1, IdentifyWindow: 200 * time.Millisecond})
	w.adapter.shards = 2
	w.run(t, help())
	eventually(t, "both shards are up", func() bool {
		_, up := w.adapter.Connected()
		return up
	})
	w.DropConnections()
	eventually(t, "both are resumed", func() bool { return w.Counters().Resumes == 2 })
	if n := len(w.Identifies()); n != 2 {
		t.Errorf("shards identified %d times, want once each", n)
	}
}

// TestStarts_KeepToWhatDiscordSays runs in time of its own.
func TestStarts_KeepToWhatDiscordSays(t *testing.T) {
	var remaining atomic.Int64
	remaining.Store(1000)
	answer := func(*http.Request) *http.Response {
		rec := httptest.NewRecorder()
		_, _ = fmt.Fprintf(rec,
			`{"shards":4,"session_start_limit":{"total":1000,"remaining":%d,"reset_after":3600000,"max_concurrency":1}}`,
			remaining.Swap(1000))
		return rec.Result()
	}
	synctest.Test(t, func(t *testing.T) {
		a, err := New(Config{Token: testToken, Client: &http.Client{Transport: roundTrip(answer)}})
		if err != nil {
			t.Fatal(err)
		}
		s, began := newStarts(a, "one"), time.Now()
		var at []time.Duration
		for shard := range 4 {
			if shard == 3 {
				remaining.Store(0)
				s.fetched = time.Time{}
			}
			leave, err := s.enter(t.Context(), shard)
			if err != nil {
				t.Fatal(err)
			}
			s.spend(t.Context(), shard)
			leave()
			at = append(at, time.Since(began))
		}
		gap := a.timings.identifyGap
		want := []time.Duration{0, gap, 2 * gap, 2*gap + startLimitLife}
		if !slices.Equal(at, want) {
			t.Errorf("shards identified after %v, want %v", at, want)
		}
	})
}

func TestPace_SpreadsWhatIsLeftOverTheDay(t *testing.T) {
	const gap = 5 * time.Second
	for _, tt := range []struct {
		left, total int
		ends, last  time.Duration
		want        time.Duration
	}{
		{1000, 1000, day, day, 0},
		{1000, 1000, day, time.Second, 4 * time.Second},
		{501, 1000, day, gap, 0},
		{500, 1000, 20 * time.Hour, 0, 144 * time.Second},
		{500, 1000, 20 * time.Hour, time.Minute, 84 * time.Second},
		{10, 1000, time.Hour, time.Hour, 0},
		{1, 1000, time.Hour, time.Minute, 59 * time.Minute},
		{0, 1000, time.Hour, day, time.Hour},
		{-3, 1000, 0, day, gap},
	} {
		if got := pace(tt.left, tt.total, tt.ends, tt.last, gap); got != tt.want {
			t.Errorf("with %d of %d left for %v, %v after the last, the next waits %v, want %v",
				tt.left, tt.total, tt.ends, tt.last, got, tt.want)
		}
	}
}

// TestStarts_StayBelowTheDaysBudgetOverRestarts: an hour of a program that is started again and again, each time with a
// session that is refused, must leave what the rest of the day needs.
func TestStarts_StayBelowTheDaysBudgetOverRestarts(t *testing.T) {
	unknown := func(*http.Request) *http.Response { // a server that sets no limits
		rec := httptest.NewRecorder()
		rec.WriteHeader(http.StatusNotFound)
		return rec.Result()
	}
	synctest.Test(t, func(t *testing.T) {
		state := &memoryState{}
		ctx, cancel := context.WithTimeout(t.Context(), day-time.Minute)
		defer cancel()
		identifies := 0
		for ctx.Err() == nil {
			a, err := New(Config{Token: testToken, State: state, Client: &http.Client{Transport: roundTrip(unknown)}})
			if err != nil {
				t.Fatal(err)
			}
			s := newStarts(a, fmt.Sprint("process ", identifies))
			leave, err := s.enter(ctx, 0)
			if err != nil {
				break
			}
			s.spend(ctx, 0)
			leave()
			identifies++
		}
		if identifies < 900 || identifies > identifiesPerDay {
			t.Errorf("%d sessions began in a day, want nearly all that Discord allows and no more", identifies)
		}
	})
}

func TestStarts_OfSeveralProcessesAlternate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		state := &memoryState{}
		answer := func(*http.Request) *http.Response {
			rec := httptest.NewRecorder()
			_, _ = fmt.Fprint(rec, `{"shards":1,"session_start_limit":{"total":1000,"remaining":1000,"max_concurrency":1}}`)
			return rec.Result()
		}
		var mu sync.Mutex // guards at
		var at []time.Time
		var all sync.WaitGroup
		for n := range 3 {
			all.Go(func() {
				a, err := New(Config{Token: testToken, State: state, Client: &http.Client{Transport: roundTrip(answer)}})
				if err != nil {
					t.Error(err)
					return
				}
				s := newStarts(a, fmt.Sprint("process ", n))
				leave, err := s.enter(t.Context(), 0)
				if err != nil {
					t.Error(err)
					return
				}
				s.spend(t.Context(), 0)
				leave()
				mu.Lock()
				defer mu.Unlock()
				at = append(at, time.Now())
			})
		}
		all.Wait()
		slices.SortFunc(at, time.Time.Compare)
		for i := 1; i < len(at); i++ {
			if gap := at[i].Sub(at[i-1]); gap < 5*time.Second {
				t.Errorf("two processes identified within %v", gap)
			}
		}
	})
}

type roundTrip func(*http.Request) *http.Response

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r), nil }
