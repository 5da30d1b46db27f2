package poll

import (
	"strings"
	"time"

	"tidings/bot"
)

// When operators hear of a feed that fails. Most failures are over before anybody could do something
// about them.
const (
	notifyAfter        = time.Hour
	notifyAfterTries   = 3
	notifyMissingAfter = 3 * 24 * time.Hour
)

// report logs when a feed begins to fail and when it is well again, and nothing in between; and it
// notifies operators once of a failure that lasts, and of its end.
func (p *Poller) report(s *bot.Source, state *bot.FetchState, now time.Time) {
	m := &state.Memory
	switch {
	case state.Failures == 1:
		p.log.Warn("feed fails", "feed", s.ID, "reason", state.Error, "next", state.Next)
	case state.Failures == 0 && s.Fetch.Failures > 0:
		p.log.Info("feed works again", "feed", s.ID, "failures", s.Fetch.Failures)
		if s.Fetch.Memory.Reported {
			p.notify(bot.Say("Source %s works again.", called(s)))
		}
	case state.Failures > 1 && !m.Reported && lasts(state, now):
		m.Reported = true
		text := bot.Say("Source %s cannot be read: %s.", called(s), bot.Known(state.Error))
		if m.Ended {
			text = bot.Say("Source %s has ended, and I no longer ask for it: %s.", called(s), bot.Known(state.Error))
		}
		if m.Advice != "" {
			text = bot.Join(text, bot.Plain(" "), bot.Say("%s.", bot.Known(strings.TrimSuffix(m.Advice, "."))))
		}
		p.notify(text)
	}
	if m.MaxAge > p.schedule.most && s.Fetch.Memory.MaxAge != m.MaxAge {
		p.log.Info("feed asks for a longer interval than is kept", "feed", s.ID, "asked", m.MaxAge, "kept", p.schedule.most)
	}
	if m.Address != "" && m.Address != s.Fetch.Memory.Address {
		p.log.Info("feed has moved for good", "feed", s.ID)
	}
}

// called returns what operators call a source: a private one by its name and its ID, which alone no other has.
func called(s *bot.Source) string {
	if s.Place == "" {
		return s.Name
	}
	return s.Name + " (" + s.ID + ")"
}

// lasts reports whether a failure is worth an operator's time.
func lasts(state *bot.FetchState, now time.Time) bool {
	failing := now.Sub(state.Memory.Failing)
	switch state.Memory.Advice {
	case adviceEnded:
		return state.Memory.Ended
	case adviceMoved:
		return failing >= notifyMissingAfter
	case adviceBlocked:
		return true
	}
	return failing >= notifyAfter && state.Failures >= notifyAfterTries
}

// bulkUpdateNotice tells operators about new articles without any evidence that they are news, and how many wait in all.
func bulkUpdateNotice(source string, onHold, waiting int) bot.Text {
	t := bot.Say("Source %s brought %d undated articles at once and none that it had before: it may be news, or a site "+
		"that renamed its archive.", source, onHold)
	if waiting > onHold {
		t = bot.Say("Source %s brought %d undated articles at once and none that it had before (%d on hold in all): it may be news, "+
			"or a site that renamed its archive.", source, onHold, waiting)
	}
	return bot.Join(t, bot.Plain(" "), bot.Say("No alerts are sent until you decide: /sources approve %s sends them as a list, "+
		"/sources dismiss %s keeps them in the archive. If nobody decides, the list goes out as a bulk update.", source, source))
}
