package database

import (
	"context"
	"testing"

	"tidings/internal/pgtest"
)

func TestTx_WhatRunsLaterRunsInOrderOrNotAtAll(t *testing.T) {
	sqlite := file(t)
	for name, url := range map[string]string{"SQLite": sqlite, "PostgreSQL": pgtest.URL(t)} {
		t.Run(name, func(t *testing.T) {
			db := open(t, url)
			const (
				set  = `UPDATE counters SET value = $1 WHERE name = 'last'`
				read = `SELECT value FROM counters WHERE name = 'last'`
				same = `INSERT INTO counters (name, value) VALUES ('last', 1)`
			)
			err := db.InTx(t.Context(), Exclusive, func(ctx context.Context, tx *Tx) error {
				for i := range 2*maxPending + 1 {
					if err := tx.Queue(ctx, set, i); err != nil {
						return err
					}
				}
				n, err := Number(ctx, tx, read)
				if n != 2*maxPending {
					t.Errorf("a question saw %d, not what was set before", n)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			err = db.InTx(t.Context(), Exclusive, func(ctx context.Context, tx *Tx) error {
				if err := tx.Queue(ctx, set, 7); err != nil {
					return err
				}
				return tx.Queue(ctx, same)
			})
			if n, readErr := Number(t.Context(), db, read); err == nil || readErr != nil || n != 2*maxPending {
				t.Errorf("a transaction that went wrong: %v, and left %d, %v", err, n, readErr)
			}
		})
	}
}
