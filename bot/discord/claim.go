package discord

import (
	"context"
	"strconv"
	"time"

	"tidings/bot"
)

// Inbox is what the adapter needs of a [bot.Inbox].
type Inbox interface {
	// Receive returns those of the updates that were not received before.
	Receive(ctx context.Context, platform string, updates []bot.Update, next int64, lease time.Duration) ([]bot.Update, error)
	// Handled lets the inbox forget an update, days later.
	Handled(ctx context.Context, platform string, id int64) error
}

// claim reports whether an interaction is this process's to answer. While two are connected to the gateway both hear
// of it, and somebody who obtained a post may have it done again. If the inbox is unreachable the process answers
// anyway, after a while: usually to say that something went wrong, and Discord accepts only one answer.
func (a *Adapter) claim(ctx context.Context, it *interaction) bool {
	if a.inbox == nil {
		return true
	}
	ctx, cancel := context.WithTimeout(ctx, a.timings.claim)
	defer cancel()
	type claim struct {
		mine bool
		err  error
	}
	claimed := make(chan claim, 1)
	go func() { // a write that has begun may not end with ctx
		mine, err := a.receive(ctx, it)
		claimed <- claim{mine, err}
	}()
	var v claim
	select {
	case v = <-claimed:
	case <-ctx.Done():
		v.err = ctx.Err()
	}
	if v.err != nil {
		a.log.WarnContext(ctx, "interaction not claimed, answered all the same", "interaction", it.ID, "err", v.err)
		<-ctx.Done() // so that a process that has an inbox goes first
	}
	return v.mine || v.err != nil
}

// receive reports whether an interaction is new to the inbox.
func (a *Adapter) receive(ctx context.Context, it *interaction) (bool, error) {
	id, err := strconv.ParseInt(it.ID, 10, 64)
	if err != nil {
		return false, err
	}
	mine, err := a.inbox.Receive(ctx, Platform, []bot.Update{{ID: id}}, 0, 0)
	return len(mine) > 0, err
}

// answered notes in the inbox that a claimed interaction is over. If that fails, it is remembered for longer than needed.
func (a *Adapter) answered(ctx context.Context, it *interaction) {
	id, err := strconv.ParseInt(it.ID, 10, 64)
	if a.inbox == nil || err != nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), a.timings.claim)
	defer cancel()
	if err := a.inbox.Handled(ctx, Platform, id); err != nil {
		a.log.WarnContext(ctx, "interaction not marked as answered", "interaction", it.ID, "err", err)
	}
}
