package poll

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tidings/bot"
)

func TestRule13and14_RetryAfterIsKept(t *testing.T) {
	t.Parallel()
	for _, status := range []int{http.StatusTooManyRequests, http.StatusServiceUnavailable} {
		for after, want := range map[string]time.Duration{
			"3600": time.Hour, monday().Add(2 * time.Hour).Format(http.TimeFormat): 2 * time.Hour, "99999999999": 7 * 24 * time.Hour,
		} {
			s := newSite(t, Config{}, replies(status, "", "Retry-After", after), "f")
			s.once()
			if got := s.wait(10 * 24 * time.Hour); got < want-3*time.Second || got > want {
				t.Errorf("%d, %s: asked after %v, want %v", status, after, got, want)
			}
		}
	}
	s := newSite(t, Config{}, replies(http.StatusServiceUnavailable, "", "Retry-After", "-1"), "f")
	s.once()
	if got := s.wait(time.Hour); got > 10*time.Minute {
		t.Errorf("a negative wish: asked after %v", got)
	}
}

func TestRule15_TooManyRequestsSlowsDown(t *testing.T) {
	t.Parallel()
	s := newSite(t, Config{}, replies(http.StatusTooManyRequests, ""), "f")
	s.once()
	if got := s.wait(10 * time.Hour); got < 59*time.Minute {
		t.Errorf("asked after %v, want an hour", got)
	}
	s.pass(24 * time.Hour)
	s.wait(24 * time.Hour)
	if got := s.wait(24 * time.Hour); got < 5*time.Hour {
		t.Errorf("asked after %v though it goes on", got)
	}
}

func TestRule16_TheWholeHostPauses(t *testing.T) {
	t.Parallel()
	s := newSite(t, Config{}, replies(200, rssOf("A")), manyPaths(20)...)
	s.pass(interval - 10*time.Second)
	limited := false
	s.say(func(w http.ResponseWriter, r *http.Request) {
		limited = true
		replies(http.StatusTooManyRequests, "", "Retry-After", "3600")(w, r)
	})
	r := s.pass(30 * time.Minute)
	if !limited || len(r) > perHost {
		t.Errorf("%d requests to a host that pauses", len(r))
	}
	s.restart(Config{Sink: s.sink, Network: Private, Now: s.clock.now})
	if r := s.pass(20 * time.Minute); len(r) != 0 {
		t.Errorf("%d requests after a restart", len(r))
	}
	s.say(replies(200, rssOf("A")))
	if r := s.pass(20 * time.Minute); len(r) < 20 {
		t.Errorf("%d requests after the pause, want all feeds", len(r))
	}
}

func TestRule17_FailuresBackOffAndSuccessResets(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]http.HandlerFunc{
		"500": replies(500, ""),
		"reset": func(http.ResponseWriter, *http.Request) {
			panic(http.ErrAbortHandler)
		},
	} {
		s := newSite(t, Config{}, answer, "f")
		s.once()
		before := interval
		for range 4 {
			got := s.wait(48 * time.Hour)
			if got < before*3/2 && got < 50*time.Minute {
				t.Errorf("%s: asked after %v, before that %v", name, got, before)
			}
			before = got
		}
		s.pass(8 * 24 * time.Hour)
		s.wait(48 * time.Hour)
		if got := s.wait(48 * time.Hour); got < 20*time.Hour || got > 24*time.Hour {
			t.Errorf("%s: asked after %v in the second week, want a day", name, got)
		}
		s.say(replies(200, rssOf("A")))
		s.wait(48 * time.Hour)
		if got := s.wait(48 * time.Hour); got > interval {
			t.Errorf("%s: asked after %v when all is well", name, got)
		}
	}
}

func TestRule18_MissingBacksOffAndGoneEnds(t *testing.T) {
	t.Parallel()
	s := newSite(t, Config{}, replies(http.StatusNotFound, ""), "f")
	s.pass(2 * 24 * time.Hour)
	if len(s.notices) != 0 {
		t.Errorf("notified %q within three days", s.notices)
	}
	r := s.pass(10 * 24 * time.Hour)
	if len(r) > 12 {
		t.Errorf("%d requests in ten days", len(r))
	}
	want := []string{"Source f cannot be read: the server has no such page (404). " + adviceMoved}
	if diff := cmp.Diff(want, s.notices); diff != "" {
		t.Errorf("notices (-want +got):\n%s", diff)
	}
	s = newSite(t, Config{}, replies(http.StatusGone, ""), "f")
	s.once()
	if got := s.wait(48 * time.Hour); got < 24*time.Hour-3*time.Second {
		t.Errorf("asked again after %v", got)
	}
	if r := s.pass(60 * 24 * time.Hour); len(r) != 0 {
		t.Errorf("%d requests for what has ended", len(r))
	}
	if len(s.notices) != 1 || !strings.Contains(s.notices[0], "has ended") || !s.state("f").Memory.Ended {
		t.Errorf("notices %q", s.notices)
	}
}

func TestRule32_WhatIsNotAFeedChangesNothingAndIsNamed(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		answer http.HandlerFunc
		want   string
	}{
		"page":      {replies(200, "<!DOCTYPE html><html><body>Please log in</body></html>", "Content-Type", "text/html"), "the document is a web page, not a feed"},
		"empty":     {replies(200, ""), "the document is empty"},
		"length 0":  {replies(200, "", "Content-Length", "0"), "the document is empty"},
		"login":     {replies(401, "", "WWW-Authenticate", "Basic"), "the server refuses access (401)"},
		"challenge": {replies(403, "<html>", "Cf-Mitigated", "challenge"), "the server asks for proof that a person is reading (403)"},
		"text":      {replies(200, "root:x:0:0 from 10.0.0.1"), "the document isn't a feed"},
	} {
		s := newSite(t, Config{}, replies(200, rssOf("A"), "ETag", `"a"`), "f")
		s.once()
		before := s.state("f")
		s.say(tt.answer)
		s.wait(time.Hour)
		s.wait(24 * time.Hour) // a page for maintenance gets a second chance
		if got := s.wait(48 * time.Hour); got < 4*time.Hour-10*time.Second {
			t.Errorf("%s: asked after %v", name, got)
		}
		f := s.state("f")
		if f.Error != tt.want || f.ETag != before.ETag || f.BodyHash != before.BodyHash || s.sink.source("f").Articles != 1 {
			t.Errorf("%s: error %q, want %q; state %+v", name, f.Error, tt.want, f)
		}
		if agent := s.poller.fetcher.agent(); strings.Contains(agent, "Mozilla") {
			t.Errorf("disguised as %s", agent)
		}
	}
}

func TestOperators_AreNotifiedOnceOfALastingFailureAndOfItsEnd(t *testing.T) {
	t.Parallel()
	s := newSite(t, Config{}, replies(500, "secret banner"), "f")
	s.pass(40 * time.Minute)
	s.say(replies(200, rssOf("A")))
	s.pass(2 * time.Hour)
	if len(s.notices) != 0 {
		t.Errorf("notified %q of what was over soon", s.notices)
	}
	s.say(replies(500, "secret banner"))
	s.pass(10 * time.Hour)
	s.restart(Config{Sink: s.sink, Network: Private, Now: s.clock.now, Notify: func(text bot.Text) { s.notices = append(s.notices, text.String()) }})
	s.pass(10 * time.Hour)
	s.say(replies(200, rssOf("A")))
	s.pass(10 * time.Hour)
	want := []string{"Source f cannot be read: the server is in trouble (500). " + adviceServer, "Source f works again."}
	if diff := cmp.Diff(want, s.notices); diff != "" {
		t.Errorf("notices (-want +got):\n%s", diff)
	}
}

func TestDoubts_AreSaidInTheSourcesState(t *testing.T) {
	t.Parallel()
	odd := `<rss><channel><item><title>A</title><pubDate>someday</pubDate></item><item><link>/x</link></item></channel></rss>`
	s := newSite(t, Config{}, replies(200, odd), "f")
	s.once()
	if m := s.state("f").Memory; m.Doubts != 2 || m.Doubt != "item 2 has neither title nor text" {
		t.Errorf("%d doubts, %q", m.Doubts, m.Doubt)
	}
	s.say(replies(200, `<rss><channel><item><title>A</title><pubDate>someday</pubDate></item></channel></rss>`))
	s.pass(interval)
	if m := s.state("f").Memory; m.Doubts != 1 || m.Doubt != "item 1: its date cannot be read" {
		t.Errorf("%d doubts, %q", m.Doubts, m.Doubt)
	}
	s.say(replies(200, rssOf("A", "B")[:len(rssOf("A", "B"))-5]))
	s.pass(interval)
	if m := s.state("f").Memory; m.Doubts != 1 || m.Doubt != "it is cut off or broken, and what could be read was" {
		t.Errorf("%d doubts, %q", m.Doubts, m.Doubt)
	}
	s.say(replies(200, rssOf("A")))
	s.pass(interval)
	if m := s.state("f").Memory; m.Doubts != 0 || m.Doubt != "" {
		t.Errorf("%d doubts, %q, though the document is whole again", m.Doubts, m.Doubt)
	}
}
