package discord

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"sync"
	"time"

	"github.com/bwmarrin/discordgo"

	"tidings/internal/retry"
)

// AutoShards is the Config.Shards that runs as many shards as Discord recommends.
const AutoShards = -1

const (
	// day is the span that Discord counts identifies in, and identifiesPerDay how many it allows before it
	// resets the token, where it does not say. discord.com/developers/docs/events/gateway#session-start-limit-object
	day              = 24 * time.Hour
	identifiesPerDay = 1000
	// startLimitLife is how long what Discord said of the day's identifies is believed, and the longest that
	// nobody looks again. Other processes with the same token use them too.
	startLimitLife = 30 * time.Second
	// stateWithin bounds a look into what the processes of a bot share.
	stateWithin = time.Second
)

// starts lets shards begin sessions no faster than Discord allows: one of a group in five seconds, of all
// processes of the bot, and the day's budget spread over the day once half of it is gone.
// discord.com/developers/docs/events/gateway#sharding
type starts struct {
	a    *Adapter
	name string // of this process

	mu      sync.Mutex // guards what follows
	known   discordgo.GatewayBotResponse
	fetched time.Time
	groups  map[int]chan struct{} // has a token while a shard of the group is about to identify
	ledger  ledger
	warned  bool // that few are left
}

// ledger counts the identifies of all processes of a bot, successive and concurrent.
type ledger struct {
	Ends int64         `json:"ends"` // when the day of the count is over, in seconds
	Used int           `json:"used"` // in that day
	Last map[int]int64 `json:"last"` // by group, in milliseconds
	By   string        `json:"by"`   // who wrote it
}

func newStarts(a *Adapter, name string) *starts {
	return &starts{a: a, name: name, groups: map[int]chan struct{}{}}
}

// shards returns how many shards to run, and waits for Discord if that is for it to say.
func (s *starts) shards(ctx context.Context) (int, error) {
	if n := s.a.shards; n != AutoShards {
		return max(n, 1), nil
	}
	for n := 0; ; n++ {
		known, err := s.ask(ctx)
		if err == nil {
			s.a.log.InfoContext(ctx, "discord recommends shards", "shards", known.Shards)
			return max(known.Shards, 1), nil
		}
		if n == 0 {
			s.a.log.WarnContext(ctx, "number of shards not known, retrying", "err", err)
		}
		if err := retry.Sleep(ctx, retry.Backoff(n, s.a.timings.backoffMin, s.a.timings.backoffMax)); err != nil {
			return 0, err
		}
	}
}

// ask returns Discord's limits for identifies, from a moment ago if known. For a server without such limits it
// returns Discord's usual ones.
func (s *starts) ask(ctx context.Context) (discordgo.GatewayBotResponse, error) {
	s.mu.Lock()
	known, age := s.known, time.Since(s.fetched)
	s.mu.Unlock()
	if age < startLimitLife {
		return known, nil
	}
	known = discordgo.GatewayBotResponse{Shards: 1}
	known.SessionStartLimit.Remaining = identifiesPerDay
	err := s.a.rest.call(ctx, http.MethodGet, "/gateway/bot", nil, &known)
	if refused, ok := errors.AsType[*apiError](err); ok && refused.Status/100 == 4 && !isUnauthorized(err) {
		err = nil
	}
	if err != nil {
		return known, err
	}
	limit := &known.SessionStartLimit
	if limit.Total <= 0 {
		limit.Total = identifiesPerDay
	}
	limit.MaxConcurrency = max(limit.MaxConcurrency, 1)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.known, s.fetched = known, time.Now()
	return known, nil
}

// enter waits until a shard may identify. No other shard of its group may then until leave is called.
func (s *starts) enter(ctx context.Context, shard int) (leave func(), err error) {
	known, err := s.ask(ctx)
	if err != nil {
		return nil, err
	}
	n := shard % known.SessionStartLimit.MaxConcurrency
	group := s.group(n)
	select {
	case group <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	leave = sync.OnceFunc(func() { <-group })
	for {
		wait := s.wait(ctx, n)
		if wait <= 0 && s.alone(ctx, n) {
			return leave, nil
		}
		err := retry.Sleep(ctx, min(wait, startLimitLife))
		if err == nil {
			_, err = s.ask(ctx)
		}
		if err != nil {
			leave()
			return nil, err
		}
	}
}

func (s *starts) group(n int) chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.groups[n] == nil {
		s.groups[n] = make(chan struct{}, 1)
	}
	return s.groups[n]
}

// wait returns how long a group has to wait for its next identify.
func (s *starts) wait(ctx context.Context, group int) time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.read(ctx)
	now, limit := time.Now(), s.known.SessionStartLimit
	l := s.ledger.at(now)
	last := max(now.Sub(time.UnixMilli(l.Last[group])), 0) // a clock may have been set back
	left := min(limit.Remaining, limit.Total-l.Used)
	ends := time.Unix(l.Ends, 0).Sub(now)
	if reset := time.Duration(limit.ResetAfter) * time.Millisecond; reset > 0 {
		ends = min(ends, reset)
	}
	wait := pace(left, limit.Total, ends, last, s.a.timings.identifyGap)
	s.warn(ctx, left, wait)
	return wait
}

// pace returns how long to wait for the next identify when left of total remain until the day ends, and the
// last one was so long ago.
func pace(left, total int, ends, last, gap time.Duration) time.Duration {
	switch {
	case left <= 0:
		return max(ends, gap)
	case left <= total/2:
		gap = max(gap, ends/time.Duration(left))
	}
	return max(gap-last, 0)
}

// warn logs once that identifies are delayed to keep within the day's budget.
func (s *starts) warn(ctx context.Context, left int, wait time.Duration) {
	long := wait > time.Minute
	if long && !s.warned {
		s.a.log.WarnContext(ctx, "many new gateway sessions today, delaying the next", "left", left, "wait", wait)
	}
	s.warned = long
}

// at returns the ledger as it is at a moment. A day that ends later than a day from now is not to be believed.
func (l ledger) at(now time.Time) ledger {
	if ends := time.Unix(l.Ends, 0); !ends.After(now) || ends.After(now.Add(day)) {
		l.Ends, l.Used = now.Add(day).Unix(), 0
	}
	return l
}

// alone announces to other processes that this one is about to identify, and reports whether none of them does.
func (s *starts) alone(ctx context.Context, group int) bool {
	if s.a.state == nil {
		return true
	}
	s.mu.Lock()
	s.note(ctx, group, 0)
	s.mu.Unlock()
	if retry.Sleep(ctx, s.a.timings.settle) != nil {
		return true
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.read(ctx)
	return s.ledger.By == s.name
}

// spend counts an identify.
func (s *starts) spend(ctx context.Context, shard int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.known.SessionStartLimit.Remaining--
	s.note(ctx, shard%max(s.known.SessionStartLimit.MaxConcurrency, 1), 1)
}

// note writes that a group identifies now, as one of n. The lock is held.
func (s *starts) note(ctx context.Context, group, n int) {
	now := time.Now()
	l := s.ledger.at(now)
	last := map[int]int64{group: now.UnixMilli()}
	for g, at := range l.Last {
		if g != group {
			last[g] = at
		}
	}
	l.Last, l.Used, l.By = last, l.Used+n, s.name
	s.ledger = l
	if s.a.state == nil {
		return
	}
	text, err := json.Marshal(l)
	if err == nil {
		ctx, cancel := context.WithTimeout(ctx, stateWithin)
		defer cancel()
		err = s.a.state.SetState(ctx, s.key(), string(text))
	}
	if err != nil && ctx.Err() == nil {
		s.a.log.WarnContext(ctx, "new gateway session not recorded", "err", err)
	}
}

// read looks at what other processes wrote. What cannot be read is as this process knows it. The lock is held.
func (s *starts) read(ctx context.Context) {
	if s.a.state == nil {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, stateWithin)
	defer cancel()
	var l ledger
	if text, err := s.a.state.State(ctx, s.key()); err == nil && json.Unmarshal([]byte(text), &l) == nil {
		s.ledger = l
	}
}

// key is where the processes of a bot count identifies.
func (s *starts) key() string { return "discord/identifies/" + s.a.Account() }
