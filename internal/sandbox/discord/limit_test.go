package discord

import (
	"context"
	"fmt"
	"testing"
	"time"
)

func TestLimits_FiveMessagesPerChannel(t *testing.T) {
	clock := newClock()
	p := newPlace(t, Config{Now: clock.Now})
	for i := range 5 {
		a := p.bot.do("POST", p.messages(), `{"content":"x"}`)
		if got, want := a.header.Get("X-RateLimit-Remaining"), fmt.Sprint(4-i); a.status != 200 || got != want {
			t.Errorf("message %d: %d, remaining %s, want %s", i, a.status, got, want)
		}
	}
	clock.advance(1500 * time.Millisecond)
	a := p.bot.do("POST", p.messages(), `{"content":"x"}`)
	if a.status != 429 || a.body["retry_after"] != 3.5 || a.body["global"] != false || a.body["code"] != nil {
		t.Errorf("sixth = %d %s", a.status, a.text)
	}
	for header, want := range map[string]string{
		"X-RateLimit-Limit": "5", "X-RateLimit-Remaining": "0", "X-RateLimit-Reset-After": "3.500", "Retry-After": "4",
		"X-RateLimit-Reset": "1768910405.000", "X-RateLimit-Scope": "user", "X-RateLimit-Global": "",
	} {
		if got := a.header.Get(header); got != want {
			t.Errorf("%s = %q, want %q", header, got, want)
		}
	}
	other := p.AddChannel(p.guild, "other")
	b := p.bot.do("POST", "/channels/"+other+"/messages", `{"content":"x"}`)
	if b.status != 200 || b.header.Get("X-RateLimit-Bucket") != a.header.Get("X-RateLimit-Bucket") {
		t.Errorf("another channel: %d, buckets %v and %v", b.status, a.header, b.header)
	}
	clock.advance(3500 * time.Millisecond)
	p.bot.do("POST", p.messages(), `{"content":"x"}`).want(t, 200, 0)
	if c := p.Counters(); c.RateLimited != 1 {
		t.Errorf("%d requests counted as limited, want 1", c.RateLimited)
	}
}

func TestLimits_FiftyRequestsPerBotWithoutInteractions(t *testing.T) {
	clock := newClock()
	p := newPlace(t, Config{Now: clock.Now})
	for range 50 {
		p.bot.do("GET", "/users/@me", nil).want(t, 200, 0)
	}
	a := p.bot.do("GET", "/users/@me", nil)
	if a.status != 429 || a.body["global"] != true || a.header.Get("X-RateLimit-Global") != "true" ||
		a.header.Get("X-RateLimit-Scope") != "global" || a.header.Get("Retry-After") != "1" {
		t.Errorf("51st = %d %s %v", a.status, a.text, a.header)
	}
	if got := a.header.Get("X-RateLimit-Reset-After"); got != "" {
		t.Errorf("a global limit has X-RateLimit-Reset-After %q", got)
	}
	p.bot.do("POST", "/interactions/1/x/callback", `{"type":4}`).want(t, 404, 10062)
	clock.advance(time.Second)
	p.bot.do("GET", "/users/@me", nil).want(t, 200, 0)
}

func TestLimits_CanBeTurnedOff(t *testing.T) {
	p := newPlace(t, Config{Unlimited: true})
	for range 60 {
		p.bot.do("POST", p.messages(), `{"content":"x"}`).want(t, 200, 0)
	}
}

func TestWatch_ReportsEveryChangeInOrder(t *testing.T) {
	p := newPlace(t, Config{Unlimited: true})
	ctx, cancel := context.WithCancel(testContext(t))
	events := p.Watch(ctx)
	a := p.bot.do("POST", p.messages(), `{"content":"one"}`)
	p.bot.do("PATCH", p.messages()+"/"+a.id(), `{"content":"two"}`)
	p.bot.do("DELETE", p.messages()+"/"+a.id(), nil)
	for _, want := range []struct {
		kind    EventKind
		content string
	}{{Posted, "one"}, {Edited, "two"}, {Deleted, "two"}} {
		if e := <-events; e.Kind != want.kind || e.Message.Content != want.content {
			t.Errorf("event = %+v, want %+v", e, want)
		}
	}
	cancel()
	if _, open := <-events; open {
		t.Error("the watch goes on after its context ended")
	}
}

func TestWaitMessages_ReturnsWhatItWaitedFor(t *testing.T) {
	p := newPlace(t, Config{})
	done := make(chan []Message, 1)
	go func() {
		list, _ := p.WaitMessages(testContext(t), p.channel, 2)
		done <- list
	}()
	p.bot.do("POST", p.messages(), `{"content":"one"}`)
	p.bot.do("POST", p.messages(), `{"content":"two"}`)
	if list := <-done; len(list) != 2 || list[0].Content != "one" || list[1].Content != "two" {
		t.Errorf("messages = %+v", list)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := p.WaitMessages(ended, p.channel, 3); err == nil {
		t.Error("an ended wait reports no error")
	}
}
