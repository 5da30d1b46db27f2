package store

import (
	"context"
	"errors"
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
	queued                     bool // its target is in the queue
	more                       bool // something else is pending for its target
	state                      bot.DeliveryState
	action                     bot.Action
	attempts                   int
	revision                   int   // the newest
	shown                      int   // the revision that a try of unknown outcome may have brought
	seen                       int64 // when its article could first be sent, or was to be
}

func readClaimed(row database.Scan) (c claimed, err error) {
	var firstSeen, embargo, chosen int64
	err = row(&c.id, &c.target, &c.state, &c.action, &c.attempts, &c.shown, &c.queued, &c.lease, &c.more, &c.article, &c.revision,
		&firstSeen, &embargo, &chosen)
	c.seen = max(firstSeen, embargo, chosen)
	return c, err
}

// outcomesMost is how many outcomes are recorded in one transaction at most: twice what a sender has under way.
const outcomesMost = 64

// outcome is how a delivery went.
type outcome struct {
	bot.Outcome
	of  *bot.Delivery
	err error // of this one alone, if the transaction that records it goes well
}

// target returns whose outcomes have an order: one has to see what the one before it changed.
func (o *outcome) target() bot.Target { return o.of.Target }

// Settle records how a claimed delivery went, and all that went with it. What comes after the lease was lost to
// another is passed over, unless it is Sent. It returns bot.ErrNotFound for a delivery that the store does not have.
// Outcomes that come while others are being recorded are recorded together. What has happened is recorded even if ctx ends
// meanwhile: unknown, it might be done again.
func (s *Store) Settle(ctx context.Context, d *bot.Delivery, o bot.Outcome) error {
	err := ctx.Err()
	if err == nil {
		record := &outcome{Outcome: o, of: d}
		if err = s.outcomes.run(context.WithoutCancel(ctx), record); err == nil {
			err = record.err
		}
	}
	if err != nil {
		return fmt.Errorf("settle delivery %d to %s: %w", d.ID, d.Target, err)
	}
	return nil
}

// settler is one transaction that records outcomes.
type settler struct {
	*Store
	tx      *database.Tx
	claimed map[int64]claimed // deliveries
	locked  map[int64]bool    // targets that nobody else can change in the queue; nil if nobody can change it at all
	lags    map[int64]int64   // by target in which a post arrived, how late the last was
	noted   []*bot.Delivery   // that were sent just now
	again   map[int64]int64   // by target that gets more, when it is ready for that
	ended   []int64           // targets that may leave the queue
}

// settleAll records outcomes in one transaction, no two of them for one target. It leaves out those whose targets another
// transaction is at: who waits for one such may not hold others meanwhile.
func (s *Store) settleAll(ctx context.Context, list []*outcome) (left []*outcome, err error) {
	err = s.db.InTx(ctx, database.Shared, func(ctx context.Context, tx *database.Tx) error {
		left = nil
		t := settler{Store: s, tx: tx, lags: map[int64]int64{}, again: map[int64]int64{}}
		if err := t.read(ctx, list); err != nil {
			return err
		}
		for _, o := range list {
			if len(list) > 1 && !t.has(o) {
				left = append(left, o)
				continue
			}
			if o.err = t.record(ctx, o.of, o.Outcome); o.err != nil && !errors.Is(o.err, bot.ErrNotFound) {
				return o.err
			}
		}
		return t.finish(ctx)
	})
	return left, err
}

// read reads what must be known of the deliveries of some outcomes, and keeps others from their places in the queue and from
// their articles. One outcome waits for others that are there; several pass over what others have.
func (t *settler) read(ctx context.Context, list []*outcome) error {
	text := `
		SELECT d.id, d.target_id, d.state, d.action, d.attempts, d.shown, q.target_id IS NOT NULL, coalesce(q.lease, 0),
			EXISTS (SELECT 1 FROM deliveries AS n WHERE n.target_id = d.target_id AND n.state = 'pending' AND n.id <> d.id),
			a.id, a.revision, a.first_seen, a.embargo, CASE WHEN d.wait = '' THEN 0 ELSE d.due END
		FROM ` + t.db.List() + `
		JOIN deliveries AS d ON d.id = list.value
		JOIN articles AS a ON a.id = d.article_id
		LEFT JOIN queue AS q ON q.target_id = d.target_id` + t.dialect.articleHint
	lock := `
		SELECT q.target_id
		FROM ` + t.db.List() + `
		JOIN deliveries AS d ON d.id = list.value
		JOIN queue AS q ON q.target_id = d.target_id` + t.dialect.queueHint
	if len(list) > 1 {
		text, lock = text+t.dialect.skipLocked, lock+t.dialect.skipLocked
	}
	var heads, all []int64
	for _, o := range list {
		heads, all = append(heads, o.of.ID), append(all, idsIn(o.of)...)
	}
	if t.dialect.queueHint != "" {
		t.locked = make(map[int64]bool, len(list))
		if err := t.tx.QueueQuery(ctx, database.AddTo(t.locked), lock, database.JSONList(heads)); err != nil {
			return err
		}
	}
	t.claimed = make(map[int64]claimed, len(all))
	read := func(row database.Scan) error {
		c, err := readClaimed(row)
		t.claimed[c.id] = c
		return err
	}
	return t.tx.Each(ctx, read, text, database.JSONList(all))
}

// has reports whether all that an outcome is about could be read and kept from others.
func (t *settler) has(o *outcome) bool {
	for _, id := range idsIn(o.of) {
		c, found := t.claimed[id]
		if !found || c.queued && t.locked != nil && !t.locked[c.target] {
			return false
		}
	}
	return true
}

// idsIn returns the IDs of a delivery and of what is settled with it.
func idsIn(d *bot.Delivery) []int64 {
	ids := []int64{d.ID}
	for _, entries := range entriesWith(d) {
		for i := range entries {
			ids = append(ids, entries[i].ID)
		}
	}
	return ids
}

// record records an outcome for a delivery and all that went with it.
func (t *settler) record(ctx context.Context, d *bot.Delivery, o bot.Outcome) error {
	for _, entries := range entriesWith(d) {
		for i := range entries {
			entry := &entries[i]
			entry.Lease = d.Lease
			if _, err := t.settle(ctx, entry, d, o); err != nil {
				return err
			}
		}
	}
	after, err := t.settle(ctx, d, d, o)
	if err != nil {
		return err
	}
	c := t.claimed[d.ID]
	if o.State == bot.Sent && c.state != bot.Sent {
		t.noted = append(t.noted, d)
	}
	if d.Lease == 0 {
		return nil
	}
	t.inFlight.end(c.target, d.Lease) // the send is over, whoever has the lease now; before others can see that it is free
	if c.lease != d.Lease {
		return nil
	}
	t.ended = append(t.ended, c.target)
	if !c.more && after != toBeEdited && !inList(d) && o.State != bot.Pending { // nothing is left
		return nil
	}
	at := max(t.tx.Now, micros(o.NotBefore))
	if after == waitsAlone {
		at = t.tx.Now
	}
	t.again[c.target] = at
	return nil
}

// finish writes what is alike for many targets, with a statement for all of them where that saves the database work, and sees to
// their places in the queue.
func (t *settler) finish(ctx context.Context) error {
	for _, target := range slices.Sorted(maps.Keys(t.lags)) {
		if err := t.tx.QueueRow(ctx, arrivedTargets, []int64{target, t.tx.Now, t.lags[target]}); err != nil {
			return err
		}
	}
	for _, d := range t.noted {
		if err := noteSend(ctx, t.tx, t.claimed[d.ID].target, d); err != nil {
			return err
		}
	}
	for _, target := range slices.Sorted(maps.Keys(t.again)) {
		if err := t.tx.QueueRow(ctx, againRows, []int64{target, t.again[target], t.tx.Now}); err != nil {
			return err
		}
	}
	return t.leaveQueue(ctx)
}

// leaveQueue removes the targets for which nothing is left.
func (t *settler) leaveQueue(ctx context.Context) error {
	if len(t.ended) == 0 {
		return nil
	}
	which, targets := t.db.In("queue.target_id", t.ended)
	return t.tx.Queue(ctx, leaveQueue+` AND `+which, targets)
}

// entriesWith returns what went out in a delivery's list, and is settled with it. Entries of a list that is edited have ended.
func entriesWith(d *bot.Delivery) [][]bot.Delivery {
	if d.Action != bot.Post {
		return nil
	}
	return [][]bot.Delivery{d.With, d.Rest}
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

// aftermath is what an outcome leaves for a target beside what was pending.
type aftermath int

const (
	nothingMore aftermath = iota
	waitsAlone            // the delivery waits by itself, and others need not
	toBeEdited            // what arrived is no longer the newest revision
)

// settle records an outcome for one delivery, which went out in the message of another or its own.
func (t *settler) settle(ctx context.Context, d, message *bot.Delivery, o bot.Outcome) (aftermath, error) {
	c, found := t.claimed[d.ID]
	if !found {
		return nothingMore, bot.ErrNotFound
	}
	leased := c.lease == d.Lease || c.lease == 0 // as a suspension has removed the target from the queue
	if c.state == bot.Sent || !leased && o.State != bot.Sent {
		return nothingMore, nil
	}
	switch o.State {
	case bot.Pending:
		return c.retry(ctx, t.tx, d, message, o)
	case bot.Sent:
		return t.sent(ctx, &c, d, message, o)
	case bot.Rejected:
		if inList(message) {
			return nothingMore, c.unlist(ctx, t.tx, o)
		}
		return nothingMore, c.reject(ctx, t.tx, o)
	case bot.Superseded:
		return nothingMore, finish(ctx, t.tx, c.id, o)
	}
	return nothingMore, fmt.Errorf("a delivery cannot be settled as %q", o.State)
}

// retry records a try that failed. The delivery may have to wait alone from now on; a list only where its outcome says so, with
// all its entries.
func (c *claimed) retry(ctx context.Context, tx *database.Tx, d, message *bot.Delivery, o bot.Outcome) (aftermath, error) {
	const text = `
		UPDATE deliveries
		SET attempts = attempts + $2, reason = $3, uncertain = uncertain + $4,
			unknown = unknown + $8, unknown_at = CASE WHEN $4 = 0 THEN unknown_at ELSE $6 END,
			unknown_from = CASE WHEN CAST($9 AS BIGINT) = 0 OR shown > 0 THEN unknown_from ELSE $9 END,
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
	shown, listed, from := 0, int64(0), int64(0)
	if inList(message) {
		listed = message.ID
	}
	if d.Lease == 0 { // or that was noted with the lease
		from = micros(d.UnknownFrom)
	}
	if o.Uncertain {
		shown = d.Article.Revision
		if err := countUncertain(ctx, tx, c.target); err != nil {
			return nothingMore, err
		}
	}
	args := []any{c.id, o.Counted, safe(o.Reason), o.Uncertain, shown, tx.Now, listed, o.Uncertain && o.Unanswered, from}
	if err := tx.Queue(ctx, text, args...); err != nil {
		return nothingMore, err
	}
	until := micros(o.NotBefore)
	aside := o.Aside || o.Counted && c.attempts+1 >= stepAside && !inList(message)
	if !aside || until <= tx.Now {
		return nothingMore, nil
	}
	return waitsAlone, postpone(ctx, tx, c.id, until)
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
func (t *settler) sent(ctx context.Context, c *claimed, d, message *bot.Delivery, o bot.Outcome) (aftermath, error) {
	const edited = `
		UPDATE deliveries
		SET shown = $3, corrected = $4
		WHERE article_id = $1 AND target_id = $2 AND revision = 0 AND shown < $3`
	if c.action != bot.Post {
		if err := finish(ctx, t.tx, c.id, o); err != nil {
			return nothingMore, err
		}
		return nothingMore, t.tx.Queue(ctx, edited, c.article, c.target, d.Article.Revision, micros(d.CorrectedAt()))
	}
	shown, listed := d.Article.Revision, int64(0)
	if c.shown > 0 { // what arrived may be what an earlier try brought
		shown = c.shown
	}
	if inList(message) {
		listed = message.ID
	}
	if err := t.arrived(ctx, c, o, shown, listed); err != nil {
		return nothingMore, err
	}
	if d.Place < 0 || shown >= c.revision || o.Receipt.MessageID == "" {
		return nothingMore, nil
	}
	if listed > 0 {
		if changes, err := t.changesLists(ctx, t.tx, c.article); err != nil || !changes {
			return nothingMore, err
		}
	}
	return toBeEdited, t.editLater(ctx, t.tx, c.article, c.target, int64(c.revision))
}

// What is written of posts that arrived, and of the targets that they arrived in, one row for each in a transaction.
var (
	arrivedPosts = database.NewChanges(database.Into{
		Table:   "deliveries",
		Numbers: []string{"id", "settled", "shown", "listed"},
		Texts:   []string{"state", "reason", "message_id", "chat"},
	})
	arrivedTargets = database.NewChanges(database.Into{Table: "targets", Numbers: []string{"id", "last_sent", "last_lag"}})
)

// arrived records that a post is shown, in which revision and in which list.
func (t *settler) arrived(ctx context.Context, c *claimed, o bot.Outcome, shown int, listed int64) error {
	t.lags[c.target] = t.tx.Now - c.seen
	return t.tx.QueueRow(ctx, arrivedPosts, []int64{c.id, t.tx.Now, int64(shown), listed},
		string(o.State), safe(o.Reason), safe(o.Receipt.MessageID), safe(o.Receipt.Chat))
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
