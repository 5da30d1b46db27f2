package store

import (
	"context"

	"tidings/bot"
)

// Size returns how much room the database takes.
func (s *Store) Size(ctx context.Context) (bot.DatabaseSize, error) {
	size, err := s.db.Size(ctx)
	return bot.DatabaseSize(size), err
}
