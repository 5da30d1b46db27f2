package pace

import (
	"cmp"
	"errors"
	"slices"
	"time"

	"tidings/bot"
)

// strikesMeanAll is how many targets have to be rate limited within strikeWindow for it to count as meant for the whole bot,
// where the platform does not say.
const (
	strikesMeanAll = 3
	strikeWindow   = time.Second
)

// strike is a 429 for one target.
type strike struct {
	to        bot.Target
	at, after int64
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

// Remaining notes what the platform says is left.
func (s *Scheduler) Remaining(to bot.Target, left int, reset time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	w := s.window(s.rateKey(to))
	w.left, w.until = left, s.clock.read(s.now())+int64(reset)
	s.wakeUp()
}
