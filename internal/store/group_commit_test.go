package store

import (
	"context"
	"errors"
	"maps"
	"math/rand/v2"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

var errFault = errors.New("fault")

// groupScript plays what comes to a groupCommit, and says what comes of what it does. Numbers of one decade, from 10 on, have one key.
type groupScript struct {
	*testing.T
	group  groupCommit[int, int]
	ctx    map[int]context.Context
	cancel map[int]context.CancelFunc
	all    sync.WaitGroup

	mu    sync.Mutex // guards what follows
	doing map[string]chan groupAnswer
	heard map[int]error
}

// groupAnswer is what comes of a list.
type groupAnswer struct {
	left []int
	err  error
}

func newGroupScript(t *testing.T) *groupScript {
	t.Helper()
	x := &groupScript{
		T: t, ctx: map[int]context.Context{}, cancel: map[int]context.CancelFunc{},
		doing: map[string]chan groupAnswer{}, heard: map[int]error{},
	}
	x.group.most, x.group.do = 3, x.do
	x.group.key = func(n int) int {
		if n < 10 {
			return n
		}
		return n / 10 * 10
	}
	return x
}

func (x *groupScript) do(ctx context.Context, list []int) ([]int, error) {
	var names []string
	for _, n := range list {
		names = append(names, strconv.Itoa(n))
	}
	answer := make(chan groupAnswer)
	x.mu.Lock()
	x.doing[strings.Join(names, "+")] = answer
	x.mu.Unlock()
	a := <-answer
	if len(list) > 1 && ctx.Err() != nil {
		x.Errorf("%v ends with the context of one of them", list)
	}
	return a.left, a.err
}

// answer says what comes of a list that is being done.
func (x *groupScript) answer(list string, a groupAnswer) {
	x.Helper()
	x.mu.Lock()
	answer := x.doing[list]
	delete(x.doing, list)
	x.mu.Unlock()
	if answer == nil {
		x.Fatalf("%s is not being done", list)
	}
	answer <- a
}

// contextOf returns the context of who has a number come.
func (x *groupScript) contextOf(n int) context.Context {
	if x.ctx[n] == nil {
		ctx, cancel := context.WithCancel(x.Context())
		x.ctx[n], x.cancel[n] = ctx, cancel //nolint:fatcontext // each has its own
	}
	return x.ctx[n]
}

// step plays a step: "come 1 2", "end 1", which is a context, "ok 1+2", "fail 1+2", "leave 1+2 2", or says how it stands:
// "doing 1+2 3", "hears 1 ok", "waits 1".
func (x *groupScript) step(step string) {
	x.Helper()
	defer synctest.Wait()
	words := strings.Fields(step)
	verb, args := words[0], words[1:]
	number := func(word string) int {
		n, err := strconv.Atoi(word)
		if err != nil {
			x.Fatal(err)
		}
		return n
	}
	switch verb {
	case "come":
		for _, arg := range args {
			n := number(arg)
			ctx := x.contextOf(n)
			x.all.Go(func() {
				err := x.group.run(ctx, n)
				x.mu.Lock()
				defer x.mu.Unlock()
				x.heard[n] = err
			})
			synctest.Wait()
		}
	case "end":
		x.contextOf(number(args[0]))
		x.cancel[number(args[0])]()
	case "ok":
		x.answer(args[0], groupAnswer{})
	case "fail":
		x.answer(args[0], groupAnswer{err: errFault})
	case "leave":
		x.answer(args[0], groupAnswer{left: []int{number(args[1])}})
	default:
		x.check(step, verb, args)
	}
}

func (x *groupScript) check(step, verb string, args []string) {
	x.Helper()
	x.mu.Lock()
	defer x.mu.Unlock()
	if verb == "doing" {
		if got := slices.Sorted(maps.Keys(x.doing)); !slices.Equal(got, args) {
			x.Errorf("%q are done, want %q", got, args)
		}
		return
	}
	n, _ := strconv.Atoi(args[0])
	err, heard := x.heard[n]
	got := "waits " + args[0]
	if heard {
		got = "hears " + args[0] + " ok"
		if err != nil {
			got = "hears " + args[0] + " " + err.Error()
		}
	}
	if got != step {
		x.Errorf("got %q, want %q", got, step)
	}
}

// groupContract is the table of groupCommit's comment, line by line.
var groupContract = map[string]string{
	"what ended before isn't done":                   "end 1, come 1, hears 1 context canceled, doing",
	"what comes alone is done at once":               "come 1, doing 1, waits 1, ok 1, hears 1 ok, come 2, doing 2, ok 2, hears 2 ok",
	"what comes meanwhile is next, up to the most":   "come 1 2 3 4 5, doing 1, ok 1, hears 1 ok, doing 2+3+4, ok 2+3+4, hears 4 ok, doing 5, ok 5, hears 5 ok",
	"the first one's fault is its own":               "come 1 2, fail 1, hears 1 fault, doing 2, ok 2, hears 2 ok",
	"what waits is taken back":                       "come 1 2 3, end 2, hears 2 context canceled, ok 1, doing 3, ok 3",
	"all that waits is taken back":                   "come 1 2, end 2, ok 1, doing, come 3, doing 3, ok 3",
	"what came first is waited for":                  "come 1, end 1, waits 1, ok 1, hears 1 ok",
	"what has begun is waited for":                   "come 1 2 3, ok 1, end 2, waits 2, ok 2+3, hears 2 ok, hears 3 ok",
	"a list's fault is one's alone":                  "come 1 2 3 4, ok 1, fail 2+3+4, doing 2 3 4, ok 4, hears 4 ok, waits 3, fail 2, hears 2 fault, ok 3, hears 3 ok, doing",
	"a fault holds up nothing that comes":            "come 1 2 3, ok 1, fail 2+3, come 4, doing 2 3 4, ok 4, hears 4 ok, ok 2, ok 3",
	"what is alone isn't done again":                 "come 1 2, ok 1, fail 2, hears 2 fault, doing",
	"what ended isn't done again after a fault":      "come 1 2 3, ok 1, end 2, fail 2+3, hears 2 fault, doing 3, ok 3, hears 3 ok",
	"what is left out is done beside what follows":   "come 1 2 3 4 5, ok 1, leave 2+3+4 3, hears 2 ok, hears 4 ok, waits 3, doing 3 5, ok 5, hears 5 ok, ok 3, hears 3 ok",
	"what is left out has its own fault":             "come 1 2 3, ok 1, leave 2+3 3, fail 3, hears 3 fault, hears 2 ok",
	"what ended isn't done once it was left out":     "come 1 2 3, ok 1, end 3, leave 2+3 3, hears 3 context canceled, hears 2 ok, doing",
	"of one key one is under way, the others pass":   "come 10 11 20 12, doing 10, ok 10, doing 11+20, ok 11+20, hears 11 ok, waits 12, doing 12, ok 12",
	"a key is taken until what was left out ended":   "come 1 10 20, ok 1, leave 10+20 10, come 11 12, doing 10, come 30, doing 10 30, ok 30, doing 10, ok 10, hears 10 ok, doing 11, ok 11, doing 12, ok 12",
	"a key is taken until what was done alone ended": "come 1 10 20, ok 1, fail 10+20, come 11 21, doing 10 20, ok 20, doing 10 21, ok 21, doing 10, fail 10, hears 10 fault, doing 11, ok 11",
	"what waits for its key is taken back":           "come 1 10 20, ok 1, leave 10+20 10, come 11 12, end 11, hears 11 context canceled, ok 10, doing 12, ok 12",
}

func TestGroupCommit_KeepsItsContract(t *testing.T) {
	t.Parallel()
	for name, script := range groupContract {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				x := newGroupScript(t)
				for step := range strings.SplitSeq(script, ", ") {
					x.step(step)
				}
				if len(x.doing) > 0 {
					t.Fatalf("%q are done in the end", slices.Sorted(maps.Keys(x.doing)))
				}
				x.all.Wait()
				x.group.wait()
				if g := &x.group; g.busy || len(g.waiting) > 0 || len(g.underWay) > 0 {
					t.Errorf("in the end busy %v, waiting %v, under way %v", g.busy, g.waiting, g.underWay)
				}
				for _, cancel := range x.cancel {
					cancel()
				}
			})
		})
	}
}

// TestGroupCommit_DoesEachOnce has many come to a database that fails, leaves out, and takes its time.
func TestGroupCommit_DoesEachOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const requests, keys, most, worst = 500, 20, 8, 7 // numbers that end with worst fail
		var mu sync.Mutex                                 // guards what follows
		done, under := map[int]int{}, map[int]int{}
		random := rand.New(rand.NewPCG(1, 2))
		g := groupCommit[int, int]{most: most, key: func(n int) int { return n % keys }}
		g.do = func(_ context.Context, list []int) (left []int, err error) {
			mu.Lock()
			for _, n := range list {
				if under[n%keys]++; under[n%keys] > 1 {
					t.Errorf("%d is done beside another of its key", n)
				}
			}
			took := time.Duration(random.IntN(10)) * time.Millisecond
			mu.Unlock()
			<-time.After(took)
			mu.Lock()
			defer mu.Unlock()
			for _, n := range list {
				under[n%keys]--
				switch {
				case n%10 == worst:
					err = errFault
				case n%10 == 3 && len(list) > 1:
					left = append(left, n)
				}
			}
			if len(list) > most || err != nil {
				return nil, err
			}
			for _, n := range list {
				if !slices.Contains(left, n) {
					done[n]++
				}
			}
			return left, nil
		}
		heard := make([]error, requests)
		var all sync.WaitGroup
		for n := range requests {
			mu.Lock()
			begin, leave := time.Duration(random.IntN(200))*time.Millisecond, time.Duration(random.IntN(100))*time.Millisecond
			mu.Unlock()
			all.Go(func() {
				<-time.After(begin)
				ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
				if n%5 == 0 {
					ctx, cancel = context.WithTimeout(t.Context(), leave)
				}
				defer cancel()
				heard[n] = g.run(ctx, n)
			})
		}
		all.Wait()
		g.wait()
		for n, err := range heard {
			switch {
			case err == nil && done[n] != 1, err != nil && done[n] != 0:
				t.Errorf("%d is done %d times, and its caller hears %v", n, done[n], err)
			case n%5 != 0 && n%10 != worst && err != nil:
				t.Errorf("%d fails with %v for another's fault", n, err)
			}
		}
	})
}

// comeTogether waits until n requests wait for a group, which was busy so far, and has them done.
func comeTogether[K, T comparable](s *storeHarness, g *groupCommit[K, T], n int) {
	s.Helper()
	s.awaitWaiting(n, g.waits)
	g.serve()
}

// awaitWaiting waits until n requests wait.
func (s *storeHarness) awaitWaiting(n int, waits func() int) {
	s.Helper()
	for waits() != n && s.Context().Err() == nil {
		runtime.Gosched()
	}
}

// waits returns how many requests wait.
func (g *groupCommit[K, T]) waits() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return len(g.waiting)
}
