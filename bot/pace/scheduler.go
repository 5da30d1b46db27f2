package pace

import (
	"cmp"
	"context"
	"errors"
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
	// maxReplyWait bounds how long an answer waits for a slot. After it the answer goes out as it is.
	maxReplyWait = time.Minute
	// strikesMeanAll is how many targets have to be rate limited within strikeWindow for it to count as
	// meant for the whole bot, where the platform does not say.
	strikesMeanAll = 3
	strikeWindow   = time.Second
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

// ticket is a wait for a slot.
type ticket struct {
	to      bot.Target // that stands for all that share the limits
	rates   []bot.Rate
	granted chan *Slot // of one
}

// strike is a 429 for one target.
type strike struct {
	to        bot.Target
	at, after int64
}

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

// ticket returns a ticket for a target, or for the whole bot if it has no chat.
func (s *Scheduler) ticket(to bot.Target) *ticket {
	t := &ticket{to: s.rateKey(to), granted: make(chan *Slot, 1)}
	if to.Chat != "" {
		_, t.rates = s.limits(to)
	}
	return t
}

// Take waits for a slot.
func (s *Scheduler) Take(ctx context.Context, to bot.Target, c Class) (*Slot, error) {
	t := s.ticket(to)
	s.mu.Lock()
	s.queues[c] = append(s.queues[c], t)
	s.mu.Unlock()
	if s.running.Load() {
		s.round() // where there are slots, nobody has to wake another for one
	}
	if len(t.granted) == 0 {
		s.wakeUp()
	}
	select {
	case got := <-t.granted:
		if ctx.Err() == nil {
			return got, nil
		}
		s.GiveBack(got)
	case <-ctx.Done():
		s.mu.Lock()
		defer s.mu.Unlock()
		s.queues[c] = slices.DeleteFunc(s.queues[c], func(o *ticket) bool { return o == t })
		select {
		case got := <-t.granted:
			got.rtt = void
		default:
		}
	}
	return nil, ctx.Err()
}

// GiveBack returns a slot that was not used.
func (s *Scheduler) GiveBack(got *Slot) {
	s.mu.Lock()
	defer s.mu.Unlock()
	got.rtt = void
	s.wakeUp()
}

// Done notes how a request went, and returns when the target may be sent to again.
func (s *Scheduler) Done(got *Slot, to bot.Target, err error) time.Time {
	_, rates := s.limits(to)
	key := s.rateKey(to)
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.clock.read(s.now())
	defer s.wakeUp()
	w := s.window(key)
	if got.rtt = now - got.start; err != nil { // nobody may have seen it
		got.rtt = min(got.rtt, int64(maxRTT))
	}
	limit, ok := errors.AsType[*bot.SendError](err)
	switch {
	case err == nil:
		s.rtt.note(got.rtt, now)
		s.throttle.onSuccess(now)
		w.ease()
	case ok && limit.Kind == bot.RateLimited:
		s.onRateLimited(w, key, limit, now)
	}
	return s.clock.moment(w.from(s.view(now).plain(), rates, Ordinary))
}

// FreeAt returns when a target may be sent to again.
func (s *Scheduler) FreeAt(to bot.Target) time.Time {
	_, rates := s.limits(to)
	s.mu.Lock()
	defer s.mu.Unlock()
	v := s.view(s.clock.read(s.now())).plain()
	return s.clock.moment(s.window(s.rateKey(to)).from(v, rates, Ordinary))
}

// onRateLimited notes that the platform asked to wait.
func (s *Scheduler) onRateLimited(w *window, to bot.Target, e *bot.SendError, now int64) {
	until := now + int64(e.After)
	switch {
	case e.Global:
		s.whole.notBefore = max(s.whole.notBefore, until)
		s.throttle.onRateLimited(now)
		return
	case e.Local:
		w.notBefore = max(w.notBefore, until)
		return
	}
	w.notBefore = max(w.notBefore, until)
	w.slow()
	s.strikes = slices.DeleteFunc(s.strikes, func(o strike) bool {
		return o.to == to || now-o.at > int64(strikeWindow)
	})
	s.strikes = append(s.strikes, strike{to: to, at: now, after: int64(e.After)})
	if len(s.strikes) >= strikesMeanAll {
		least := slices.MinFunc(s.strikes, func(a, b strike) int { return cmp.Compare(a.after, b.after) })
		s.whole.notBefore = max(s.whole.notBefore, now+least.after)
		s.strikes = nil
		s.throttle.onRateLimited(now)
	}
}

// Recall counts what others have sent.
func (s *Scheduler) Recall(list []bot.Dispatch) {
	s.mu.Lock()
	defer s.mu.Unlock()
	v := s.view(s.clock.read(s.now()))
	for _, d := range list {
		t := s.ticket(d.Target)
		sent := &Slot{start: v.now - max(int64(s.clock.last.Sub(d.At)), 0)} // its clock may be fast
		s.whole.record(v, s.rates, sent)
		s.window(t.to).record(v.plain(), t.rates, sent)
	}
}

// PauseAlerts lets no alert go before a moment.
func (s *Scheduler) PauseAlerts(until time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.clock.read(s.now())
	s.alerts = max(s.alerts, now+int64(until.Sub(s.clock.last)))
}

// AlertsFrom returns the moment before which no alert goes, as set by PauseAlerts or the platform.
func (s *Scheduler) AlertsFrom() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.clock.read(s.now())
	return s.clock.moment(max(s.alerts, s.whole.notBefore))
}

// Reply waits for a slot for an answer.
func (s *Scheduler) Reply(ctx context.Context, to bot.Target) (answered func(error), err error) {
	var got *Slot
	if s.running.Load() {
		waiting, cancel := context.WithTimeout(ctx, maxReplyWait)
		defer cancel()
		got, err = s.Take(waiting, to, Answers)
	}
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if got == nil || err != nil {
		got = s.force(to)
	}
	return func(err error) { s.Done(got, to, err) }, nil
}

// force returns a slot although none is free.
func (s *Scheduler) force(to bot.Target) *Slot {
	t := s.ticket(to)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.give(s.view(s.clock.read(s.now())), t, Answers)
	return <-t.granted
}

// Remaining notes what the platform says is left.
func (s *Scheduler) Remaining(to bot.Target, left int, reset time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	w := s.window(s.rateKey(to))
	w.left, w.until = left, s.clock.read(s.now())+int64(reset)
	s.wakeUp()
}
