package answer

import (
	"fmt"
	"time"

	"tidings/bot"
)

// deliveryHistory says what became of an article here: when it was sent, or what it waits for.
func (h *Handler) deliveryHistory(p *articleTrace) bot.Text {
	if len(p.Steps) == 0 {
		if !p.Seen && len(p.Revisions) > 0 {
			return bot.Plain("\n\nThis article hasn't been checked against this chat's filters yet.")
		}
		return bot.Plain("\n\nIt wasn't posted here.")
	}
	t := bot.Plain("\n")
	for i := range p.Steps {
		s := &p.Steps[i]
		t = bot.Join(t, bot.Plain("\n"), h.step(p, s), inFlood(p, s))
		if p.manages && s.Attempts > 0 {
			t = bot.Join(t, bot.Plain(fmt.Sprintf(" It failed %s", count(s.Attempts, "time"))), lastFailure(s))
		}
	}
	return t
}

// inFlood says that an urgent article passed no others, and why.
func inFlood(p *articleTrace, s *bot.Step) bot.Text {
	if !s.Flood {
		return nil
	}
	return bot.Plain(" It's urgent, but passed no other alerts, because " + p.Source + " sent too many urgent ones within an hour.")
}

// lastFailure gives the reason of the last failure.
func lastFailure(s *bot.Step) bot.Text {
	if s.Reason == "" || s.State == bot.Rejected || s.State == bot.Superseded {
		return bot.Plain(".")
	}
	return bot.Plain(", last: " + s.Reason + ".")
}

// step says where one delivery stands.
func (h *Handler) step(p *articleTrace, s *bot.Step) bot.Text {
	done, waits := "Posted here ", "Its alert"
	switch s.Action {
	case bot.Edit:
		done, waits = "The alert was edited ", "An edit of the alert"
	case bot.Withdraw:
		done, waits = "The alert was withdrawn ", "The withdrawal of the alert"
	case bot.Post:
	}
	switch s.State {
	case bot.Sent:
		return h.sent(p, s, done)
	case bot.OnHold:
		return bot.Plain(waits + " is on hold from while I was away; /status offers to post it.")
	case bot.Superseded:
		return bot.Plain(waits + " is no longer needed" + orReason(s.Reason) + ".")
	case bot.Rejected:
		return bot.Plain(waits + " couldn't be posted" + orReason(s.Reason) + ".")
	default:
		return bot.Join(bot.Plain(waits+" waits"), h.waitsFor(p, s), bot.Plain("."))
	}
}

func orReason(reason string) string {
	if reason == "" {
		return ""
	}
	return ": " + reason
}

// sent says when a delivery arrived, how long that took, and where it is.
func (h *Handler) sent(p *articleTrace, s *bot.Step, done string) bot.Text {
	t := bot.Join(bot.Plain(done), bot.Moment(s.Settled, h.zone))
	if l, ok := h.adapters[p.target.Platform].(bot.Linker); ok {
		if link := l.MessageLink(p.target, s.Receipt); link != "" {
			t = bot.Join(t, bot.Plain(" ("), bot.Linked("the message", link), bot.Plain(")"))
		}
	}
	if lag := s.Settled.Sub(p.VisibleSince()); s.Action == bot.Post && lag >= 0 {
		t = bot.Join(t, bot.Plain(", "+afterArrival(lag)))
	}
	return bot.Join(t, bot.Plain("."))
}

// waitsFor says what a delivery waits for.
func (h *Handler) waitsFor(p *articleTrace, s *bot.Step) bot.Text {
	now := h.now()
	switch {
	case p.status.Suspended != "":
		return bot.Plain(": no alerts are posted here (" + p.status.Suspended + ")")
	case s.Due.After(now):
		return bot.Join(bot.Plain(" until "), bot.Moment(s.Due, h.zone))
	}
	var t bot.Text
	if p.Ahead > 0 {
		t = bot.Plain(" behind " + count(p.Ahead, "other alert"))
	}
	if p.Ready.After(now) {
		t = bot.Join(t, bot.Plain(fmt.Sprintf("; this chat can get its next message in %s", took(p.Ready.Sub(now).Round(time.Second)))))
	}
	return t
}
