package store

import (
	"context"
	"testing"

	"tidings/internal/pgtest"
)

func TestTx_WhatRunsLaterRunsInOrderOrNotAtAll(t *testing.T) {
	sqlite, _ := file(t)
	for name, url := range map[string]string{"SQLite": sqlite, "PostgreSQL": pgtest.URL(t)} {
		t.Run(name, func(t *testing.T) {
			s := open(t, Config{URL: url})
			const (
				set  = `UPDATE counters SET value = $1 WHERE name = 'cursor'`
				read = `SELECT value FROM counters WHERE name = 'cursor'`
				same = `INSERT INTO counters (name, value) VALUES ('cursor', 1)`
			)
			err := s.inTx(t.Context(), func(ctx context.Context, tx *tx) error {
				for i := range 2*mostPut + 1 {
					if err := tx.later(ctx, set, i); err != nil {
						return err
					}
				}
				n, err := number(ctx, tx, read)
				if n != 2*mostPut {
					t.Errorf("a question saw %d, not what was set before", n)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			err = s.inTx(t.Context(), func(ctx context.Context, tx *tx) error {
				if err := tx.later(ctx, set, 7); err != nil {
					return err
				}
				return tx.later(ctx, same)
			})
			if n, readErr := s.Cursor(t.Context()); err == nil || readErr != nil || n != 2*mostPut {
				t.Errorf("a transaction that went wrong: %v, and left %d, %v", err, n, readErr)
			}
		})
	}
}
