package store

import (
	"context"

	"tidings/internal/database"
)

// depositsMost is how many calls that store articles share a transaction at most. Whoever else stores waits for all of them.
const depositsMost = 16

// deposit is one call that stores articles.
type deposit struct {
	ask   database.TxFunc // asks for what has to be known; it is answered when store is called
	store database.TxFunc
}

// deposit stores articles. Calls that come while the process stores are stored in one transaction next, one after the other: each
// finds what those before it have added, as if that had been committed.
func (s *Store) deposit(ctx context.Context, d *deposit) error {
	if err := s.warmTitles(ctx); err != nil {
		return err
	}
	return s.deposits.run(ctx, d)
}

// storeDeposits stores them all, or none. What one asks for travels with what the one before it writes.
func (s *Store) storeDeposits(ctx context.Context, list []*deposit) (left []*deposit, err error) {
	return nil, s.db.InTxAsking(ctx, database.AppendLog, list[0].ask, func(ctx context.Context, tx *database.Tx) error {
		for i, d := range list {
			if i > 0 {
				if err := d.ask(ctx, tx); err != nil {
					return err
				}
				if err := tx.Flush(ctx); err != nil {
					return err
				}
			}
			if err := d.store(ctx, tx); err != nil {
				return err
			}
		}
		return nil
	})
}
