package store

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"tidings/bot"
	"tidings/bot/filter"
	"tidings/internal/database"
)

const muteColumns = `
	m.id, m.kind, m.value, m.name, m.created, m.created_by, m.ends, m.muted`

func readMute(row database.Scan, lead ...any) (m bot.Mute, err error) {
	var created, ends int64
	err = row(append(lead, &m.ID, &m.Kind, &m.Value, &m.Name, &created, &m.CreatedBy, &ends, &m.Muted)...)
	m.Created, m.Until = moment(created), moment(ends)
	return m, err
}

// readMutes adds the mutes that are in force to rhythms.
func (s *Store) readMutes(ctx context.Context, q database.Querier, ids string, now time.Time, found map[int64]*bot.Rhythm) error {
	text := `
		SELECT m.target_id,` + muteColumns + `
		FROM ` + s.db.List() + `
		JOIN mutes AS m ON m.target_id = list.value`
	return q.Each(ctx, func(row database.Scan) error {
		var target int64
		m, err := readMute(row, &target)
		if err == nil && m.Holds(now) {
			found[target].Mutes = append(found[target].Mutes, m)
		}
		return err
	}, text, ids)
}

// AddMute has a target leave articles out from now on, and returns the mute with its ID. Another of the same kind and
// value makes way for it.
func (s *Store) AddMute(ctx context.Context, t bot.Target, m bot.Mute) (bot.Mute, error) {
	const (
		replace = `
			DELETE FROM mutes
			WHERE target_id = $1 AND kind = $2 AND value = $3`
		insert = `
			INSERT INTO mutes (target_id, kind, value, name, created, created_by, ends)
			VALUES ($1, $2, $3, $4, $5, $6, $7)
			RETURNING id`
	)
	err := s.db.InTx(ctx, database.Exclusive, func(ctx context.Context, tx *database.Tx) error {
		target, err := knowTarget(ctx, tx, t)
		if err != nil {
			return err
		}
		m.Created, m.Muted = moment(tx.Now), 0
		if _, err := tx.Exec(ctx, replace, target, m.Kind, safe(m.Value)); err != nil {
			return err
		}
		m.ID, err = database.Number(ctx, tx, insert, target, m.Kind, safe(m.Value), safe(m.Name), tx.Now, safe(m.CreatedBy), micros(m.Until))
		if err != nil {
			return err
		}
		return changeRhythm(ctx, tx, target)
	})
	if err != nil {
		return bot.Mute{}, fmt.Errorf("mute in %s: %w", t, err)
	}
	return m, nil
}

// EndMute ends a mute of a target, and forgets it.
func (s *Store) EndMute(ctx context.Context, t bot.Target, id int64) error {
	const remove = `
		DELETE FROM mutes
		WHERE id = $1 AND target_id = $2`
	err := s.db.InTx(ctx, database.Exclusive, func(ctx context.Context, tx *database.Tx) error {
		target, err := findTarget(ctx, tx, t)
		if err != nil {
			return err
		}
		n, err := tx.Exec(ctx, remove, id, target)
		if err == nil && n == 0 {
			err = bot.ErrNotFound
		}
		if err != nil {
			return err
		}
		return changeRhythm(ctx, tx, target)
	})
	if err != nil {
		return fmt.Errorf("end mute %d in %s: %w", id, t, err)
	}
	return nil
}

// EndedMutes returns up to n mutes on a platform that ended by themselves, and that EndMute has not forgotten yet; those
// of suspended targets wait.
func (s *Store) EndedMutes(ctx context.Context, platform string, n int) ([]bot.EndedMute, error) {
	const text = `
		SELECT t.platform, t.space, t.chat, t.thread,` + muteColumns + `
		FROM mutes AS m
		CROSS JOIN targets AS t
		WHERE m.ends > 0 AND m.ends <= $2 AND t.id = m.target_id AND t.platform = $1 AND t.suspended = ''
		ORDER BY m.ends
		LIMIT $3`
	read := func(row database.Scan) (e bot.EndedMute, err error) {
		e.Mute, err = readMute(row, &e.Platform, &e.Space, &e.Chat, &e.Thread)
		return e, err
	}
	list, err := database.Collect(ctx, s.db, read, text, platform, micros(s.now()), n)
	if err != nil {
		return nil, fmt.Errorf("ended mutes on %s: %w", platform, err)
	}
	return list, nil
}

// WouldMute returns how many of the alerts that a target got since a moment a mute would have left out, and how many
// there were.
func (s *Store) WouldMute(ctx context.Context, t bot.Target, m bot.Mute, since time.Time) (muted, of int, err error) {
	text := `
		SELECT` + articleColumns + `
		FROM deliveries AS d
		JOIN articles AS a ON a.id = d.article_id
		WHERE d.target_id = $1 AND d.message_id <> '' AND d.revision = 0 AND d.settled > $2`
	matches, err := matcherOf(m)
	if err != nil {
		return 0, 0, err
	}
	target, err := findTarget(ctx, s.db, t)
	if err == nil && target != 0 {
		err = s.db.Each(ctx, func(row database.Scan) error {
			a, err := readArticle(row)
			if err == nil && matches(&a) {
				muted++
			}
			of++
			return err
		}, text, target, micros(since))
	}
	if err != nil {
		return 0, 0, fmt.Errorf("what a mute leaves out of %s: %w", t, err)
	}
	return muted, of, nil
}

// matcherOf returns what tells whether a mute leaves an article out.
func matcherOf(m bot.Mute) (func(*bot.Article) bool, error) {
	switch m.Kind {
	case bot.MuteStory:
		story, err := strconv.ParseInt(m.Value, 10, 64)
		return func(a *bot.Article) bool { return a.ID == story || a.Story == story }, err
	case bot.MuteSource:
		return func(a *bot.Article) bool { return a.SourceID == m.Value }, nil
	case bot.MuteWords:
		f, err := filter.Parse(m.Value)
		if err != nil {
			return nil, err
		}
		return func(a *bot.Article) bool { return f.Match(filter.NewDocument(a.Fields())) }, nil
	}
	return nil, fmt.Errorf("there is no mute of kind %q", m.Kind)
}
