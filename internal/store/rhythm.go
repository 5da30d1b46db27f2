package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"tidings/bot"
	"tidings/internal/database"
)

// rhythmSpan is how far back a target's messages count.
const rhythmSpan = 24 * time.Hour

// RhythmOf returns what a target asks for beyond what everybody gets; a zero value if it isn't known.
func (s *Store) RhythmOf(ctx context.Context, t bot.Target) (r bot.Rhythm, err error) {
	id, err := findTarget(ctx, s.db, t)
	if err == nil && id != 0 {
		var found map[int64]*bot.Rhythm
		if found, err = s.rhythms(ctx, s.db, []int64{id}, s.now()); err == nil {
			r = *found[id]
		}
	}
	if err != nil {
		return bot.Rhythm{}, fmt.Errorf("rhythm of %s: %w", t, err)
	}
	return r, nil
}

// SettingsOf returns the settings of a target; a zero value if it isn't known.
func (s *Store) SettingsOf(ctx context.Context, t bot.Target) (bot.Settings, error) {
	const text = `
		SELECT settings, corrections
		FROM targets
		WHERE platform = $1 AND chat = $2 AND thread = $3 AND space = $4`
	read := func(row database.Scan) (bot.Settings, error) { return readTargetSettings(row) }
	set, _, err := database.One(ctx, s.db, read, text, t.Platform, t.Chat, t.Thread, t.Space)
	if err != nil {
		return bot.Settings{}, fmt.Errorf("settings of %s: %w", t, err)
	}
	return set, nil
}

// rhythms reads what some targets ask for beyond what everybody gets.
func (s *Store) rhythms(ctx context.Context, q database.Querier, targets []int64, now time.Time) (map[int64]*bot.Rhythm, error) {
	found := make(map[int64]*bot.Rhythm, len(targets))
	for _, id := range targets {
		found[id] = &bot.Rhythm{}
	}
	ids := database.JSONList(targets)
	if err := s.readSettings(ctx, q, ids, found); err != nil {
		return nil, err
	}
	subscriptions := `
		SELECT s.target_id,` + subscriptionColumns + `
		FROM ` + s.db.List() + `
		JOIN subscriptions AS s ON s.target_id = list.value AND s.ended = 0
		JOIN targets AS t ON t.id = s.target_id`
	err := q.Each(ctx, func(row database.Scan) error {
		var target int64
		sub, err := readSubscription(func(to ...any) error { return row(append([]any{&target}, to...)...) })
		if err == nil {
			found[target].Subscriptions = append(found[target].Subscriptions, sub)
		}
		return err
	}, subscriptions, ids)
	if err != nil {
		return nil, err
	}
	if err := s.readMutes(ctx, q, ids, now, found); err != nil {
		return nil, err
	}
	if err := s.readSends(ctx, q, ids, now, found); err != nil {
		return nil, err
	}
	for target, r := range found {
		if r.Settings.Limit != (bot.Limit{}) {
			if r.Overflow, err = overflowOf(ctx, q, target, now); err != nil {
				return nil, err
			}
		}
		slices.SortFunc(r.Subscriptions, func(a, b bot.Subscription) int { return cmp.Compare(a.Number, b.Number) })
		slices.SortFunc(r.Mutes, func(a, b bot.Mute) int { return cmp.Compare(a.ID, b.ID) })
		slices.SortFunc(r.Sent, time.Time.Compare)
	}
	return found, nil
}

func (s *Store) readSettings(ctx context.Context, q database.Querier, ids string, found map[int64]*bot.Rhythm) error {
	text := `
		SELECT t.id, t.settings, t.corrections
		FROM ` + s.db.List() + `
		JOIN targets AS t ON t.id = list.value`
	return q.Each(ctx, func(row database.Scan) error {
		var target int64
		set, err := readTargetSettings(row, &target)
		if err == nil {
			found[target].Settings = set
		}
		return err
	}, text, ids)
}

func readTargetSettings(row database.Scan, lead ...any) (set bot.Settings, err error) {
	var text string
	var corrections bot.Corrections
	if err := row(append(lead, &text, &corrections)...); err != nil {
		return set, err
	}
	set, err = bot.DecodeSettings(text)
	set.Corrections = corrections
	return set, err
}

func (s *Store) readSends(ctx context.Context, q database.Querier, ids string, now time.Time, found map[int64]*bot.Rhythm) error {
	text := `
		SELECT m.target_id, m.at, m.mentions, m.counts
		FROM ` + s.db.List() + `
		JOIN sends AS m ON m.target_id = list.value AND m.at > $2`
	return q.Each(ctx, func(row database.Scan) error {
		var target, at, counts int64
		var mentions int
		if err := row(&target, &at, &mentions, &counts); err != nil {
			return err
		}
		r := found[target]
		if r.Mentioned += mentions; counts == 1 {
			r.Sent = append(r.Sent, moment(at))
		}
		return nil
	}, text, ids, micros(now.Add(-rhythmSpan)))
}

// overflowOf returns for when what is over a target's limit waits, zero if nothing does.
func overflowOf(ctx context.Context, q database.Querier, target int64, now time.Time) (time.Time, error) {
	const text = `
		SELECT coalesce(min(due), 0)
		FROM deliveries
		WHERE target_id = $1 AND state = 'scheduled' AND wait <> '' AND wait = 'limit' AND due > $2`
	at, err := database.Number(ctx, q, text, target, micros(now))
	return moment(at), err
}

// noteSend counts a message of a target that has a rhythm, and forgets those that count no more. A flash counts toward no
// limit.
func noteSend(ctx context.Context, tx *database.Tx, target int64, d *bot.Delivery) error {
	const (
		old = `
			DELETE FROM sends
			WHERE target_id = $1 AND at <= $2`
		add = `
			INSERT INTO sends (target_id, delivery_id, at, mentions, counts)
			VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (target_id, delivery_id) DO NOTHING`
	)
	if d.Rhythm == nil || d.Action != bot.Post {
		return nil
	}
	if err := tx.Queue(ctx, old, target, tx.Now-rhythmSpan.Microseconds()); err != nil {
		return err
	}
	return tx.Queue(ctx, add, target, d.ID, tx.Now, len(d.Mentions) > 0, d.IsList() || d.Level() < bot.Flash)
}

// ChangeSettings changes the settings of a target, which is known from now on, and returns them. What waits by its choice
// is planned anew.
func (s *Store) ChangeSettings(ctx context.Context, t bot.Target, change func(*bot.Settings)) (set bot.Settings, err error) {
	const (
		text = `
			SELECT settings, corrections
			FROM targets
			WHERE id = $1`
		update = `
			UPDATE targets
			SET settings = $2, corrections = $3
			WHERE id = $1`
	)
	read := func(row database.Scan) (bot.Settings, error) { return readTargetSettings(row) }
	err = s.db.InTx(ctx, database.Exclusive, func(ctx context.Context, tx *database.Tx) error {
		target, err := knowTarget(ctx, tx, t)
		if err != nil {
			return err
		}
		if set, _, err = database.One(ctx, tx, read, text, target); err != nil {
			return err
		}
		zone := set.Zone
		if change(&set); set.Zone != zone {
			set.ZoneChanged = moment(tx.Now)
		}
		plain := set
		plain.Corrections = "" // they have a column of their own
		if _, err := tx.Exec(ctx, update, target, safe(plain.Encode()), set.Corrections); err != nil {
			return err
		}
		return changeRhythm(ctx, tx, target)
	})
	if err != nil {
		return bot.Settings{}, fmt.Errorf("settings of %s: %w", t, err)
	}
	return set, nil
}

// ChangePreferences changes how a subscription wants its alerts, and returns that. What waits by its target's choice is planned
// anew.
func (s *Store) ChangePreferences(ctx context.Context, id int64, change func(*bot.Preferences)) (w bot.Preferences, err error) {
	const (
		text = `
			SELECT target_id, preferences
			FROM subscriptions
			WHERE id = $1 AND ended = 0`
		update = `
			UPDATE subscriptions
			SET preferences = $2, version = $3
			WHERE id = $1`
	)
	var target int64
	read := func(row database.Scan) (w bot.Preferences, err error) {
		var text string
		if err := row(&target, &text); err != nil {
			return w, err
		}
		return bot.DecodePreferences(text)
	}
	err = s.db.InTx(ctx, database.Exclusive, func(ctx context.Context, tx *database.Tx) error {
		var found bool
		if w, found, err = database.One(ctx, tx, read, text, id); err != nil {
			return err
		}
		if !found {
			return bot.ErrNotFound
		}
		when := w.When
		if change(&w); w.When != when {
			w.WhenChanged = moment(tx.Now)
		}
		version, err := newVersion(ctx, tx)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, update, id, safe(w.Encode()), version); err != nil {
			return err
		}
		return changeRhythm(ctx, tx, target)
	})
	if err != nil {
		return bot.Preferences{}, fmt.Errorf("preferences of subscription %d: %w", id, err)
	}
	return w, nil
}

// changeRhythm follows a change of settings, preferences or mutes of a target.
func changeRhythm(ctx context.Context, tx *database.Tx, target int64) error {
	if err := noteRhythm(ctx, tx, target); err != nil {
		return err
	}
	return replan(ctx, tx, target)
}

// noteRhythm notes whether a target asks for anything beyond what everybody gets.
func noteRhythm(ctx context.Context, tx *database.Tx, target int64) error {
	const text = `
		UPDATE targets
		SET rhythm = CASE
			WHEN settings <> '' THEN 1
			WHEN EXISTS (SELECT 1 FROM mutes WHERE target_id = $1) THEN 1
			WHEN EXISTS (SELECT 1 FROM subscriptions WHERE target_id = $1 AND ended = 0 AND preferences <> '') THEN 1
			ELSE 0
		END
		WHERE id = $1`
	return tx.Queue(ctx, text, target)
}

// replan lets what waits by a target's choice be planned anew.
func replan(ctx context.Context, tx *database.Tx, target int64) error {
	const text = `
		UPDATE deliveries
		SET state = 'pending'
		WHERE target_id = $1 AND state = 'scheduled' AND wait <> ''`
	if n, err := tx.Exec(ctx, text, target); err != nil || n == 0 {
		return err
	}
	return enqueueTarget(ctx, tx, target)
}
