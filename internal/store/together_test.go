package store

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
)

// togetherTest is a together that does one list after the other, when it is told to.
type togetherTest struct {
	together[int]
	proceed chan error
	done    [][]int
}

func newTogetherTest() *togetherTest {
	x := &togetherTest{proceed: make(chan error)}
	x.most, x.do = 3, func(_ context.Context, list []int) error {
		x.done = append(x.done, slices.Clone(list))
		return <-x.proceed
	}
	return x
}

// come has numbers come one after the other, each while something is being done, and returns what becomes of them.
func (x *togetherTest) come(ctx context.Context, numbers ...int) (all *sync.WaitGroup, errs []error) {
	errs = make([]error, len(numbers))
	all = &sync.WaitGroup{}
	for i, n := range numbers {
		all.Go(func() { errs[i] = x.run(ctx, n) })
		synctest.Wait()
	}
	return all, errs
}

func TestTogether_WhatComesMeanwhileIsDoneNextUpToTheMost(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		x := newTogetherTest()
		all, errs := x.come(t.Context(), 1, 2, 3, 4, 5)
		for range 3 {
			x.proceed <- nil
		}
		all.Wait()
		x.work.Wait()
		if got := fmt.Sprint(x.done); got != "[[1] [2 3 4] [5]]" || errors.Join(errs...) != nil {
			t.Errorf("done %s, errors %v", got, errs)
		}
	})
}

func TestTogether_AFaultIsOnesAlone(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		x := newTogetherTest()
		all, errs := x.come(t.Context(), 1, 2, 3)
		fault := errors.New("fault")
		for _, err := range []error{nil, fault, nil, fault} {
			x.proceed <- err
		}
		all.Wait()
		x.work.Wait()
		if got := fmt.Sprint(x.done); got != "[[1] [2 3] [2] [3]]" || errors.Join(errs[:2]...) != nil || !errors.Is(errs[2], fault) {
			t.Errorf("done %s, errors %v", got, errs)
		}
	})
}

func TestTogether_WhatIsTakenBackIsNotDone(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		x := newTogetherTest()
		first, begun := x.come(t.Context(), 1)
		ctx, cancel := context.WithCancel(t.Context())
		second, waits := x.come(ctx, 2)
		third, stays := x.come(t.Context(), 3)
		cancel()
		second.Wait()
		for range 2 {
			x.proceed <- nil
		}
		first.Wait()
		third.Wait()
		x.work.Wait()
		if got := fmt.Sprint(x.done); got != "[[1] [3]]" || !errors.Is(waits[0], context.Canceled) || begun[0] != nil || stays[0] != nil {
			t.Errorf("done %s, errors %v, %v, %v", got, begun, waits, stays)
		}
		if err := x.run(ctx, 4); !errors.Is(err, context.Canceled) || len(x.done) != 2 {
			t.Errorf("what comes after the end: %v, done %v", err, x.done)
		}
	})
}

func TestTogether_WhatIsBegunIsWaitedFor(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		x := newTogetherTest()
		ctx, cancel := context.WithCancel(t.Context())
		all, errs := x.come(ctx, 1)
		cancel()
		synctest.Wait()
		x.proceed <- nil
		all.Wait()
		if errs[0] != nil {
			t.Errorf("what was done says %v", errs[0])
		}
	})
}

// doTogether does n things together, once they have all come. It was busy so far.
func doTogether[T any](s *storeHarness, g *together[T], n int) {
	s.Helper()
	waiting := func() int {
		g.mu.Lock()
		defer g.mu.Unlock()
		return len(g.waiting)
	}
	for waiting() != n && s.Context().Err() == nil {
		runtime.Gosched()
	}
	g.doAll(s.Context())
}
