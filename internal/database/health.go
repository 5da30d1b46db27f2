package database

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
)

// errDamaged says that a file cannot be trusted any more.
var errDamaged = errors.New("the database file is damaged; restore a backup as tidings backup makes them, " +
	"or save what can be read with: sqlite3 FILE .recover")

// health remembers why the last transaction failed.
type health struct {
	log *slog.Logger

	mu      sync.Mutex // guards what follows
	failure error      // of the last transaction; nil if it went well
	damage  error      // what no transaction ends
}

// note records the result of a transaction. Only what the dialect has words for is the database's own fault: explained
// is err in these words.
func (h *health) note(err, explained error) {
	if err != nil && explained.Error() == err.Error() {
		return
	}
	h.noteDamage(explained)
	h.mu.Lock()
	defer h.mu.Unlock()
	h.failure = explained
}

// noteDamage records the result of anything. Damage is reported once, though every caller meets it.
func (h *health) noteDamage(explained error) {
	if !errors.Is(explained, errDamaged) {
		return
	}
	h.mu.Lock()
	first := h.damage == nil
	h.damage = explained
	h.mu.Unlock()
	if first {
		h.log.Error("database damaged; nothing more is written", "err", explained)
	}
}

func (h *health) last() (failure, damage error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.failure, h.damage
}

// writable returns why nothing may be written, whatever it is: the file is damaged, or gone.
func (db *DB) writable() error {
	if _, damage := db.health.last(); damage != nil {
		return damage
	}
	return db.file.check()
}

// Ready returns why nothing can be written, nil if it can. It calls write, which writes something, only after a write
// has failed, to learn whether that is over.
func (db *DB) Ready(ctx context.Context, write func(context.Context) error) error {
	if err := db.writable(); err != nil {
		return err
	}
	failure, _ := db.health.last()
	if failure == nil {
		return nil
	}
	release, ok := db.tryTurn()
	if !ok { // those who write are waiting
		return fmt.Errorf("write to the database: %w", failure)
	}
	release()
	return write(ctx)
}
