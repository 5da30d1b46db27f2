package answer

import (
	"context"
	"fmt"
	"time"

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
	rhythm, err := h.rhythmOf(ctx, r.Target)
	if err != nil {
		return bot.Message{}, err
	}
	zone := h.zoneOf(&rhythm.Settings)
	t := bot.Join(h.upkeep(&stats, r.Target.Platform, zone), h.troubled(r.Invocation),
		bot.Plain("\n\n"), hasSubscriptions(len(subs)), bot.Plain(" "), lastHere(&here, zone), h.byChoice(&rhythm, &here), aside, rights,
		unpublished(h.venueOf(ctx, r.Invocation)), standing(&here, zone))
	m := bot.Message{Text: t}
	m.Buttons, err = h.standingButtons(ctx, &here)
	return m, err
}

// missingRights names the rights that the bot lacks here, and what comes of it.
func missingRights(ctx context.Context, inv bot.Invocation) (bot.Text, error) {
	var t bot.Text
	for _, r := range []struct {
		ask  func(context.Context) ([]string, error)
		says func(rights bot.Text) bot.Text
	}{
		{inv.Lacking, func(rights bot.Text) bot.Text { return bot.Say("I can't post alerts here without %s.", rights) }},
		{inv.Limited, func(rights bot.Text) bot.Text {
			return bot.Say("Without %s, alerts here are posted in a plainer form.", rights)
		}},
	} {
		if r.ask == nil {
			continue
		}
		names, err := r.ask(ctx)
		if err != nil {
			return nil, err
		}
		if len(names) > 0 {
			t = bot.Join(t, bot.Plain("\n"), r.says(bot.And(bot.Knowns(names)...)))
		}
	}
	return t, nil
}

// upkeep says how the bot is doing as a whole.
func (h *Handler) upkeep(s *bot.Stats, platform string, zone *time.Location) bot.Text {
	t := bot.Say("Running: %s from %s.", bot.Count(int(s.Articles), "%d article", "%d articles"), bot.Count(int(s.Sources), "%d source", "%d sources"))
	if !s.NewestArticle.IsZero() {
		t = bot.Join(t, bot.Plain(" "), bot.Say("The latest arrived %s.", bot.Moment(s.NewestArticle, zone)))
	}
	if d := h.delay(platform); d.Over > 0 {
		t = bot.Join(t, bot.Plain(" "), bot.Say("Recent alerts: half within %s, 99 %% within %s.", took(d.P50), took(d.P99)))
	}
	if n := s.Backlog[platform]; n > 0 {
		t = bot.Join(t, bot.Plain(" "),
			bot.Count(int(n), "%d alert is waiting in all chats together.", "%d alerts are waiting in all chats together."))
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
			t = bot.Join(t, bot.Plain("\n"), bot.Say("The token for %s has been refused since %s; a restart with a new one is needed.",
				s.Platform, bot.Moment(s.Refused, h.zone)))
		}
		if !s.OutOfReach.IsZero() {
			t = bot.Join(t, bot.Plain("\n"), bot.Say("%s has been out of reach since %s.", s.Platform, bot.Moment(s.OutOfReach, h.zone)))
		}
		if s.ClockFault() != "" {
			t = bot.Join(t, bot.Plain("\n"), clockWrong(&s))
		}
	}
	return t
}

// clockWrong says by how much the clock is off.
func clockWrong(s *bot.PlatformState) bot.Text {
	by := s.Skew.Abs().Round(time.Second).String()
	if s.Skew < 0 {
		return bot.Say("The clock of the bot's machine is %s behind %s's, so no embargo ends until it is set right.", by, s.Platform)
	}
	return bot.Say("The clock of the bot's machine is %s ahead of %s's, so no embargo ends until it is set right.", by, s.Platform)
}

func hasSubscriptions(n int) bot.Text {
	if n == 0 {
		return bot.Say("This chat has no subscriptions.")
	}
	return bot.Count(n, "This chat has %d subscription.", "This chat has %d subscriptions.")
}

// afterDue says how late the last alert was: a digest is due long after its articles arrived.
func afterDue(lag time.Duration) bot.Text {
	if lag < time.Second {
		return bot.Say("right away")
	}
	return bot.Say("%s after it was due", took(lag))
}

// lastHere says when the last alert arrived and what waits.
func lastHere(s *bot.TargetStatus, zone *time.Location) bot.Text {
	t := bot.Say("No alert has been posted here yet.")
	if !s.LastSent.IsZero() {
		t = bot.Say("The last alert was posted %s, %s.", bot.Moment(s.LastSent, zone), afterDue(s.LastLag))
	}
	if s.Waiting > 0 && s.Suspended == "" {
		t = bot.Join(t, bot.Plain(" "), areWaiting(s.Waiting))
	}
	if s.Corrections == bot.CorrectByReply {
		t = bot.Join(t, bot.Plain(" "), bot.Say("Corrections are posted as replies."))
	}
	return t
}

// byChoice says what keeps alerts by the chat's own choice: a pause, and what waits for what.
func (h *Handler) byChoice(rhythm *bot.Rhythm, s *bot.TargetStatus) bot.Text {
	text := h.pausedLine(rhythm)
	if !text.Empty() {
		text = bot.Say("%s.", text)
	}
	for i := range s.Waits {
		text = joinLines(text, waitingLine(&s.Waits[i], h.zoneOf(&rhythm.Settings)))
	}
	if text.Empty() {
		return nil
	}
	return bot.Join(bot.Plain("\n"), text)
}

// setAside says what could not be posted, and why, which only managers of the chat see.
func (h *Handler) setAside(ctx context.Context, r bot.Request, s *bot.TargetStatus) (bot.Text, error) {
	var t bot.Text
	if s.Uncertain > 0 {
		t = bot.Join(bot.Plain("\n"), bot.Count(s.Uncertain, "One try got no answer from the platform; those alerts may be here twice.",
			"%d tries got no answer from the platform; those alerts may be here twice."))
	}
	if s.Rejected == 0 {
		return t, nil
	}
	t = bot.Join(t, bot.Plain("\n"), bot.Count(s.Rejected, "%d alert could not be posted.", "%d alerts could not be posted."))
	manages, err := h.manages(ctx, r.Invocation)
	if manages {
		t = bot.Join(t, bot.Plain(" "), bot.Say("The last one: %s.", bot.Known(s.LastRejected)))
	}
	return t, err
}

// standing says what keeps alerts from being posted here, if anything does.
func standing(s *bot.TargetStatus, zone *time.Location) bot.Text {
	switch {
	case s.Suspended != "":
		t := bot.Join(bot.Plain("\n\n"),
			bot.Say("Since %s no alerts are posted here (%s).", bot.Moment(s.SuspendedSince, zone), bot.Known(s.Suspended)))
		if s.Waiting > 0 {
			t = bot.Join(t, bot.Plain(" "),
				bot.Count(s.Waiting, "Nothing is lost: %d alert is waiting.", "Nothing is lost: %d alerts are waiting."))
		}
		return t
	case s.OnHold > 0:
		return bot.Join(bot.Plain("\n\n"),
			bot.Count(s.OnHold, "%d alert is on hold, from while I was away or paused.", "%d alerts are on hold, from while I was away or paused."))
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

func areWaiting(n int) bot.Text {
	return bot.Count(n, "%d alert is waiting.", "%d alerts are waiting.")
}
