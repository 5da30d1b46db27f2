package store

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"tidings/bot"
	"tidings/internal/database"
)

// countArticles notes that a source has n more articles, and the days of those that it has brought first. A source that nobody has
// named before comes into being as one that is read from files.
func (in *ingest) countArticles(ctx context.Context, id string, n int64, days []int64) error {
	const (
		update = `
			UPDATE sources
			SET articles = articles + $2, daily = $3
			WHERE name = $1`
		insert = `
			INSERT INTO sources (name, label, kind, added, daily, articles)
			SELECT $1, $2, $3, $4, $5, count(*)
			FROM articles
			WHERE source = $1`
	)
	daily, err := in.countDays(id, days)
	if err != nil {
		return err
	}
	if in.exists[id] {
		return in.tx.Queue(ctx, update, id, n, daily)
	}
	in.exists[id] = true
	known, err := in.tx.Exec(ctx, update, id, n, daily)
	if err != nil || known > 0 || in.owner != public {
		return err
	}
	_, err = in.tx.Exec(ctx, insert, id, labelOf(id, in.names[id]), bot.ImportSource, in.tx.Now, daily)
	return err
}

// countDays adds days to what is counted of a source, and returns that as it is stored.
func (in *ingest) countDays(id string, days []int64) (string, error) {
	if len(days) == 0 {
		return in.daily[id], nil
	}
	daily, err := unpackDaily(in.daily[id])
	if err != nil {
		return "", err
	}
	daily.upTo(dayOf(in.now))
	for _, day := range days {
		daily.add(day)
	}
	in.daily[id] = daily.pack()
	return in.daily[id], nil
}

// Sources returns all sources by name, private ones too. It is for those who run the bot, and for what reads feeds.
func (s *Store) Sources(ctx context.Context) ([]bot.Source, error) {
	const text = `
		SELECT ` + sourceColumns + `
		FROM sources`
	list, err := database.Collect(ctx, s.db, readSource, text)
	if err != nil {
		return nil, fmt.Errorf("sources: %w", err)
	}
	return sortedByName(list), nil
}

// SourcesIn returns the sources that people of a place may know of, by name.
func (s *Store) SourcesIn(ctx context.Context, p bot.Place) ([]bot.Source, error) {
	text := `
		SELECT ` + sourceColumns + `
		FROM sources
		WHERE ` + visible("sources", "$1")
	owner, err := ownerOf(ctx, s.db, p)
	if err != nil {
		return nil, err
	}
	list, err := database.Collect(ctx, s.db, readSource, text, owner)
	if err != nil {
		return nil, fmt.Errorf("sources: %w", err)
	}
	return sortedByName(list), nil
}

func sortedByName(list []bot.Source) []bot.Source {
	slices.SortFunc(list, func(a, b bot.Source) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID)) })
	return list
}

// PublishedSince counts the articles dated from the day of a moment on, UTC, which is 31 days ago at most, by the ID of the source that
// brought them first. Those that have been pruned since count too.
func (s *Store) PublishedSince(ctx context.Context, since time.Time) (map[string]int64, error) {
	const text = `
		SELECT name, daily
		FROM sources
		WHERE daily <> ''`
	counts, day := map[string]int64{}, dayOf(since)
	add := func(row database.Scan) error {
		var id, packed string
		if err := row(&id, &packed); err != nil {
			return err
		}
		daily, err := unpackDaily(packed)
		if n := daily.since(day); n > 0 {
			counts[id] = n
		}
		return err
	}
	if err := s.db.Each(ctx, add, text); err != nil {
		return nil, fmt.Errorf("articles by source: %w", err)
	}
	return counts, nil
}

const sourceColumns = `
	name, label,` + sourcePlace + `, kind, url, title, configured, added, articles, etag, last_modified, body_hash, next_fetch, last_try, last_success,
	failures, error, fetch_memory, decisions, longest, paused, login <> ''`

func readSource(row database.Scan) (bot.Source, error) {
	var src bot.Source
	var added, next, lastTry, lastSuccess, longest, paused int64
	var etag, lastModified []byte
	var memory, decisions string
	var label string
	err := row(&src.ID, &label, &src.Place, &src.Kind, &src.URL, &src.Title, &src.Configured, &added, &src.Articles, &etag, &lastModified,
		&src.Fetch.BodyHash, &next, &lastTry, &lastSuccess, &src.Fetch.Failures, &src.Fetch.Error, &memory, &decisions, &longest, &paused,
		&src.HasLogin)
	if err == nil && memory != "" {
		err = json.Unmarshal([]byte(memory), &src.Fetch.Memory)
	}
	if err == nil {
		src.Batches, err = unpackBatches(decisions)
	}
	src.Name, src.Interval = cmp.Or(label, src.ID), time.Duration(longest)*time.Microsecond
	src.Added, src.Paused, src.Fetch.Next = moment(added), moment(paused), moment(next)
	src.Fetch.LastTry, src.Fetch.LastSuccess = moment(lastTry), moment(lastSuccess)
	src.Fetch.ETag, src.Fetch.LastModified = string(etag), string(lastModified)
	return src, err
}

// sourceByID returns the source of an ID, or bot.ErrNotFound.
func sourceByID(ctx context.Context, q database.Querier, id string) (bot.Source, error) {
	const text = `
		SELECT ` + sourceColumns + `
		FROM sources
		WHERE name = $1`
	src, found, err := database.One(ctx, q, readSource, text, id)
	if err == nil && !found {
		err = bot.ErrNotFound
	}
	return src, err
}

// Source returns the source of an ID, or bot.ErrNotFound. It is for those who run the bot.
func (s *Store) Source(ctx context.Context, id string) (bot.Source, error) {
	src, err := sourceByID(ctx, s.db, safe(id))
	if err != nil {
		return bot.Source{}, fmt.Errorf("source %q: %w", id, err)
	}
	return src, nil
}

// AddSource returns bot.ErrExists if the name or, for a feed, the address is in use among the public sources, or in the
// source's place. Added is now unless the source says otherwise.
func (s *Store) AddSource(ctx context.Context, src bot.Source) error {
	const insert = `
		INSERT INTO sources (name, owner, label, kind, url, title, configured, added, longest, login, due, articles)
		SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, count(*)
		FROM articles
		WHERE source = $1
		ON CONFLICT DO NOTHING`
	var login bot.Login
	src.URL, login = bot.TakeLogin(src.URL)
	return s.db.InTx(ctx, database.Exclusive, func(ctx context.Context, tx *database.Tx) error {
		added := micros(src.Added)
		if added == 0 {
			added = tx.Now
		}
		owner, err := makeOwner(ctx, tx, src.Place)
		if err != nil {
			return err
		}
		id, err := newSourceID(ctx, tx, owner, &src)
		if err != nil {
			return fmt.Errorf("add source: %w", err)
		}
		n, err := tx.Exec(ctx, insert, id, owner, labelOf(id, safe(src.Name)), src.Kind, safe(src.URL), safe(src.Title), src.Configured, added,
			src.Interval.Microseconds(), packLogin(login), tx.Now)
		if err != nil {
			return fmt.Errorf("add source: %w", err)
		}
		if n == 0 {
			return fmt.Errorf("source %q: %w", src.Name, bot.ErrExists)
		}
		return saveFetch(ctx, tx, id, src.Title, src.Fetch, new(bool)) // it was added just now
	})
}

// newSourceID returns the ID of a source to be added. A public one is known by its name, unless another source has, or had, that
// for its ID, a private one by its address: where a place follows a feed once more, its articles are known.
func newSourceID(ctx context.Context, q database.Querier, owner int64, src *bot.Source) (string, error) {
	const taken = `
		SELECT count(*)
		FROM sources
		WHERE name = $1 AND (owner <> $2 OR label <> '')`
	id := safe(src.Name)
	if owner != public {
		id = fmt.Sprintf("%s.%016x", ownerWord(owner), uint64(key("source", cmp.Or(src.URL, src.Name))))
	}
	for {
		n, err := database.Number(ctx, q, taken, id, owner)
		if err != nil || owner != public {
			return id, err
		}
		name, known, err := nameHad(ctx, q, id)
		if err != nil || n == 0 && (!known || name == safe(src.Name)) {
			return id, err
		}
		id += "~"
	}
}

// RemoveSource forgets a source and keeps its articles.
func (s *Store) RemoveSource(ctx context.Context, id string) error {
	const remove = `
		DELETE FROM sources
		WHERE name = $1`
	return s.db.InTx(ctx, database.Exclusive, func(ctx context.Context, tx *database.Tx) error {
		n, err := tx.Exec(ctx, remove, safe(id))
		if err != nil {
			return fmt.Errorf("remove source: %w", err)
		}
		if n == 0 {
			return fmt.Errorf("source %q: %w", id, bot.ErrNotFound)
		}
		return nil
	})
}
