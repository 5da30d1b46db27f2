package discord

import (
	"context"
	"time"

	"tidings/bot"
	"tidings/internal/retry"
)

var _ bot.Handover = (*Adapter)(nil)

// successorPoll is how often a process that leaves checks whether another is connected.
const successorPoll = 100 * time.Millisecond

// listenerKey is where the processes of a bot tell which of them has connected last.
func (a *Adapter) listenerKey() string { return "discord/listener/" + a.Account() }

// announce lets other processes know that this one listens, once all shards are connected.
func (r *run) announce(ctx context.Context) error {
	select {
	case <-r.connected:
	case <-ctx.Done():
		return nil
	}
	if r.state == nil {
		return nil
	}
	if err := r.state.SetState(ctx, r.listenerKey(), r.name); err != nil && ctx.Err() == nil {
		r.log.WarnContext(ctx, "other replicas not notified that this one listens", "err", err)
	}
	return nil
}

// WaitForSuccessor waits until another process is connected with all its shards, or ctx ends.
func (a *Adapter) WaitForSuccessor(ctx context.Context) {
	for retry.Sleep(ctx, successorPoll) == nil {
		r := a.serving.Load()
		if r == nil {
			return
		}
		if r.state == nil {
			continue // nobody can tell
		}
		if name, err := r.state.State(ctx, r.listenerKey()); err == nil && name != r.name {
			return
		}
	}
}
