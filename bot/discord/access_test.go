package discord

import (
	"strings"
	"testing"
	"time"

	"tidings/bot"
	"tidings/internal/sandbox"
	sandboxdiscord "tidings/internal/sandbox/discord"
)

const unknownChannel = `{"code":10003,"message":"Unknown Channel"}`

func TestSend_BelievesInALostChannelOnlyWhenDiscordSaysSoTwice(t *testing.T) {
	w := unlimited(t)
	w.Faults.Inject(sandbox.Fault{Status: 404, Body: unknownChannel, Method: "POST"})
	if e := w.sendError(t, w.here()); e.Kind != bot.Transient || !e.Outage {
		t.Errorf("a channel that is there after all: %+v, want another try", e)
	}
	w.Faults.Inject(sandbox.Fault{Status: 404, Body: unknownChannel, Method: "POST"})
	w.Faults.Inject(sandbox.Fault{Status: 500, Method: "GET"})
	if e := w.sendError(t, w.here()); e.Kind != bot.Transient {
		t.Errorf("a channel that cannot be asked for: %+v, want another try", e)
	}
	w.DeleteChannel(w.channel)
	if e := w.sendError(t, w.here()); e.Kind != bot.TargetGone || e.Probe {
		t.Errorf("a channel that was deleted: %+v, want it gone for good", e)
	}
}

func TestSend_TreatsManyLostChannelsAsAnOutage(t *testing.T) {
	w := unlimited(t)
	now := time.Unix(1000, 0)
	w.adapter.lost.now = func() time.Time { return now }
	w.Faults.Inject(sandbox.Fault{Status: 404, Body: unknownChannel, Path: "/channels/", Times: -1})
	w.Faults.Inject(sandbox.Fault{Status: 404, Body: `{"code":10004,"message":"Unknown Guild"}`, Path: "/guilds/", Times: -1})
	gone := func() int {
		n := 0
		for i := range 5 {
			to := bot.Target{Platform: Platform, Space: w.guild, Chat: string(rune('1' + i))}
			if e := w.sendError(t, to); e.Kind == bot.TargetGone {
				n++
			} else if !e.Outage {
				t.Errorf("what does not count as gone is %+v, want an outage", e)
			}
		}
		return n
	}
	if n := gone(); n != maxLost {
		t.Errorf("%d channels count as gone at once, want at most %d", n, maxLost)
	}
	now = now.Add(lostWindow)
	if n := gone(); n != maxLost {
		t.Errorf("%d channels count as gone later, want %d more", n, maxLost)
	}
}

func TestCanSend_AgreesWithSend(t *testing.T) {
	w := unlimited(t)
	thread := w.AddThread(w.channel, "thread")
	deleted := w.AddChannel(w.guild, "deleted")
	w.DeleteChannel(deleted)
	left := w.AddGuild("Left")
	away := w.AddChannel(left, "away")
	w.RemoveGuild(left)
	for _, tt := range []struct {
		name, channel string
		rights        int64
		ok            bool
		reason        string
	}{
		{"all rights", w.channel, sandboxdiscord.MemberDefault, true, ""},
		{"a thread of it", thread, 0, true, ""},
		{"no writing", w.channel, sandboxdiscord.ViewChannel, false, "Send Messages"},
		{"a thread of that", thread, 0, false, "Send Messages in Threads"},
		{"no access", w.channel, sandboxdiscord.SendMessages, false, "cannot see"},
		{"deleted", deleted, 0, false, "deleted"},
		{"removed", away, 0, false, "removed"},
		{"direct", w.DirectChannel(w.member), 0, true, ""},
	} {
		if tt.rights != 0 {
			w.SetBotPermissions(tt.channel, tt.rights)
		}
		to := bot.Target{Platform: Platform, Space: w.guild, Chat: tt.channel}
		ok, reason, err := w.adapter.CanSend(within(t), to)
		if err != nil || ok != tt.ok || !strings.Contains(reason, tt.reason) {
			t.Errorf("%s: %t, %q, %v, want %t with %q", tt.name, ok, reason, err, tt.ok, tt.reason)
		}
	}
	w.Faults.Inject(sandbox.Fault{})
	if _, _, err := w.adapter.CanSend(within(t), w.here()); sendKind(err) != bot.Transient || err == nil {
		t.Errorf("in an outage it failed with %v", err)
	}
}

func TestPlatformTime_IsWhatDiscordSaid(t *testing.T) {
	w := unlimited(t)
	if at, ok := w.adapter.PlatformTime(); ok {
		t.Errorf("before any answer it is %v", at)
	}
	if _, err := w.adapter.Identify(within(t)); err != nil {
		t.Fatal(err)
	}
	if at, ok := w.adapter.PlatformTime(); !ok || time.Since(at).Abs() > time.Minute {
		t.Errorf("it is %v, %t, want now", at, ok)
	}
	w.adapter.rest.clock.hear("Sat, 28 Nov 2026 10:00:00 GMT")
	w.adapter.rest.clock.hear("yesterday")
	if at, ok := w.adapter.PlatformTime(); !ok || at.Sub(time.Date(2026, 11, 28, 10, 0, 0, 0, time.UTC)) > time.Minute {
		t.Errorf("it is %v, %t, want what Discord said", at, ok)
	}
}

func TestCanSend_SkipsRiskyRequestsAfterTooManyRefusals(t *testing.T) {
	w := unlimited(t)
	for range maxDoubtful {
		_ = teach(w.adapter.rest.limits, route{}, 403, nil, "")
	}
	requests := w.Counters().Requests
	if _, _, err := w.adapter.CanSend(within(t), w.here()); sendKind(err) != bot.RateLimited {
		t.Errorf("CanSend returned %v, want a pause", err)
	}
	if n := w.Counters().Requests - requests; n != 0 {
		t.Errorf("%d requests were made", n)
	}
	if _, err := w.adapter.Send(within(t), w.here(), bot.Message{Text: bot.Plain("news")}); err != nil {
		t.Errorf("alerts stop too early: %v", err)
	}
	for range maxInvalid {
		_ = teach(w.adapter.rest.limits, route{}, 403, nil, "")
	}
	for range 3 {
		if e := w.sendError(t, w.here()); e.Kind != bot.RateLimited || !e.Global || !e.Local {
			t.Errorf("after %d refusals Send fails with %+v", maxInvalid, e)
		}
	}
	if n := strings.Count(w.log.String(), "refused too many requests"); n != 1 {
		t.Errorf("the log mentions it %d times", n)
	}
}
