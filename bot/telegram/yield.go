package telegram

import (
	"context"
	"sync"
	"time"

	"tidings/bot"
)

const (
	// chatPause is what Telegram wants between two messages to a chat; core.telegram.org/bots/faq
	chatPause = time.Second
	// maxYield is the longest that an alert waits for an answer inside of Send.
	maxYield = 3 * time.Second
)

// yields makes alerts wait for answers in chats that may not have both at once. Alerts are paced to
// take all that Telegram allows, so that in a flood an answer would never find room; and while alerts
// are kept in an outbox, an answer that finds none is lost.
type yields struct {
	now func() time.Time

	mu    sync.Mutex // guards until
	until map[string]time.Time
}

func newYields(now func() time.Time) *yields {
	return &yields{now: now, until: map[string]time.Time{}}
}

// hold keeps alerts out of a chat for d.
func (y *yields) hold(chat string, d time.Duration) {
	y.mu.Lock()
	defer y.mu.Unlock()
	if len(y.until) >= maxKnown {
		clear(y.until)
	}
	y.until[chat] = y.now().Add(d)
}

// left returns how long alerts are kept out of a chat.
func (y *yields) left(chat string) time.Duration {
	y.mu.Lock()
	defer y.mu.Unlock()
	d := y.until[chat].Sub(y.now())
	if d <= 0 {
		delete(y.until, chat)
	}
	return d
}

// wait blocks until alerts may go to a chat. If that takes long, it returns a *[bot.SendError] that says
// so instead.
func (y *yields) wait(ctx context.Context, chat string) error {
	for {
		d := y.left(chat)
		if d <= 0 {
			return nil
		}
		if d > maxYield {
			return &bot.SendError{Kind: bot.RateLimited, After: d, Reason: "an answer goes first"}
		}
		if err := pause(ctx, d); err != nil {
			return err
		}
	}
}
