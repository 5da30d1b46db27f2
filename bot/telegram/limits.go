package telegram

import (
	"context"
	"fmt"
	"strings"
	"time"

	"tidings/bot"
)

// Limits returns what core.telegram.org/bots/faq promises: 30 messages a second for the bot, one a
// second for a chat, with short bursts, and 20 a minute for a group. Channels count as groups, edits as
// messages.
func (a *Adapter) Limits(to bot.Target) (perBot, perTarget []bot.Rate) {
	perBot = []bot.Rate{{N: 30, Per: time.Second}}
	perTarget = []bot.Rate{{N: 1, Per: time.Second, Burst: chatBurst}}
	if strings.HasPrefix(to.Chat, "-") {
		perTarget = append(perTarget, bot.Rate{N: 20, Per: time.Minute})
	}
	return perBot, perTarget
}

// chatBurst is a guess at the "short bursts" of the FAQ, which gives no number.
const chatBurst = 3

// RateKey returns the chat of a target: its topics share its limits.
func (a *Adapter) RateKey(to bot.Target) bot.Target {
	to.Thread = ""
	return to
}

// Pace lets answers share the limits with alerts.
func (a *Adapter) Pace(p bot.Pacer) { a.pacer = p }

// inTurn makes a request that answers a person once the limits allow it.
func (a *Adapter) inTurn(ctx context.Context, to bot.Target, do func(context.Context) error) error {
	if a.pacer == nil {
		return do(ctx)
	}
	answered, err := a.pacer.Reply(ctx, to)
	if err != nil {
		return fmt.Errorf("wait for a turn: %w", err)
	}
	err = do(ctx)
	answered(err)
	return err
}
