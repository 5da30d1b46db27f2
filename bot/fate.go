package bot

import (
	"fmt"
	"time"
)

// fate says what became of an article here: when it was sent, or what holds it.
func (h *handler) fate(p *passage) Text {
	if len(p.Steps) == 0 {
		if !p.Seen && len(p.Revisions) > 0 {
			return Plain("\n\nI have not held it against the subscriptions yet.")
		}
		return Plain("\n\nIt was not posted here.")
	}
	t := Plain("\n")
	for i := range p.Steps {
		s := &p.Steps[i]
		t = Join(t, Plain("\n"), h.step(p, s))
		if p.manages && s.Attempts > 0 {
			t = Join(t, Plain(fmt.Sprintf(" It failed %s", count(s.Attempts, "time"))), lastFailure(s))
		}
	}
	return t
}

// lastFailure gives the reason of the last failure.
func lastFailure(s *Step) Text {
	if s.Reason == "" || s.State == Rejected || s.State == Superseded {
		return Plain(".")
	}
	return Plain(", last: " + s.Reason + ".")
}

// step says where one delivery stands.
func (h *handler) step(p *passage, s *Step) Text {
	done, waits := "Posted here ", "Its alert"
	switch s.Action {
	case Edit:
		done, waits = "The alert was changed ", "A change of the alert"
	case Withdraw:
		done, waits = "The alert was withdrawn ", "The end of the alert"
	case Post:
	}
	switch s.State {
	case Sent:
		return h.sent(p, s, done)
	case OnHold:
		return Plain(waits + " is held back from the time I was away; /status offers to post it.")
	case Superseded:
		return Plain(waits + " was not needed any more" + orReason(s.Reason) + ".")
	case Rejected:
		return Plain(waits + " could not be posted" + orReason(s.Reason) + ".")
	default:
		return Join(Plain(waits+" waits"), h.holds(p, s), Plain("."))
	}
}

func orReason(reason string) string {
	if reason == "" {
		return ""
	}
	return ": " + reason
}

// sent says when a delivery arrived, how long that took, and where it is.
func (h *handler) sent(p *passage, s *Step, done string) Text {
	t := Join(Plain(done), Moment(s.Settled, h.zone))
	if l, ok := h.adapters[p.target.Platform].(Linker); ok {
		if link := l.MessageLink(p.target, s.Receipt); link != "" {
			t = Join(t, Plain(" ("), Linked("the message", link), Plain(")"))
		}
	}
	if lag := s.Settled.Sub(p.tellable()); s.Action == Post && lag >= 0 {
		t = Join(t, Plain(", "+took(lag)+" after I could"))
	}
	return Join(t, Plain("."))
}

// holds says what a delivery waits for.
func (h *handler) holds(p *passage, s *Step) Text {
	now := h.now()
	switch {
	case p.status.Suspended != "":
		return Plain(": no alerts are posted here, because " + p.status.Suspended)
	case s.Due.After(now):
		return Join(Plain(" until "), Moment(s.Due, h.zone))
	}
	var t Text
	if p.Ahead > 0 {
		t = Plain(" behind " + count(p.Ahead, "other alert"))
	}
	if p.Ready.After(now) {
		t = Join(t, Plain(fmt.Sprintf("; this chat can take the next message in %s", took(p.Ready.Sub(now).Round(time.Second)))))
	}
	return t
}
