package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tidings/bot"
	"tidings/internal/pgtest"
	"tidings/internal/sandbox/discord"
	"tidings/internal/sandbox/telegram"
	"tidings/internal/store"
)

const (
	// fleetDesks is into how many kinds the stories of a fleet's tests fall. A chat subscribes to those of one.
	fleetDesks = 4
	// storyEvery lets a channel use half of what Discord allows it, 5 in 5 s, so that it catches up soon.
	storyEvery = 500 * time.Millisecond
)

// fleet is three replicas over one PostgreSQL, each with wires of its own to all that it talks to, and a newsroom
// that never stops.
type fleet struct {
	*world
	server   *pgtest.Server
	url      string // of the database
	db       *store.Store
	replicas []*replica

	mu      sync.Mutex  // guards stories
	stories []time.Time // when each was in the store
}

// replica is one process of a fleet.
type replica struct {
	*process
	wires map[string]*wire // by what they lead to: a platform, or the database
}

// database is what the wire to the database is known by.
const database = "database"

// newFleet starts three replicas in a world. Each of its chats subscribes to one desk.
func newFleet(t *testing.T, w *world) *fleet {
	t.Helper()
	f := &fleet{world: w, server: pgtest.Start(t)}
	f.url = f.server.Schema(t)
	for range 3 {
		f.join()
	}
	db, err := store.Open(f.ctx, store.Config{URL: f.url})
	if err != nil {
		t.Fatal(err)
	}
	f.db = db
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := f.discord.WaitCommands(f.ctx, "subscribe"); err != nil {
		t.Fatal(err)
	}
	for i, c := range f.channels {
		f.onDiscord(c, "subscribe", discord.Option{Name: "filter", Value: desk(i)})
	}
	for i, c := range f.chats {
		if _, err := f.telegram.Start(c, ""); err != nil {
			t.Fatal(err)
		}
		f.telegramMessages(c, 2)
		f.onTelegram(c, "/subscribe "+desk(i))
	}
	return f
}

// join starts a replica and waits until it is up.
func (f *fleet) join() *replica {
	f.t.Helper()
	r := &replica{wires: map[string]*wire{}}
	through := func(to, address string) string {
		w, inner := wireTo(f.t, address)
		r.wires[to] = w
		return inner
	}
	outer := f.env
	f.env = slices.Clone(outer)
	for i, v := range f.env {
		name, address, _ := strings.Cut(v, "=")
		if platform, ok := strings.CutSuffix(name, "_API_URL"); ok {
			f.env[i] = name + "=" + through(strings.ToLower(platform), address)
		}
	}
	f.env = append(f.env, "DATABASE_URL="+through(database, f.url))
	f.enlist(r)
	f.env = outer
	return r
}

// enlist starts a replica as the environment says, and waits until it is up.
func (f *fleet) enlist(r *replica) {
	f.t.Helper()
	r.process = f.launch("run")
	up := regexp.MustCompile(`msg="tidings is up".* http=(\S+)`)
	line, err := r.log.wait(f.ctx, up)
	if err != nil {
		f.t.Fatalf("a replica did not come up: %v\n%s", err, r.log)
	}
	r.addr = up.FindStringSubmatch(line)[1]
	f.replicas = append(f.replicas, r)
}

// listens waits until a replica is ready, which is connected to Discord. That lets one session begin in 5 s.
func (f *fleet) listens(r *replica) {
	f.t.Helper()
	waitUntil(f.t, func() bool { return strings.HasPrefix(f.roles(r), "ok\n") })
}

// leave removes a replica from the list.
func (f *fleet) leave(r *replica) {
	f.replicas = slices.DeleteFunc(f.replicas, func(o *replica) bool { return o == r })
}

// leader waits until one of the replicas but the one given leads a platform, and returns it.
func (f *fleet) leader(platform string, but *replica) *replica {
	f.t.Helper()
	var found *replica
	waitUntil(f.t, func() bool {
		for _, r := range f.replicas {
			if r != but && strings.Contains(f.roles(r), platform+": leads") {
				found = r
			}
		}
		return found != nil
	})
	return found
}

// roles returns what a replica says at /readyz, or nothing if it says nothing.
func (f *fleet) roles(r *replica) string {
	req, err := http.NewRequestWithContext(f.ctx, http.MethodGet, "http://"+r.addr+"/readyz", http.NoBody)
	if err != nil {
		f.t.Fatal(err)
	}
	resp, err := (&http.Client{Timeout: 3 * time.Second}).Do(req)
	if err != nil {
		return ""
	}
	defer resp.Body.Close()
	body, _ := io.ReadAll(resp.Body)
	return string(body)
}

// publish writes a story every now and then until ctx ends.
func (f *fleet) publish(ctx context.Context) {
	tick := time.NewTicker(storyEvery)
	defer tick.Stop()
	for n := 0; ; {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
		a := bot.Article{
			Source: "wire", GUID: fmt.Sprint(n), Title: fleetStory(n), Summary: "What is known of it so far.", Published: time.Now(),
		}
		if _, err := f.db.Put(f.ctx, []bot.Article{a}); err != nil {
			f.t.Logf("written again, because %v", err)
			continue
		}
		f.mu.Lock()
		f.stories = append(f.stories, time.Now())
		f.mu.Unlock()
		n++
	}
}

func fleetStory(n int) string { return fmt.Sprintf("Story %d of %s", n, desk(n%fleetDesks)) }

func (f *fleet) published() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.stories)
}

// asked returns when Discord was asked to post a story, or zero.
func (f *fleet) asked(n int) time.Time { return f.requested(fmt.Sprintf("Story %d of", n)) }

// shown waits until Discord shows a story that is published from now on.
func (f *fleet) shown() {
	f.t.Helper()
	n := f.published() + 1
	waitUntil(f.t, func() bool { return !f.asked(n).IsZero() })
}

// catchUp waits until all is delivered that was published so far.
func (f *fleet) catchUp() {
	f.t.Helper()
	waitUntil(f.t, func() bool {
		done, err := drained(f.ctx, f.db)
		return done && err == nil
	})
}

// longest returns how long the slowest of some stories took from the store to Discord.
func (f *fleet) longest(from, to int) time.Duration {
	f.t.Helper()
	f.mu.Lock()
	defer f.mu.Unlock()
	most := time.Duration(0)
	for n := from; n < to; n++ {
		most = max(most, f.asked(n).Sub(f.stories[n]))
	}
	return most
}

// audit compares, once everything is delivered, what the chats show with what was published.
func (f *fleet) audit(t *testing.T) {
	t.Helper()
	f.catchUp()
	repeated := 0
	for i := range fleetDesks {
		var want []string
		for n := i; n < f.published(); n += fleetDesks {
			want = append(want, fleetStory(n))
		}
		shown := f.alerts(f.channels[i])
		for n := range shown {
			shown[n] = strings.ReplaceAll(shown[n], "__", "") // what matched is underlined
		}
		if diff := cmp.Diff(want, shown); diff != "" {
			t.Errorf("alerts in channel %d (-want +got):\n%s", i, diff)
		}
		got := f.posts(f.chats[i])
		once := slices.Clone(got)
		slices.Sort(once)
		once = slices.Compact(once)
		repeated += len(got) - len(once)
		slices.Sort(want)
		if diff := cmp.Diff(want, once); diff != "" {
			t.Errorf("alerts in chat %d, repetitions aside (-want +got):\n%s", i, diff)
		}
	}
	// One send at a time of each chat can have been in flight, when a replica was killed and when one fell silent.
	if repeated > 2*fleetDesks {
		t.Errorf("%d alerts came twice on Telegram, want %d at most", repeated, 2*fleetDesks)
	}
	t.Logf("%d stories on both platforms, %d twice on Telegram", f.published(), repeated)
}

// TestReplicas_LoseNothingWhateverGoes takes one thing after the other away from three replicas while stories
// come all the time.
func TestReplicas_LoseNothingWhateverGoes(t *testing.T) {
	t.Parallel()
	// Replicas notice soon that nobody hears them. The gateway is patient with those that a busy machine holds up: each question is to
	// be answered.
	f := newFleet(t, newWorldWith(t, fleetDesks, fleetDesks, telegram.Config{}, discord.Config{
		HeartbeatInterval: time.Second, HeartbeatGrace: time.Minute, AnswerTime: patience,
	}))
	ctx, stop := context.WithCancel(f.ctx)
	var newsroom sync.WaitGroup
	newsroom.Go(func() { f.publish(ctx) })
	defer newsroom.Wait()
	defer stop()
	f.shown()

	for _, r := range f.replicas {
		f.listens(r)
	}
	killed := f.leader("discord", nil)
	f.kill(killed.process)
	f.took("a command on Discord is answered after the kill", func() { f.onDiscord(f.channels[0], "status") })
	f.leave(killed)
	f.took("a replica that was killed is replaced", func() { f.leader("discord", killed) })
	f.shown()
	f.join()

	silent := f.leader("telegram", nil)
	for _, w := range silent.wires {
		w.fallSilent()
	}
	f.took("a replica that fell silent is replaced", func() { f.leader("telegram", silent) })
	f.leader("discord", silent)
	f.shown()
	for _, w := range silent.wires {
		w.restore()
	}
	waitUntil(t, func() bool { return strings.Contains(f.roles(silent), "stands by") })

	f.server.Stop(t)
	waitUntil(t, func() bool { return !strings.HasPrefix(f.roles(f.replicas[0]), "ok\n") })
	f.server.Resume(t)
	f.took("all replicas are back after the database was", func() {
		for _, r := range f.replicas {
			f.listens(r)
		}
		f.leader("discord", nil)
		f.leader("telegram", nil)
	})
	f.shown()

	f.catchUp()
	f.roll(t)
	stop()
	newsroom.Wait()
	f.audit(t)
	for _, r := range slices.Clone(f.replicas) {
		f.stop(r.process)
	}
}

// roll restarts one replica after the other while people write.
func (f *fleet) roll(t *testing.T) {
	t.Helper()
	asker := f.telegram.AddUser(telegram.User{FirstName: "Asker"}).ID
	if _, err := f.telegram.Start(asker, ""); err != nil {
		t.Fatal(err)
	}
	asked := 1
	f.telegramMessages(asker, 2*asked)
	from, onDiscord := f.published(), f.ask()
	for _, old := range slices.Clone(f.replicas) {
		f.listens(f.join())
		for _, line := range []string{"/latest", "/help"} { // in hand, and on its way, when the old one stops
			if _, err := f.telegram.Say(asker, asker, 0, line); err != nil {
				t.Fatal(err)
			}
			asked++
			if line == "/latest" {
				f.leave(old)
				f.took("a replica stops", func() { f.stop(old.process) })
			}
		}
		f.leader("discord", nil)
		f.leader("telegram", nil)
		f.shown()
	}
	f.telegramMessages(asker, 2*asked)
	onDiscord.audit(t)
	t.Logf("a rolling restart delayed no alert by more than %v", f.longest(from, f.published()-2).Round(time.Millisecond))
}
