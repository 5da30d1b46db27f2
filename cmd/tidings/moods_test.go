package main

import (
	"math/rand/v2"
	"net/http"
	"syscall"
	"time"

	"tidings/internal/sandbox"
	sandboxdiscord "tidings/internal/sandbox/discord"
	sandboxtelegram "tidings/internal/sandbox/telegram"
)

// mood is a way in which the platforms, people or the machine behave badly for a while.
type mood struct {
	name string
	// share is how often it is chosen, among all.
	share int
	// begin begins it in a life of the program, and returns what ends it.
	begin func(s *soak, p *process) (end func())
}

func moods() []mood {
	return []mood{
		{"faults of all kinds", 3, (*soak).showFaults},
		{"answers that come late", 2, (*soak).answerLate},
		{"outages of one place", 2, (*soak).fallOutInPart},
		{"refusals that no list names", 2, (*soak).refuseOddly},
		{"floods of commands", 2, (*soak).flood},
		{"steps of the clock", 4, (*soak).stepClock},
		{"stops of the process", 1, (*soak).freeze},
	}
}

// choose draws a mood.
func choose(rnd *rand.Rand) mood {
	list := moods()
	sum := 0
	for _, m := range list {
		sum += m.share
	}
	n := rnd.IntN(sum)
	for _, m := range list {
		if n -= m.share; n < 0 {
			return m
		}
	}
	panic("unreachable")
}

// inject shows faults to messages and edits on both platforms.
func (s *soak) inject(faults ...sandbox.Fault) (end func()) {
	var lifts []func()
	for _, f := range faults {
		f.Path, f.Times = "essage", -1
		lifts = append(lifts, s.discord.Faults.Inject(f), s.telegram.Faults.Inject(f))
	}
	return func() {
		for _, lift := range lifts {
			lift()
		}
	}
}

func (s *soak) showFaults(*process) (end func()) { return s.inject(troubles()["all of them"]...) }

func (s *soak) answerLate(*process) (end func()) {
	return s.inject(
		sandbox.Fault{Kind: sandbox.FaultLate, Share: 0.1, Delay: 8 * time.Second},
		sandbox.Fault{Kind: sandbox.FaultHold, Share: 0.1, Delay: 5 * time.Second},
	)
}

// fallOutInPart takes a channel and a chat away, for less time than it takes an alert to step aside.
func (s *soak) fallOutInPart(*process) (end func()) {
	const most = 12 * time.Second
	channel, chat := s.channels[s.rnd.IntN(len(s.channels))], s.chats[s.rnd.IntN(len(s.chats))]
	liftDiscord := s.discord.Faults.Inject(sandboxdiscord.Outage().In(channel))
	liftTelegram := s.telegram.Faults.Inject(sandboxtelegram.Outage().In(sandboxtelegram.Place(chat)))
	end = func() { liftDiscord(); liftTelegram() }
	time.AfterFunc(most, end)
	return end
}

// refuseOddly refuses alerts in words that nobody knows, unless they are in their bare form.
func (s *soak) refuseOddly(*process) (end func()) {
	odd := sandboxdiscord.Refuse(http.StatusBadRequest, 50999, "Nobody knows why").About("News from desk").Always()
	odd.Method, odd.Share = http.MethodPost, 0.3
	liftDiscord := s.discord.Faults.Inject(odd)
	odd = sandboxtelegram.Refuse(http.StatusBadRequest, "Bad Request: NOBODY_KNOWS_WHY").About("News from desk").To("/sendMessage").Always()
	odd.Share = 0.3
	liftTelegram := s.telegram.Faults.Inject(odd)
	return func() { liftDiscord(); liftTelegram() }
}

// flood has one person on each platform go on and on.
func (s *soak) flood(p *process) (end func()) {
	for range 300 {
		if _, err := s.telegram.Say(s.mallory, s.mallory, 0, "/latest"); err != nil {
			s.t.Error(err)
		}
	}
	for range 100 { // which fail while nobody is connected
		_, _ = s.discord.Command(s.ctx, s.manager, s.channels[0], "latest", nil)
	}
	return func() {}
}

// stepClock sets the program's clock several times. It stays as it is set at last, also over the next lives.
func (s *soak) stepClock(*process) (end func()) {
	steps := []time.Duration{-24 * time.Hour, -time.Hour, -time.Minute, 0, time.Minute, time.Hour, 24 * time.Hour}
	stop := make(chan struct{})
	ended := make(chan struct{})
	lots := rand.New(rand.NewPCG(s.rnd.Uint64(), 4))
	go func() {
		defer close(ended)
		for {
			s.clock.set(steps[lots.IntN(len(steps))])
			select {
			case <-time.After(time.Duration(lots.Int64N(int64(4 * time.Second)))):
			case <-stop:
				return
			}
		}
	}()
	return func() { close(stop); <-ended }
}

// freeze stops the process, as a debugger does or a machine that has no memory left, and lets it go on.
func (s *soak) freeze(p *process) (end func()) {
	rest(s.ctx, time.Second)
	s.must(p.cmd.Process.Signal(syscall.SIGSTOP))
	rest(s.ctx, s.moment(soakFreeze))
	s.must(p.cmd.Process.Signal(syscall.SIGCONT))
	return func() {}
}
