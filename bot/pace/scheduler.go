package pace

import (
	"context"
	"math"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"tidings/bot"
)

// Class is who asks for a slot, the first one first.
type Class int

// The classes.
const (
	Answers  Class = iota // to people
	Urgent                // alerts
	Ordinary              // alerts
	classes
)

const (
	// maxInRow is how many slots go past a lower class in a row before it gets one.
	maxInRow = 9
	// longestNap bounds how long the dispatcher waits for a slot to come free before it looks again: its timer stands
	// still while the machine sleeps.
	longestNap = 5 * time.Second
	// pruneAt is the number of remembered targets at which idle ones are dropped.
	pruneAt = 1000
)

// Scheduler hands out the slots of one platform: whoever makes a request that counts has one first. It does so at the
// moment of sending, at once or in its run: many who wait for a limiter by themselves bunch up when the machine is busy, and
// then pass the limit together.
type Scheduler struct {
	now     func() time.Time
	limits  func(bot.Target) (bot, target []bot.Rate)
	rateKey func(bot.Target) bot.Target
	rates   []bot.Rate // of the whole bot
	gap     int64      // between two slots, at the full rate
	wake    chan struct{}

	running atomic.Bool

	mu        sync.Mutex // guards everything below
	clock     stopwatch
	queues    [classes][]*ticket
	inRow     int // slots that went past a lower class
	whole     window
	next      int64 // when the next slot of an even flow is due
	alerts    int64 // no alert before this
	throttle  throttle
	targets   map[bot.Target]*window
	pruneFrom int // number of targets at which to look for idle ones
	rtt       rttWindow
	strikes   []strike
	buffer    []int64
}

var _ bot.Pacer = (*Scheduler)(nil)

// NewScheduler returns a Scheduler with the limits of an adapter. It hands out no slots until Run.
func NewScheduler(a bot.Adapter, now func() time.Time) *Scheduler {
	s := &Scheduler{
		now: now, wake: make(chan struct{}, 1), throttle: newThrottle(), targets: map[bot.Target]*window{}, pruneFrom: pruneAt,
		limits:  func(bot.Target) (bot, target []bot.Rate) { return nil, nil },
		rateKey: func(t bot.Target) bot.Target { return t },
	}
	if l, ok := a.(bot.Limiter); ok {
		s.limits, s.rateKey = l.Limits, l.RateKey
	}
	s.rates, _ = s.limits(bot.Target{Platform: a.Platform()})
	for _, r := range s.rates {
		s.gap = max(s.gap, int64(r.Per)/int64(r.N))
	}
	if p, ok := a.(bot.Paced); ok {
		p.Pace(s)
	}
	return s
}

// Run hands out slots until ctx ends.
func (s *Scheduler) Run(ctx context.Context) {
	s.running.Store(true)
	defer s.running.Store(false)
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		timer.Reset(s.round())
		select {
		case <-s.wake:
		case <-timer.C:
		case <-ctx.Done():
			return
		}
	}
}

// round hands out what may go now, and returns when to look again.
func (s *Scheduler) round() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	for {
		now := s.clock.read(s.now())
		at := s.grant(now)
		if at > now {
			return min(time.Duration(at-now), longestNap)
		}
	}
}

// wakeUp makes run look again.
func (s *Scheduler) wakeUp() {
	select {
	case s.wake <- struct{}{}:
	default: // it is about to
	}
}

// never is when nobody waits for a slot.
const never = math.MaxInt64

// grant gives one slot to whoever comes first. If nobody may have one it returns when to look again, or
// else now.
func (s *Scheduler) grant(now int64) int64 {
	v := s.view(now)
	if len(s.queues[Answers])+len(s.queues[Urgent])+len(s.queues[Ordinary]) == 0 {
		return now + int64(time.Hour)
	}
	if at := max(s.whole.from(v, s.rates, Answers), s.next); at > now {
		return at
	}
	soonest := int64(never)
	for i := range classes {
		c := i
		if s.inRow >= maxInRow {
			c = classes - 1 - i
		}
		for n, t := range s.queues[c] {
			at := s.window(t.to).from(v.plain(), t.rates, c)
			if c != Answers {
				at = max(at, s.alerts)
			}
			if at <= now {
				s.queues[c] = slices.Delete(s.queues[c], n, n+1)
				s.give(v, t, c)
				return now
			}
			soonest = min(soonest, at)
		}
	}
	return min(soonest, now+int64(time.Hour))
}

// view is how the window of the whole bot is looked at.
func (s *Scheduler) view(now int64) view {
	return view{now: now, minRTT: s.rtt.minRTT(), stretch: s.throttle.stretch(), buffer: &s.buffer}
}

// give hands a slot to t.
func (s *Scheduler) give(v view, t *ticket, c Class) {
	got := &Slot{start: v.now, rtt: open}
	s.whole.record(v, s.rates, got)
	w := s.window(t.to)
	w.record(v.plain(), t.rates, got)
	if c == Answers {
		w.lastReply = v.now
	}
	// What was late by less than a gap is made up for, so that slow timers do not add up.
	gap := int64(float64(s.gap) * v.stretch)
	s.next = max(s.next, v.now-gap) + gap
	s.inRow++
	if c == Ordinary || len(s.queues[Urgent])+len(s.queues[Ordinary]) == 0 {
		s.inRow = 0
	}
	t.granted <- got
}

// window returns that of a target.
func (s *Scheduler) window(t bot.Target) *window {
	if w, ok := s.targets[t]; ok {
		return w
	}
	if len(s.targets) >= s.pruneFrom {
		now := s.clock.read(s.now())
		for t, w := range s.targets {
			if w.idle(now) {
				delete(s.targets, t)
			}
		}
		s.pruneFrom = max(pruneAt, 2*len(s.targets))
	}
	w := &window{}
	s.targets[t] = w
	return w
}
