package engine_test

import (
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"tidings/bot"
	"tidings/bot/bottest"
	"tidings/bot/engine"
)

// connector is an adapter that knows whether it is connected.
type connector struct {
	*bottest.Recorder
	up    atomic.Bool
	since atomic.Pointer[time.Time]
}

func (c *connector) Connected() (time.Time, bool) { return *c.since.Load(), c.up.Load() }

func (c *connector) set(up bool) {
	c.since.Store(new(time.Now()))
	c.up.Store(up)
}

// everywhere is a connector that several processes may run.
type everywhere struct{ *connector }

func (everywhere) Account() string     { return "" }
func (everywhere) MultiListener() bool { return true }

func TestPlatform_ConnectsBeforeItIsReady(t *testing.T) {
	several := func(c *connector) bot.Adapter { return everywhere{c} }
	for name, tt := range map[string]struct {
		adapter func(*connector) bot.Adapter
		after   time.Duration // until it is connected
		want    time.Duration // for which it is connecting
	}{
		"several may listen":            {several, 7 * time.Second, 7 * time.Second},
		"an outage holds up no restart": {several, time.Hour, 30 * time.Second},
		"one that stands by need not":   {func(c *connector) bot.Adapter { return c }, 7 * time.Second, 0},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				c := &connector{Recorder: w.paper}
				c.since.Store(new(time.Time{}))
				cfg := w.config()
				cfg.Adapters = []bot.Adapter{tt.adapter(c)}
				b, err := engine.New(cfg)
				if err != nil {
					w.Fatal(err)
				}
				connecting := func() bool { s := b.PlatformState("paper"); return s.Connecting }
				if tt.want > 0 != connecting() {
					w.Errorf("connecting before it runs: %t", connecting())
				}
				w.run(b)
				begin := time.Now()
				time.AfterFunc(tt.after, func() { c.set(true) })
				for connecting() {
					w.after(500 * time.Millisecond)
				}
				if got := time.Since(begin); got != tt.want {
					w.Errorf("connecting for %v, want %v", got, tt.want)
				}
				w.after(2 * time.Hour)
				if c.set(false); connecting() {
					w.Error("connecting once more after it was connected")
				}
			})
		})
	}
}

func TestPlatform_OutageIsReported(t *testing.T) {
	inWorld(t, func(w *world) {
		c := &connector{Recorder: w.paper}
		c.since.Store(new(time.Time{}))
		cfg := w.config()
		cfg.Adapters = []bot.Adapter{c}
		b, err := engine.New(cfg)
		if err != nil {
			w.Fatal(err)
		}
		want := func(connected bool, outOfReach time.Time, warnings int) {
			w.Helper()
			s := b.PlatformState("paper")
			if s.Connected != connected || !s.OutOfReach.Equal(outOfReach) {
				w.Errorf("state %+v, want connected %v, out of reach since %v", s, connected, outOfReach)
			}
			if n := strings.Count(w.log.String(), "platform out of reach"); n != warnings {
				w.Errorf("%d warnings, want %d", n, warnings)
			}
		}
		want(false, time.Time{}, 0) // nobody wants to reach it yet
		start := time.Now()
		w.run(b)
		w.after(30 * time.Second)
		want(false, start, 0)
		w.after(150 * time.Minute)
		want(false, start, 3)
		c.set(true)
		w.after(time.Hour)
		want(true, time.Time{}, 3)
		if n := strings.Count(w.log.String(), "platform in reach again"); n != 1 {
			w.Errorf("its end is reported %d times, want once", n)
		}
		c.set(false)
		w.after(30 * time.Second) // as when Discord asks for another connection
		c.set(true)
		w.after(time.Hour)
		want(true, time.Time{}, 3)
		c.set(false)
		lost := time.Now()
		w.after(time.Hour + 3*time.Minute)
		want(false, lost, 5)
	})
}
