package telegram

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"time"

	"tidings/bot"
)

var _ bot.Connector = (*Adapter)(nil)

// reach remembers whether Telegram hands over updates. Its zero value says that it doesn't, and its methods may be called
// concurrently.
type reach struct {
	mu    sync.Mutex // guards what follows
	up    bool
	since time.Time // zero if up has not changed since Run began
}

// note records the outcome of a call that Run repeats: a poll, or a look at the webhook. Other calls say less: a
// single chat may be down.
func (r *reach) note(ctx context.Context, method string, err error) {
	switch method {
	case "getMe", "getUpdates", "getWebhookInfo":
	default:
		return
	}
	if errors.Is(ctx.Err(), context.Canceled) { // Run ends
		return
	}
	up := err == nil || hasCode(err, http.StatusTooManyRequests)
	r.mu.Lock()
	defer r.mu.Unlock()
	if up != r.up {
		r.up, r.since = up, time.Now()
	}
}

// reset forgets everything.
func (r *reach) reset() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.up, r.since = false, time.Time{}
}

// Connected reports whether the last poll, or the last look at the webhook, was answered.
func (a *Adapter) Connected() (since time.Time, ok bool) {
	r := &a.client.reach
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.since, r.up
}
