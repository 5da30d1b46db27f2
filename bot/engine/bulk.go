package engine

import (
	"context"
	"log/slog"
	"time"

	"tidings/bot/answer"
	"tidings/internal/retry"
)

// When a bulk update goes out that nobody has decided about: operators have some days to.
const (
	undecidedAfter       = 24 * time.Hour
	undecidedByOperators = 3 * 24 * time.Hour
	bulkEvery            = 10 * time.Minute
)

// bulkUpdates lets bulk updates go out, as lists, that nobody decides about.
type bulkUpdates struct {
	store    answer.BulkUpdates
	attended func() bool // somebody may decide
	now      func() time.Time
	logger   *slog.Logger
}

func newBulkUpdates(cfg Config, attended func() bool) *bulkUpdates {
	return &bulkUpdates{store: cfg.Store, attended: attended, now: cfg.Now, logger: cfg.Logger.With("component", "bulk")}
}

// run works until ctx ends.
func (b *bulkUpdates) run(ctx context.Context) error {
	for retry.Sleep(ctx, bulkEvery) == nil {
		if err := b.round(ctx); err != nil && ctx.Err() == nil {
			b.logger.WarnContext(ctx, "bulk updates not checked", "err", err)
		}
	}
	return nil
}

// round approves what has waited for long enough.
func (b *bulkUpdates) round(ctx context.Context) error {
	list, err := b.store.BulkUpdates(ctx)
	if err != nil {
		return err
	}
	after := undecidedAfter
	if b.attended() {
		after = undecidedByOperators
	}
	for _, u := range list {
		if b.now().Sub(u.Since) < after {
			continue
		}
		n, err := b.store.ApproveBulkUpdate(ctx, u.Source)
		if err != nil {
			return err
		}
		b.logger.InfoContext(ctx, "bulk update sent, as nobody decided", "feed", u.Source, "articles", n)
	}
	return nil
}
