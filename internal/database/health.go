package database

import (
	"context"
	"fmt"
	"sync"
)

// health remembers why the last transaction failed.
type health struct {
	mu      sync.Mutex // guards failure
	failure error      // nil if it went well
}

// note takes the result of a transaction. Only what the dialect has words for is the database's own fault: explained
// is err in these words.
func (h *health) note(err, explained error) {
	if err != nil && explained.Error() == err.Error() {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.failure = explained
}

func (h *health) last() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.failure
}

// Ready returns why nothing can be written, nil if it can. It calls trial, which writes something, only after a write
// has failed, to learn whether that is over.
func (db *DB) Ready(ctx context.Context, trial func(context.Context) error) error {
	failure := db.health.last()
	if failure == nil {
		return nil
	}
	select {
	case db.turn <- struct{}{}:
		<-db.turn
	default: // those who write are waiting
		return fmt.Errorf("write to the database: %w", failure)
	}
	return trial(ctx)
}
