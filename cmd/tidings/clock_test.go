package main

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// steppedClock is the wall clock of programs that steppable built. Their monotonic clock is the machine's.
type steppedClock struct {
	t    testing.TB
	path string
}

// steppable builds the program with a wall clock that can be set: the time package is replaced by one whose Now adds what
// a file says. The first build takes minutes, as all packages depend on it.
func (w *world) steppable() *steppedClock {
	w.t.Helper()
	o := newOverlay(w.t)
	const now = "sec, nsec, mono := runtimeNow()\n"
	o.edit("time/time.go", now, now+"\tsec += wallOffset.Load()\n")
	o.add(filepath.Join(o.root, "time", "wall_offset.go"), "wall_offset.go.txt")
	o.add("steppable.go", "steppable.go.txt")
	w.program = filepath.Join(o.dir, "tidings")
	o.build("build", "-o", w.program, ".")
	c := &steppedClock{t: w.t, path: filepath.Join(o.dir, "clock")}
	w.env = append(w.env, "TIDINGS_TEST_CLOCK="+c.path)
	return c
}

// set sets the clock ahead of the machine's, or behind it, by whole seconds.
func (c *steppedClock) set(off time.Duration) {
	c.t.Helper()
	if err := os.WriteFile(c.path+".new", []byte(off.String()), 0o600); err != nil {
		c.t.Fatal(err)
	}
	if err := os.Rename(c.path+".new", c.path); err != nil {
		c.t.Fatal(err)
	}
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// TestSoak_StepsCostSeconds sets the clock of the running program in the midst of alerts, back and ahead, and stops the
// process for soakTime, and tells how long it takes each time until everything is sent. It runs only where it is told how
// long.
func TestSoak_StepsCostSeconds(t *testing.T) {
	const reports, most = 15, 30 * time.Second
	if *soakTime == 0 {
		t.Skip("builds a program with a clock that can be set, which takes minutes")
	}
	s := newSoak(t, func(s *soak) { s.clock = s.steppable() })
	p := s.up()
	var rows [][2]any
	during := func(what string, do func()) {
		for range reports {
			s.must(s.news.publish(s.ctx, s.news.next()))
		}
		do()
		begun := time.Now()
		for done := false; !done; rest(s.ctx, 20*time.Millisecond) {
			idle, err := drained(s.ctx, s.db)
			s.must(err)
			done = idle && s.waiting(s.db) == 0
		}
		took := time.Since(begun)
		if took > most {
			t.Errorf("%s: it took %v until everything was sent, want %v at most", what, took, most)
		}
		rows = append(rows, [2]any{"seconds after " + what, seconds(took)})
	}
	during("no step", func() {})
	off := time.Duration(0)
	for _, step := range []time.Duration{-time.Minute, time.Minute, -time.Hour, time.Hour, time.Hour, -time.Hour, -24 * time.Hour, 24 * time.Hour, 24 * time.Hour, -24 * time.Hour} {
		during(step.String(), func() {
			off += step
			s.clock.set(off)
		})
	}
	during("a stop of "+soakTime.String(), func() {
		s.must(p.cmd.Process.Signal(syscall.SIGSTOP))
		rest(s.ctx, *soakTime)
		s.must(p.cmd.Process.Signal(syscall.SIGCONT))
	})
	s.stop(p)
	s.finish(rows...)
}
