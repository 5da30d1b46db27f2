package console

import (
	"math"
	"slices"
	"sync"
	"time"
)

const (
	// historySpan is the width of a bar, and historySpans how many of them there are: 12 hours.
	historySpan  = 10 * time.Minute
	historySpans = 72
	// Delays are counted in steps of a quarter each, from a millisecond to two days.
	delayLeast = time.Millisecond
	delayStep  = 1.25
	delaySteps = 86
)

// History counts what this process sent in the last 12 hours, in memory: it begins with the process, and each replica
// has its own. It is told like the metrics. Its methods may be called concurrently and don't block.
type History struct {
	now func() time.Time

	mu        sync.Mutex // guards platforms
	platforms map[string]*[historySpans]spell
}

// spell is what happened in one span.
type spell struct {
	number  int64 // of the span since 1970
	sent    int
	limited int // answers that asked to wait
	failed  int // other tries that failed
	delays  [delaySteps]uint32
}

// NewHistory returns a history of nothing.
func NewHistory(now func() time.Time) *History {
	if now == nil {
		now = time.Now
	}
	return &History{now: now, platforms: map[string]*[historySpans]spell{}}
}

// Matched is of no interest here.
func (*History) Matched(int, int) {}

// Flooded is of no interest here.
func (*History) Flooded(int) {}

// Answered is of no interest here.
func (*History) Answered(string, string, time.Duration) {}

// Settled counts a try to send.
func (h *History) Settled(platform, outcome string, _, lag time.Duration) {
	h.note(platform, func(s *spell) {
		if outcome != "sent" {
			s.failed++
			return
		}
		s.sent++
		s.delays[delayIndex(lag)]++
	})
}

// RateLimited counts an answer that asked to wait.
func (h *History) RateLimited(platform string) { h.note(platform, func(s *spell) { s.limited++ }) }

func (h *History) note(platform string, count func(*spell)) {
	number := h.now().UnixNano() / int64(historySpan)
	h.mu.Lock()
	defer h.mu.Unlock()
	spells := h.platforms[platform]
	if spells == nil {
		spells = &[historySpans]spell{}
		h.platforms[platform] = spells
	}
	s := &spells[number%historySpans]
	if s.number != number {
		*s = spell{number: number}
	}
	count(s)
}

func delayIndex(lag time.Duration) int {
	if lag <= delayLeast {
		return 0
	}
	return min(int(math.Ceil(math.Log(float64(lag)/float64(delayLeast))/math.Log(delayStep))), delaySteps-1)
}

// bar is what happened in one span, as a chart shows it.
type bar struct {
	Begin                 time.Time
	Sent, Limited, Failed int
	P50, P99              time.Duration // of those sent; 0 if none was
}

// of returns the bars of a platform, the oldest first.
func (h *History) of(platform string) []bar {
	number := h.now().UnixNano() / int64(historySpan)
	bars := make([]bar, historySpans)
	h.mu.Lock()
	defer h.mu.Unlock()
	spells := h.platforms[platform]
	for i := range bars {
		n := number - historySpans + 1 + int64(i)
		bars[i].Begin = time.Unix(0, n*int64(historySpan))
		if spells == nil {
			continue
		}
		if s := &spells[n%historySpans]; s.number == n {
			bars[i].Sent, bars[i].Limited, bars[i].Failed = s.sent, s.limited, s.failed
			bars[i].P50, bars[i].P99 = within(&s.delays, s.sent, .5), within(&s.delays, s.sent, .99)
		}
	}
	return bars
}

// within returns within what time a part of the alerts were delivered.
func within(counts *[delaySteps]uint32, total int, part float64) time.Duration {
	need, have := int(math.Ceil(part*float64(total))), 0
	for step, n := range counts {
		if have += int(n); n > 0 && have >= need {
			return time.Duration(float64(delayLeast) * math.Pow(delayStep, float64(step)))
		}
	}
	return 0
}

// sums adds up bars.
func sums(bars []bar) (sum bar) {
	for _, b := range bars {
		sum.Sent, sum.Limited, sum.Failed = sum.Sent+b.Sent, sum.Limited+b.Limited, sum.Failed+b.Failed
	}
	sum.Begin = bars[0].Begin
	if i := slices.IndexFunc(bars, func(b bar) bool { return b.Sent+b.Limited+b.Failed > 0 }); i > 0 {
		sum.Begin = bars[i].Begin
	}
	return sum
}
