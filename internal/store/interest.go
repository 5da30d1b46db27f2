package store

import (
	"context"
	"fmt"
	"strings"

	"tidings/bot"
	"tidings/internal/database"
)

// changesPage is how many interests one step of eachInterest reads.
const changesPage = 2_000

// Changes passes on, page by page, the interests of subscriptions that were made, changed or ended since version, and
// returns the version they lead to. Version 0 is the beginning; ended ones are left out then.
func (s *Store) Changes(ctx context.Context, version int64, note func([]bot.Interest)) (int64, error) {
	const (
		all = `
			SELECT id, filter, after, created, ended <> 0
			FROM subscriptions
			WHERE ended = 0 AND id > $1
			ORDER BY id
			LIMIT $2`
		since = `
			SELECT id, filter, after, created, ended <> 0
			FROM subscriptions
			WHERE version > $1
			ORDER BY version`
	)
	// Read first: what is committed between this query and the others is then reported twice, not never.
	to, err := database.Number(ctx, s.db, `SELECT value FROM counters WHERE name = 'version'`)
	if err != nil {
		return 0, fmt.Errorf("changes: %w", err)
	}
	if to == version {
		return to, nil
	}
	if version > 0 {
		list, err := database.Collect(ctx, s.db, readInterest, since, version)
		if err != nil {
			return 0, fmt.Errorf("changes: %w", err)
		}
		note(list)
		return to, nil
	}
	if err := s.eachInterest(ctx, all, note); err != nil {
		return 0, fmt.Errorf("changes: %w", err)
	}
	return to, nil
}

// eachInterest passes on, page by page, what a query finds of up to $2 interests beyond the ID $1.
func (s *Store) eachInterest(ctx context.Context, text string, note func([]bot.Interest)) error {
	for last := int64(0); ; {
		page, err := database.Collect(ctx, s.db, readInterest, text, last, changesPage)
		if err != nil {
			return err
		}
		note(page)
		if len(page) < changesPage {
			return nil
		}
		last = page[len(page)-1].ID
	}
}

// InterestsIn returns the interests of a place's subscriptions in its private articles.
func (s *Store) InterestsIn(ctx context.Context, p bot.Place) ([]bot.Interest, error) {
	const text = `
		SELECT s.id, s.filter, s.after_private, s.created, s.ended <> 0
		FROM targets AS t
		JOIN subscriptions AS s ON s.target_id = t.id AND s.ended = 0
		WHERE t.platform = $1 AND t.space = $2 AND $2 <> ''
		UNION ALL
		SELECT s.id, s.filter, s.after_private, s.created, s.ended <> 0
		FROM targets AS t
		JOIN subscriptions AS s ON s.target_id = t.id AND s.ended = 0
		WHERE t.platform = $1 AND t.chat = $2 AND t.space = ''`
	platform, id, _ := strings.Cut(string(p), ":")
	list, err := database.Collect(ctx, s.db, readInterest, text, platform, id)
	if err != nil {
		return nil, fmt.Errorf("interests in %s: %w", p, err)
	}
	return list, nil
}

func readInterest(row database.Scan) (i bot.Interest, err error) {
	var created int64
	err = row(&i.ID, &i.Filter, &i.Since.After, &created, &i.Ended)
	i.Since.Created = moment(created)
	return i, err
}
