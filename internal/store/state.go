package store

import (
	"context"
	"fmt"

	"tidings/internal/database"
)

// State returns the value last set for key, or "".
func (s *Store) State(ctx context.Context, key string) (string, error) {
	v, _, err := database.One(ctx, s.db, database.Value[string], `SELECT value FROM state WHERE name = $1`, safe(key))
	if err != nil {
		return "", fmt.Errorf("state %s: %w", key, err)
	}
	return v, nil
}

// SetState keeps a value for key until another is set.
func (s *Store) SetState(ctx context.Context, key, value string) error {
	const upsert = `
		INSERT INTO state (name, value, at)
		VALUES ($1, $2, $3)
		ON CONFLICT (name) DO UPDATE
		SET value = excluded.value, at = excluded.at`
	err := s.db.InTx(ctx, database.Shared, func(ctx context.Context, tx *database.Tx) error {
		_, err := tx.Exec(ctx, upsert, safe(key), safe(value), tx.Now)
		return err
	})
	if err != nil {
		return fmt.Errorf("set state %s: %w", key, err)
	}
	return nil
}
