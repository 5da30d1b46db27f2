package discord

import (
	"context"
	"time"

	"github.com/bwmarrin/discordgo"

	"tidings/bot"
	"tidings/internal/retry"
)

const (
	// maxTries bounds how often a response is tried.
	maxTries = 4
	// retryAfter is the first wait between two tries.
	retryAfter = 100 * time.Millisecond
)

// insist calls try until it succeeds, is refused, or has been called often enough. Each call may take
// as long as each. It outlives ctx, so that what has been worked out gets through when the bot stops.
func (r *run) insist(ctx context.Context, each time.Duration, try func(ctx context.Context, n int) error) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), r.timings.replyWithin)
	defer cancel()
	wait := retryAfter
	for n := 0; ; n++ {
		err := r.within(ctx, each, n, try)
		pause, again := retryable(err)
		if !again || n == maxTries-1 || ctx.Err() != nil {
			return err
		}
		if retry.Sleep(ctx, max(wait, pause)) != nil {
			return err
		}
		wait *= 2
	}
}

func (r *run) within(ctx context.Context, limit time.Duration, n int, try func(context.Context, int) error) error {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	return try(ctx, n)
}

// retryable reports whether another try may help, and how long to wait for it.
func retryable(err error) (time.Duration, bool) {
	if err == nil {
		return 0, false
	}
	switch e := sendError(err); e.Kind {
	case bot.RateLimited:
		return e.After, true
	case bot.Transient:
		return 0, !hasCode(err, discordgo.ErrCodeUnknownInteraction, discordgo.ErrCodeInteractionHasAlreadyBeenAcknowledged) && !isUnauthorized(err) && !isNotFound(err)
	default:
		return 0, false
	}
}
