package bottest

import (
	"context"
	"sync"
	"sync/atomic"
	"time"
)

func placeTests() []storeTest {
	return []storeTest{
		{"one at a time has a place", onePlaceHolder},
		{"places of other names are free", otherPlacesAreFree},
		{"a place outlives the wait for it", placeOutlivesWait},
		{"a wait for a place ends with its context", placeWaitEnds},
		{"a place that is released ends, and is soon taken", releasedPlaceIsTaken},
		{"a place that nobody takes is not taken over", untakenPlace},
	}
}

func (s *shelf) hold(name string) (held context.Context, release func()) {
	s.Helper()
	held, release, err := s.Acquire(s.soon(), name)
	s.must(err)
	return held, release
}

func onePlaceHolder(s *shelf) {
	var inside atomic.Int32
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for range 2 {
				_, release, err := s.Acquire(s.soon(), "desk")
				if err != nil {
					s.Error(err)
					return
				}
				if n := inside.Add(1); n != 1 {
					s.Errorf("%d have the place", n)
				}
				inside.Add(-1)
				release()
			}
		})
	}
	all.Wait()
}

func otherPlacesAreFree(s *shelf) {
	_, release := s.hold("desk")
	defer release()
	_, releaseOther := s.hold("door")
	releaseOther()
}

func placeOutlivesWait(s *shelf) {
	ctx, cancel := context.WithCancel(s.soon())
	held, release, err := s.Acquire(ctx, "desk")
	s.must(err)
	defer release()
	cancel()
	if held.Err() != nil {
		s.Errorf("the place ended with the wait: %v", held.Err())
	}
}

func placeWaitEnds(s *shelf) {
	held, release := s.hold("desk")
	defer release()
	ctx, cancel := context.WithTimeout(s.Context(), 20*time.Millisecond)
	defer cancel()
	if _, _, err := s.Acquire(ctx, "desk"); err == nil || ctx.Err() == nil {
		s.Errorf("Hold returned %v, and its context %v", err, ctx.Err())
	}
	if held.Err() != nil {
		s.Errorf("who had the place has lost it: %v", held.Err())
	}
}

func releasedPlaceIsTaken(s *shelf) {
	held, release := s.hold("desk")
	taken := make(chan time.Time, 1)
	go func() {
		_, releaseNext, err := s.Acquire(s.soon(), "desk")
		if err != nil {
			s.Error(err)
		} else {
			releaseNext()
		}
		taken <- time.Now()
	}()
	start := time.Now()
	release()
	release() // twice does no harm
	if held.Err() == nil {
		s.Error("the place goes on after its release")
	}
	if took := (<-taken).Sub(start); took > 2*time.Second {
		s.Errorf("taken after %v, want 2 s at most", took)
	}
}

func untakenPlace(s *shelf) {
	_, release := s.hold("desk")
	_, releaseOther := s.hold("door")
	defer releaseOther()
	release()
	ctx, cancel := context.WithTimeout(s.Context(), 20*time.Millisecond)
	defer cancel()
	if s.WaitTaken(ctx, "desk") {
		s.Error("nobody took it")
	}
}
