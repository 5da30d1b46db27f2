package engine

import (
	"context"
	"time"

	"tidings/bot"
)

const (
	// successorWithin is how soon another process takes a released lease, if there is one: they try every 250 ms.
	successorWithin = time.Second
	// handoverMost bounds how long a process that stops waits for its successor to listen. With it a stop takes up to
	// 6 s longer than the sends in hand do.
	handoverMost = 5 * time.Second
)

// serveUntilHandedOver listens while this process leads. When ctx ends, an adapter with a [bot.Handover] goes on until
// all is sent and the successor listens; others end at once.
func (e *Engine) serveUntilHandedOver(ctx context.Context, o *outlet, t *term, sent <-chan struct{}) error {
	h, ok := o.adapter.(bot.Handover)
	if !ok {
		return e.listen(ctx, o)
	}
	listening, leave := context.WithCancel(context.WithoutCancel(ctx))
	defer leave()
	ended := make(chan error, 1)
	go func() { ended <- e.listen(listening, o) }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	select {
	case <-sent:
	case <-t.leaderCtx.Done():
	}
	if t.leaderCtx.Err() == nil { // or another leads already
		o.leadership.handOver(context.WithoutCancel(ctx), t, h)
	}
	leave()
	return <-ended
}

// handOver resigns, and returns when the successor listens or there is none.
func (l *leadership) handOver(ctx context.Context, t *term, h bot.Handover) {
	l.resign(t)
	taking, cancel := context.WithTimeout(ctx, successorWithin)
	defer cancel()
	if !l.leases.WaitTaken(taking, l.name) {
		return
	}
	listening, cancel := context.WithTimeout(ctx, handoverMost)
	defer cancel()
	h.WaitForSuccessor(listening)
}
