package store

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"tidings/bot"
	"tidings/internal/database"
)

// The feeds that are followed stand in the order in which they are to be looked at, in an index: whoever fetches needs to
// know the next of them only. What changes when a feed is to be fetched makes it due now.

const (
	// followedFeed is the condition that a source is fetched.
	followedFeed = `kind = 'feed' AND paused = 0`
	// fetchAddress is where a source is fetched. An index has it.
	fetchAddress = `coalesce(nullif(address, ''), url)`
)

// EachDueFeed calls do for each feed that is to be looked at after one moment and until another, the first of them first. Of a zero
// moment it begins with the first that there is.
func (s *Store) EachDueFeed(ctx context.Context, after, until time.Time, do func(bot.DueFeed)) error {
	const text = `
		SELECT name, ` + fetchAddress + `, last_try, due, fetch_until
		FROM sources
		WHERE ` + followedFeed + ` AND due > $1 AND due <= $2
		ORDER BY due`
	from, now := int64(-1), micros(s.now())
	if !after.IsZero() {
		from = micros(after)
	}
	err := s.db.Each(ctx, func(row database.Scan) error {
		var f bot.DueFeed
		var lastTry, due, claimed int64
		err := row(&f.ID, &f.Address, &lastTry, &due, &claimed)
		if err == nil {
			f.LastTry, f.Due, f.Claimed = moment(lastTry), moment(due), claimed > now
			do(f)
		}
		return err
	}, text, from, micros(until))
	if err != nil {
		return fmt.Errorf("due feeds: %w", err)
	}
	return nil
}

// EachHostPause calls do with the address of each feed whose server is to be asked for nothing at all, and until when.
func (s *Store) EachHostPause(ctx context.Context, do func(address string, until time.Time)) error {
	const text = `
		SELECT ` + fetchAddress + `, host_pause
		FROM sources
		WHERE host_pause > 0 AND host_pause > $1`
	err := s.db.Each(ctx, func(row database.Scan) error {
		var address string
		var until int64
		err := row(&address, &until)
		if err == nil {
			do(address, moment(until))
		}
		return err
	}, text, micros(s.now()))
	if err != nil {
		return fmt.Errorf("hosts that pause: %w", err)
	}
	return nil
}

// CountFeeds returns how many feeds are followed.
func (s *Store) CountFeeds(ctx context.Context) (int, error) {
	n, err := database.Number(ctx, s.db, `SELECT count(*) FROM sources WHERE `+followedFeed)
	if err != nil {
		return 0, fmt.Errorf("count feeds: %w", err)
	}
	return int(n), nil
}

// FeedsAt returns the feeds that are followed at the address of one of them, that one too; none if it isn't followed.
func (s *Store) FeedsAt(ctx context.Context, id string) ([]bot.Source, error) {
	const text = `
		SELECT ` + sourceColumns + `
		FROM sources
		WHERE ` + followedFeed + ` AND ` + fetchAddress + ` = (
			SELECT ` + fetchAddress + `
			FROM sources
			WHERE name = $1 AND ` + followedFeed + `)`
	list, err := database.Collect(ctx, s.db, readSource, text, safe(id))
	if err != nil {
		return nil, fmt.Errorf("feeds at the address of %q: %w", id, err)
	}
	return list, nil
}

// PostponeFetch ends the claim of a feed that isn't to be fetched before a moment.
func (s *Store) PostponeFetch(ctx context.Context, id string, until time.Time) error {
	const update = `
		UPDATE sources
		SET due = $2, fetch_until = 0
		WHERE name = $1`
	err := s.noteFeed(ctx, id, func(ctx context.Context, tx *database.Tx) error {
		return tx.Queue(ctx, update, safe(id), micros(until))
	})
	if err != nil {
		return fmt.Errorf("postpone the fetch of %q: %w", id, err)
	}
	return nil
}

// intervalState is the key of the longest time between two fetches that the feeds' moments were reckoned with.
const intervalState = "poll_interval"

// ExpectInterval has the feeds looked at anew that have no interval of their own, if theirs is shorter than it was.
func (s *Store) ExpectInterval(ctx context.Context, longest time.Duration) error {
	const update = `
		UPDATE sources
		SET due = $1
		WHERE ` + followedFeed + ` AND longest = 0 AND due > last_try + $2`
	known, err := s.State(ctx, intervalState)
	was, _ := strconv.ParseInt(known, 10, 64) // it isn't known at first
	if err != nil || was == longest.Microseconds() {
		return err
	}
	if longest.Microseconds() < was {
		err = s.db.InTx(ctx, database.Shared, func(ctx context.Context, tx *database.Tx) error {
			_, err := tx.Exec(ctx, update, tx.Now, longest.Microseconds())
			return err
		})
	}
	if err != nil {
		return fmt.Errorf("expect the interval %v: %w", longest, err)
	}
	return s.SetState(ctx, intervalState, strconv.FormatInt(longest.Microseconds(), 10))
}
