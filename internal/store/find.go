package store

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"tidings/bot"
	"tidings/internal/database"
)

// Find returns the article with an ID, in decimal, or else the newest with an address, or else the one known
// by an address that differs in nothing but how it was reached; of what people in a place may know of.
func (s *Store) Find(ctx context.Context, p bot.Place, ref string) (bot.Article, error) {
	byID := `
			SELECT` + articleColumns + `
			FROM articles AS a
			WHERE a.id = $2 AND ` + visible("a", "$1")
	byURL := `
			SELECT` + articleColumns + `
			FROM articles AS a
			WHERE substr(a.url, 1, 500) = $3 AND a.url = $2 AND a.url <> '' AND ` + visible("a", "$1") + `
			ORDER BY a.time_key DESC
			LIMIT 1`
	byLink := `
			SELECT` + articleColumns + `
			FROM aliases AS k
			JOIN articles AS a ON a.id = k.article_id
			WHERE k.key = $2 AND ` + visible("a", "$1")
	owner, err := ownerOf(ctx, s.db, p)
	if err != nil {
		return bot.Article{}, err
	}
	address := bot.CleanURL(ref)
	text, args := byURL, []any{owner, address, indexedURL(address)}
	if id, err := strconv.ParseInt(ref, 10, 64); err == nil {
		text, args = byID, []any{owner, id}
	}
	read := func(row database.Scan) (bot.Article, error) { return readArticle(row) }
	a, found, err := database.One(ctx, s.db, read, text, args...)
	for _, link := range []string{canonicalLink(ref), pageOf(ref)} {
		for _, of := range slices.Compact([]int64{public, owner}) {
			if err == nil && !found && link != "" {
				a, found, err = database.One(ctx, s.db, read, byLink, owner, linkKey(of, link))
			}
		}
	}
	if err != nil {
		return bot.Article{}, fmt.Errorf("find article: %w", err)
	}
	if !found || !a.VisibleIn(p) {
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
