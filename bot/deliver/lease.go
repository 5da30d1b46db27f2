package deliver

import (
	"context"
	"sync"
	"time"

	"tidings/bot"
	"tidings/bot/pace"
	"tidings/internal/retry"
)

// heldLease is the lease of a claimed delivery, which is renewed until stop is called.
type heldLease struct {
	stop func() // waits for the renewal under way

	mu      sync.Mutex // guards renewed
	renewed time.Time
}

// keepLease renews the lease of a delivery that was claimed at a moment.
func (s *Sender) keepLease(ctx context.Context, dl *bot.Delivery, claimedAt time.Time) *heldLease {
	ctx, cancel := context.WithCancel(ctx)
	l := &heldLease{renewed: claimedAt}
	var keeper sync.WaitGroup
	keeper.Go(func() {
		for retry.Sleep(ctx, renewEvery) == nil {
			at := s.now()
			switch err := s.outbox.Renew(ctx, dl, leaseTime); {
			case err == nil:
				l.set(at)
			case ctx.Err() == nil:
				s.logger.WarnContext(ctx, "lease not renewed", "target", dl.Target.String(), "err", err)
			}
		}
	})
	l.stop = func() {
		cancel()
		keeper.Wait()
	}
	return l
}

func (l *heldLease) set(at time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.renewed = at
}

// age returns how long ago the lease was renewed, the time that the machine slept included.
func (l *heldLease) age(now time.Time) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	return pace.Elapsed(l.renewed, now)
}
