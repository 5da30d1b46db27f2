package answer

import (
	"time"

	"tidings/bot"
)

// deliveryHistory says what became of an article here: when it was sent, or what it waits for.
func (h *Handler) deliveryHistory(p *articleTrace) bot.Text {
	if len(p.Steps) == 0 {
		if !p.Seen && len(p.Revisions) > 0 {
			return bot.Join(bot.Plain("\n\n"), bot.Say("This article hasn't been checked against this chat's filters yet."))
		}
		return bot.Join(bot.Plain("\n\n"), bot.Say("It wasn't posted here."))
	}
	t := bot.Plain("\n")
	for i := range p.Steps {
		s := &p.Steps[i]
		t = bot.Join(t, bot.Plain("\n"), h.step(p, s), inFlood(p, s))
		if p.manages && s.Attempts > 0 {
			t = bot.Join(t, bot.Plain(" "), failures(s))
		}
	}
	return t
}

// inFlood says that an urgent article passed no others, and why.
func inFlood(p *articleTrace, s *bot.Step) bot.Text {
	if !s.Flood {
		return nil
	}
	return bot.Join(bot.Plain(" "), bot.Say("It's urgent, but passed no other alerts, because %s sent too many urgent ones within an hour.", p.Source))
}

// failures says how often a delivery failed, with the reason of the last failure.
func failures(s *bot.Step) bot.Text {
	if s.Reason == "" || s.State == bot.Rejected || s.State == bot.Superseded {
		return bot.Count(s.Attempts, "It failed %d time.", "It failed %d times.")
	}
	return bot.Count(s.Attempts, "It failed %d time, last: %s.", "It failed %d times, last: %s.", bot.Known(s.Reason))
}

// step says where one delivery stands.
func (h *Handler) step(p *articleTrace, s *bot.Step) bot.Text {
	waits := bot.Say("Its alert")
	switch s.Action {
	case bot.Edit:
		waits = bot.Say("An edit of the alert")
	case bot.Withdraw:
		waits = bot.Say("The withdrawal of the alert")
	case bot.Post:
	}
	switch s.State {
	case bot.Sent:
		return h.sent(p, s)
	case bot.OnHold:
		return bot.Say("%s is on hold, from while I was away or paused; /status offers to post it.", waits)
	case bot.Muted:
		return bot.Say("It wasn't posted here: left out by the mute of “%s”.", s.Mute)
	case bot.Superseded:
		return withReason(bot.Say("%s is no longer needed", waits), s.Reason)
	case bot.Rejected:
		return withReason(bot.Say("%s couldn't be posted", waits), s.Reason)
	default:
		return h.waitsFor(p, s, waits)
	}
}

// withReason ends a sentence, with its reason if there is one.
func withReason(t bot.Text, reason string) bot.Text {
	if reason == "" {
		return bot.Say("%s.", t)
	}
	return bot.Say("%s: %s.", t, bot.Known(reason))
}

// sent says when a delivery arrived, how long that took, and where it is.
func (h *Handler) sent(p *articleTrace, s *bot.Step) bot.Text {
	at := bot.Moment(s.Settled, p.zone)
	if l, ok := h.adapters[p.target.Platform].(bot.Linker); ok {
		if link := l.MessageLink(p.target, s.Receipt); link != "" {
			at = bot.Say("%s (%s)", at, bot.Say("the message").Linked(link))
		}
	}
	switch lag := s.Settled.Sub(p.VisibleSince()); {
	case s.Action == bot.Edit:
		return bot.Say("The alert was edited %s.", at)
	case s.Action == bot.Withdraw:
		return bot.Say("The alert was withdrawn %s.", at)
	case s.Wait == bot.ForDigest:
		return bot.Say("Posted here %s, in a digest.", at)
	case s.Wait != "":
		return bot.Say("Posted here %s, in a list of what had waited.", at)
	case lag < 0:
		return bot.Say("Posted here %s.", at)
	default:
		return bot.Say("Posted here %s, %s.", at, afterArrival(lag))
	}
}

// waitsFor says what a delivery waits for.
func (h *Handler) waitsFor(p *articleTrace, s *bot.Step, waits bot.Text) bot.Text {
	now := h.now()
	switch {
	case p.status.Suspended != "":
		return bot.Say("%s waits: no alerts are posted here (%s).", waits, bot.Known(p.status.Suspended))
	case s.Wait != "":
		return waitsByChoice(p, s, waits)
	case s.Due.After(now):
		return bot.Say("%s waits until %s.", waits, bot.Moment(s.Due, p.zone))
	}
	t := bot.Say("%s waits", waits)
	if p.Ahead > 0 {
		t = bot.Count(p.Ahead, "%[2]s waits behind %[1]d other alert", "%[2]s waits behind %[1]d other alerts", waits)
	}
	if p.Ready.After(now) {
		return bot.Say("%s; this chat can get its next message in %s.", t, took(p.Ready.Sub(now).Round(time.Second)))
	}
	return bot.Say("%s.", t)
}

// waitsByChoice says what a delivery waits for by the chat's own choice.
func waitsByChoice(p *articleTrace, s *bot.Step, waits bot.Text) bot.Text {
	at := byTheClock(s.Due, p.zone)
	switch {
	case s.Wait == bot.ForQuietEnd:
		return bot.Say("%s is held by quiet hours until %s.", waits, at)
	case s.Wait == bot.ForLimit:
		return bot.Say("%s waits until %s, because this chat's limit is reached.", waits, at)
	case s.Wait == bot.ForPauseEnd && s.Due.Before(bot.Never()):
		return bot.Say("%s is held by the pause until %s.", waits, at)
	case s.Wait == bot.ForPauseEnd:
		return bot.Say("%s is held by the pause, until someone resumes.", waits)
	}
	return bot.Say("%s waits for the digest of %s.", waits, at)
}
