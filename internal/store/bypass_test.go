package store

import (
	"context"

	"tidings/bot"
)

// putArchive is a Put of which nothing is news.
func (s *Store) putArchive(ctx context.Context, articles []bot.Article) (bot.IngestResult, error) {
	return s.putAll(ctx, intake{via: viaArchive, articles: articles})
}
