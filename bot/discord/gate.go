package discord

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"time"
)

// AutoShards is the Config.Shards that takes as many shards as Discord recommends.
const AutoShards = -1

// gate lets the shards identify no faster than Discord takes it: one of a bucket in five seconds, and no
// more than are left of the day's. discord.com/developers/docs/events/gateway#sharding
type gate struct {
	a *Adapter

	mu      sync.Mutex // guards what follows
	known   gatewayBot
	fetched time.Time
	next    map[int]time.Time // by bucket, when the next may identify
	told    bool              // that none is left
}

// gatewayBot is what GET /gateway/bot answers.
type gatewayBot struct {
	Shards int `json:"shards"`
	Limit  struct {
		Remaining   int   `json:"remaining"`
		ResetAfter  int64 `json:"reset_after"` // milliseconds
		Concurrency int   `json:"max_concurrency"`
	} `json:"session_start_limit"`
}

// startLimitLife is how long what Discord said of the day's identifies is believed. Other processes with
// the same token use them too.
const startLimitLife = 30 * time.Second

func newGate(a *Adapter) *gate { return &gate{a: a, next: map[int]time.Time{}} }

// shards returns how many shards to run, and waits for Discord if that is for it to say.
func (g *gate) shards(ctx context.Context) (int, error) {
	if n := g.a.shards; n != AutoShards {
		return max(n, 1), nil
	}
	wait := backoff{min: g.a.timings.backoffMin, max: g.a.timings.backoffMax}
	for {
		known, err := g.ask(ctx)
		if err == nil {
			g.a.log.InfoContext(ctx, "discord recommends shards", "shards", known.Shards)
			return max(known.Shards, 1), nil
		}
		if wait.next == 0 {
			g.a.log.WarnContext(ctx, "number of shards not known, trying again", "err", err)
		}
		if !wait.wait(ctx) {
			return 0, ctx.Err()
		}
	}
}

// ask returns what Discord says of identifies, or said a moment ago. A server that does not tell sets no
// limits.
func (g *gate) ask(ctx context.Context) (gatewayBot, error) {
	g.mu.Lock()
	known, age := g.known, time.Since(g.fetched)
	g.mu.Unlock()
	if age < startLimitLife && known.Limit.Remaining > 0 {
		return known, nil
	}
	known = gatewayBot{Shards: 1}
	known.Limit.Remaining = 1
	err := g.a.rest.call(ctx, http.MethodGet, "/gateway/bot", nil, &known)
	if refused, ok := errors.AsType[*apiError](err); ok && refused.Status/100 == 4 && !isUnauthorized(err) {
		err = nil
	}
	if err != nil {
		return gatewayBot{}, err
	}
	known.Limit.Concurrency = max(known.Limit.Concurrency, 1)
	g.mu.Lock()
	defer g.mu.Unlock()
	g.known, g.fetched = known, time.Now()
	return known, nil
}

// pass waits until a shard may identify.
func (g *gate) pass(ctx context.Context, shard int) error {
	for {
		known, err := g.ask(ctx)
		if err != nil {
			return err
		}
		if known.Limit.Remaining > 0 {
			return sleep(ctx, time.Until(g.reserve(shard%known.Limit.Concurrency)))
		}
		reset := max(time.Duration(known.Limit.ResetAfter)*time.Millisecond, g.a.timings.backoffMin)
		if g.tell() {
			g.a.log.WarnContext(ctx, "discord takes no more new sessions until the day's limit is reset", "after", reset)
		}
		if err := sleep(ctx, reset); err != nil {
			return err
		}
	}
}

// reserve takes an identify of a bucket, and returns when it may be made.
func (g *gate) reserve(bucket int) time.Time {
	g.mu.Lock()
	defer g.mu.Unlock()
	at := time.Now()
	if g.next[bucket].After(at) {
		at = g.next[bucket]
	}
	g.next[bucket] = at.Add(g.a.timings.identifyEvery)
	g.known.Limit.Remaining--
	g.told = false
	return at
}

// tell reports whether nobody has said yet that none is left.
func (g *gate) tell() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	told := g.told
	g.told = true
	return !told
}

// sleep waits, and returns ctx's error if that ends first.
func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
