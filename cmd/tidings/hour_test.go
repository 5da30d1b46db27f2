package main

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"tidings/bot"
	"tidings/bot/discord"
	"tidings/bot/telegram"
	"tidings/internal/sandbox"
	sandboxdiscord "tidings/internal/sandbox/discord"
	sandboxtelegram "tidings/internal/sandbox/telegram"
)

// What "make busiest-hour" sets. Otherwise an hour of seconds is played, by the machine's own clock.
var (
	hourLength   = flag.Duration("hour-length", 10*time.Second, "how long the busiest hour lasts, by the clock of all that take part")
	hourSpeed    = flag.Int64("hour-speed", 1, "how many times as fast as the machine's that clock is")
	hourFeeds    = flag.Int("hour-feeds", 40, "how many feeds there are")
	hourArticles = flag.Int("hour-articles", 60, "about how many articles they publish in the hour")
	hourChats    = flag.Int("hour-chats", 160, "how many chats there are, with five subscriptions each; five in eight are Discord's")
	hourKills    = flag.Int("hour-kills", 1, "how many leaders are killed")
)

const (
	// simulatedClock is the variable that sets the clock of a program which was built with newSimulatedTime, and hourProgram
	// the one that names the program of the replicas.
	simulatedClock = "TIDINGS_TEST_CLOCK"
	hourProgram    = "TIDINGS_TEST_HOUR_PROGRAM"
	// discordShare of allShares chats are Discord's.
	discordShare = 5
	allShares    = 8
)

// TestBusiestHour plays the busiest hour of an installation with many feeds and subscriptions: three replicas over one
// PostgreSQL, papers that are read all the time, wires that break news to a large part of all chats at once, platforms that
// keep their limits and don't always answer, and leaders that are killed. In the end each chat shows each story once that
// one of its subscriptions matches. It reports what waited how long, what that cost, and what was used up.
func TestBusiestHour(t *testing.T) {
	t.Parallel()
	if *hourSpeed > 1 && os.Getenv(simulatedClock) == "" {
		playSimulated(t)
		return
	}
	h := newBusyHour(t)
	h.open()
	h.play()
	h.workOff()
	h.report(h.audit())
}

// playSimulated runs this test in a program whose clock goes faster, as do those of the replicas and of PostgreSQL.
func playSimulated(t *testing.T) {
	t.Helper()
	dir := t.TempDir()
	program, test := filepath.Join(dir, "tidings"), filepath.Join(dir, "tidings.test")
	o := newSimulatedTime(t)
	o.build("build", "-ldflags", "-s -w", "-o", program, ".")
	o.build("test", "-c", "-o", test, ".")
	args := []string{"-test.run=^TestBusiestHour$", "-test.v", "-test.timeout=0"}
	flag.Visit(func(f *flag.Flag) {
		if strings.HasPrefix(f.Name, "hour-") || f.Name == "seed" {
			args = append(args, fmt.Sprintf("-%s=%v", f.Name, f.Value))
		}
	})
	cmd := exec.CommandContext(t.Context(), test, args...)
	cmd.Env = append(os.Environ(), hourProgram+"="+program, fmt.Sprintf("%s=%d@%d", simulatedClock, *hourSpeed, time.Now().UnixNano()))
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	if err := cmd.Run(); err != nil {
		t.Fatal(err)
	}
}

// busyHour is the hour, and all that take part.
type busyHour struct {
	*fleet
	papers  *papers
	crowd   *crowd
	wires   *newsroom
	dice    *rand.Rand
	base    *hourBase
	meter   *meter
	start   time.Time     // of the hour
	loaded  time.Duration // how long it took to fill the database
	warm    time.Duration // from the start of the replicas to their first alert
	drained time.Duration // from the start of the hour until nothing waited
	kills   int
	// statements are those that cost most in the hour, of so many milliseconds of all.
	statements    []statement
	allStatements float64
}

// newBusyHour starts everything but the replicas, and fills the database with chats and subscriptions.
func newBusyHour(t *testing.T) *busyHour {
	t.Helper()
	h := &busyHour{fleet: &fleet{world: newWorldWith(t, 0, 0, sandboxtelegram.Config{}, sandboxdiscord.Config{})}, dice: rand.New(rand.NewPCG(*soakSeed, 18))}
	h.ctx = t.Context()
	h.wires = &newsroom{rnd: rand.New(rand.NewPCG(*soakSeed, 19))}
	h.crowd = newCrowd(*soakSeed, h.settle())
	h.papers = newPapers(t, h.crowd, *hourFeeds, *hourArticles, *hourLength)
	begun := time.Now()
	h.base = newHourBase(t, h.crowd)
	h.loaded = time.Since(begun)
	if h.program = os.Getenv(hourProgram); h.program == "" {
		h.program = release(t)
	}
	h.url, h.db = h.base.url, h.base.store
	h.env = append(h.env, "DATABASE_URL="+h.url, "ALLOW_PRIVATE_FEEDS=true", "POLL_INTERVAL="+min(time.Hour, max(time.Second, *hourLength)).String(),
		simulatedClock+"="+os.Getenv(simulatedClock))
	return h
}

// settle makes the chats known to the stand-ins, and returns them.
func (h *busyHour) settle() []bot.Target {
	h.t.Helper()
	const channelsOfGuild = 100
	list := make([]bot.Target, 0, *hourChats)
	guild := ""
	for i := range *hourChats * discordShare / allShares {
		if i%channelsOfGuild == 0 {
			guild = h.discord.AddGuild(fmt.Sprintf("Newsroom %d", i/channelsOfGuild))
		}
		channel := h.discord.AddChannel(guild, fmt.Sprintf("alerts-%d", i))
		list = append(list, bot.Target{Platform: discord.Platform, Space: guild, Chat: channel})
	}
	for i := len(list); i < *hourChats; i++ {
		id := h.telegram.AddUser(sandboxtelegram.User{FirstName: fmt.Sprintf("Reader %d", i)}).ID
		if _, err := h.telegram.Start(id, ""); err != nil {
			h.t.Fatal(err)
		}
		list = append(list, bot.Target{Platform: telegram.Platform, Chat: strconv.FormatInt(id, 10)})
	}
	h.forgetUpdates()
	return list
}

// forgetUpdates has Telegram take it that the bot has answered all who pressed Start.
func (h *busyHour) forgetUpdates() {
	h.t.Helper()
	const all = "/getUpdates?offset=2000000000"
	r := httptest.NewRequestWithContext(h.ctx, http.MethodGet, "/bot"+telegramToken+all, http.NoBody)
	answer := httptest.NewRecorder()
	h.telegram.ServeHTTP(answer, r)
	if answer.Code != http.StatusOK {
		h.t.Fatalf("getUpdates: %s", answer.Body)
	}
}

// open starts the replicas, waits until they send, and has them follow the papers: then the hour begins.
func (h *busyHour) open() {
	h.t.Helper()
	begun := time.Now()
	for range 3 {
		h.enlist(&replica{wires: map[string]*wire{}})
	}
	h.listenTo()
	for _, r := range h.replicas {
		h.await("a replica is ready", func() bool { return strings.HasPrefix(h.roles(r), "ok\n") })
	}
	h.leads("discord")
	h.leads("telegram")
	h.publish(h.papers.write(5))
	h.await("the first story is sent", func() bool { done, err := drained(h.ctx, h.db); return done && err == nil })
	h.warm = time.Since(begun)
	h.misbehave()
	h.start = time.Now()
	h.base.follow(h.papers, h.start)
	h.base.forgetStatements()
	h.meter = newMeter(h)
}

// misbehave has the platforms and what leads to them show their weaknesses now and then.
func (h *busyHour) misbehave() {
	for path, faults := range map[string]*sandbox.Faults{"/messages": &h.discord.Faults, "/sendMessage": &h.telegram.Faults} {
		for _, f := range []sandbox.Fault{
			{Kind: sandbox.FaultLate, Share: 0.01, Delay: 2 * time.Second},
			{Kind: sandbox.FaultRateLimit, Share: 0.002, RetryAfter: time.Second},
			{Kind: sandbox.FaultStatus, Share: 0.002, Status: http.StatusBadGateway},
			{Kind: sandbox.FaultResetAfter, Share: 0.0005},
		} {
			faults.Inject(f.To(path).Always())
		}
	}
}

// listenTo has the wires publish through the replicas that there are.
func (h *busyHour) listenTo() {
	var addrs []string
	for _, r := range h.replicas {
		addrs = append(addrs, r.addr)
	}
	h.wires.moves(addrs...)
}

// leads waits until some replica leads a platform, and returns it.
func (h *busyHour) leads(platform string) (found *replica) {
	h.t.Helper()
	h.await(platform+" has a leader", func() bool {
		for _, r := range h.replicas {
			if strings.Contains(h.roles(r), platform+": leads") {
				found = r
			}
		}
		return found != nil
	})
	return found
}

// await waits for something that may take minutes, as clocks that go fast have slow processors.
func (h *busyHour) await(what string, done func() bool) {
	h.t.Helper()
	if !h.comes(what, done) {
		h.t.FailNow()
	}
}

// comes is await that goes on if it was in vain.
func (h *busyHour) comes(what string, done func() bool) bool {
	h.t.Helper()
	most := max(5*patience, *hourLength/3)
	for begun := time.Now(); !done(); rest(h.ctx, 200*time.Millisecond) {
		if time.Since(begun) > most || h.ctx.Err() != nil {
			h.t.Errorf("waited %v in vain until %s", most, what)
			return false
		}
	}
	return true
}
