package bot

import (
	"cmp"
	"context"
	"errors"
	"math"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// class is who asks for a slot, the first one first.
type class int

const (
	answers  class = iota // to people
	urgent                // alerts
	ordinary              // alerts
	classes
)

const (
	// maxInRow is how many slots go past a lower class in a row before it gets one.
	maxInRow = 9
	// maxReplyWait bounds how long an answer waits for a slot. After it the answer goes out as it is.
	maxReplyWait = time.Minute
	// strikesMeanAll is how many targets have to be told off within strikeWindow for it to be taken as
	// meant for the whole bot, where the platform does not say.
	strikesMeanAll = 3
	strikeWindow   = time.Second
	// sweepAt is the number of remembered targets at which those long quiet are forgotten.
	sweepAt = 1000
)

// scheduler hands out the slots of one platform: whoever makes a request that counts has one first. Its
// run is the only one to do so, and at the moment of sending: many who wait for a limiter by themselves
// bunch up when the machine is busy, and then pass the limit together.
type scheduler struct {
	now    func() time.Time
	limits func(Target) (bot, target []Rate)
	shares func(Target) Target
	rates  []Rate // of the whole bot
	gap    int64  // between two slots, at full tempo
	wake   chan struct{}

	running atomic.Bool

	mu      sync.Mutex // guards everything below
	queues  [classes][]*ticket
	inRow   int // slots that went past a lower class
	whole   window
	next    int64 // when the next slot of an even flow is due
	alerts  int64 // no alert before this
	tempo   tempo
	targets map[Target]*window
	sweep   int // number of targets at which to look for idle ones
	trips   trips
	strikes []strike
	buffer  []int64
}

var _ Pacer = (*scheduler)(nil)

// ticket is a wait for a slot.
type ticket struct {
	to      Target // that stands for all that share the limits
	rates   []Rate
	granted chan *slot // of one
}

// strike is a 429 for one target.
type strike struct {
	to        Target
	at, after int64
}

func newScheduler(a Adapter, now func() time.Time) *scheduler {
	s := &scheduler{
		now: now, wake: make(chan struct{}, 1), tempo: newTempo(), targets: map[Target]*window{}, sweep: sweepAt,
		limits: func(Target) (bot, target []Rate) { return nil, nil },
		shares: func(t Target) Target { return t },
	}
	if l, ok := a.(Limiter); ok {
		s.limits, s.shares = l.Limits, l.RateKey
	}
	s.rates, _ = s.limits(Target{Platform: a.Platform()})
	for _, r := range s.rates {
		s.gap = max(s.gap, int64(r.Per)/int64(r.N))
	}
	if p, ok := a.(Paced); ok {
		p.Pace(s)
	}
	return s
}

// run hands out slots until ctx ends.
func (s *scheduler) run(ctx context.Context) {
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
func (s *scheduler) round() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	for {
		now := s.now().UnixNano()
		at := s.grant(now)
		if at > now {
			return time.Duration(at - now)
		}
	}
}

// stir makes run look again.
func (s *scheduler) stir() {
	select {
	case s.wake <- struct{}{}:
	default: // it is about to
	}
}

// never is when nobody waits for a slot.
const never = math.MaxInt64

// grant gives one slot to whoever comes first. If nobody may have one it returns when to look again, or
// else now.
func (s *scheduler) grant(now int64) int64 {
	v := s.view(now)
	if len(s.queues[answers])+len(s.queues[urgent])+len(s.queues[ordinary]) == 0 {
		return now + int64(time.Hour)
	}
	if at := max(s.whole.from(v, s.rates, answers), s.next); at > now {
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
			if c != answers {
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
func (s *scheduler) view(now int64) view {
	return view{now: now, quickest: s.trips.quickest(), slower: s.tempo.slower(), buffer: &s.buffer}
}

// give hands a slot to t.
func (s *scheduler) give(v view, t *ticket, c class) {
	got := &slot{start: v.now, trip: open}
	s.whole.take(v, s.rates, got)
	w := s.window(t.to)
	w.take(v.plain(), t.rates, got)
	if c == answers {
		w.talked = v.now
	}
	// What was late by less than a gap is made up for, so that slow timers do not add up.
	gap := int64(float64(s.gap) * v.slower)
	s.next = max(s.next, v.now-gap) + gap
	s.inRow++
	if c == ordinary || len(s.queues[urgent])+len(s.queues[ordinary]) == 0 {
		s.inRow = 0
	}
	t.granted <- got
}

// window returns that of a target.
func (s *scheduler) window(t Target) *window {
	if w, ok := s.targets[t]; ok {
		return w
	}
	if len(s.targets) >= s.sweep {
		now := s.now().UnixNano()
		for t, w := range s.targets {
			if w.idle(now) {
				delete(s.targets, t)
			}
		}
		s.sweep = max(sweepAt, 2*len(s.targets))
	}
	w := &window{}
	s.targets[t] = w
	return w
}

// ticket returns a ticket for a target, or for the whole bot if it has no chat.
func (s *scheduler) ticket(to Target) *ticket {
	t := &ticket{to: s.shares(to), granted: make(chan *slot, 1)}
	if to.Chat != "" {
		_, t.rates = s.limits(to)
	}
	return t
}

// take waits for a slot.
func (s *scheduler) take(ctx context.Context, to Target, c class) (*slot, error) {
	t := s.ticket(to)
	s.mu.Lock()
	s.queues[c] = append(s.queues[c], t)
	s.mu.Unlock()
	s.stir()
	select {
	case got := <-t.granted:
		if ctx.Err() == nil {
			return got, nil
		}
		s.giveBack(got)
	case <-ctx.Done():
		s.mu.Lock()
		defer s.mu.Unlock()
		s.queues[c] = slices.DeleteFunc(s.queues[c], func(o *ticket) bool { return o == t })
		select {
		case got := <-t.granted:
			got.trip = void
		default:
		}
	}
	return nil, ctx.Err()
}

// giveBack returns a slot that was not used.
func (s *scheduler) giveBack(got *slot) {
	s.mu.Lock()
	defer s.mu.Unlock()
	got.trip = void
	s.stir()
}

// answered notes how a request went, and returns when the target may be sent to again.
func (s *scheduler) answered(got *slot, to Target, err error) time.Time {
	now := s.now().UnixNano()
	_, rates := s.limits(to)
	key := s.shares(to)
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.stir()
	w := s.window(key)
	if got.trip = now - got.start; err != nil { // nobody may have seen it
		got.trip = min(got.trip, int64(longestTrip))
	}
	limit, ok := errors.AsType[*SendError](err)
	switch {
	case err == nil:
		s.trips.note(got.trip, now)
		s.tempo.well(now)
		w.ease()
	case ok && limit.Kind == RateLimited:
		s.limited(w, key, limit, now)
	}
	return time.Unix(0, w.from(s.view(now).plain(), rates, ordinary))
}

// free returns when a target may be sent to again.
func (s *scheduler) free(to Target) time.Time {
	_, rates := s.limits(to)
	s.mu.Lock()
	defer s.mu.Unlock()
	v := s.view(s.now().UnixNano()).plain()
	return time.Unix(0, s.window(s.shares(to)).from(v, rates, ordinary))
}

// limited notes that the platform asked to wait.
func (s *scheduler) limited(w *window, to Target, e *SendError, now int64) {
	until := now + int64(e.After)
	switch {
	case e.Global:
		s.whole.hold = max(s.whole.hold, until)
		s.tempo.told(now)
		return
	case e.Local:
		w.hold = max(w.hold, until)
		return
	}
	w.hold = max(w.hold, until)
	w.slow()
	s.strikes = slices.DeleteFunc(s.strikes, func(o strike) bool {
		return o.to == to || now-o.at > int64(strikeWindow)
	})
	s.strikes = append(s.strikes, strike{to: to, at: now, after: int64(e.After)})
	if len(s.strikes) >= strikesMeanAll {
		least := slices.MinFunc(s.strikes, func(a, b strike) int { return cmp.Compare(a.after, b.after) })
		s.whole.hold = max(s.whole.hold, now+least.after)
		s.strikes = nil
		s.tempo.told(now)
	}
}

// recall counts what others have sent.
func (s *scheduler) recall(list []Dispatch) {
	s.mu.Lock()
	defer s.mu.Unlock()
	v := s.view(s.now().UnixNano())
	for _, d := range list {
		t := s.ticket(d.Target)
		sent := &slot{start: min(d.At.UnixNano(), v.now)} // its clock may be fast
		s.whole.take(v, s.rates, sent)
		s.window(t.to).take(v.plain(), t.rates, sent)
	}
}

// holdAlerts lets no alert go before a moment, and alertsFrom returns it.
func (s *scheduler) holdAlerts(until time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.alerts = max(s.alerts, until.UnixNano())
}

func (s *scheduler) alertsFrom() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return time.Unix(0, max(s.alerts, s.whole.hold))
}

// Reply waits for a slot for an answer.
func (s *scheduler) Reply(ctx context.Context, to Target) (answered func(error), err error) {
	var got *slot
	if s.running.Load() {
		waiting, cancel := context.WithTimeout(ctx, maxReplyWait)
		defer cancel()
		got, err = s.take(waiting, to, answers)
	}
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if got == nil || err != nil {
		got = s.force(to)
	}
	return func(err error) { s.answered(got, to, err) }, nil
}

// force takes a slot that there is not.
func (s *scheduler) force(to Target) *slot {
	t := s.ticket(to)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.give(s.view(s.now().UnixNano()), t, answers)
	return <-t.granted
}

// Remaining notes what the platform says is left.
func (s *scheduler) Remaining(to Target, left int, reset time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	w := s.window(s.shares(to))
	w.left, w.until = left, s.now().Add(reset).UnixNano()
	s.stir()
}
