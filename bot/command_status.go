package bot

import (
	"context"
	"fmt"
)

// status answers /status: how the bot is doing, and what there is to say of this chat.
func (h *handler) status(ctx context.Context, r Request) (Message, error) {
	stats, err := h.store.Stats(ctx)
	if err != nil {
		return Message{}, fmt.Errorf("stats: %w", err)
	}
	here, err := h.targetStatus(ctx, r.Target)
	if err != nil {
		return Message{}, err
	}
	subs, err := h.subscriptionsOf(ctx, r.Target)
	if err != nil {
		return Message{}, err
	}
	aside, err := h.setAside(ctx, r, &here)
	if err != nil {
		return Message{}, err
	}
	t := Join(h.upkeep(&stats, r.Target.Platform), Plain("\n\nThis chat has "+subscriptionCount(len(subs))+". "),
		h.lastHere(&here), aside, h.standing(&here))
	m := Message{Text: t}
	m.Buttons, err = h.standingButtons(ctx, &here)
	return m, err
}

// upkeep says how the bot is doing as a whole.
func (h *handler) upkeep(s *Stats, platform string) Text {
	t := Plain(fmt.Sprintf("I am up, with %s from %s.", count(int(s.Articles), "article"), count(int(s.Sources), "source")))
	if !s.NewestArticle.IsZero() {
		t = Join(t, Plain(" The newest came in "), Moment(s.NewestArticle, h.zone), Plain("."))
	}
	if d := h.delay(platform); d.Over > 0 {
		t = Join(t, Plain(fmt.Sprintf(" Of late, half of the alerts were posted within %s, 99 of 100 within %s.",
			took(d.P50), took(d.P99))))
	}
	if n := s.Backlog[platform]; n > 0 {
		t = Join(t, Plain(fmt.Sprintf(" %s waiting to be posted, all chats together.", alertsAre(int(n)))))
	}
	return t
}

func subscriptionCount(n int) string {
	if n == 0 {
		return "no subscriptions"
	}
	return count(n, "subscription")
}

// lastHere says when the last alert arrived and what waits.
func (h *handler) lastHere(s *TargetStatus) Text {
	t := Plain("No alert has been posted here yet.")
	if !s.LastSent.IsZero() {
		t = Join(Plain("The last alert was posted "), Moment(s.LastSent, h.zone),
			Plain(fmt.Sprintf(", %s after I had the article.", took(s.LastLag))))
	}
	if s.Waiting > 0 && s.Suspended == "" {
		t = Join(t, Plain(fmt.Sprintf(" %s waiting.", alertsAre(s.Waiting))))
	}
	if s.Corrections == CorrectByReply {
		t = Join(t, Plain(" Corrections are posted as replies."))
	}
	return t
}

// setAside says what could not be posted, and tells those who manage the chat why.
func (h *handler) setAside(ctx context.Context, r Request, s *TargetStatus) (Text, error) {
	var t Text
	if s.Uncertain > 0 {
		t = Plain(fmt.Sprintf("\n%s got no answer from the platform; what it was about may stand here twice.", tries(s.Uncertain)))
	}
	if s.Rejected == 0 {
		return t, nil
	}
	t = Join(t, Plain("\n"+count(s.Rejected, "alert")+" could not be posted"))
	manages, err := h.manages(ctx, r.Invocation)
	if manages {
		t = Join(t, Plain("; the reason for the last: "+s.LastRejected))
	}
	return Join(t, Plain(".")), err
}

// standing says what keeps alerts from being posted here, if anything does.
func (h *handler) standing(s *TargetStatus) Text {
	switch {
	case s.Suspended != "":
		t := Join(Plain("\n\nSince "), Moment(s.SuspendedSince, h.zone),
			Plain(" no alerts are posted here: "+s.Suspended+"."))
		if s.Waiting > 0 {
			t = Join(t, Plain(fmt.Sprintf(" Nothing is lost: %s waiting.", alertsAre(s.Waiting))))
		}
		return t
	case s.OnHold > 0:
		return Plain(fmt.Sprintf("\n\n%s held back from the time I was away.", alertsAre(s.OnHold)))
	}
	return nil
}

// standingButtons lets managers mend what standing says.
func (h *handler) standingButtons(ctx context.Context, s *TargetStatus) ([][]Button, error) {
	switch {
	case s.Suspended != "":
		b, err := h.button(ctx, "Resume", PrimaryButton, "resume", nil)
		return [][]Button{{b}}, err
	case s.OnHold > 0:
		return h.catchUpButtons(ctx, s.OnHold)
	}
	return nil, nil
}

func tries(n int) string {
	if n == 1 {
		return "One try"
	}
	return fmt.Sprintf("%d tries", n)
}
