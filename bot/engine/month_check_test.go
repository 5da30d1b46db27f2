package engine_test

import (
	"slices"
	"syscall"
	"time"

	"tidings/bot"
	"tidings/internal/store"
)

// monthTally is what a month comes to.
type monthTally struct {
	wanted, shown, counted, muted, waiting int // alerts
	lost, twice, early, loud, over, late   int // alerts
	onTime, lateByKill                     int // alerts
	latest                                 time.Duration
	kills                                  int
	told                                   int
}

// tell logs what is wrong, as far as anybody would read it.
func (m *month) tell(format string, args ...any) {
	const most = 20
	if m.told++; m.told <= most {
		m.Logf(format, args...)
	}
}

// realTime is the time outside of the world.
func (m *month) realTime() time.Time {
	var now syscall.Timeval
	if err := syscall.Gettimeofday(&now); err != nil {
		m.Fatal(err)
	}
	return time.Unix(now.Unix())
}

// check compares what was shown and what is on record with what was wanted.
func (m *month) check() {
	s, err := store.Open(m.Context(), store.Config{URL: "sqlite:" + m.path, Now: m.now, Look: seldom})
	if err != nil {
		m.Fatal(err)
	}
	defer func() {
		if err := s.Close(); err != nil {
			m.Error(err)
		}
	}()
	for _, f := range m.chats {
		list, err := s.Deliveries(m.Context(), bot.DeliveryQuery{Target: f.to, Sent: true, Waiting: true, Limit: m.published})
		if err != nil {
			m.Fatal(err)
		}
		states := map[int64]bot.DeliveryState{}
		for _, r := range list {
			states[r.Article-1] = r.State
		}
		m.checkRecord(f, states)
		m.checkLimit(f)
	}
}

// checkRecord checks that each article which a chat wants was shown once, or counted by a digest, or is still to come.
func (m *month) checkRecord(f *follower, states map[int64]bot.DeliveryState) {
	counted := 0
	for n, planned := range f.due {
		shown, due := f.shown[n], planned.At
		switch state := states[n]; {
		case state == bot.Sent && len(shown) == 0:
			counted++
		case state == bot.Sent:
			m.shown++
			m.checkTime(f, n, due, shown[0])
		case state != "" && (due.After(m.now()) || f.changed || f.limited()):
			m.waiting++
		default:
			m.lost++
			m.tell("lost: %d in %s: state %q, due %s, %+v", n, f.to, state, due, f.rhythm.Settings)
		}
		if len(shown) > 1 {
			m.twice++
			m.tell("twice: %d in %s: %v, due %s", n, f.to, shown, due)
		}
	}
	if m.counted += counted; counted != f.counted {
		m.lost++
		m.tell("lost: digests in %s count %d more articles, on record are %d", f.to, f.counted, counted)
	}
	for n, muted := range f.muted {
		if muted && len(f.shown[n]) > 0 {
			m.early++
			m.tell("muted, but shown: %d in %s", n, f.to)
		} else if muted {
			m.muted++
		}
	}
}

func (f *follower) limited() bool { return f.rhythm.Settings.Limit != (bot.Limit{}) }

// checkTime compares when an article was shown with the plan. That of chats with a limit depends on what else they were sent.
func (m *month) checkTime(f *follower, n int64, due, at time.Time) {
	if f.changed || f.limited() {
		return
	}
	late := at.Sub(due)
	switch {
	case late < 0:
		m.early++
		m.tell("early: %d in %s at %s, due %s", n, f.to, at, due)
	case late < time.Second:
		m.onTime++
	case m.killedBetween(due, at):
		m.lateByKill++
		m.latest = max(m.latest, late)
	default:
		m.late++
		m.tell("late: %d in %s at %s, due %s, %+v", n, f.to, at, due, f.rhythm.Settings)
	}
}

// leaseEnds is how soon after a restart what a killed process had leased goes out.
const leaseEnds = time.Minute

// killedBetween reports whether a kill explains why something came late.
func (m *month) killedBetween(due, at time.Time) bool {
	return slices.ContainsFunc(m.downtimes, func(d downtime) bool {
		return !d.from.After(at) && due.Before(d.to.Add(leaseEnds)) && at.Before(d.to.Add(2*leaseEnds))
	})
}

// checkLimit checks that no alert which a limit counts came by itself when the limit was used up. What was over the limit comes
// on a full hour, even if urgent alerts have taken its place. What was repeated after a kill counted from then, so windows are
// a little shorter here.
func (m *month) checkLimit(f *follower) {
	l := f.rhythm.Settings.Limit
	for i, s := range f.sent {
		if s.list || s.level >= bot.Urgent || f.changed || s.at.Truncate(30*time.Minute).After(s.at.Add(-time.Second)) {
			continue
		}
		within := func(span time.Duration) (n int) {
			for _, before := range f.sent[:i] {
				if before.at.After(s.at.Add(2*time.Minute-span)) && before.level < bot.Flash {
					n++
				}
			}
			return n
		}
		if l.Hour > 0 && within(time.Hour) >= l.Hour || l.Day > 0 && within(24*time.Hour) >= l.Day {
			m.over++
			m.tell("over the limit: %s at %s, %+v", f.to, s.at, l)
		}
	}
}
