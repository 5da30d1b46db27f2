package discord

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
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
	w.adapter.timings.identifyEvery = 500 * time.Millisecond // a busy machine may be late by the rest
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
		listener, _ := w.state.State(t.Context(), w.adapter.listenerKey())
		return listener != ""
	})
	w.DropConnections()
	eventually(t, "both are resumed", func() bool { return w.Counters().Resumes == 2 })
	if n := len(w.Identifies()); n != 2 {
		t.Errorf("shards identified %d times, want once each", n)
	}
}

// TestGate_KeepsToWhatDiscordSays runs in time of its own.
func TestGate_KeepsToWhatDiscordSays(t *testing.T) {
	var asked, remaining atomic.Int64
	remaining.Store(3)
	answer := func(*http.Request) *http.Response {
		rec := httptest.NewRecorder()
		asked.Add(1)
		_, _ = fmt.Fprintf(rec, `{"shards":4,"session_start_limit":{"remaining":%d,"reset_after":3600000,"max_concurrency":1}}`,
			remaining.Swap(1000))
		return rec.Result()
	}
	synctest.Test(t, func(t *testing.T) {
		a, err := New(Config{Token: secret, Client: &http.Client{Transport: roundTrip(answer)}})
		if err != nil {
			t.Fatal(err)
		}
		g, began := newGate(a), time.Now()
		var at []time.Duration
		for shard := range 4 {
			if shard == 3 {
				remaining.Store(0)
			}
			if err := g.pass(t.Context(), shard); err != nil {
				t.Fatal(err)
			}
			at = append(at, time.Since(began))
		}
		every := a.timings.identifyEvery
		want := []time.Duration{0, every, 2 * every, 2*every + time.Hour}
		if !slices.Equal(at, want) {
			t.Errorf("shards identified after %v, want %v", at, want)
		}
	})
	if n := asked.Load(); n > 3 {
		t.Errorf("Discord was asked %d times for its limits", n)
	}
}

type roundTrip func(*http.Request) *http.Response

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r), nil }
