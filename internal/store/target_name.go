package store

import (
	"context"
	"fmt"
	"strings"

	"tidings/bot"
	"tidings/bot/filter"
	"tidings/internal/database"
)

// NameTarget keeps what a target is called, if it is known.
func (s *Store) NameTarget(ctx context.Context, t bot.Target, name string) error {
	const (
		find = targetOf + ` AND name <> $5`
		text = `
			UPDATE targets
			SET name = $2, name_key = $3
			WHERE id = $1`
	)
	name = safe(bot.CleanText(name, bot.MaxName))
	fail := func(err error) error { return fmt.Errorf("name %s: %w", t, err) }
	id, err := database.Number(ctx, s.db, find, t.Platform, t.Chat, t.Thread, t.Space, name)
	if err != nil {
		return fail(err)
	}
	if id == 0 {
		return nil
	}
	err = s.db.InTx(ctx, database.Shared, func(ctx context.Context, tx *database.Tx) error {
		return tx.Queue(ctx, text, id, name, filter.Fold(name))
	})
	if err != nil {
		return fail(err)
	}
	return nil
}

// likeName returns the pattern of names in which some words stand; empty for none.
func likeName(words string) string {
	if words == "" {
		return ""
	}
	return "%" + strings.NewReplacer("\\", "\\\\", "%", "\\%", "_", "\\_").Replace(filter.Fold(words)) + "%"
}
