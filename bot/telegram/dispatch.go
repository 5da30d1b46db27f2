package telegram

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"tidings/bot"
)

// staleAfter is the age at which a command left over from another run is dropped.
const staleAfter = 5 * time.Minute

// origin says how an update came in.
type origin int

const (
	fresh   origin = iota // from Telegram just now
	adopted               // from the inbox, left over from another run
)

// dispatch queues an update behind those of the same chat. It blocks while too many wait.
func (s *session) dispatch(ctx, work context.Context, q *queues, stored bot.Update, from origin) {
	var u update
	if err := json.Unmarshal(stored.Body, &u); err != nil || !u.valid() {
		s.log.ErrorContext(ctx, "update not understood", "update_id", stored.ID, "err", err)
		s.forget(work, stored.ID)
		return
	}
	if from == adopted && s.isStale(&u) {
		s.log.InfoContext(ctx, "command left over from an earlier run is too old", "update_id", u.ID)
		s.forget(work, u.ID)
		return
	}
	q.add(ctx, u.chat(), func() {
		if ctx.Err() != nil || !s.leases.owns(u.ID, s.now()) {
			return // another run finds it in the inbox
		}
		s.handle(work, &u)
		if work.Err() == nil {
			s.forget(work, u.ID)
		}
	})
}

// isStale reports whether u is a text that was written long ago. What else there is tells of facts,
// which do not grow old.
func (s *session) isStale(u *update) bool {
	m := u.Message
	if m == nil {
		m = u.ChannelPost
	}
	return m != nil && m.Text != "" && s.sentNow().Sub(time.Unix(m.Date, 0)) > staleAfter
}

// forget ends with an update that has been handled.
func (s *session) forget(ctx context.Context, id int64) {
	defer s.leases.drop(id)
	if err := s.inbox.Handled(ctx, s.box, id); err != nil && !errors.Is(err, context.Canceled) {
		s.log.ErrorContext(ctx, "update not marked as handled", "update_id", id, "err", err)
	}
}
