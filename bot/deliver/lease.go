package deliver

import (
	"context"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"tidings/bot"
	"tidings/bot/pace"
	"tidings/internal/retry"
)

// leases keeps the leases of the claimed deliveries that have no outcome yet.
type leases struct {
	outbox Outbox
	logger *slog.Logger
	now    func() time.Time

	mu      sync.Mutex // guards renewed
	renewed map[*bot.Delivery]time.Time
}

func newLeases(outbox Outbox, now func() time.Time, logger *slog.Logger) *leases {
	return &leases{outbox: outbox, logger: logger, now: now, renewed: map[*bot.Delivery]time.Time{}}
}

// add begins to keep the leases of deliveries that were claimed.
func (l *leases) add(claimed []bot.Delivery) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i := range claimed {
		l.renewed[&claimed[i]] = claimed[i].LeasedAt
	}
}

// remove lets the lease of a delivery end. A renewal under way does no harm: the store renews nothing that is settled.
func (l *leases) remove(dl *bot.Delivery) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.renewed, dl)
}

// age returns how long ago the lease of a delivery began, the time that the machine slept included.
func (l *leases) age(dl *bot.Delivery) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	return pace.Elapsed(l.renewed[dl], l.now())
}

// keep renews all leases every renewEvery until ctx ends.
func (l *leases) keep(ctx context.Context) {
	for retry.Sleep(ctx, renewEvery) == nil {
		l.renew(ctx)
	}
}

func (l *leases) renew(ctx context.Context) {
	l.mu.Lock()
	list := slices.Collect(maps.Keys(l.renewed))
	l.mu.Unlock()
	if len(list) == 0 {
		return
	}
	at := l.now()
	if err := l.outbox.Renew(ctx, list, leaseTime); err != nil {
		if ctx.Err() == nil {
			l.logger.WarnContext(ctx, "leases not renewed", "deliveries", len(list), "err", err)
		}
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, dl := range list {
		if _, open := l.renewed[dl]; open {
			l.renewed[dl] = at
		}
	}
}
