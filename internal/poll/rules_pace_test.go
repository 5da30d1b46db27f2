package poll

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"tidings/bot"
)

func TestRule09_FreshAnswersAreNotFetchedAgain(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		headers []string
		want    time.Duration
	}{
		"max-age":            {[]string{"Cache-Control", "public, max-age=7200"}, 2 * time.Hour},
		"s-maxage":           {[]string{"Cache-Control", "s-maxage=7200"}, 2 * time.Hour},
		"quoted, upper case": {[]string{"Cache-Control", `MAX-AGE="7200"`}, 2 * time.Hour},
		"old already":        {[]string{"Cache-Control", "max-age=7200", "Age", "600"}, 110 * time.Minute},
		"absurd":             {[]string{"Cache-Control", "max-age=99999999999999999999"}, 24 * time.Hour},
		"short":              {[]string{"Cache-Control", "max-age=60"}, interval},
		"negative":           {[]string{"Cache-Control", "max-age=-1"}, interval},
	} {
		s := newSite(t, Config{}, replies(200, rssOf("A"), tt.headers...), "f")
		s.once()
		if got := s.wait(30 * time.Hour); got < tt.want-12*time.Second || got > tt.want {
			t.Errorf("%s: asked after %v, want %v", name, got, tt.want)
		}
	}
}

func TestRule10_ExpiresCounts(t *testing.T) {
	t.Parallel()
	in := func(d time.Duration) string { return monday().Add(d).Format(http.TimeFormat) }
	for expires, want := range map[string]time.Duration{
		in(3 * time.Hour): 3 * time.Hour, "0": interval, in(-time.Hour): interval, "whenever": interval,
	} {
		s := newSite(t, Config{}, replies(200, rssOf("A"), "Expires", expires, "Date", in(0)), "f")
		s.once()
		if got := s.wait(30 * time.Hour); got < want-12*time.Second || got > want {
			t.Errorf("%s: asked after %v, want %v", expires, got, want)
		}
	}
}

func TestRule11_NoCacheIsPolledAsUsualAndConditionally(t *testing.T) {
	t.Parallel()
	for _, says := range []string{"no-cache, max-age=9999", "no-store", "private"} {
		s := newSite(t, Config{}, replies(200, rssOf("A"), "Cache-Control", says, "ETag", `"a"`), "f")
		s.once()
		r := s.pass(interval)
		if len(r) != 1 {
			t.Fatalf("%s: %d requests", says, len(r))
		}
		r[0].expect(t, map[string]string{"If-None-Match": `"a"`})
	}
}

func TestRule12_AnOldDateDoesNotSlowDown(t *testing.T) {
	t.Parallel()
	s := newSite(t, Config{}, replies(200, rssOf("A"), "Last-Modified", monday().AddDate(0, 0, -10).Format(http.TimeFormat)), "f")
	s.once()
	if n := len(s.pass(interval)); n != 1 {
		t.Errorf("%d requests in the interval", n)
	}
}

func TestRule25_AHostIsFetchedOnceASecond(t *testing.T) {
	t.Parallel()
	s := newSite(t, Config{}, replies(200, rssOf("A")), manyPaths(100)...)
	connections := map[string]bool{}
	s.say(func(w http.ResponseWriter, r *http.Request) {
		connections[r.RemoteAddr] = true
		replies(200, rssOf("A"))(w, r)
	})
	r := s.pass(interval / 2)
	if len(r) != 100 {
		t.Fatalf("%d requests, want one of each", len(r))
	}
	for i := range r[1:] {
		if gap := r[i+1].at.Sub(r[i].at); gap < time.Second {
			t.Fatalf("%v between two requests", gap)
		}
	}
	if len(connections) > perHost {
		t.Errorf("%d connections", len(connections))
	}
}

func TestRule25_HTTP2IsUsedWhereItIsOffered(t *testing.T) {
	t.Parallel()
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.ProtoMajor != 2 {
			t.Errorf("asked by %s", r.Proto)
		}
		fmt.Fprint(w, rssOf("A"))
	}))
	server.EnableHTTP2 = true
	server.StartTLS()
	defer server.Close()
	client := NewClient(Private)
	client.Transport.(*http.Transport).TLSClientConfig = server.Client().Transport.(*http.Transport).TLSClientConfig.Clone()
	client.Transport.(*http.Transport).TLSClientConfig.NextProtos = nil
	defer client.CloseIdleConnections()
	p, err := New(Config{Sink: newMemory(), Client: client})
	if err != nil {
		t.Fatal(err)
	}
	if err := check(t.Context(), p, server.URL); err != nil {
		t.Error(err)
	}
}

func TestRule26_AStartIsNoBurst(t *testing.T) {
	t.Parallel()
	s := newSite(t, Config{}, replies(200, rssOf("A")))
	begin := s.clock.now()
	port := s.everywhere()
	for i := range 500 { // each a host of its own
		s.sink.add(bot.Source{
			Name: fmt.Sprintf("f%03d", i), URL: fmt.Sprintf("http://127.0.%d.%d:%s/f%03d", 1+i/200, 1+i%200, port, i),
			Fetch: bot.FetchState{LastTry: begin.Add(-time.Hour), LastSuccess: begin.Add(-time.Hour), Next: begin.Add(-time.Duration(1000-i) * time.Second)},
		})
	}
	r := s.pass(interval)
	if len(r) < 500 {
		t.Fatalf("%d requests, want all", len(r))
	}
	second := map[int64]int{}
	for i := range 500 {
		// Two or three begin at once, and arrive in any order.
		if early, late := fmt.Sprintf("/f%03d", max(i-3, 0)), fmt.Sprintf("/f%03d", i+3); r[i].path < early || r[i].path > late {
			t.Fatalf("request %d is for %s: the one due for longest is first", i, r[i].path)
		}
		second[r[i].at.Unix()]++
		if n := second[r[i].at.Unix()]; n > 6 {
			t.Fatalf("%d requests within a second", n)
		}
	}
}

func TestRule27_ARestartCostsNoRequest(t *testing.T) {
	t.Parallel()
	s := newSite(t, Config{}, replies(200, rssOf("A")), "f")
	s.once()
	for range 5 {
		s.restart(Config{Sink: s.sink, Network: Private, Now: s.clock.now})
		if r := s.pass(10 * time.Second); len(r) != 0 {
			t.Fatalf("a restart asked for %v", r)
		}
	}
	if r := s.pass(interval); len(r) != 1 {
		t.Errorf("%d requests in the interval, want 1", len(r))
	}
}

func TestRule28_FetchingByHandHasItsLimits(t *testing.T) {
	t.Parallel()
	s := newSite(t, Config{Interval: time.Hour}, replies(200, rssOf("A"), "ETag", `"a"`), "f")
	s.once()
	refresh := func() (n int) {
		for range 10 {
			_ = s.poller.Refresh(t.Context(), "f") // what it says is not what counts here
			r := s.pass(2 * time.Second)
			for i := range r {
				r[i].expect(t, map[string]string{"If-None-Match": `"a"`})
			}
			n += len(r)
		}
		return n
	}
	if n := refresh(); n != 0 {
		t.Errorf("%d requests right after a fetch", n)
	}
	s.pass(refreshGap)
	if n := refresh(); n != 1 {
		t.Errorf("%d requests by hand, want 1", n)
	}
	s.say(replies(http.StatusTooManyRequests, "", "Retry-After", "7200"))
	s.pass(time.Hour)
	s.pass(refreshGap)
	if n := refresh(); n != 0 {
		t.Errorf("%d requests though the server asked to wait", n)
	}
}

func TestRule29_DocumentsMayAskForLongerIntervals(t *testing.T) {
	t.Parallel()
	channel := func(says string) string { return strings.Replace(rssOf("A"), "<title>Tide", says+"<title>Tide", 1) }
	for name, tt := range map[string]struct {
		says, cache string
		want        time.Duration
	}{
		"ttl":                {"<ttl>120</ttl>", "", 2 * time.Hour},
		"short ttl":          {"<ttl>1</ttl>", "", interval},
		"HTTP is stronger":   {"<ttl>120</ttl>", "max-age=1800", 30 * time.Minute},
		"what everyone says": {"<ttl>60</ttl>", "", interval},
		"skipped hours":      {"<skipHours><hour>10</hour><hour>11</hour></skipHours>", "", 2 * time.Hour},
		"skipped days":       {"<skipDays><day>Monday</day></skipDays>", "", 14 * time.Hour},
		"all hours":          {"<skipDays><day>Monday</day><day>Tuesday</day><day>Wednesday</day><day>Thursday</day><day>Friday</day><day>Saturday</day><day>Sunday</day></skipDays>", "", interval},
	} {
		s := newSite(t, Config{}, replies(200, channel(tt.says), "Cache-Control", tt.cache), "f")
		s.once()
		if got := s.wait(30 * time.Hour); got < tt.want-12*time.Second || got > tt.want {
			t.Errorf("%s: asked after %v, want %v", name, got, tt.want)
		}
	}
}

func TestRule30_TheIntervalFollowsTheNews(t *testing.T) {
	t.Parallel()
	n := 0
	s := newSite(t, Config{Interval: 24 * time.Hour}, nil, "f")
	s.say(func(w http.ResponseWriter, r *http.Request) {
		n++
		replies(200, rssOf(fmt.Sprint(n)), "ETag", fmt.Sprintf(`"%d"`, n))(w, r)
	})
	s.pass(20 * 24 * time.Hour)
	if got := s.wait(48 * time.Hour); got > 2*time.Hour {
		t.Errorf("asks each %v while there is always something new", got)
	}
	if least := len(s.pass(time.Hour)); least > 4 {
		t.Errorf("%d requests in an hour", least)
	}
	last := n
	s.say(func(w http.ResponseWriter, r *http.Request) {
		replies(200, rssOf(fmt.Sprint(last)), "ETag", `"same"`)(w, r)
	})
	s.pass(30 * 24 * time.Hour)
	s.wait(48 * time.Hour)
	if got := s.wait(48 * time.Hour); got < 20*time.Hour {
		t.Errorf("asks after %v though nothing has been new for a month", got)
	}
	s.say(func(w http.ResponseWriter, r *http.Request) {
		n++
		replies(200, rssOf(fmt.Sprint(n)), "ETag", `"new"`)(w, r)
	})
	s.wait(48 * time.Hour)
	s.wait(48 * time.Hour)
	if got := s.wait(48 * time.Hour); got > 24*time.Hour {
		t.Errorf("asks after %v when the news is back", got)
	}
}

func TestRule31_OneFetchServesAllWhoFollowAnAddress(t *testing.T) {
	t.Parallel()
	s := newSite(t, Config{}, replies(200, rssOf("A")), "f")
	s.sink.add(bot.Source{Name: "same", URL: s.URL + "/f", Added: s.clock.now()})
	if r := s.pass(interval - time.Second); len(r) != 1 {
		t.Errorf("%d requests", len(r))
	}
	for _, name := range []string{"f", "same"} {
		if src := s.sink.source(name); src.Articles != 1 || src.Fetch.LastSuccess.IsZero() {
			t.Errorf("%s: %d articles, read %v", name, src.Articles, src.Fetch.LastSuccess)
		}
	}
}

func TestRule34_NothingElseIsRequested(t *testing.T) {
	t.Parallel()
	s := newSite(t, Config{}, replies(200, strings.Replace(rssOf("A"), "<item>", "<item><link>/page</link>", 1)), "f")
	for _, r := range s.pass(time.Hour) {
		if r.path != "/f" {
			t.Errorf("asked for %s", r.path)
		}
	}
}
