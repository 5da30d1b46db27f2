package bot

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"
)

// Presence suspends what the bot lost, resumes what it got back, and follows what moved. Failures
// are logged: the next send finds out what was missed.
func (h *handler) Presence(ctx context.Context, p Presence) {
	var err error
	switch p.Kind {
	case Left:
		var lost []Target
		if lost, err = h.store.Suspend(ctx, p.Scope, p.Reason); len(lost) > 0 {
			h.logger.InfoContext(ctx, "targets suspended", "scope", p.Scope.String(), "targets", len(lost), "reason", p.Reason)
		}
	case Back:
		err = h.back(ctx, p.Scope)
	case Moved:
		h.logger.InfoContext(ctx, "chat moved", "from", p.Scope.String(), "to", p.To.String())
		err = h.store.Move(ctx, p.Scope, p.To)
	}
	if err != nil {
		h.logger.ErrorContext(ctx, "presence not recorded", "scope", p.Scope.String(), "err", err)
	}
}

// back resumes what was suspended within scope and offers to catch up where something waited.
func (h *handler) back(ctx context.Context, scope Target) error {
	resumed, err := h.store.Resume(ctx, scope)
	if err != nil {
		return fmt.Errorf("resume: %w", err)
	}
	var failed []error
	for _, t := range resumed {
		h.logger.InfoContext(ctx, "target resumed", "target", t.String())
		if err := h.offerCatchUp(ctx, t); err != nil {
			failed = append(failed, fmt.Errorf("offer to catch up in %s: %w", t, err))
		}
	}
	return errors.Join(failed...)
}

// offerCatchUp asks in the chat what shall become of the alerts that waited.
func (h *handler) offerCatchUp(ctx context.Context, t Target) error {
	status, err := h.targetStatus(ctx, t)
	if err != nil || status.OnHold == 0 {
		return err
	}
	a := h.adapters[t.Platform]
	if a == nil {
		return nil
	}
	them := "them"
	if status.OnHold == 1 {
		them = "it"
	}
	m := Message{Text: Plain(fmt.Sprintf("I am back. %s came in while I was away. Shall I post %s now?",
		count(status.OnHold, "alert"), them))}
	if m.Buttons, err = h.catchUpButtons(ctx, status.OnHold); err != nil {
		return err
	}
	err = offer(ctx, a, t, m)
	var se *SendError
	if errors.As(err, &se) && se.Kind == TargetGone {
		// The bot is back in the space, and still not let into the chat.
		_, err = h.store.Suspend(ctx, t, se.Reason)
	}
	return err
}

const (
	// offerTries is how often an offer is sent before it is left to /subscriptions and /status, which
	// make it too; offerWait is the longest wait between two tries.
	offerTries = 4
	offerWait  = 10 * time.Second
)

// offer sends m, a few times if what keeps it is a passing thing.
func offer(ctx context.Context, a Adapter, t Target, m Message) error {
	for n := 0; ; n++ {
		_, err := a.Send(ctx, t, m)
		var se *SendError
		if err == nil || n+1 == offerTries || !errors.As(err, &se) || se.Kind != RateLimited && se.Kind != Transient {
			return err
		}
		if !pause(ctx, min(max(se.After, backoff(n, retryBase, offerWait)), offerWait)) {
			return err
		}
	}
}

func (h *handler) catchUpButtons(ctx context.Context, held int) ([][]Button, error) {
	post, err := h.button(ctx, "Post "+strconv.Itoa(held), PrimaryButton, "catchup", map[string]string{"do": "post"})
	if err != nil {
		return nil, err
	}
	row := []Button{post}
	if held > 1 {
		list, err := h.button(ctx, "As a list", PlainButton, "catchup", map[string]string{"do": "list"})
		if err != nil {
			return nil, err
		}
		row = append(row, list)
	}
	skip, err := h.button(ctx, "Skip", PlainButton, "catchup", map[string]string{"do": "skip"})
	return [][]Button{append(row, skip)}, err
}

// catchUp answers the buttons of the offer.
func (h *handler) catchUp(ctx context.Context, r Request) (Message, error) {
	how, done := CatchUpNone, "Skipped %s. /latest still finds them."
	switch r.Args["do"] {
	case "post":
		how, done = CatchUpEach, "Posting %s."
	case "list":
		how, done = CatchUpList, "Listing %s."
	}
	n, err := h.store.Release(ctx, r.Target, how)
	if err != nil {
		return Message{}, fmt.Errorf("release what was held for %s: %w", r.Target, err)
	}
	if n == 0 {
		return Message{Text: Plain("Nothing is held back any more.")}, nil
	}
	return Message{Text: Plain(fmt.Sprintf(done, count(n, "alert")))}, nil
}

// resume answers the button that ends a suspension.
func (h *handler) resume(ctx context.Context, r Request) (Message, error) {
	if err := h.checkRights(ctx, r); err != nil {
		return Message{}, err
	}
	if _, err := h.store.Resume(ctx, r.Target); err != nil {
		return Message{}, fmt.Errorf("resume %s: %w", r.Target, err)
	}
	status, err := h.targetStatus(ctx, r.Target)
	if err != nil {
		return Message{}, err
	}
	m := Message{Text: Join(Plain("Alerts are posted here again."), h.standing(&status))}
	m.Buttons, err = h.standingButtons(ctx, &status)
	return m, err
}
