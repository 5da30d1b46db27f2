package store

import (
	"context"

	"tidings/bot"
)

const (
	// named is what the counter says when all articles have their names.
	named = -1
	// namedAtOnce is how many articles one transaction gives theirs: some 50 ms.
	namedAtOnce = 1000
)

// nameAll notes the names of the articles that were stored before names were kept. What is done stays done
// if it is cut off, and several processes may do it at once.
func (s *Store) nameAll(ctx context.Context) error {
	for done := false; !done; {
		err := s.inScope(ctx, appending, func(ctx context.Context, tx *tx) (err error) {
			done, err = nameSome(ctx, tx)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// nameSome notes the names of the next articles, and reports whether there are no more.
func nameSome(ctx context.Context, tx *tx) (done bool, err error) {
	const (
		far  = `SELECT value FROM counters WHERE name = 'aliased'`
		next = `
			SELECT` + articleColumns + `
			FROM articles AS a
			WHERE a.id > $1
			ORDER BY a.id
			LIMIT $2`
		insert = `
			INSERT INTO aliases (key, article_id)
			VALUES ($1, $2)
			ON CONFLICT DO NOTHING`
		note = `
			UPDATE counters
			SET value = $1
			WHERE name = 'aliased'`
	)
	at, err := number(ctx, tx, far)
	if err != nil || at == named {
		return true, err
	}
	read := func(row scan) (bot.Article, error) { return readArticle(row) }
	list, err := collect(ctx, tx, read, next, at, namedAtOnce)
	if err != nil {
		return false, err
	}
	at = named
	for i := range list {
		k := keysOf(&list[i])
		for _, key := range []int64{k.guid, k.loose, k.link, k.title} {
			if key == 0 {
				continue
			}
			if _, err := tx.exec(ctx, insert, key, list[i].ID); err != nil {
				return false, err
			}
		}
		at = list[i].ID
	}
	_, err = tx.exec(ctx, note, at)
	return at == named, err
}
