package telegram

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"tidings/bot"
)

const (
	// lease is how long updates stay this process's after its last word. What a process that died had in
	// hand waits for as long.
	lease = 10 * time.Second
	// keepEvery is how often leases are begun anew, and adoptEvery how often this process looks for updates
	// that are nobody's.
	keepEvery  = 3 * time.Second
	adoptEvery = 2 * time.Second
	// giveUpTimeout bounds what handing updates back may cost at the end.
	giveUpTimeout = 2 * time.Second
)

// held are the updates that are this process's to handle, and until when.
type held struct {
	mu    sync.Mutex // guards until
	until map[int64]time.Time
}

func (h *held) add(updates []bot.Update, until time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.until == nil {
		h.until = map[int64]time.Time{}
	}
	for _, u := range updates {
		h.until[u.ID] = until
	}
}

func (h *held) drop(id int64) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.until, id)
}

// has reports whether an update is still this process's. After a process has stood still for a while,
// another may have adopted it.
func (h *held) has(id int64, now time.Time) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.until[id].After(now)
}

// ids returns what is still held, and lets go of what is not.
func (h *held) ids(now time.Time) []int64 {
	h.mu.Lock()
	defer h.mu.Unlock()
	maps.DeleteFunc(h.until, func(_ int64, until time.Time) bool { return !until.After(now) })
	return slices.Collect(maps.Keys(h.until))
}

// extend tells that updates are held for longer, but for those that have been handled meanwhile.
func (h *held) extend(ids []int64, until time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, id := range ids {
		if _, ok := h.until[id]; ok {
			h.until[id] = until
		}
	}
}

// take stores updates in the inbox and returns those that are this process's to handle.
func (s *session) take(ctx context.Context, updates []bot.Update, next int64) ([]bot.Update, error) {
	until := s.now().Add(lease) // the inbox counts from a little later
	taken, err := s.inbox.Receive(ctx, s.box, updates, next, lease)
	if err != nil {
		return nil, err
	}
	s.held.add(taken, until)
	return taken, nil
}

// keepHeld keeps what is held from being adopted by others, until ctx ends.
func (s *session) keepHeld(ctx context.Context) error {
	for pause(ctx, keepEvery) == nil {
		err := s.persist(ctx, "inbox", func(ctx context.Context) error {
			now := s.now()
			ids := s.held.ids(now)
			if len(ids) == 0 {
				return nil
			}
			if err := s.inbox.Keep(ctx, s.box, ids, lease); err != nil {
				return err
			}
			s.held.extend(ids, now.Add(lease))
			return nil
		})
		if err != nil {
			return err
		}
	}
	return ctx.Err()
}

// adopt hands out what nobody works on: what an earlier run of this process left, or one of another that
// died.
func (s *session) adopt(ctx, work context.Context, q *queues) error {
	for ctx.Err() == nil {
		var left []bot.Update
		err := s.persist(ctx, "inbox", func(ctx context.Context) (err error) {
			until := s.now().Add(lease)
			if left, err = s.inbox.Adopt(ctx, s.box, max(1, q.room()), lease); err == nil {
				s.held.add(left, until)
			}
			return err
		})
		if err != nil {
			return err
		}
		for _, u := range left {
			s.dispatch(ctx, work, q, u, adopted)
		}
		if err := pause(ctx, adoptEvery); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// giveUp hands back what has not been handled, so that whoever goes on need not wait for the leases to end.
func (s *session) giveUp(ctx context.Context) {
	ids := s.held.ids(s.now())
	if len(ids) == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), giveUpTimeout)
	defer cancel()
	if err := s.inbox.Keep(ctx, s.box, ids, 0); err != nil {
		s.log.WarnContext(ctx, "updates not handed back", "count", len(ids), "err", err)
	}
}
