package store

import (
	"context"
	"fmt"
	"strings"
	"sync"
)

// health remembers why nothing could be written of late.
type health struct {
	mu      sync.Mutex // guards failure
	failure error      // of the last transaction; nil if it went well
}

// note takes the result of a transaction. Only what the dialect has words for is the database's own fault: mapped is
// err in these words.
func (h *health) note(err, mapped error) {
	if err != nil && mapped.Error() == err.Error() {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.failure = mapped
}

func (h *health) last() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.failure
}

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
	failure := s.health.last()
	if failure == nil {
		return nil
	}
	select {
	case s.turn <- struct{}{}:
		<-s.turn
	default: // those who write are waiting
		return fmt.Errorf("write to the store: %w", failure)
	}
	if err := s.SetState(ctx, trialName, strings.Repeat("-", trialBytes)); err != nil {
		return err
	}
	return s.SetState(ctx, trialName, "")
}
