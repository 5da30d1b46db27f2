package store

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"tidings/bot"
	"tidings/internal/database"
)

// stepAside is after how many counted failures a delivery waits alone, and lets others of its target pass: by
// then it has delayed them by a minute. Few sends fail so often only because a platform has a bad day, so order
// within a target is lost for hardly any.
const stepAside = 6

// claimed is what Settle must know of a delivery.
type claimed struct {
	id, target, lease, article int64
	state                      bot.DeliveryState
	action                     bot.Action
	attempts                   int
	revision                   int   // the newest
	shown                      int   // the revision that a try of unknown outcome may have brought
	seen                       int64 // when its article could first be sent, or was to be
}

func readClaimed(row database.Scan) (c claimed, err error) {
	var firstSeen, embargo, chosen int64
	err = row(&c.id, &c.target, &c.state, &c.action, &c.attempts, &c.shown, &c.lease, &c.article, &c.revision,
		&firstSeen, &embargo, &chosen)
	c.seen = max(firstSeen, embargo, chosen)
	return c, err
}

// Settle records how a claimed delivery went, and all that went with it. What comes after the lease was lost to
// another is passed over, unless it is Sent. It returns bot.ErrNotFound for a delivery that the store does not have.
func (s *Store) Settle(ctx context.Context, d *bot.Delivery, o bot.Outcome) error {
	err := s.db.InTx(ctx, database.Shared, func(ctx context.Context, tx *database.Tx) error {
		if lock := s.dialect.lockQueued; lock != "" {
			if err := tx.Queue(ctx, lock, d.ID); err != nil {
				return err
			}
		}
		if err := s.settleEntries(ctx, tx, d, o); err != nil {
			return err
		}
		c, alone, err := s.settle(ctx, tx, d, d, o)
		if err != nil {
			return err
		}
		if o.State == bot.Sent && c.state != bot.Sent {
			if err := noteSend(ctx, tx, c.target, d); err != nil {
				return err
			}
		}
		if d.Lease == 0 {
			return nil
		}
		s.inFlight.end(c.target, d.Lease) // the send is over, whoever has the lease now; before others can see that it is free
		if c.lease != d.Lease {
			return nil
		}
		at := max(tx.Now, micros(o.NotBefore))
		if alone {
			at = tx.Now
		}
		return rescheduleTarget(ctx, tx, c.target, at)
	})
	if err != nil {
		return fmt.Errorf("settle delivery %d to %s: %w", d.ID, d.Target, err)
	}
	return nil
}

// settleEntries records an outcome for what went out in a delivery's list. Those of a list that is edited have ended.
func (s *Store) settleEntries(ctx context.Context, tx *database.Tx, d *bot.Delivery, o bot.Outcome) error {
	if d.Action != bot.Post {
		return nil
	}
	for _, entries := range [][]bot.Delivery{d.With, d.Rest} {
		for i := range entries {
			entry := &entries[i]
			entry.Lease = d.Lease
			if _, _, err := s.settle(ctx, tx, entry, d, o); err != nil {
				return err
			}
		}
	}
	return nil
}

// inList reports whether what a message carries is settled as entries of a list.
func inList(message *bot.Delivery) bool { return message.Action == bot.Post && message.IsList() }

// Renew begins the leases of claimed deliveries anew, but for those that have ended.
func (s *Store) Renew(ctx context.Context, list []*bot.Delivery, lease time.Duration) error {
	text := `
		UPDATE queue
		SET ready_at = $2, set_at = $4
		WHERE lease = $3 AND target_id IN (SELECT d.target_id FROM ` + s.db.List() + ` JOIN deliveries AS d ON d.id = list.value)
		RETURNING target_id`
	byLease := map[int64][]int64{}
	for _, d := range list {
		byLease[d.Lease] = append(byLease[d.Lease], d.ID)
	}
	begun := s.now()
	renewed := make(map[int64]*[]int64, len(byLease)) // targets
	err := s.db.InTx(ctx, database.Shared, func(ctx context.Context, tx *database.Tx) error {
		for _, token := range slices.Sorted(maps.Keys(byLease)) {
			renewed[token] = new([]int64)
			ids := database.JSONList(byLease[token])
			err := database.QueueCollect(ctx, tx, renewed[token], database.Value[int64], text, ids, tx.Now+lease.Microseconds(), token, tx.Now)
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("renew the leases of %d deliveries: %w", len(list), err)
	}
	for token, targets := range renewed {
		s.inFlight.renew(*targets, token, begun, lease)
	}
	return nil
}

// settle records an outcome for one delivery, which went out in the message of another or its own. It reports
// whether the delivery waits alone from now on.
func (s *Store) settle(ctx context.Context, tx *database.Tx, d, message *bot.Delivery, o bot.Outcome) (c claimed, alone bool, err error) {
	text := `
		SELECT d.id, d.target_id, d.state, d.action, d.attempts, d.shown, coalesce(q.lease, 0), a.id, a.revision,
			a.first_seen, a.embargo, CASE WHEN d.wait = '' THEN 0 ELSE d.due END
		FROM deliveries AS d
		JOIN articles AS a ON a.id = d.article_id
		LEFT JOIN queue AS q ON q.target_id = d.target_id
		WHERE d.id = $1` + s.dialect.articleHint
	c, found, err := database.One(ctx, tx, readClaimed, text, d.ID)
	if err != nil {
		return c, false, err
	}
	if !found {
		return c, false, bot.ErrNotFound
	}
	leased := d.Lease != 0 && (c.lease == d.Lease || c.lease == 0) // or a suspension has removed the target from the queue
	if c.state == bot.Sent || !leased && o.State != bot.Sent {
		return c, false, nil
	}
	switch o.State {
	case bot.Pending:
		alone, err = c.retry(ctx, tx, d, message, o)
	case bot.Sent:
		err = s.sent(ctx, tx, &c, d, message, o)
	case bot.Rejected:
		if inList(message) {
			return c, false, c.unlist(ctx, tx, o)
		}
		err = c.reject(ctx, tx, o)
	case bot.Superseded:
		err = finish(ctx, tx, c.id, o)
	default:
		err = fmt.Errorf("a delivery cannot be settled as %q", o.State)
	}
	return c, alone, err
}

// retry records a try that failed, and reports whether the delivery waits alone from now on. A list does not.
func (c *claimed) retry(ctx context.Context, tx *database.Tx, d, message *bot.Delivery, o bot.Outcome) (alone bool, err error) {
	const text = `
		UPDATE deliveries
		SET attempts = attempts + $2, reason = $3, uncertain = uncertain + $4,
			unknown = unknown + $8, unknown_at = CASE WHEN $4 = 0 THEN unknown_at ELSE $6 END,
			listed = CASE
				WHEN wait <> '' AND catchup = '' THEN listed
				WHEN uncertain + $4 = 0 THEN 0
				ELSE $7
			END,
			shown = CASE
				WHEN action <> 'post' THEN shown
				WHEN uncertain + $4 = 0 THEN 0
				WHEN shown = 0 THEN $5
				ELSE shown
			END
		WHERE id = $1`
	shown, listed := 0, int64(0)
	if inList(message) {
		listed = message.ID
	}
	if o.Uncertain {
		shown = d.Article.Revision
		if err := countUncertain(ctx, tx, c.target); err != nil {
			return false, err
		}
	}
	if err := tx.Queue(ctx, text, c.id, o.Counted, safe(o.Reason), o.Uncertain, shown, tx.Now, listed, o.Uncertain && o.Unanswered); err != nil {
		return false, err
	}
	until := micros(o.NotBefore)
	aside := o.Aside || o.Counted && c.attempts+1 >= stepAside
	if inList(message) || !aside || until <= tx.Now {
		return false, nil
	}
	return true, postpone(ctx, tx, c.id, until)
}

// countUncertain counts a try of a target that may have arrived.
func countUncertain(ctx context.Context, tx *database.Tx, of int64) error {
	const (
		target = `
			UPDATE targets
			SET uncertain = uncertain + 1
			WHERE id = $1`
		all = `
			UPDATE counters
			SET value = value + 1
			WHERE name = 'uncertain'`
	)
	if err := tx.Queue(ctx, target, of); err != nil {
		return err
	}
	return tx.Queue(ctx, all)
}

// sent records that a delivery arrived, and which revision the target shows now.
func (s *Store) sent(ctx context.Context, tx *database.Tx, c *claimed, d, message *bot.Delivery, o bot.Outcome) error {
	const (
		arrived = `
			UPDATE targets
			SET last_sent = $2, last_lag = $3
			WHERE id = $1`
		posted = `
			UPDATE deliveries
			SET shown = $2, listed = $3
			WHERE id = $1`
		edited = `
			UPDATE deliveries
			SET shown = $3, corrected = $4
			WHERE article_id = $1 AND target_id = $2 AND revision = 0 AND shown < $3`
	)
	if err := finish(ctx, tx, c.id, o); err != nil {
		return err
	}
	if c.action != bot.Post {
		return tx.Queue(ctx, edited, c.article, c.target, d.Article.Revision, micros(d.CorrectedAt()))
	}
	if err := tx.Queue(ctx, arrived, c.target, tx.Now, tx.Now-c.seen); err != nil {
		return err
	}
	shown, listed := d.Article.Revision, int64(0)
	if c.shown > 0 { // what arrived may be what an earlier try brought
		shown = c.shown
	}
	if inList(message) {
		listed = message.ID
	}
	if err := tx.Queue(ctx, posted, c.id, shown, listed); err != nil {
		return err
	}
	if d.Place < 0 || shown >= c.revision || o.Receipt.MessageID == "" {
		return nil
	}
	if listed > 0 {
		if changes, err := s.changesLists(ctx, tx, c.article); err != nil || !changes {
			return err
		}
	}
	return s.editLater(ctx, tx, c.article, c.target, int64(c.revision))
}

// reject records that a delivery can never be sent. An edit that cannot be made leaves an alert as it was, and is
// no alert that was lost.
func (c *claimed) reject(ctx context.Context, tx *database.Tx, o bot.Outcome) error {
	const text = `
		UPDATE targets
		SET rejected = rejected + 1, last_rejected = $2
		WHERE id = $1`
	if c.action != bot.Post {
		o.State = bot.Superseded
		return finish(ctx, tx, c.id, o)
	}
	if err := tx.Queue(ctx, text, c.target, safe(o.Reason)); err != nil {
		return err
	}
	return finish(ctx, tx, c.id, o)
}

// unlist lets what was to be an entry of a list that cannot be sent be an alert of its own.
func (c *claimed) unlist(ctx context.Context, tx *database.Tx, o bot.Outcome) error {
	const text = `
		UPDATE deliveries
		SET catchup = 'each', wait = '', listed = 0, place = 0, reason = $2,
			shown = CASE WHEN uncertain = 0 THEN 0 ELSE shown END
		WHERE id = $1`
	return tx.Queue(ctx, text, c.id, safe(o.Reason))
}

// finish records the end of a delivery.
func finish(ctx context.Context, tx *database.Tx, id int64, o bot.Outcome) error {
	const update = `
		UPDATE deliveries
		SET state = $2, reason = $3, message_id = $4, chat = $5, settled = $6
		WHERE id = $1`
	return tx.Queue(ctx, update, id, o.State, safe(o.Reason), safe(o.Receipt.MessageID), safe(o.Receipt.Chat), tx.Now)
}
