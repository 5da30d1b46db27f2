package plan

import (
	"time"

	"tidings/bot"
)

// joinWithin is how soon a digest has to be due that what quiet hours held joins.
const joinWithin = 2 * time.Hour

// maxHolds bounds how many holds may follow each other: pauses that end in quiet hours, and the other way round.
const maxHolds = 16

// when returns when an item goes out for a subscription, and what holds it until then: nothing if that is now. It may be late
// for a digest.
func (d *decision) when(s *bot.Subscription, level bot.Level) (at, late time.Time, holds []Hold) {
	h := holder{decision: d, level: level, pause: s.Preferences.Paused, at: d.from(&s.Preferences)}
	h.wait(scheduleOf(s.Preferences.When))
	digest := h.digest()
	if !h.at.After(d.now) {
		if digest && d.item.Waited == "" {
			late = h.at
		}
		h.at, h.holds = d.now, nil // what held it is over; what holds now counts
		h.release()
	}
	if !digest && !h.digest() && level < bot.Urgent {
		h.limit()
	}
	return h.at, late, h.holds
}

// from returns the moment from which a subscription's schedule counts.
func (d *decision) from(w *bot.Preferences) time.Time {
	from := d.item.Came
	for _, changed := range []time.Time{w.WhenChanged, d.rhythm.Settings.ZoneChanged} {
		if changed.After(from) {
			from = changed
		}
	}
	if from.After(d.now) { // by a clock that was set back since
		return d.now
	}
	return from
}

// holder follows an item from hold to hold.
type holder struct {
	*decision
	level bot.Level
	pause bot.Pause // of the subscription
	at    time.Time
	holds []Hold
}

func (h *holder) until(hold Hold) {
	h.at = hold.Until
	h.holds = append(h.holds, hold)
}

// digest reports whether the item is part of a digest.
func (h *holder) digest() bool {
	for _, hold := range h.holds {
		if hold.By == bot.ForDigest {
			return true
		}
	}
	return false
}

// wait lets the item wait for its schedule, and for what holds then.
func (h *holder) wait(s Schedule) {
	if h.level < bot.Urgent && !s.AtOnce() {
		h.until(Hold{By: bot.ForDigest, Until: s.Next(h.at, h.zone), Schedule: s.String()})
	}
	h.release()
}

// release moves the item to the first moment at which neither a pause nor quiet hours hold it.
func (h *holder) release() {
	if h.level == bot.Flash {
		return
	}
	for range maxHolds {
		if end, ok := h.pauseEnd(); ok {
			h.until(Hold{By: bot.ForPauseEnd, Until: end})
			continue
		}
		end, ok := h.quietEnd()
		if !ok {
			return
		}
		h.until(Hold{By: bot.ForQuietEnd, Until: end})
		h.join()
	}
}

// pauseEnd returns when the pause that holds ends.
func (h *holder) pauseEnd() (time.Time, bool) {
	for _, p := range []bot.Pause{h.rhythm.Settings.Paused, h.pause} {
		if p.Holds(h.at) && h.at.Before(bot.Never()) {
			if p.Until.IsZero() {
				return bot.Never(), true
			}
			return p.Until, true
		}
	}
	return time.Time{}, false
}

// quietEnd returns when the quiet hours that hold end.
func (h *holder) quietEnd() (time.Time, bool) {
	q := h.rhythm.Settings.Quiet
	if q == (bot.Quiet{}) || h.level >= bot.Urgent && q.UrgentPasses || !h.at.Before(bot.Never()) {
		return time.Time{}, false
	}
	return quietEnd(q, h.at, h.zone)
}

// join lets what quiet hours held wait for a digest that is due soon, unless that is itself going to be held.
func (h *holder) join() {
	if h.level >= bot.Urgent {
		return
	}
	at, schedule, ok := h.nextDigest(h.at.Add(-1))
	if !ok || at.Sub(h.at) > joinWithin {
		return
	}
	then := *h
	then.at = at
	_, paused := then.pauseEnd()
	if _, quiet := then.quietEnd(); !paused && !quiet {
		h.until(Hold{By: bot.ForDigest, Until: at, Schedule: schedule, Joins: true})
	}
}

// nextDigest returns the first digest of the target after a moment.
func (h *holder) nextDigest(after time.Time) (at time.Time, schedule string, ok bool) {
	for i := range h.rhythm.Subscriptions {
		w := &h.rhythm.Subscriptions[i].Preferences
		s := scheduleOf(w.When)
		if s.AtOnce() {
			continue
		}
		next := s.Next(after, h.zone)
		if !w.Paused.Holds(next) && (!ok || next.Before(at)) {
			at, schedule, ok = next, s.String(), true
		}
	}
	return at, schedule, ok
}

// limit lets an item wait that is over the target's limit, or that follows others which are: they come as one list, and
// their order stays. What has waited for that goes out, or a chat with many urgent articles would never get the rest.
func (h *holder) limit() {
	l := h.rhythm.Settings.Limit
	if l == (bot.Limit{}) || h.item.Waited == bot.ForLimit {
		return
	}
	if h.rhythm.Overflow.After(h.at) {
		h.until(Hold{By: bot.ForLimit, Until: h.rhythm.Overflow})
		h.release()
		return
	}
	free := freeAt(l, h.rhythm.Sent, h.at)
	if !free.After(h.at) || h.at.Equal(bot.Never()) {
		return
	}
	hold := Hold{By: bot.ForLimit, Until: nextHour(free.Add(-1), h.zone)}
	if at, _, ok := h.nextDigest(h.at); ok && at.Before(hold.Until) {
		hold.Until = at
	}
	h.until(hold)
	h.release()
}

// waitOf returns what an item waits for in the end. A digest that quiet hours put off is a digest.
func waitOf(holds []Hold) bot.Wait {
	if len(holds) == 0 {
		return ""
	}
	last := holds[len(holds)-1].By
	if last != bot.ForQuietEnd {
		return last
	}
	for _, h := range holds {
		if h.By == bot.ForDigest {
			return bot.ForDigest
		}
	}
	return last
}
