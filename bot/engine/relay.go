package engine

import (
	"context"
	"tidings/bot"
	"time"
)

const (
	// heirWithin is how soon another process takes a place that was given up, if there is one: they look for it every
	// 250 ms.
	heirWithin = time.Second
	// relayMost bounds how long a process that leaves waits for the next to listen. A stop thus takes up to 6 s
	// longer than the sends in hand do.
	relayMost = 5 * time.Second
)

// attend listens while this process has a place. When ctx ends, a [Handover] goes on until all is sent and the next
// listens; others end with it.
func (e *Engine) attend(ctx context.Context, o *outlet, t *tenure, sent <-chan struct{}) error {
	r, ok := o.adapter.(bot.Handover)
	if !ok {
		return e.listen(ctx, o.adapter)
	}
	listening, leave := context.WithCancel(context.WithoutCancel(ctx))
	defer leave()
	ended := make(chan error, 1)
	go func() { ended <- e.listen(listening, o.adapter) }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	select {
	case <-sent:
	case <-t.held.Done():
	}
	if t.held.Err() == nil { // or another has it already
		o.post.handOver(context.WithoutCancel(ctx), t, r)
	}
	leave()
	return <-ended
}

// handOver gives a place up, and returns when the one who takes it listens, or nobody does.
func (p *post) handOver(ctx context.Context, t *tenure, r bot.Handover) {
	p.leave(t)
	taking, cancel := context.WithTimeout(ctx, heirWithin)
	defer cancel()
	if !p.places.WaitTaken(taking, p.name) {
		return
	}
	listening, cancel := context.WithTimeout(ctx, relayMost)
	defer cancel()
	r.WaitForSuccessor(listening)
}
