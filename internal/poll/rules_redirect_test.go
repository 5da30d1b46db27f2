package poll

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"tidings/bot"
)

// moves answers /f with a redirect to /new and everything else with a feed.
func moves(status int) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/f" {
			w.Header().Set("Location", "/new")
			w.WriteHeader(status)
			return
		}
		replies(200, rssOf("A"), "ETag", `"a"`)(w, r)
	}
}

func count(requests []asked, path string) (n int) {
	for _, r := range requests {
		if r.path == path {
			n++
		}
	}
	return n
}

func TestRule19_AMoveIsBelievedAfterADay(t *testing.T) {
	t.Parallel()
	for _, status := range []int{301, 308, 302, 303, 307} {
		s := newSite(t, Config{}, moves(status), "f")
		if r := s.pass(23 * time.Hour); count(r, "/f") != count(r, "/new") {
			t.Errorf("%d: %d requests to the old address, %d to the new one on the first day", status, count(r, "/f"), count(r, "/new"))
		}
		s.pass(2 * time.Hour)
		r := s.pass(time.Hour)
		if stays := status != 301 && status != 308; (count(r, "/f") > 0) != stays || count(r, "/new") < 11 {
			t.Errorf("%d: %d requests to the old address, %d to the new one on the second day", status, count(r, "/f"), count(r, "/new"))
		}
		r[len(r)-1].expect(t, map[string]string{"If-None-Match": `"a"`})
	}
}

func TestRule19_AMoveIsBelievedAfterThreeFetches(t *testing.T) {
	t.Parallel()
	s := newSite(t, Config{Interval: 25 * time.Hour}, moves(301), "f")
	s.pass(26 * time.Hour)
	if got := s.state("f").Memory; got.Move.Times != 2 || got.Address != "" {
		t.Errorf("after two fetches: %+v", got)
	}
	s.pass(25 * time.Hour)
	if got := s.state("f").Memory.Address; got != s.URL+"/new" {
		t.Errorf("after three the address is %q", got)
	}
}

func TestRule19_AMoveThatIsInterruptedBeginsAnew(t *testing.T) {
	t.Parallel()
	s := newSite(t, Config{Interval: time.Hour}, moves(301), "f")
	s.pass(23 * time.Hour)
	s.say(replies(200, rssOf("A")))
	s.pass(time.Hour)
	s.say(moves(301))
	s.pass(23 * time.Hour)
	if got := s.state("f").Memory; got.Address != "" || got.Move.Times < 20 {
		t.Errorf("%+v", got)
	}
}

func TestRule19_AMoveToNowhereIsTakenBack(t *testing.T) {
	t.Parallel()
	s := newSite(t, Config{}, moves(301), "f")
	s.pass(26 * time.Hour)
	s.say(func(w http.ResponseWriter, r *http.Request) {
		status := 200
		if r.URL.Path == "/new" {
			status = 404
		}
		replies(status, rssOf("B"))(w, r)
	})
	s.pass(24 * time.Hour)
	if f := s.state("f"); f.Error != "" || f.Memory.Address != "" || s.sink.source("f").Articles != 2 {
		t.Errorf("state %+v", f)
	}
}

func TestRule20_AMoveToAFeedThatIsFollowedMerges(t *testing.T) {
	t.Parallel()
	s := newSite(t, Config{}, moves(301), "f", "new")
	s.pass(26 * time.Hour)
	r := s.pass(time.Hour)
	if n := count(r, "/new"); n < 11 || n > 13 || len(r) != n {
		t.Errorf("%d requests in an hour, %d of them to the new address; want one in five minutes", len(r), n)
	}
	s.say(replies(200, rssOf("B", "A")))
	s.pass(time.Hour)
	for _, name := range []string{"f", "new"} {
		if src := s.sink.source(name); src.Articles != 2 || src.Fetch.Error != "" {
			t.Errorf("%s has %d articles, want 2, each once", name, src.Articles)
		}
	}
}

func TestRule21_StrangeRedirectsStop(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ to, want string }{
		"loop":        {"/f", "the server redirects too often"},
		"hops":        {"/f?more", "the server redirects too often"},
		"file":        {"file:///etc/passwd", "the server redirects to something that isn't a web address"},
		"ftp":         {"ftp://e.example/", "the server redirects to something that isn't a web address"},
		"data":        {"data:text/xml,<rss/>", "the server redirects to something that isn't a web address"},
		"nowhere":     {"", "the server redirects to something that isn't a web address"},
		"not a place": {"http://[::1", "the server redirects to something that isn't a web address"},
	} {
		s := newSite(t, Config{}, replies(301, rssOf("A"), "Location", tt.to), "f")
		r := s.pass(time.Second)
		if f := s.state("f"); f.Error != tt.want || s.sink.puts != 0 || f.Memory.Move.To != "" || len(r) > maxRedirects+1 {
			t.Errorf("%s: error %q, want %q; %d requests, move %+v", name, f.Error, tt.want, len(r), f.Memory.Move)
		}
	}
}

func TestRule22_TheNextHostLearnsNothing(t *testing.T) {
	t.Parallel()
	s := newSite(t, Config{}, replies(200, rssOf("A"), "ETag", `"mine"`, "Last-Modified", march))
	s.sink.add(bot.Source{Name: "f", URL: strings.Replace(s.URL, "http://", "http://user:password@", 1) + "/f?token=secret"})
	seen := make(chan http.Header, 100)
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen <- r.Header.Clone()
		replies(200, rssOf("A"), "ETag", `"theirs"`)(w, r)
	}))
	defer other.Close()
	s.pass(time.Minute)
	s.say(replies(302, "", "Location", other.URL+"/x"))
	s.pass(interval)
	header := <-seen
	for _, name := range []string{"Referer", "Authorization", "If-None-Match", "If-Modified-Since", "Cookie"} {
		if got := header.Values(name); len(got) > 0 {
			t.Errorf("the next host receives %s %q", name, got)
		}
	}
	for _, a := range s.pass(interval) {
		a.expect(t, map[string]string{"If-None-Match": ""}) // which is the other's
	}
	if got := (<-seen).Get("If-None-Match"); got != `"theirs"` {
		t.Errorf("the next host is asked with %q, want its own", got)
	}
}
