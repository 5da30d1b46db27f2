package answer

import (
	"context"
	"fmt"
	"strings"

	"tidings/bot"
)

// status answers /status: how the bot is doing, and what there is to say of this chat.
func (h *Handler) status(ctx context.Context, r bot.Request) (bot.Message, error) {
	stats, err := h.store.StatsIn(ctx, r.Target.Place())
	if err != nil {
		return bot.Message{}, fmt.Errorf("stats: %w", err)
	}
	here, err := h.targetStatus(ctx, r.Target)
	if err != nil {
		return bot.Message{}, err
	}
	subs, err := h.subscriptionsOf(ctx, r.Target)
	if err != nil {
		return bot.Message{}, err
	}
	aside, err := h.setAside(ctx, r, &here)
	if err != nil {
		return bot.Message{}, err
	}
	rights, err := missingRights(ctx, r.Invocation)
	if err != nil {
		return bot.Message{}, fmt.Errorf("ask for the bot's rights in %s: %w", r.Target, err)
	}
	t := bot.Join(h.upkeep(&stats, r.Target.Platform), h.troubled(r.Invocation),
		bot.Plain("\n\nThis chat has "+subscriptionCount(len(subs))+". "),
		h.lastHere(&here), aside, rights, h.standing(&here))
	m := bot.Message{Text: t}
	m.Buttons, err = h.standingButtons(ctx, &here)
	return m, err
}

// missingRights names the rights that the bot lacks here, and what comes of it.
func missingRights(ctx context.Context, inv bot.Invocation) (bot.Text, error) {
	var t bot.Text
	for _, r := range []struct {
		ask  func(context.Context) ([]string, error)
		says string
	}{
		{inv.Lacking, "\nI can't post alerts here without %s."},
		{inv.Limited, "\nWithout %s, alerts here are posted in a plainer form."},
	} {
		if r.ask == nil {
			continue
		}
		names, err := r.ask(ctx)
		if err != nil {
			return nil, err
		}
		if len(names) > 0 {
			t = bot.Join(t, bot.Plain(fmt.Sprintf(r.says, strings.Join(names, " and "))))
		}
	}
	return t, nil
}

// upkeep says how the bot is doing as a whole.
func (h *Handler) upkeep(s *bot.Stats, platform string) bot.Text {
	t := bot.Plain(fmt.Sprintf("Running: %s from %s.", count(int(s.Articles), "article"), count(int(s.Sources), "source")))
	if !s.NewestArticle.IsZero() {
		t = bot.Join(t, bot.Plain(" The latest arrived "), bot.Moment(s.NewestArticle, h.zone), bot.Plain("."))
	}
	if d := h.delay(platform); d.Over > 0 {
		t = bot.Join(t, bot.Plain(fmt.Sprintf(" Recent alerts: half within %s, 99 %% within %s.",
			took(d.P50), took(d.P99))))
	}
	if n := s.Backlog[platform]; n > 0 {
		t = bot.Join(t, bot.Plain(fmt.Sprintf(" %s waiting in all chats together.", alertsAre(int(n)))))
	}
	return t
}

// troubled names to operators the platforms on which the bot can't work.
func (h *Handler) troubled(inv bot.Invocation) bot.Text {
	if !h.isOperator(inv) {
		return nil
	}
	var t bot.Text
	for _, s := range h.platforms() {
		if !s.Refused.IsZero() {
			t = bot.Join(t, bot.Plain("\nThe token for "+s.Platform+" has been refused since "), bot.Moment(s.Refused, h.zone),
				bot.Plain("; a restart with a new one is needed."))
		}
		if !s.OutOfReach.IsZero() {
			t = bot.Join(t, bot.Plain("\n"+s.Platform+" has been out of reach since "), bot.Moment(s.OutOfReach, h.zone), bot.Plain("."))
		}
		if fault := s.ClockFault(); fault != "" {
			t = bot.Join(t, bot.Plain("\nThe clock of the bot's machine is "+fault+", so no embargo ends until it is set right."))
		}
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
func (h *Handler) lastHere(s *bot.TargetStatus) bot.Text {
	t := bot.Plain("No alert has been posted here yet.")
	if !s.LastSent.IsZero() {
		t = bot.Join(bot.Plain("The last alert was posted "), bot.Moment(s.LastSent, h.zone),
			bot.Plain(", "+afterArrival(s.LastLag)+"."))
	}
	if s.Waiting > 0 && s.Suspended == "" {
		t = bot.Join(t, bot.Plain(fmt.Sprintf(" %s waiting.", alertsAre(s.Waiting))))
	}
	if s.Corrections == bot.CorrectByReply {
		t = bot.Join(t, bot.Plain(" Corrections are posted as replies."))
	}
	return t
}

// setAside says what could not be posted, and why, which only managers of the chat see.
func (h *Handler) setAside(ctx context.Context, r bot.Request, s *bot.TargetStatus) (bot.Text, error) {
	var t bot.Text
	if s.Uncertain > 0 {
		t = bot.Plain(fmt.Sprintf("\n%s got no answer from the platform; those alerts may be here twice.", tries(s.Uncertain)))
	}
	if s.Rejected == 0 {
		return t, nil
	}
	t = bot.Join(t, bot.Plain("\n"+count(s.Rejected, "alert")+" could not be posted"))
	manages, err := h.manages(ctx, r.Invocation)
	if manages {
		t = bot.Join(t, bot.Plain(". The last one: "+s.LastRejected))
	}
	return bot.Join(t, bot.Plain(".")), err
}

// standing says what keeps alerts from being posted here, if anything does.
func (h *Handler) standing(s *bot.TargetStatus) bot.Text {
	switch {
	case s.Suspended != "":
		t := bot.Join(bot.Plain("\n\nSince "), bot.Moment(s.SuspendedSince, h.zone),
			bot.Plain(" no alerts are posted here ("+s.Suspended+")."))
		if s.Waiting > 0 {
			t = bot.Join(t, bot.Plain(fmt.Sprintf(" Nothing is lost: %s waiting.", alertsAre(s.Waiting))))
		}
		return t
	case s.OnHold > 0:
		return bot.Plain(fmt.Sprintf("\n\n%s on hold from while I was away.", alertsAre(s.OnHold)))
	}
	return nil
}

// standingButtons lets managers act on what standing says.
func (h *Handler) standingButtons(ctx context.Context, s *bot.TargetStatus) ([][]bot.Button, error) {
	switch {
	case s.Suspended != "":
		b, err := h.button(ctx, bot.Say("Resume"), bot.PrimaryButton, "resume", nil)
		return [][]bot.Button{{b}}, err
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
