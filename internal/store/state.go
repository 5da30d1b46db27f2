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

// StateValues returns up to n values whose keys begin with prefix, in the order of the keys, but for empty ones.
func (s *Store) StateValues(ctx context.Context, prefix string, n int) ([]string, error) {
	const text = `
		SELECT value
		FROM state
		WHERE name >= $1 AND name < $2 AND value <> ''
		ORDER BY name
		LIMIT $3`
	list, err := database.Collect(ctx, s.db, database.Value[string], text, prefix, prefix+"\U0010ffff", n)
	if err != nil {
		return nil, fmt.Errorf("state %s*: %w", prefix, err)
	}
	return list, nil
}

// States returns the values whose keys begin with prefix, by their keys, but for empty ones.
func (s *Store) States(ctx context.Context, prefix string) (map[string]string, error) {
	const text = `
		SELECT name, value
		FROM state
		WHERE name >= $1 AND name < $2 AND value <> ''`
	values := map[string]string{}
	err := s.db.Each(ctx, func(row database.Scan) error {
		var key, value string
		err := row(&key, &value)
		values[key] = value
		return err
	}, text, prefix, prefix+"\U0010ffff")
	if err != nil {
		return nil, fmt.Errorf("state %s*: %w", prefix, err)
	}
	return values, nil
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
