package bot

import (
	"sync"
	"time"
)

// pacer works out when a target may be sent to next, from the sends it was told of. What a store
// keeps of its answers outlives a restart, so the history itself need not.
type pacer struct {
	limits func(Target) []Rate

	mu   sync.Mutex // guards sent
	sent map[Target][]time.Time
}

func newPacer(limits func(Target) []Rate) *pacer {
	return &pacer{limits: limits, sent: map[Target][]time.Time{}}
}

// sweepAt is the number of remembered targets at which those long quiet are forgotten.
const sweepAt = 10_000

// sentAt records a send and returns the earliest time of the next one to the same target.
func (p *pacer) sentAt(t Target, now time.Time) time.Time {
	rates := p.limits(t)
	if len(rates) == 0 {
		return now
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.sent) >= sweepAt {
		p.sweep(now)
	}
	longest, most := time.Duration(0), 0
	for _, r := range rates {
		longest, most = max(longest, r.Per), max(most, r.N)
	}
	history := append(p.sent[t], now)
	for len(history) > most || now.Sub(history[0]) >= longest {
		history = history[1:]
	}
	p.sent[t] = append([]time.Time(nil), history...)
	next := now
	for _, r := range rates {
		if len(history) >= r.N {
			if at := history[len(history)-r.N].Add(r.Per); at.After(next) {
				next = at
			}
		}
	}
	return next
}

// sweep forgets targets that were last sent to longer ago than any limit looks back.
func (p *pacer) sweep(now time.Time) {
	for t, history := range p.sent {
		if now.Sub(history[len(history)-1]) > maxWindow {
			delete(p.sent, t)
		}
	}
}

// maxWindow is the longest period that an adapter's limits may name.
const maxWindow = time.Minute
