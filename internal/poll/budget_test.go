package poll

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
)

func TestMemoryBudget_OneLargeBodyAtATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		budget := newMemoryBudget()
		first, second := reservation{budget: budget}, reservation{budget: budget}
		for range 2 { // the second time costs nothing
			if err := first.reserve(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		ended, cancel := context.WithCancel(t.Context())
		cancel()
		if err := second.reserve(ended); !errors.Is(err, context.Canceled) {
			t.Errorf("a second large body: %v, want it to wait until it is canceled", err)
		}
		second.release() // has nothing to release
		done := make(chan error, 1)
		go func() { done <- second.reserve(t.Context()) }()
		synctest.Wait()
		select {
		case err := <-done:
			t.Fatalf("two large bodies at once, %v", err)
		default:
		}
		first.release()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

func TestMemoryBudget_TwoAreParsedAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		budget := newMemoryBudget()
		release, begin, ended := make(chan struct{}), make(chan struct{}, 3), make(chan struct{}, 3)
		for range 3 {
			r := reservation{budget: budget}
			go func() {
				r.work(func() { begin <- struct{}{}; <-release })
				ended <- struct{}{}
			}()
		}
		synctest.Wait()
		if started := len(begin); started != parseAtATime {
			t.Errorf("%d are parsed at once, want %d", started, parseAtATime)
		}
		close(release)
		for range 3 {
			<-ended
		}
	})
}
