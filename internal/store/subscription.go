package store

import (
	"context"
	"fmt"

	"tidings/bot"
	"tidings/bot/filter"
	"tidings/internal/database"
)

// subscriptionColumns are what readSubscription reads, of subscriptions AS s and targets AS t.
const subscriptionColumns = `
	s.id, s.number, t.platform, t.space, t.chat, t.thread, s.filter, s.after, s.after_private, s.created, s.created_by,
	s.stories, s.preferences`

func readSubscription(row database.Scan) (sub bot.Subscription, err error) {
	var created int64
	var preferences string
	t := &sub.Target
	err = row(&sub.ID, &sub.Number, &t.Platform, &t.Space, &t.Chat, &t.Thread, &sub.Filter, &sub.After, &sub.AfterPrivate,
		&created, &sub.CreatedBy, &sub.Stories, &preferences)
	if err == nil {
		sub.Preferences, err = bot.DecodePreferences(preferences)
	}
	sub.Created = moment(created)
	return sub, err
}

// newVersion begins a change of subscriptions and returns the version it leads to.
func newVersion(ctx context.Context, tx *database.Tx) (int64, error) {
	const text = `
		UPDATE counters
		SET value = value + 1
		WHERE name = 'version'
		RETURNING value`
	return database.Number(ctx, tx, text)
}

// filterKey returns a filter as it is compared with others of its target.
func filterKey(text string) string {
	f, err := filter.Parse(text)
	if err != nil { // a newer program's
		return text
	}
	return f.Key()
}

// Subscribe records a subscription. It returns a *bot.UserError if the target has as many as it may.
func (s *Store) Subscribe(ctx context.Context, sub bot.Subscription) (bot.Subscription, error) {
	const (
		numbers = `
			SELECT coalesce(max(number), 0) + 1, count(*)
			FROM subscriptions
			WHERE target_id = $1 AND ended = 0`
		insert = `
			INSERT INTO subscriptions (target_id, number, filter, filter_key, after, created, created_by, version, after_private, preferences, stories)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
			RETURNING id`
	)
	sub.Filter, sub.CreatedBy = safe(sub.Filter), safe(sub.CreatedBy)
	err := s.db.InTx(ctx, database.Exclusive, func(ctx context.Context, tx *database.Tx) error {
		target, err := knowTarget(ctx, tx, sub.Target)
		if err != nil {
			return err
		}
		key := filterKey(sub.Filter)
		if err := checkFilter(ctx, tx, target, 0, key); err != nil {
			return err
		}
		count := 0
		read := func(row database.Scan) (n int, err error) { return n, row(&n, &count) }
		if sub.Number, _, err = database.One(ctx, tx, read, numbers, target); err != nil {
			return err
		}
		if count >= bot.MaxSubscriptions {
			return bot.UserErrorf("This place has %d subscriptions, and more are not possible. End one first.", count)
		}
		if sub.After, err = lastArticle(ctx, tx, public); err != nil {
			return err
		}
		if sub.AfterPrivate, err = lastArticle(ctx, tx, privateAny); err != nil {
			return err
		}
		version, err := newVersion(ctx, tx)
		if err != nil {
			return err
		}
		sub.Created = moment(tx.Now)
		preferences := sub.Preferences.Encode()
		sub.ID, err = database.Number(ctx, tx, insert, target, sub.Number, sub.Filter, key, sub.After, tx.Now, sub.CreatedBy, version,
			sub.AfterPrivate, safe(preferences), sub.Stories)
		if err != nil || preferences == "" {
			return err
		}
		return noteRhythm(ctx, tx, target)
	})
	if err != nil {
		return bot.Subscription{}, fmt.Errorf("subscribe %s: %w", sub.Target, err)
	}
	return sub, nil
}

// checkFilter returns bot.ErrExists if a live subscription of the target other than except has the filter.
func checkFilter(ctx context.Context, tx *database.Tx, target, except int64, key string) error {
	const text = `
		SELECT id
		FROM subscriptions
		WHERE target_id = $1 AND filter_key = $2 AND ended = 0 AND id <> $3`
	id, err := database.Number(ctx, tx, text, target, key, except)
	if err == nil && id != 0 {
		return bot.ErrExists
	}
	return err
}

// SetFilter changes the filter of a subscription, which counts as made now.
func (s *Store) SetFilter(ctx context.Context, id int64, text string) error {
	const (
		owner = `
			SELECT target_id
			FROM subscriptions
			WHERE id = $1 AND ended = 0`
		update = `
			UPDATE subscriptions
			SET filter = $2, filter_key = $3, created = $4, version = $5,
				after = (SELECT value FROM counters WHERE name = 'articles'),
				after_private = coalesce((SELECT value FROM counters WHERE name = 'private articles'), 0)
			WHERE id = $1`
	)
	text = safe(text)
	err := s.db.InTx(ctx, database.Exclusive, func(ctx context.Context, tx *database.Tx) error {
		target, found, err := database.One(ctx, tx, database.Value[int64], owner, id)
		if err != nil {
			return err
		}
		if !found {
			return bot.ErrNotFound
		}
		key := filterKey(text)
		if err := checkFilter(ctx, tx, target, id, key); err != nil {
			return err
		}
		version, err := newVersion(ctx, tx)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, update, id, text, key, tx.Now, version); err != nil {
			return err
		}
		return replan(ctx, tx, target)
	})
	if err != nil {
		return fmt.Errorf("set filter of subscription %d: %w", id, err)
	}
	return nil
}

// SetStories says what becomes of later articles of a story that a subscription matches.
func (s *Store) SetStories(ctx context.Context, id int64, to bot.Stories) error {
	const update = `
		UPDATE subscriptions
		SET stories = $2, version = $3
		WHERE id = $1 AND ended = 0`
	err := s.db.InTx(ctx, database.Exclusive, func(ctx context.Context, tx *database.Tx) error {
		version, err := newVersion(ctx, tx)
		if err != nil {
			return err
		}
		n, err := tx.Exec(ctx, update, id, to, version)
		if err == nil && n == 0 {
			err = bot.ErrNotFound
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("set stories of subscription %d: %w", id, err)
	}
	return nil
}

// Unsubscribe ends subscriptions. Those that have ended or never were are passed over.
func (s *Store) Unsubscribe(ctx context.Context, ids ...int64) error {
	const end = `
		UPDATE subscriptions
		SET ended = $2, version = $3
		WHERE id = $1 AND ended = 0
		RETURNING target_id`
	err := s.db.InTx(ctx, database.Exclusive, func(ctx context.Context, tx *database.Tx) error {
		version, err := newVersion(ctx, tx)
		if err != nil {
			return err
		}
		for _, id := range ids {
			target, found, err := database.One(ctx, tx, database.Value[int64], end, id, tx.Now, version)
			if err == nil && found {
				err = s.endedIn(ctx, tx, target)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("unsubscribe: %w", err)
	}
	return nil
}

// endedIn has what waits for a target, of which a subscription has ended, be as the others want it, or end.
func (s *Store) endedIn(ctx context.Context, tx *database.Tx, target int64) error {
	const live = `
		SELECT count(*)
		FROM subscriptions
		WHERE target_id = $1 AND ended = 0`
	left, err := database.Number(ctx, tx, live, target)
	switch {
	case err != nil:
		return err
	case left > 0:
		return replan(ctx, tx, target)
	}
	return s.supersede(ctx, tx, target, "the subscription has ended")
}

// supersede ends every post that waits for a target.
func (s *Store) supersede(ctx context.Context, tx *database.Tx, target int64, reason string) error {
	if err := s.expandTarget(ctx, tx, target); err != nil {
		return err
	}
	for _, state := range waitingStates() {
		if _, err := endWaiting(ctx, tx, target, state, reason); err != nil {
			return err
		}
	}
	return rescheduleTarget(ctx, tx, target, tx.Now)
}

// SubscriptionsOn returns up to n subscriptions on a platform whose IDs come after one, by ID. Those of suspended targets are
// left out. The cross join holds SQLite to the order of the subscriptions, so that it sorts nothing.
func (s *Store) SubscriptionsOn(ctx context.Context, platform string, after int64, n int) ([]bot.Subscription, error) {
	const text = `
		SELECT` + subscriptionColumns + `
		FROM subscriptions AS s
		CROSS JOIN targets AS t
		WHERE t.id = s.target_id AND s.ended = 0 AND s.id > $1 AND t.platform = $2 AND t.suspended = ''
		ORDER BY s.id
		LIMIT $3`
	list, err := database.Collect(ctx, s.db, readSubscription, text, after, platform, n)
	if err != nil {
		return nil, fmt.Errorf("subscriptions on %s: %w", platform, err)
	}
	return list, nil
}

// SubscriptionsOf returns the subscriptions of a target by number.
func (s *Store) SubscriptionsOf(ctx context.Context, t bot.Target) ([]bot.Subscription, error) {
	const text = `
		SELECT` + subscriptionColumns + `
		FROM targets AS t
		JOIN subscriptions AS s ON s.target_id = t.id AND s.ended = 0
		WHERE t.platform = $1 AND t.chat = $2 AND t.thread = $3 AND t.space = $4
		ORDER BY s.number`
	list, err := database.Collect(ctx, s.db, readSubscription, text, t.Platform, t.Chat, t.Thread, t.Space)
	if err != nil {
		return nil, fmt.Errorf("subscriptions of %s: %w", t, err)
	}
	return list, nil
}
