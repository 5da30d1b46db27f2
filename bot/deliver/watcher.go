package deliver

import (
	"context"
	"errors"
	"log/slog"
	"runtime"
	"time"

	"tidings/bot"
	"tidings/internal/retry"
)

const (
	// watchBatch is how many entries of the log one step processes.
	watchBatch = 100
	// standbyAfter is how often within a second another watcher has to be faster for one to be on standby: where little comes, a
	// fan-out in vain costs less than the wait when the other is gone.
	standbyAfter = 4
	// standbyLook is how long a watcher on standby gives another one to get on with the log.
	standbyLook = 500 * time.Millisecond
	// standbyTime is how long a watcher is on standby after it has seen another get on.
	standbyTime = 2 * time.Second
)

// Subscribers is where the watcher reads who wants what.
type Subscribers interface {
	// Changes passes on, page by page, the interests of subscriptions that were made, changed or ended since
	// version, and returns the version they lead to. Version 0 is the beginning; ended ones are left out then.
	Changes(ctx context.Context, version int64, note func([]bot.Interest)) (int64, error)
	// InterestsIn returns the interests of a place's subscriptions in the private articles of that place.
	InterestsIn(ctx context.Context, p bot.Place) ([]bot.Interest, error)
}

// Log is what the watcher reads and where it writes what follows.
type Log interface {
	Subscribers
	// News blocks until there are entries that have not been turned into deliveries, and returns up to n of them.
	News(ctx context.Context, n int) (bot.News, error)
	// Enqueue moves the cursor and records a post for each match, in one transaction. A match whose
	// subscription has ended, and a second post of an article to one target, are passed over. Where a
	// revision came, it records an edit for each target that has a post of the article. It returns how many
	// deliveries were added, and ErrCursorMoved if the cursor is not at from.
	Enqueue(ctx context.Context, from, to int64, matches []bot.Match) (int, error)
	// Cursor returns up to where the entries have been turned into deliveries.
	Cursor(ctx context.Context) (int64, error)
}

// Watcher turns the article log into deliveries. Several may work on one store: the cursor's
// compare-and-swap lets one of them win each step. Where much comes and one gets on, those that were slower are on standby: they
// don't prepare what it has prepared.
type Watcher struct {
	log     Log
	urgent  UrgentCounter
	now     func() time.Time
	logger  *slog.Logger
	metrics Metrics
	notify  func(bot.Text)
	loaded  func()

	interests *interests
	// standby is until when the watcher leaves the log to another. That was faster so many times in the second from slower on.
	standby, slower time.Time
	times           int
	// reported is when operators were last notified of a source's flood.
	reported map[string]time.Time
}

// WatcherConfig is what a Watcher is made of. Every field is needed.
type WatcherConfig struct {
	Log     Log
	Urgent  UrgentCounter
	Logger  *slog.Logger
	Metrics Metrics
	Now     func() time.Time
	// Notify sends operators a private notice. It does not block.
	Notify func(text bot.Text)
	// Loaded is called once, when all interests have been read.
	Loaded func()
}

// NewWatcher returns a Watcher that does nothing until Run.
func NewWatcher(cfg WatcherConfig) *Watcher {
	logger := cfg.Logger.With("component", "watch")
	return &Watcher{
		log: cfg.Log, urgent: cfg.Urgent, now: cfg.Now, metrics: cfg.Metrics, notify: cfg.Notify, loaded: cfg.Loaded, logger: logger,
		interests: newInterests(logger),
		reported:  map[string]time.Time{},
	}
}

// Run watches until ctx ends. Failures of the store are waited out. All interests are read at the start, so that the first
// article doesn't have to wait for them.
func (w *Watcher) Run(ctx context.Context) error {
	trouble := retry.Trouble{Logger: w.logger, Work: "watching articles"}
	for ctx.Err() == nil {
		err := w.interests.refresh(ctx, w.log)
		if trouble.Note(ctx, err); err == nil {
			w.loaded()
			break
		}
	}
	for ctx.Err() == nil {
		err := w.step(ctx)
		if errors.Is(err, bot.ErrCursorMoved) {
			w.wasSlower(w.now())
			err = nil
		}
		trouble.Note(ctx, err)
	}
	return nil
}

// step handles the entries at hand, and waits for some if there are none. Where the cursor is it always reads anew: a server
// that crashed may have lost the last fan-out.
func (w *Watcher) step(ctx context.Context) error {
	news, err := w.log.News(ctx, watchBatch)
	if err != nil {
		return err
	}
	if others, err := w.othersGetOn(ctx, news.Cursor); others || err != nil {
		return err
	}
	entries := news.Entries
	// A subscription made before one of the entries is surely among the changes.
	if news.Version != w.interests.version {
		if err := w.interests.refresh(ctx, w.log); err != nil {
			return err
		}
	}
	found, err := w.findFloods(ctx, entries)
	if err != nil {
		return err
	}
	to := entries[len(entries)-1].Seq
	matches, err := w.match(ctx, entries)
	if err != nil {
		return err
	}
	added, err := w.log.Enqueue(ctx, news.Cursor, to, found.mark(matches))
	if err != nil {
		return err
	}
	w.standby = time.Time{} // of two that are as fast one goes on
	runtime.Gosched()       // whoever sends them goes first
	w.report(ctx, found)
	w.metrics.Matched(len(entries), added)
	if added > 0 {
		w.logger.DebugContext(ctx, "alerts enqueued", "entries", len(entries), "deliveries", added)
	}
	return nil
}

// wasSlower notes that another watcher was faster.
func (w *Watcher) wasSlower(now time.Time) {
	if since := now.Sub(w.slower); since >= time.Second || since < 0 {
		w.slower, w.times = now, 0
	}
	if w.times++; w.times >= standbyAfter {
		w.standby = now.Add(standbyTime)
	}
}

// othersGetOn reports whether a watcher that is on standby can leave entries to another, which gets on with the log.
func (w *Watcher) othersGetOn(ctx context.Context, cursor int64) (bool, error) {
	if left := w.standby.Sub(w.now()); left <= 0 || left > standbyTime { // more, if the clock was set back
		return false, nil
	}
	if err := retry.Sleep(ctx, standbyLook); err != nil {
		return false, err
	}
	now, err := w.log.Cursor(ctx)
	if err != nil || now == cursor {
		return false, err
	}
	w.standby = w.now().Add(standbyTime)
	return true, nil
}

// match returns which subscriptions match which of the entries.
func (w *Watcher) match(ctx context.Context, entries []bot.Entry) ([]bot.Match, error) {
	var matches []bot.Match
	places := map[bot.Place][]bot.Interest{}
	for i := range entries {
		e := &entries[i]
		if e.Article.Status == bot.Withdrawn {
			continue
		}
		place, known := places[e.Article.Place]
		if p := e.Article.Place; p != "" && !known {
			var err error
			if place, err = w.log.InterestsIn(ctx, p); err != nil {
				return nil, err
			}
			places[p] = place
		}
		for _, id := range w.interests.in(e, place) {
			matches = append(matches, bot.Match{Article: e.Article.ID, Subscription: id})
		}
	}
	return matches, nil
}
