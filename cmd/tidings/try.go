package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"tidings/bot"
	"tidings/bot/deliver"
	"tidings/internal/store"
)

// testCmd is tidings test.
type testCmd struct {
	Chat string `arg:"" name:"TARGET" help:"The chat, such as telegram:-100123 or discord:456, as tidings chats lists it; with a thread or topic: telegram:-100123/7."`
	JSON bool   `help:"Print a JSON object."`
}

// tried is what came of a test alert.
type tried struct {
	Chat    string `json:"chat"`
	Sent    bool   `json:"sent"`
	Message string `json:"message,omitempty"` // its ID on the platform
	Millis  int64  `json:"took_ms"`
	Error   string `json:"error,omitempty"`
	Advice  string `json:"advice,omitempty"`
}

// Run sends a test alert as the bot would send an alert. It is not on record, and a chat that is suspended stays so.
func (c *testCmd) Run(ctx context.Context, p *program) error {
	return p.withStore(ctx, func(s *settings, db *store.Store) error {
		to, known, err := targetNamed(ctx, db, c.Chat)
		if err != nil {
			return err
		}
		result, err := s.try(ctx, to.Target)
		if err != nil {
			return err
		}
		if known && to.Suspended != "" {
			fmt.Fprintf(p.stderr, "tidings: the bot sends nothing there since %s: %s\n", to.SuspendedSince.In(s.Timezone).Format(time.RFC1123), to.Suspended)
		}
		if c.JSON {
			err = json.NewEncoder(p.stdout).Encode(result)
		} else if result.Sent {
			_, err = fmt.Fprintf(p.stdout, "sent to %s: message %s, in %d ms\n", result.Chat, result.Message, result.Millis)
		}
		switch {
		case err != nil || result.Sent:
			return err
		case c.JSON:
			return errReported
		}
		return fmt.Errorf("not sent to %s: %s; %s", result.Chat, result.Error, result.Advice)
	})
}

// try sends a test alert by the adapter of the target's platform.
func (s *settings) try(ctx context.Context, to bot.Target) (tried, error) {
	scratch, remove, err := scratchStore(ctx)
	if err != nil {
		return tried{}, err
	}
	defer remove()
	adapters, _, err := s.adapters(scratch)
	if err != nil {
		return tried{}, err
	}
	i := slices.IndexFunc(adapters, func(a bot.Adapter) bool { return a.Platform() == to.Platform })
	if i < 0 {
		return tried{}, fmt.Errorf("there is no token for %q; see tidings check", to.Platform)
	}
	ctx, cancel := context.WithTimeout(ctx, checkTimeout)
	defer cancel()
	began := time.Now()
	receipt, err := adapters[i].Send(ctx, to, deliver.Sample(began, s.Timezone))
	result := tried{Chat: to.String(), Sent: err == nil, Message: receipt.MessageID, Millis: time.Since(began).Milliseconds()}
	if err != nil {
		result.Error, result.Advice = err.Error(), remedyOf(err)
	}
	return result, nil
}

// remedyOf says what can be done about a send that failed.
func remedyOf(err error) string {
	e, ok := errors.AsType[*bot.SendError](err)
	switch {
	case errors.Is(err, bot.ErrUnauthorized):
		return "copy the token again, or create a new one"
	case !ok || e.Uncertain:
		return "it may have arrived all the same, so look before you try again"
	}
	switch e.Kind {
	case bot.RateLimited:
		return fmt.Sprintf("try again in %v", max(time.Second, e.After.Round(time.Second)))
	case bot.TargetGone:
		return "check the ID, and that the bot is there and may post"
	case bot.TargetMoved:
		return "it is " + e.To.String() + " now"
	case bot.Unsendable:
		return "check the ID"
	default:
		return "check that this machine can reach the platform, and try again"
	}
}
