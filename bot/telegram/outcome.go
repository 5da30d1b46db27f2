package telegram

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"
)

// unansweredError is the error of a request that Telegram may have acted on all the same.
type unansweredError struct{ error }

// Unwrap returns the cause.
func (e *unansweredError) Unwrap() error { return e.error }

// transmission follows requests on their way out. A server acts on a whole request only, so that one whose writing
// failed has had no effect.
type transmission struct{ begun atomic.Bool }

// tracing returns a context for requests, and what follows them.
func tracing(ctx context.Context) (context.Context, *transmission) {
	t := &transmission{}
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		WroteHeaders: func() { t.begun.Store(true) },
		WroteRequest: func(info httptrace.WroteRequestInfo) {
			if info.Err != nil {
				t.begun.Store(false)
			}
		},
	}), t
}

// mark returns err as an *[unansweredError] if the request may have had its effect.
func (t *transmission) mark(err error) error {
	if err == nil || !t.begun.Load() {
		return err
	}
	if _, refused := errors.AsType[*tgbotapi.Error](err); refused {
		return err
	}
	if page, ok := errors.AsType[*statusError](err); ok && page.status/100 == http.StatusBadRequest/100 {
		return err // a proxy's refusal
	}
	return &unansweredError{err}
}
