package answer

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"tidings/bot"
	"tidings/bot/deliver"
)

// Presence suspends what the bot lost, resumes what it got back, and follows what moved. Failures
// are logged: the next send finds out what was missed.
func (h *Handler) Presence(ctx context.Context, p bot.Presence) {
	var err error
	known := false // the chats there have been here before
	switch p.Kind {
	case bot.Left:
		err = h.left(ctx, p)
	case bot.Back:
		noted := h.noteReturn(ctx, p.Scope) // before there may be nothing to resume
		known, err = h.back(ctx, p)
		err = errors.Join(noted, err)
	case bot.Moved:
		h.logger.InfoContext(ctx, "chat moved", "from", p.Scope.String(), "to", p.To.String())
		err = errors.Join(h.store.Move(ctx, p.Scope, p.To), h.moveHello(ctx, p))
	}
	if !known {
		err = errors.Join(err, h.greet(ctx, p))
	}
	if err != nil {
		h.logger.ErrorContext(ctx, "presence not recorded", "scope", p.Scope.String(), "err", err)
	}
}

// left suspends what the bot lost within p's scope, and reports threads.
func (h *Handler) left(ctx context.Context, p bot.Presence) error {
	lost, err := h.store.Suspend(ctx, p.Scope, bot.Suspension{Reason: p.Reason})
	if err != nil || len(lost) == 0 {
		return err
	}
	h.logger.InfoContext(ctx, "targets suspended", "scope", p.Scope.String(), "targets", len(lost), "reason", p.Reason)
	a := h.adapters[p.Scope.Platform]
	if !p.Thread || a == nil {
		return nil
	}
	l := deliver.LostThread{Target: p.Scope, In: p.In, Reason: p.Reason, Localize: h.LocalizeFor}
	if l.Subscriptions, err = h.store.SubscriptionsOf(ctx, p.Scope); err == nil {
		err = l.Report(ctx, a)
	}
	if err != nil {
		return fmt.Errorf("report a lost thread: %w", err)
	}
	return nil
}

// back resumes what was suspended within p's scope and offers to catch up where something waited. It reports whether
// there was anything to resume.
func (h *Handler) back(ctx context.Context, p bot.Presence) (known bool, err error) {
	resumed, err := h.store.Resume(ctx, p.Scope)
	if err != nil {
		return false, fmt.Errorf("resume: %w", err)
	}
	var failed []error
	for _, t := range resumed {
		if why := h.closed(ctx, p, t); why != "" {
			_, err := h.store.Suspend(ctx, t, bot.Suspension{Reason: why, Probe: true})
			failed = append(failed, err)
			continue
		}
		h.logger.InfoContext(ctx, "target resumed", "target", t.String())
		if err := h.offerCatchUp(ctx, t); err != nil {
			failed = append(failed, fmt.Errorf("offer to catch up in %s: %w", t, err))
		}
	}
	return len(resumed) > 0, errors.Join(failed...)
}

// closed returns why the bot may still not post in a chat of a space that it is back in, or "".
func (h *Handler) closed(ctx context.Context, p bot.Presence, t bot.Target) string {
	c, ok := h.adapters[t.Platform].(bot.AccessChecker)
	if !ok || !p.Known || slices.Contains(p.Chats, t.Chat) {
		return ""
	}
	if may, why, err := c.CanSend(ctx, t); err == nil && !may {
		return cmp.Or(why, "the bot may not post here")
	}
	return ""
}

// offerCatchUp asks in the chat what to do with the alerts that waited.
func (h *Handler) offerCatchUp(ctx context.Context, t bot.Target) error {
	status, err := h.targetStatus(ctx, t)
	if err != nil || status.OnHold == 0 {
		return err
	}
	if h.adapters[t.Platform] == nil {
		return nil
	}
	key := offeredState + t.String()
	if stands, err := h.offerStands(ctx, key, status.LastSent); err != nil || stands {
		return err
	}
	m := bot.Message{Text: bot.Count(status.OnHold, "I'm back. %d alert came in while I was away. Post it now?",
		"I'm back. %d alerts came in while I was away. Post them now?")}
	if m.Buttons, err = h.catchUpButtons(ctx, status.OnHold); err != nil {
		return err
	}
	m.Key = bot.NewKey() // so that a lost answer doesn't make two of it
	err = h.offer(ctx, t, m)
	var se *bot.SendError
	switch {
	case err == nil:
		return h.store.SetState(ctx, key, h.now().UTC().Format(time.RFC3339Nano))
	case errors.As(err, &se) && se.Kind == bot.TargetGone:
		// The bot is back in the space, and still not let into the chat.
		_, err = h.store.Suspend(ctx, t, bot.Suspension{Reason: se.Reason, Probe: se.Probe})
	}
	return err
}

// offeredState begins the keys that keep when a chat was last asked. It is a button's, and forgotten with them.
const offeredState = ButtonState + "offered/"

// offerAgain is after how long a chat is asked again in any case.
const offerAgain = 24 * time.Hour

// offerStands reports whether a chat was asked lately and has got no alert since: rights that come and go make one
// question, whose buttons see to whatever waits when they are pressed.
func (h *Handler) offerStands(ctx context.Context, key string, lastSent time.Time) (bool, error) {
	text, err := h.store.State(ctx, key)
	if err != nil {
		return false, err
	}
	offered, err := time.Parse(time.RFC3339Nano, text)
	if err != nil { // it never was
		return false, nil //nolint:nilerr // see above
	}
	return !lastSent.After(offered) && h.now().Sub(offered).Abs() < offerAgain, nil
}

func (h *Handler) catchUpButtons(ctx context.Context, onHold int) ([][]bot.Button, error) {
	post, err := h.button(ctx, bot.Say("Post %d", onHold), bot.PrimaryButton, "catchup", map[string]string{"do": "post"})
	if err != nil {
		return nil, err
	}
	row := []bot.Button{post}
	if onHold > 1 {
		list, err := h.button(ctx, bot.Say("As a list"), bot.PlainButton, "catchup", map[string]string{"do": "list"})
		if err != nil {
			return nil, err
		}
		row = append(row, list)
	}
	skip, err := h.button(ctx, bot.Say("Skip"), bot.PlainButton, "catchup", map[string]string{"do": "skip"})
	return [][]bot.Button{append(row, skip)}, err
}

// catchUp answers the buttons of the offer.
func (h *Handler) catchUp(ctx context.Context, r bot.Request) (bot.Message, error) {
	how := bot.CatchUpNone
	switch r.Args["do"] {
	case "post":
		how = bot.CatchUpEach
	case "list":
		how = bot.CatchUpList
	}
	n, err := h.store.Release(ctx, r.Target, how)
	if err != nil {
		return bot.Message{}, fmt.Errorf("release what is on hold for %s: %w", r.Target, err)
	}
	if n == 0 {
		return bot.Message{Text: bot.Say("No alerts on hold.")}, nil
	}
	return bot.Message{Text: caughtUp(how, n)}, nil
}

// caughtUp says what becomes of alerts that were on hold.
func caughtUp(how bot.CatchUp, n int) bot.Text {
	switch how {
	case bot.CatchUpEach:
		return bot.Count(n, "Posting %d alert.", "Posting %d alerts.")
	case bot.CatchUpList:
		return bot.Count(n, "Listing %d alert.", "Listing %d alerts.")
	default:
		return bot.Count(n, "Skipped %d alert. /latest still finds it.", "Skipped %d alerts. /latest still finds them.")
	}
}
