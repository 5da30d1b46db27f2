package store

import (
	"context"
	"strings"
)

const (
	// readyName is where Ready writes, and readyBytes how much: more than most articles have.
	readyName  = "store.ready"
	readyBytes = 64 << 10
)

// Ready returns why the store cannot be read or written to, nil if it can. It writes only after a write has failed,
// to learn whether that is over.
func (s *Store) Ready(ctx context.Context) error {
	if _, err := s.State(ctx, readyName); err != nil {
		return err
	}
	return s.db.Ready(ctx, func(ctx context.Context) error {
		if err := s.SetState(ctx, readyName, strings.Repeat("-", readyBytes)); err != nil {
			return err
		}
		return s.SetState(ctx, readyName, "")
	})
}
