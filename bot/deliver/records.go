package deliver

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"tidings/bot"
	"tidings/internal/retry"
)

const (
	// recordWithin is for how long it is tried to record an outcome while the program runs, recordStop when it is to stop. A try
	// that has begun is waited for.
	recordWithin = 10 * time.Minute
	recordStop   = 5 * time.Second
)

// records brings outcomes into the store. While the store cannot record one, its lease may end, and the delivery be
// claimed anew: what has been sent would be sent again.
type records struct {
	outbox Outbox
	logger *slog.Logger

	mu   sync.Mutex              // guards open
	open map[int64]chan struct{} // deliveries of which the outcome is known and not in the store yet; closed once it is there
}

func newRecords(outbox Outbox, logger *slog.Logger) *records {
	return &records{outbox: outbox, logger: logger, open: map[int64]chan struct{}{}}
}

// awaited returns what is closed once the outcome of a delivery, or of one that goes with it, has been recorded; nil if none
// is to be.
func (r *records) awaited(dl *bot.Delivery) <-chan struct{} {
	r.mu.Lock()
	defer r.mu.Unlock()
	for id := range deliveriesIn(dl) {
		if recorded, ok := r.open[id]; ok {
			return recorded
		}
	}
	return nil
}

// giveBack ends the claim of a delivery whose last outcome is being recorded: whether it is still to be sent is known
// afterwards. A claim that comes right behind the record of a failure, before this process has heard that it is made, would
// otherwise keep the delivery until its lease ends.
func (r *records) giveBack(ctx context.Context, dl *bot.Delivery, recorded <-chan struct{}) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), leaseTime)
	defer cancel()
	select {
	case <-recorded:
	case <-ctx.Done():
		return
	}
	if err := r.outbox.Settle(ctx, dl, pending(notTried)); err != nil {
		r.logger.WarnContext(ctx, "delivery not given back", "target", dl.Target.String(), "article", dl.Article.ID, "err", err)
	}
}

// record records an outcome as soon as the store can. If it does not in time, the lease ends by itself and the
// delivery is tried again.
func (r *records) record(ctx context.Context, dl *bot.Delivery, o bot.Outcome) {
	recorded := r.begin(dl)
	defer r.end(dl, recorded)
	trying, cancel := context.WithTimeout(context.WithoutCancel(ctx), recordWithin)
	defer cancel()
	defer context.AfterFunc(ctx, func() {
		_ = retry.Sleep(trying, recordStop)
		cancel()
	})()
	for n := 0; ; n++ {
		err := r.outbox.Settle(trying, dl, o)
		if err == nil {
			close(recorded)
			return
		}
		if errors.Is(err, bot.ErrNotFound) || retry.Sleep(trying, retry.Backoff(n, retry.Base, retry.Most)) != nil {
			r.logger.ErrorContext(ctx, "outcome not recorded", "target", dl.Target.String(),
				"article", dl.Article.ID, "state", o.State, "err", err)
			return
		}
	}
}

func (r *records) begin(dl *bot.Delivery) (recorded chan struct{}) {
	r.mu.Lock()
	defer r.mu.Unlock()
	recorded = make(chan struct{})
	for id := range deliveriesIn(dl) {
		r.open[id] = recorded
	}
	return recorded
}

func (r *records) end(dl *bot.Delivery, recorded chan struct{}) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for id := range deliveriesIn(dl) {
		if r.open[id] == recorded {
			delete(r.open, id)
		}
	}
}

// deliveriesIn yields the IDs of a delivery and of those that go with it.
func deliveriesIn(dl *bot.Delivery) func(yield func(int64) bool) {
	return func(yield func(int64) bool) {
		if !yield(dl.ID) {
			return
		}
		for i := range dl.With {
			if !yield(dl.With[i].ID) {
				return
			}
		}
	}
}
