package store

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

const (
	// placeTerm is how long a place is kept for a process that says nothing, by the database's clock, and placeRenew
	// how often it says something. Others notice within placeLook that a place is free, so a dead process is replaced
	// after 8.25 s at most.
	placeTerm  = 8 * time.Second
	placeRenew = 2 * time.Second
	placeLook  = 250 * time.Millisecond
	// placeMargin is how much sooner a process gives up its place by its own clock, which may go slower.
	placeMargin = time.Second
	// placeReply is how long the database has to answer.
	placeReply = 2 * time.Second
)

var errPlaceLost = errors.New("the place is lost")

// seats hands out what holds places.
type seats interface {
	// seat returns what holds the place of a name for one holder.
	seat(name string) seat
	close() error
}

// seat is one holder's way to a place.
type seat interface {
	// take reports whether nobody else had the place. It is the holder's then, for term.
	take(ctx context.Context) (bool, error)
	// renew reports whether the place is still the holder's, for another term.
	renew(ctx context.Context) (bool, error)
	leave(ctx context.Context) error
	// taken reports whether anybody has the place.
	taken(ctx context.Context) (bool, error)
	// term is 0 if the place stays the holder's as long as its process lives.
	term() time.Duration
}

// Acquire waits for a place and takes it.
func (s *Store) Acquire(ctx context.Context, name string) (context.Context, func(), error) {
	p := s.seats.seat(name)
	asked, err := awaitSeat(ctx, p)
	if err != nil {
		leaveSeat(ctx, p) // it may have been taken all the same
		return nil, nil, fmt.Errorf("place %s: %w", name, s.dialect.mapError(err))
	}
	held, lose := context.WithCancelCause(context.WithoutCancel(ctx))
	var keeping sync.WaitGroup
	if p.term() > 0 {
		keeping.Go(func() { keepSeat(held, lose, p, asked) })
	}
	release := sync.OnceFunc(func() {
		lose(context.Canceled)
		keeping.Wait()
		leaveSeat(held, p)
	})
	return held, release, nil
}

// WaitTaken waits until somebody has a place. Where it goes with its process, as with SQLite, nobody waits for it.
func (s *Store) WaitTaken(ctx context.Context, name string) bool {
	p := s.seats.seat(name)
	if p.term() == 0 {
		return false
	}
	return lookUntil(ctx, func() bool {
		taken, err := p.taken(ctx)
		return taken && err == nil
	})
}

// lookUntil looks at once, and then every placeLook, until there is what is looked for. It is false if ctx ended
// before.
func lookUntil(ctx context.Context, found func() bool) bool {
	tick := time.NewTicker(placeLook)
	defer tick.Stop()
	for !found() {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return false
		}
	}
	return true
}

// awaitSeat takes a place as soon as it is free, and returns a moment before the term began.
func awaitSeat(ctx context.Context, p seat) (asked time.Time, err error) {
	found := lookUntil(ctx, func() (ok bool) {
		asked = time.Now()
		ok, err = takeSeat(ctx, p)
		return ok || err != nil
	})
	if !found {
		err = ctx.Err()
	}
	return asked, err
}

func takeSeat(ctx context.Context, p seat) (bool, error) {
	ctx, cancel := context.WithTimeout(ctx, placeReply)
	defer cancel()
	return p.take(ctx)
}

func leaveSeat(ctx context.Context, p seat) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), placeReply)
	defer cancel()
	_ = p.leave(ctx) // or the term ends
}

// keepSeat renews a place until held ends, and ends it when there was no word from the database for too long.
func keepSeat(held context.Context, lose context.CancelCauseFunc, p seat, asked time.Time) {
	patience := p.term() - placeMargin
	over := time.AfterFunc(time.Until(asked.Add(patience)), func() { lose(errPlaceLost) })
	defer over.Stop()
	tick := time.NewTicker(placeRenew)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
		case <-held.Done():
			return
		}
		asked := time.Now()
		ctx, cancel := context.WithTimeout(held, placeReply)
		ok, err := p.renew(ctx)
		cancel()
		switch {
		case err != nil: // the next may be answered
		case !ok || !over.Stop():
			lose(errPlaceLost)
			return
		default:
			over.Reset(time.Until(asked.Add(patience)))
		}
	}
}
