package deliver

import (
	"context"
	"errors"
	"time"

	"tidings/bot"
	"tidings/internal/retry"
)

const (
	// maxOffers is how often an offer is sent before it is left to /subscriptions and /status, which
	// make it too; offerWait is the longest wait between two tries.
	maxOffers = 4
	offerWait = 10 * time.Second
)

// Offer sends m, a few times if what keeps it is a passing thing.
func Offer(ctx context.Context, a bot.Adapter, t bot.Target, m bot.Message) error {
	for n := 0; ; n++ {
		_, err := a.Send(ctx, t, m)
		var se *bot.SendError
		if err == nil || n+1 == maxOffers || !errors.As(err, &se) || se.Kind != bot.RateLimited && se.Kind != bot.Transient {
			return err
		}
		if retry.Sleep(ctx, min(max(se.After, retry.Backoff(n, retryBase, offerWait)), offerWait)) != nil {
			return err
		}
	}
}
