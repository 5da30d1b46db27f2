package store

import (
	"context"
	"fmt"
	"strconv"

	"tidings/bot"
	"tidings/internal/database"
)

// Find returns the article with an ID, in decimal, or else the newest with an address, or else the one known
// by an address that differs in nothing but how it was reached.
func (s *Store) Find(ctx context.Context, ref string) (bot.Article, error) {
	const (
		byID = `
			SELECT` + articleColumns + `
			FROM articles AS a
			WHERE a.id = $1`
		byURL = `
			SELECT` + articleColumns + `
			FROM articles AS a
			WHERE substr(a.url, 1, 500) = $2 AND a.url = $1 AND a.url <> ''
			ORDER BY a.time_key DESC
			LIMIT 1`
		byLink = `
			SELECT` + articleColumns + `
			FROM aliases AS k
			JOIN articles AS a ON a.id = k.article_id
			WHERE k.key = $1`
	)
	address := bot.CleanURL(ref)
	text, args := byURL, []any{address, indexedURL(address)}
	if id, err := strconv.ParseInt(ref, 10, 64); err == nil {
		text, args = byID, []any{id}
	}
	read := func(row database.Scan) (bot.Article, error) { return readArticle(row) }
	a, found, err := database.One(ctx, s.db, read, text, args...)
	for _, link := range []string{canonicalLink(ref), pageOf(ref)} {
		if err == nil && !found && link != "" {
			a, found, err = database.One(ctx, s.db, read, byLink, key("link", link))
		}
	}
	if err != nil {
		return bot.Article{}, fmt.Errorf("find article: %w", err)
	}
	if !found {
		return bot.Article{}, fmt.Errorf("article %q: %w", bot.CleanText(ref, bot.MaxName), bot.ErrNotFound)
	}
	return a, nil
}

// indexedURL returns what the index of addresses has of one.
func indexedURL(address string) string {
	const indexed = 500 // characters, as in the schema
	n := 0
	for i := range address {
		if n == indexed {
			return address[:i]
		}
		n++
	}
	return address
}
