package bot

import (
	"context"
	"fmt"
	"time"
)

// status answers /status: how the bot is doing, and what there is to say of this chat.
func (h *handler) status(ctx context.Context, r Request) (Message, error) {
	stats, err := h.store.Stats(ctx)
	if err != nil {
		return Message{}, fmt.Errorf("stats: %w", err)
	}
	here, err := h.store.TargetStatus(ctx, r.Target)
	if err != nil {
		return Message{}, fmt.Errorf("status of %s: %w", r.Target, err)
	}
	subs, err := h.store.SubscriptionsOf(ctx, r.Target)
	if err != nil {
		return Message{}, fmt.Errorf("subscriptions of %s: %w", r.Target, err)
	}
	t := Plain(fmt.Sprintf("I am up. %s from %s", count(int(stats.Articles), "article"), count(int(stats.Sources), "source")))
	if !stats.NewestArticle.IsZero() {
		t = Join(t, Plain(", the newest known since "), Moment(stats.NewestArticle, h.zone))
	}
	if n := stats.Backlog[r.Target.Platform]; n > 0 {
		t = Join(t, Plain(fmt.Sprintf(". %s waiting to be sent, all chats together", count(int(n), "alert"))))
	}
	t = Join(t, Plain(fmt.Sprintf(".\n\nThis chat has %s. ", count(len(subs), "subscription"))), h.lastHere(&here), h.standing(&here))
	m := Message{Text: t}
	m.Buttons, err = h.standingButtons(ctx, &here)
	return m, err
}

// lastHere says when the last alert arrived and what waits.
func (h *handler) lastHere(s *TargetStatus) Text {
	var t Text
	if s.LastSent.IsZero() {
		t = Plain("No alert has been posted here yet.")
	} else {
		t = Join(Plain("The last alert was posted "), Moment(s.LastSent, h.zone),
			Plain(fmt.Sprintf(", %s after I had the article.", s.LastLag.Round(lagUnit(s.LastLag)))))
	}
	if s.Waiting > 0 {
		t = Join(t, Plain(fmt.Sprintf(" %s waiting.", count(s.Waiting, "alert"))))
	}
	if s.Rejected > 0 {
		t = Join(t, Plain(fmt.Sprintf("\n%s could not be posted; the last one because: %s.",
			count(s.Rejected, "alert"), s.LastRejected)))
	}
	return t
}

func lagUnit(d time.Duration) time.Duration {
	if d < time.Second {
		return time.Millisecond
	}
	return time.Second / 10
}

// standing says what keeps alerts from being posted here, if anything does.
func (h *handler) standing(s *TargetStatus) Text {
	switch {
	case s.Suspended != "":
		return Join(Plain("\n\nAlerts are suspended since "), Moment(s.SuspendedSince, h.zone),
			Plain(fmt.Sprintf(": %s. Nothing is lost: %s waiting.", s.Suspended, count(s.Waiting, "alert"))))
	case s.Held > 0:
		return Plain(fmt.Sprintf("\n\n%s held back from the time I was away.", count(s.Held, "alert")))
	}
	return nil
}

// standingButtons lets managers mend what standing says.
func (h *handler) standingButtons(ctx context.Context, s *TargetStatus) ([][]Button, error) {
	switch {
	case s.Suspended != "":
		b, err := h.button(ctx, "Resume", PrimaryButton, "resume", nil)
		return [][]Button{{b}}, err
	case s.Held > 0:
		return h.catchUpButtons(ctx, s.Held)
	}
	return nil, nil
}
