package store

import (
	"context"
	"fmt"
	"math"
	"strings"

	"tidings/bot"
	"tidings/internal/database"
)

// ownedArticle is an article and its owner.
type ownedArticle struct {
	article bot.Article
	owner   int64
}

// sourceArticles is the query of up to $2 articles of a source.
const sourceArticles = `
	SELECT a.owner,` + articleColumns + `
	FROM articles AS a
	WHERE a.source = $1 AND a.guid > $3
	ORDER BY a.guid
	LIMIT $2`

func readOwned(row database.Scan) (o ownedArticle, err error) {
	o.article, err = readArticle(row, &o.owner)
	return o, err
}

// atOnce is how many articles change their owner or end in one transaction.
const atOnce = 500

// endPlace ends the sources of a place, with all their articles, if the bot knows no chat of it any more.
func (s *Store) endPlace(ctx context.Context, p bot.Place) error {
	const left = `
		SELECT
			(SELECT count(*) FROM targets WHERE platform = $1 AND space = $2)
			+ (SELECT count(*) FROM targets WHERE platform = $1 AND chat = $2 AND space = '')`
	owner, err := ownerOf(ctx, s.db, p)
	if err != nil || owner == public {
		return err
	}
	platform, id, _ := strings.Cut(string(p), ":")
	n, err := database.Number(ctx, s.db, left, platform, id)
	if err != nil || n > 0 {
		return err
	}
	return s.endOwner(ctx, owner)
}

// endOwner forgets an owner and all it has. It works in steps: what is cut off goes on with the next call.
func (s *Store) endOwner(ctx context.Context, owner int64) error {
	if err := s.endSources(ctx, owner); err != nil { // so that nothing comes any more
		return fmt.Errorf("end the sources of a place: %w", err)
	}
	for last, done := int64(math.MinInt64), false; !done; {
		var err error
		if last, done, err = s.endArticles(ctx, owner, last); err != nil {
			return fmt.Errorf("end the articles of a place: %w", err)
		}
	}
	return s.db.InTx(ctx, database.Exclusive, func(ctx context.Context, tx *database.Tx) error {
		_, err := tx.Exec(ctx, `DELETE FROM owners WHERE id = $1`, owner)
		return err
	})
}

func (s *Store) endSources(ctx context.Context, owner int64) error {
	return s.db.InTx(ctx, database.Exclusive, func(ctx context.Context, tx *database.Tx) error {
		for _, text := range []string{`DELETE FROM sources WHERE owner = $1`, `DELETE FROM facets WHERE owner = $1`, `DELETE FROM tombstones WHERE owner = $1 AND owner <> 0`} {
			if _, err := tx.Exec(ctx, text, owner); err != nil {
				return err
			}
		}
		return nil
	})
}

// endArticles forgets some articles of an owner, beyond a time key, and returns that of the last of them.
func (s *Store) endArticles(ctx context.Context, owner, after int64) (last int64, done bool, err error) {
	const text = `
		SELECT a.owner,` + articleColumns + `
		FROM articles AS a
		WHERE a.owner = $1 AND a.owner <> 0 AND a.time_key > $2
		ORDER BY a.time_key
		LIMIT $3`
	err = s.db.InTx(ctx, database.AppendLog, func(ctx context.Context, tx *database.Tx) error {
		list, err := database.Collect(ctx, tx, readOwned, text, owner, after, atOnce)
		done = len(list) < atOnce
		for i := range list {
			a := &list[i].article
			last = keyOf(a)
			if err == nil {
				err = s.endArticle(ctx, tx, a)
			}
		}
		return err
	})
	return last, done, err
}

func (s *Store) endArticle(ctx context.Context, tx *database.Tx, a *bot.Article) error {
	if err := s.texts.remove(ctx, tx, keyOf(a)); err != nil {
		return err
	}
	if link := canonicalLink(a.URL); link != "" {
		if err := tx.Queue(ctx, `DELETE FROM counterparts WHERE link = $1 AND article_id = $2`, linkKey(public, link), a.ID); err != nil {
			return err
		}
	}
	for _, text := range []string{`DELETE FROM revisions WHERE article_id = $1`, `DELETE FROM articles WHERE id = $1`} {
		if err := tx.Queue(ctx, text, a.ID); err != nil {
			return err
		}
	}
	return nil
}

// mergeOwners gives all that one owner has to another.
func (s *Store) mergeOwners(ctx context.Context, tx *database.Tx, from, to int64) error {
	const text = `
		SELECT ` + sourceColumns + `
		FROM sources
		WHERE owner = $1`
	list, err := database.Collect(ctx, tx, readSource, text, from)
	if err != nil {
		return err
	}
	for i := range list {
		if _, err := s.reown(ctx, tx, &list[i], to); err != nil {
			return err
		}
	}
	for _, text := range []string{`DELETE FROM facets WHERE owner = $1`, `DELETE FROM owners WHERE id = $1`} {
		if _, err := tx.Exec(ctx, text, from); err != nil {
			return err
		}
	}
	return nil
}

// reown gives a source with its articles to another owner, under a name that is free there, and returns that. Where that
// owner follows the address already, it has the articles alone.
func (s *Store) reown(ctx context.Context, tx *database.Tx, src *bot.Source, to int64) (name string, err error) {
	const (
		remove = `
			DELETE FROM sources
			WHERE name = $1`
		update = `
			UPDATE sources
			SET owner = $2, label = $3
			WHERE name = $1`
	)
	followed, err := isFollowed(ctx, tx, to, src.URL)
	if err != nil {
		return "", err
	}
	if name, err = freeName(ctx, tx, to, src.Name); err != nil {
		return "", err
	}
	if followed {
		_, err = tx.Exec(ctx, remove, src.ID)
	} else {
		_, err = tx.Exec(ctx, update, src.ID, to, labelOf(src.ID, name))
	}
	if err != nil {
		return "", err
	}
	return name, s.reownArticles(ctx, tx, src.ID, name, to)
}

// isFollowed reports whether an owner follows the feed at an address.
func isFollowed(ctx context.Context, q database.Querier, owner int64, url string) (bool, error) {
	const text = `
		SELECT count(*)
		FROM sources
		WHERE owner = $1 AND url = $2 AND kind = 'feed'`
	n, err := database.Number(ctx, q, text, owner, url)
	return n > 0, err
}

// ShareSource makes a source public, with its articles, and returns the name that it has then: another if a public source
// has its own. bot.ErrExists says that a public source has its address, bot.ErrNotFound that there is no such source.
func (s *Store) ShareSource(ctx context.Context, id string) (name string, err error) {
	err = s.db.InTx(ctx, database.AppendLog, func(ctx context.Context, tx *database.Tx) error {
		src, err := sourceByID(ctx, tx, id)
		if err != nil {
			return err
		}
		followed, err := isFollowed(ctx, tx, public, src.URL)
		if err != nil {
			return err
		}
		if src.Place == "" || followed {
			return bot.ErrExists
		}
		name, err = s.reown(ctx, tx, &src, public)
		return err
	})
	if err != nil {
		return "", fmt.Errorf("share source %s: %w", id, err)
	}
	return name, nil
}

// freeName returns a name that no source of an owner has.
func freeName(ctx context.Context, q database.Querier, owner int64, name string) (string, error) {
	const text = `
		SELECT coalesce(nullif(label, ''), name)
		FROM sources
		WHERE owner = $1`
	list, err := database.Collect(ctx, q, database.Value[string], text, owner)
	if err != nil {
		return "", err
	}
	taken := make(map[string]bool, len(list))
	for _, n := range list {
		taken[n] = true
	}
	return bot.FreeName(name, func(name string) bool { return taken[name] }), nil
}

// reownArticles gives the articles of a source to an owner. They are no news there.
func (s *Store) reownArticles(ctx context.Context, tx *database.Tx, source, name string, to int64) error {
	const pruned = `
		UPDATE tombstones
		SET owner = $2, label = $3
		WHERE source = $1`
	if _, err := tx.Exec(ctx, pruned, source, to, labelOf(source, name)); err != nil {
		return err
	}
	var counted, left facets
	from := to
	for last := ""; ; {
		list, err := database.Collect(ctx, tx, readOwned, sourceArticles, source, atOnce, last)
		if err != nil {
			return err
		}
		for i := range list {
			a := &list[i].article
			left.lower(a)
			last, a.Source, from = a.GUID, name, list[i].owner
			if err := s.reownArticle(ctx, tx, a, to); err != nil {
				return err
			}
			counted.note(a)
		}
		if len(list) < atOnce {
			if err := left.write(ctx, tx, from); err != nil {
				return err
			}
			return counted.write(ctx, tx, to)
		}
	}
}

func (s *Store) reownArticle(ctx context.Context, tx *database.Tx, a *bot.Article, to int64) error {
	const (
		update = `
			UPDATE articles
			SET owner = $2, label = $3, quiet = CASE WHEN quiet = '' THEN 'seen' ELSE quiet END
			WHERE id = $1`
		alias = `
			INSERT INTO aliases (key, article_id)
			VALUES ($1, $2)
			ON CONFLICT DO NOTHING`
		counterpart = `
			DELETE FROM counterparts
			WHERE link = $1 AND article_id = $2`
	)
	key := keyOf(a)
	if err := tx.Queue(ctx, update, a.ID, to, labelOf(a.SourceID, a.Source)); err != nil {
		return err
	}
	if err := s.texts.remove(ctx, tx, key); err != nil {
		return err
	}
	if err := s.texts.put(ctx, tx, a, to); err != nil {
		return err
	}
	link := canonicalLink(a.URL)
	if link == "" {
		return nil
	}
	if to == public {
		if err := tx.Queue(ctx, counterpart, linkKey(public, link), a.ID); err != nil {
			return err
		}
	}
	return tx.Queue(ctx, alias, linkKey(to, link), a.ID)
}
