package store

import (
	"context"
	"strings"
)

const (
	// trialName is where Ready writes, and trialBytes how much: more than most articles have.
	trialName  = "store.trial"
	trialBytes = 64 << 10
)

// Ready returns why the store cannot be read or written to, nil if it can. It writes only after a write has failed,
// to learn whether that is over.
func (s *Store) Ready(ctx context.Context) error {
	if _, err := s.State(ctx, trialName); err != nil {
		return err
	}
	return s.db.Ready(ctx, func(ctx context.Context) error {
		if err := s.SetState(ctx, trialName, strings.Repeat("-", trialBytes)); err != nil {
			return err
		}
		return s.SetState(ctx, trialName, "")
	})
}
