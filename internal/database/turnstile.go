package database

import (
	"context"
	"os"
	"time"
)

// turnstile lets the processes that write to a file take turns: who waits for the lock on the database stands in it, and who
// had that lock waits behind. Left to itself SQLite looks ever more seldom whether it is free, and one that writes without a
// pause, such as an import, keeps the others out for seconds. The zero value lets everybody through.
type turnstile struct{ file *os.File }

const (
	// turnstileLock ends the name of the file that is locked.
	turnstileLock = "-turn.lock"
	// turnstileLook is how often one who waits looks whether it is free.
	turnstileLook = time.Millisecond
	// turnstilePatience is after which time nobody waits for it any more: whoever stands in it may have been halted.
	turnstilePatience = 5 * time.Second
)

// openTurnstile opens that of a database. Where it can't, for lack of a permission for example, there is none.
func openTurnstile(path string) turnstile {
	f, err := os.OpenFile(path+turnstileLock, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return turnstile{}
	}
	return turnstile{file: f}
}

// enter waits until nobody stands in the turnstile. leave is called with the lock on the database, or without hope of it.
func (t turnstile) enter(ctx context.Context) (leave func()) {
	if t.file == nil {
		return func() {}
	}
	free, err := lockFile(t.file)
	if !free && err == nil {
		ctx, cancel := context.WithTimeout(ctx, turnstilePatience)
		defer cancel()
		lookUntil(ctx, turnstileLook, func() bool {
			free, err = lockFile(t.file)
			return free || err != nil
		})
	}
	if !free {
		return func() {}
	}
	return func() { _ = unlockFile(t.file) } // closing it unlocks it too
}

func (t turnstile) close() error {
	if t.file == nil {
		return nil
	}
	return t.file.Close()
}
