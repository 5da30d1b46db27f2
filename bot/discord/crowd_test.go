package discord

import (
	"context"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"tidings/bot"
)

func asked(user, channel string) *interaction {
	return &interaction{Type: typeCommand, ChannelID: channel, Member: &wireMember{User: wireUser{ID: user}}}
}

func pressed(user, message, data string) *interaction {
	it := asked(user, "1")
	it.Type, it.Data.CustomID = typeComponent, data
	it.Message = &struct {
		ID string `json:"id"`
	}{message}
	return it
}

func TestCrowd_KeepsEverybodyWithinTheirShare(t *testing.T) {
	now := time.Unix(1000, 0)
	c := &crowd{}
	for range maxPerPerson {
		if a := c.enter(asked("ann", "1"), now); a != admitted {
			t.Fatalf("within the share: %d", a)
		}
	}
	for _, tt := range []struct {
		name string
		it   *interaction
		want admission
	}{
		{"one too many", asked("ann", "1"), warn},
		{"another", asked("ann", "2"), excess},
		{"a suggestion", &interaction{Type: typeComplete, ChannelID: "1", Member: &wireMember{User: wireUser{ID: "ann"}}}, excess},
		{"somebody else", asked("bob", "1"), admitted},
		{"in private", &interaction{Type: typeCommand, ChannelID: "9", User: &wireUser{ID: "carol"}}, admitted},
	} {
		if got := c.enter(tt.it, now); got != tt.want {
			t.Errorf("%s: %d, want %d", tt.name, got, tt.want)
		}
	}
	now = now.Add(warnAgain)
	if a := c.enter(asked("ann", "1"), now); a != warn {
		t.Errorf("a minute later: %d, want a word", a)
	}
	c.leave(asked("ann", "1"))
	if a := c.enter(asked("ann", "1"), now); a != admitted {
		t.Errorf("after one was answered: %d", a)
	}
	for i := maxPerPerson + 1; i < maxPerChannel; i++ {
		if a := c.enter(asked(strconv.Itoa(i), "1"), now); a != admitted {
			t.Fatalf("person %d in the channel: %d", i, a)
		}
	}
	if a := c.enter(asked("dan", "1"), now); a != warn {
		t.Errorf("one too many for the channel: %d", a)
	}
	if a := c.enter(asked("dan", "2"), now); a != admitted {
		t.Errorf("in another channel: %d", a)
	}
}

func TestCrowd_CountsRepeatedPressesOnce(t *testing.T) {
	now := time.Unix(1000, 0)
	c := &crowd{}
	if a := c.enter(pressed("ann", "5", "next"), now); a != admitted {
		t.Fatal(a)
	}
	for name, tt := range map[string]struct {
		it   *interaction
		want admission
	}{
		"the same":        {pressed("ann", "5", "next"), merged},
		"another button":  {pressed("ann", "5", "last"), admitted},
		"another message": {pressed("ann", "6", "next"), admitted},
		"another person":  {pressed("bob", "5", "next"), admitted},
	} {
		if got := c.enter(tt.it, now); got != tt.want {
			t.Errorf("%s: %d, want %d", name, got, tt.want)
		}
	}
	c.workedOut(pressed("ann", "5", "next"))
	if a := c.enter(pressed("ann", "5", "next"), now); a != admitted {
		t.Errorf("after the answer: %d", a)
	}
}

func TestCrowd_ReleasesUsersOnceAnswered(t *testing.T) {
	c := &crowd{}
	for i := range 3 * maxWarned {
		it := pressed(strconv.Itoa(i), "5", "next")
		if c.enter(it, time.Unix(0, 0)) == admitted {
			c.workedOut(it)
			c.leave(it)
		}
	}
	if len(c.people)+len(c.channels)+len(c.presses)+c.total != 0 {
		t.Errorf("remembered are %d people, %d channels, %d presses, %d in all", len(c.people), len(c.channels), len(c.presses), c.total)
	}
}

func TestSlots_AlternateBetweenChannels(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &slots{}
		for range maxAnswering {
			if err := s.enter(t.Context(), "busy"); err != nil {
				t.Fatal(err)
			}
		}
		var order []string
		var all sync.WaitGroup
		wait := func(channel string) {
			all.Go(func() {
				if s.enter(t.Context(), channel) == nil {
					order = append(order, channel) // one at a time, as turns are given back
				}
			})
			synctest.Wait()
		}
		for range 5 {
			wait("busy")
		}
		ctx, cancel := context.WithCancel(t.Context())
		all.Go(func() {
			if s.enter(ctx, "gone") == nil {
				t.Error("a turn came to who gave up")
			}
		})
		synctest.Wait()
		wait("quiet")
		cancel()
		synctest.Wait()
		for range 6 {
			s.leave()
			synctest.Wait()
		}
		all.Wait()
		if got := strings.Join(order, " "); got != "busy quiet busy busy busy busy" {
			t.Errorf("turns went to %s", got)
		}
		for range maxAnswering {
			s.leave()
		}
		if s.taken != 0 || len(s.ring)+len(s.waiting) != 0 {
			t.Errorf("left are %+v", s)
		}
	})
}

// TestBurst_KeepsNoOneElseWaiting: one person asks 300 times at once, of a handler that takes its time.
func TestBurst_KeepsNoOneElseWaiting(t *testing.T) {
	w := unlimited(t)
	release := make(chan struct{})
	h := help()
	h.Answer = func(ctx context.Context, inv bot.Invocation) bot.Message {
		if inv.User.ID == w.member {
			select {
			case <-release:
			case <-ctx.Done():
			}
		}
		return bot.Message{Text: bot.Plain("ok")}
	}
	w.run(t, h)
	for range 300 {
		if _, err := w.Command(within(t), w.member, w.channel, "help", nil); err != nil {
			t.Fatal(err)
		}
	}
	began := time.Now()
	it, err := w.Command(within(t), w.manager, w.channel, "help", nil)
	if err != nil {
		t.Fatal(err)
	}
	if m, err := it.Reply(within(t)); err != nil || m.Content != "ok" {
		t.Fatalf("somebody else is answered %q, %v", m.Content, err)
	}
	t.Logf("somebody else was answered after %v", time.Since(began)) // and while the others still wait
	if n := len(h.Invocations()); n > maxPerPerson+1 {
		t.Errorf("%d commands reached the handler, want no more than a person's share", n)
	}
	close(release)
	word := "That's a lot at once"
	eventually(t, "the person is warned", func() bool {
		n := 0
		for _, m := range w.Messages(w.channel) {
			if m.EphemeralTo == w.member && strings.HasPrefix(m.Content, word) {
				n++
			}
		}
		return n == 1
	})
}

func TestBurst_IsAcknowledgedInTimeWhateverWaits(t *testing.T) {
	w := unlimited(t)
	w.run(t, help())
	it, err := w.Command(within(t), w.member, w.channel, "help", nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := it.Reply(within(t)); err != nil {
		t.Fatal(err)
	}
	running := w.adapter.serving.Load()
	for range maxAnswering {
		if err := running.slots.enter(within(t), "busy"); err != nil {
			t.Fatal(err)
		}
	}
	began := time.Now()
	if it, err = w.Command(within(t), w.member, w.channel, "help", nil); err != nil {
		t.Fatal(err)
	}
	if kind, _, err := it.Acknowledged(within(t)); err != nil || kind != respondLater {
		t.Fatalf("acknowledged with %d, %v, want the promise of an answer", kind, err)
	}
	t.Logf("acknowledged after %v", time.Since(began)) // of the 3 s that Discord waits
	running.slots.leave()
	if m, err := it.Reply(within(t)); err != nil || m.Content != "ok" {
		t.Errorf("answered %q, %v", m.Content, err)
	}
}

func TestBurst_AcknowledgesRepeatedPressesAndRunsOne(t *testing.T) {
	w := unlimited(t)
	release := make(chan struct{})
	h := help()
	h.Answer = func(ctx context.Context, inv bot.Invocation) bot.Message {
		if inv.Data == "" {
			return bot.Message{Text: bot.Plain("one"), Buttons: [][]bot.Button{{{Label: "next", Data: "next"}}}}
		}
		select {
		case <-release:
		case <-ctx.Done():
		}
		return bot.Message{Text: bot.Plain("two")}
	}
	w.run(t, h)
	it, err := w.Command(within(t), w.member, w.channel, "help", nil)
	if err != nil {
		t.Fatal(err)
	}
	page, err := it.Reply(within(t))
	if err != nil {
		t.Fatal(err)
	}
	first, err := w.Press(within(t), w.member, page.ID, "next")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.WaitInvocations(within(t), 2); err != nil {
		t.Fatal(err)
	}
	for range maxBrushed / 2 {
		again, err := w.Press(within(t), w.member, page.ID, "next")
		if err != nil {
			t.Fatal(err)
		}
		if kind, _, err := again.Acknowledged(within(t)); err != nil || kind != respondUpdateLater {
			t.Fatalf("a repeated press is acknowledged with %d, %v", kind, err)
		}
	}
	close(release)
	if m, err := first.Reply(within(t)); err != nil || m.Content != "two" {
		t.Errorf("the press is answered %q, %v", m.Content, err)
	}
	if n := len(h.Invocations()); n != 2 {
		t.Errorf("the handler was asked %d times, want once for the command and once for the presses", n)
	}
}
