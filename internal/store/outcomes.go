package store

import (
	"context"
	"sync"

	"tidings/bot"
)

// outcomesMost is how many outcomes are recorded in one transaction at most: twice what a sender has under way.
const outcomesMost = 64

// outcomes gathers the outcomes of sends: those that come while others are being recorded are recorded together next. A
// commit takes as long for many as for one.
type outcomes struct {
	work sync.WaitGroup

	mu        sync.Mutex // guards what follows
	waiting   []*outcome
	recording bool
}

// outcome is how a delivery went.
type outcome struct {
	bot.Outcome
	of   *bot.Delivery
	err  error      // of this one alone
	done chan error // gets one
}

// record waits until an outcome is in the store, or ctx ends; it may be recorded all the same then.
func (g *outcomes) record(ctx context.Context, s *Store, o *outcome) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	g.mu.Lock()
	g.waiting = append(g.waiting, o)
	if !g.recording {
		g.recording = true
		g.work.Go(func() { g.recordAll(context.WithoutCancel(ctx), s) })
	}
	g.mu.Unlock()
	select {
	case err := <-o.done:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// recordAll records what waits until nothing does.
func (g *outcomes) recordAll(ctx context.Context, s *Store) {
	for list := g.next(); len(list) > 0; list = g.next() {
		alone, err := s.settleAll(ctx, list)
		if err != nil { // whosever fault it was
			alone = list
		}
		if err != nil && len(list) == 1 {
			list[0].done <- err
			continue
		}
		apart := make(map[*outcome]bool, len(alone))
		for _, o := range alone {
			apart[o] = true
			g.work.Go(func() { o.recordAlone(ctx, s) })
		}
		for _, o := range list {
			if !apart[o] {
				o.done <- o.err
			}
		}
	}
}

// next returns what is recorded next: one outcome for a target. Another has to see what the first one changed.
func (g *outcomes) next() []*outcome {
	g.mu.Lock()
	defer g.mu.Unlock()
	var list, later []*outcome
	targets := map[bot.Target]bool{}
	for _, o := range g.waiting {
		if len(list) == outcomesMost || targets[o.of.Target] {
			later = append(later, o)
			continue
		}
		targets[o.of.Target] = true
		list = append(list, o)
	}
	g.waiting = later
	g.recording = len(list) > 0
	return list
}

// recordAlone records an outcome in a transaction of its own.
func (o *outcome) recordAlone(ctx context.Context, s *Store) {
	_, err := s.settleAll(ctx, []*outcome{o})
	if err == nil {
		err = o.err
	}
	o.done <- err
}
