package bot

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"tidings/bot/filter"
)

// watchBatch is how many entries of the log one step takes.
const watchBatch = 100

// index finds the filters that take an article.
type index interface {
	Put(id int64, f *filter.Filter)
	Delete(id int64)
	Match(d *filter.Document, take func(id int64))
}

// watcher turns the article log into deliveries. Several may work on one store: the cursor's
// compare-and-swap lets one of them win each step.
type watcher struct {
	log     Log
	now     func() time.Time
	logger  *slog.Logger
	metrics Metrics

	filters index
	subs    map[int64]Subscription
	version int64 // of subs
	cursor  int64 // -1 when it has to be read
}

func newWatcher(cfg Config) *watcher {
	return &watcher{
		log: cfg.Store, now: cfg.Now, metrics: cfg.Metrics,
		logger:  cfg.Logger.With("component", "watch"),
		filters: filter.NewSet(),
		subs:    map[int64]Subscription{},
		cursor:  -1,
	}
}

// run watches until ctx ends. Failures of the store are waited out.
func (w *watcher) run(ctx context.Context) error {
	trouble := trouble{logger: w.logger, what: "watching articles"}
	for ctx.Err() == nil {
		err := w.step(ctx)
		if errors.Is(err, ErrCursorMoved) {
			w.cursor, err = -1, nil
		}
		trouble.note(ctx, err)
	}
	return nil
}

// step handles the entries at hand, or waits if there are none.
func (w *watcher) step(ctx context.Context) error {
	if w.cursor < 0 {
		cursor, err := w.log.Cursor(ctx)
		if err != nil {
			return err
		}
		w.cursor = cursor
	}
	entries, err := w.log.EntriesAfter(ctx, w.cursor, watchBatch)
	if err != nil {
		return err
	}
	if len(entries) == 0 {
		return w.log.Wait(ctx, w.cursor)
	}
	// The entries are read first: a subscription made before one of them is surely among the changes.
	if err := w.refresh(ctx); err != nil {
		return err
	}
	to := entries[len(entries)-1].Seq
	added, err := w.log.Enqueue(ctx, w.cursor, to, w.match(entries))
	if err != nil {
		return err
	}
	w.cursor = to
	w.metrics.Matched(len(entries), added)
	if added > 0 {
		w.logger.DebugContext(ctx, "alerts enqueued", "entries", len(entries), "deliveries", added)
	}
	return nil
}

// refresh takes over what has changed among the subscriptions.
func (w *watcher) refresh(ctx context.Context) error {
	changed, version, err := w.log.Changes(ctx, w.version)
	if err != nil {
		return err
	}
	for _, s := range changed {
		w.take(ctx, s)
	}
	w.version = version
	return nil
}

func (w *watcher) take(ctx context.Context, s Subscription) {
	w.filters.Delete(s.ID)
	delete(w.subs, s.ID)
	if s.Ended {
		return
	}
	f, err := filter.Parse(s.Filter)
	if err != nil {
		// It parsed when it was saved, so a newer program saved it.
		w.logger.WarnContext(ctx, "filter not understood", "subscription", s.ID, "target", s.Target.String(), "err", err)
		return
	}
	w.filters.Put(s.ID, f)
	w.subs[s.ID] = s
}

// match returns which subscriptions take which of the entries.
func (w *watcher) match(entries []Entry) []Match {
	var matches []Match
	now := w.now()
	for i := range entries {
		a := &entries[i].Article
		if a.Status == Withdrawn {
			continue
		}
		w.filters.Match(filter.NewDocument(a.Fields()), func(id int64) {
			if s := w.subs[id]; s.Fresh(a, now) {
				matches = append(matches, Match{Article: a.ID, Subscription: id})
			}
		})
	}
	return matches
}
