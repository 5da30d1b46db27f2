package main

import (
	"context"
	"database/sql"
	"errors"
	"flag"
	"math/rand/v2"
	"os/exec"
	"path/filepath"
	"regexp"
	"syscall"
	"testing"
	"time"

	"tidings/internal/sandbox"
	"tidings/internal/sandbox/discord"
	"tidings/internal/sandbox/telegram"
	"tidings/internal/store"
)

// What "make soak-kill", "make soak" and "make soak-replicas" set.
var (
	soakKills = flag.Int("kills", 20, "how often the soak test kills the program")
	soakSeed  = flag.Uint64("seed", 1, "what the soak tests draw their lots from")
	soakTime  = flag.Duration("soak", 0, "for how long the soak tests of minutes show faults; 0 leaves them out")
)

const (
	soakChannels = 20
	soakChats    = 20
	// soakLife is the longest that the program lives once it is up.
	soakLife = 800 * time.Millisecond
	// soakBirth is the longest that a program lives that is killed on its way up, one in birthKills.
	soakBirth  = 100 * time.Millisecond
	birthKills = 10
	// soakMoodLife is the longest that it lives where there are moods besides, soakFreeze the longest that it is stopped,
	// and soakWarm how long its last life takes to come to rest.
	soakMoodLife = 15 * time.Second
	soakFreeze   = 20 * time.Second
	soakWarm     = 5 * time.Second
	// soakBacklog is how many deliveries may wait before the newsroom does.
	soakBacklog = 5 * (soakChannels + soakChats)
	// drainTime bounds the time after the last fault until everything is sent.
	drainTime = 2 * time.Minute
)

// soak is a program that works for a newsroom and is killed again and again.
type soak struct {
	*world
	rnd   *rand.Rand
	db    *store.Store // the program's, as another process sees it
	news  *newsroom
	clock *steppedClock // nil unless it is stepped
	// mallory is somebody on Telegram who goes on and on.
	mallory int64
	shown   map[string]int // moods
	kills   int
	took    time.Duration // from the first life to the last
	drain   time.Duration
}

// newSoak returns a soak of the program that build makes in its world.
func newSoak(t *testing.T, build func(*soak)) *soak {
	t.Helper()
	s := &soak{world: newImpatientWorld(t, soakChannels, soakChats), rnd: rand.New(rand.NewPCG(*soakSeed, 1)), shown: map[string]int{}}
	s.ctx = t.Context()
	build(s)
	s.mallory = s.telegram.AddUser(telegram.User{FirstName: "Mallory"}).ID
	p := s.start("run")
	for i, c := range s.channels {
		s.onDiscord(c, "subscribe", discord.Option{Name: "filter", Value: desk(i)})
		s.discord.Say(s.manager, c, "now we wait")
	}
	for i, c := range s.chats {
		if _, err := s.telegram.Start(c, ""); err != nil {
			t.Fatal(err)
		}
		s.telegramMessages(c, 2)
		s.onTelegram(c, "/subscribe "+desk(soakChannels+i))
	}
	s.stop(p)
	var err error
	if s.db, err = store.Open(t.Context(), store.Config{URL: "sqlite:" + filepath.Join(s.dir, "tidings.db")}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.db.Close() })
	s.news = &newsroom{rnd: rand.New(rand.NewPCG(*soakSeed, 2)), room: func() bool {
		n, err := backlog(s.ctx, s.db)
		return err == nil && n < soakBacklog
	}}
	return s
}

// TestSoak_KillsLoseNothing kills the program at random moments, again and again, while articles come, change and
// are withdrawn. In the end each chat shows each article once and in order, as it is now. On Telegram it may show
// twice what was on its way at a kill, of which there is a record.
func TestSoak_KillsLoseNothing(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("kills the program again and again")
	}
	s := newSoak(t, func(s *soak) { s.program = release(t) })
	slow := sandbox.Fault{Kind: sandbox.FaultDelay, Path: "essage", Times: -1, Share: 0.5, Delay: 60 * time.Millisecond}
	s.discord.Faults.Inject(slow)
	s.telegram.Faults.Inject(slow)
	s.publishing(func() *process {
		for s.kills < *soakKills {
			s.live()
		}
		return s.up()
	})
	s.finish()
}

// TestSoak_Moods shows one mood after the other: faults of all kinds, answers that come late, outages of one place, odd
// refusals, floods of commands, steps of the clock and stops of the process. It kills the program every few seconds, but
// for the last third of the time. It runs only where it is told how long.
func TestSoak_Moods(t *testing.T) {
	if *soakTime == 0 {
		t.Skip("takes minutes; see make soak")
	}
	s := newSoak(t, func(s *soak) { s.clock = s.steppable() })
	s.inject(sandbox.Fault{Kind: sandbox.FaultDelay, Share: 0.5, Delay: 60 * time.Millisecond})
	var first, last float64
	s.publishing(func() *process {
		killing := time.Now().Add(*soakTime * 2 / 3)
		for time.Now().Before(killing) {
			p := s.up()
			s.suffer(p, choose(s.rnd), s.moment(soakMoodLife))
			s.slay(p)
		}
		p := s.up()
		rest(s.ctx, soakWarm)
		first = residentMB(t, p.cmd.Process.Pid)
		for ends := time.Now().Add(*soakTime / 3); time.Now().Before(ends); {
			m := choose(s.rnd)
			for m.name == "faults of all kinds" { // among which is one that nobody answers for longer than is waited here
				m = choose(s.rnd)
			}
			s.suffer(p, m, s.moment(soakMoodLife))
		}
		last = residentMB(t, p.cmd.Process.Pid)
		s.clock.set(0)
		return p
	})
	rows := [][2]any{{"MB resident, at first", int(first)}, {"MB resident, at last", int(last)}}
	for _, m := range moods() {
		rows = append(rows, [2]any{m.name, s.shown[m.name]})
	}
	s.finish(rows...)
}

// suffer shows the program a mood for a while.
func (s *soak) suffer(p *process, m mood, d time.Duration) {
	s.t.Helper()
	s.shown[m.name]++
	end := m.begin(s, p)
	rest(s.ctx, d)
	end()
}

// publishing has the newsroom at work while do runs, which leaves the program up, and waits then until all is sent.
func (s *soak) publishing(do func() *process) {
	s.t.Helper()
	begun := time.Now()
	working, done := context.WithCancel(s.ctx)
	defer done()
	ended := make(chan error, 1)
	go func() { ended <- s.news.run(s.ctx, working) }()
	p := do()
	done()
	s.took = time.Since(begun)
	s.discord.Faults.Clear()
	s.telegram.Faults.Clear()
	if err := <-ended; err != nil {
		s.t.Fatal(err)
	}
	s.drained(p)
}

// live starts the program and kills it soon.
func (s *soak) live() {
	s.t.Helper()
	var p *process
	if s.rnd.IntN(birthKills) == 0 {
		p = s.spawn("run")
		rest(s.ctx, s.moment(soakBirth))
	} else {
		p = s.up()
		rest(s.ctx, s.moment(soakLife))
	}
	s.slay(p)
}

// moment draws a time of at most d.
func (s *soak) moment(d time.Duration) time.Duration { return time.Duration(s.rnd.Int64N(int64(d))) }

// up starts the program and waits until it listens.
func (s *soak) up() *process {
	s.t.Helper()
	p := s.spawn("run")
	ready := regexp.MustCompile(`msg="tidings is up".* http=(\S+)`)
	line, err := p.log.wait(s.ctx, ready)
	if err != nil {
		s.t.Fatalf("after %d kills tidings did not come up: %v\n%s", s.kills, err, p.log)
	}
	p.addr = ready.FindStringSubmatch(line)[1]
	s.news.moves(p.addr)
	return p
}

// slay kills the program, which must not have ended by itself.
func (s *soak) slay(p *process) {
	s.t.Helper()
	if err := p.cmd.Process.Kill(); err != nil {
		s.t.Fatalf("after %d kills tidings ended by itself: %v\n%s", s.kills, err, p.log)
	}
	var exit *exec.ExitError
	if err := <-p.done; !errors.As(err, &exit) || !exit.Sys().(syscall.WaitStatus).Signaled() {
		s.t.Fatalf("after %d kills tidings ended by itself: %v\n%s", s.kills, err, p.log)
	}
	s.kills++
}

// drained waits until everything is sent, and stops the program.
func (s *soak) drained(p *process) {
	s.t.Helper()
	begun := time.Now()
	for {
		done, err := drained(s.ctx, s.db)
		if err != nil {
			s.t.Fatal(err)
		}
		if done && s.waiting(s.db) == 0 {
			break
		}
		if s.drain = time.Since(begun); s.drain > drainTime {
			s.t.Errorf("something still waits after %v:\n%s", s.drain, p.log)
			break
		}
		rest(s.ctx, 50*time.Millisecond)
	}
	s.stop(p)
}

// finish compares the store's ledger with what the stand-ins show, and reports it.
func (s *soak) finish(more ...[2]any) {
	s.t.Helper()
	sound := [2]any{"integrity of the file", s.integrity()}
	s.report(s.db, s.news.published(), append([][2]any{
		{"kills", s.kills}, {"time under fire", seconds(s.took)}, {"time to drain", seconds(s.drain)}, sound,
	}, more...))
}

// integrity has SQLite check the file.
func (w *world) integrity() string {
	w.t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(w.dir, "tidings.db"))
	if err != nil {
		w.t.Fatal(err)
	}
	defer db.Close()
	var result string
	if err := db.QueryRowContext(w.ctx, "PRAGMA integrity_check").Scan(&result); err != nil {
		w.t.Fatal(err)
	}
	if result != "ok" {
		w.t.Errorf("the file is damaged: %s", result)
	}
	return result
}
