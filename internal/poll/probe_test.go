package poll

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// serving answers each path with its body, after its headers: "Name: value" lines before an empty one.
func serving(t *testing.T, pages map[string]string) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		page, ok := pages[r.URL.Path]
		if !ok {
			http.NotFound(w, r)
			return
		}
		head, body, ok := strings.Cut(page, "\n\n")
		if !ok {
			head, body = "", page
		}
		for line := range strings.Lines(head) {
			name, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
			w.Header().Add(name, value)
		}
		fmt.Fprint(w, body)
	}))
	t.Cleanup(server.Close)
	return server.URL
}

func TestCheck_FollowsTheLinkOfThePage(t *testing.T) {
	t.Parallel()
	const page, alternate = "<!DOCTYPE html><html><head>", `<link rel="alternate" type="application/rss+xml" `
	site := serving(t, map[string]string{
		"/posts.xml":      rssOf("A post"),
		"/comments.xml":   rssOf("A comment"),
		"/other.xml":      rssOf("Another"),
		"/both":           page + alternate + `title="Weir: Comments Feed" href="/comments.xml">` + alternate + `title="Weir" href="/posts.xml">`,
		"/talk":           page + alternate + `title="Comments on Weir" href="/comments.xml">`,
		"/header":         "Link: </posts.xml>; rel=\"alternate\"; type=\"application/rss+xml\"; title=\"Weir\"\n\n" + page + "<title>Weir</title>",
		"/twice":          "Link: </posts.xml>; rel=alternate; type=application/atom+xml\n\n" + page + alternate + `href="/posts.xml">`,
		"/anchor":         page + `<body><a href="/about">About</a> <a href="/subscribe" type="application/rss+xml">Feed</a> <a class=x href="/posts.xml/feed">x</a>`,
		"/subscribe":      rssOf("By a link"),
		"/link":           page + `<body><a href="/about">About</a> <a href="/deep/rss.xml">Feed</a>`,
		"/deep/rss.xml":   rssOf("By an address"),
		"/posts.xml/feed": rssOf("Else"),
		"/posts.atom":     atomOf("A post"),
		"/forms":          page + alternate + `title="Weir RSS" href="/posts.xml">` + alternate + `title="Weir Atom" href="/posts.atom">`,
		"/long.xml":       rssOf("Three", "Two", "One"),
		"/long.atom":      atomOf("Four", "Three", "Two", "One"),
		"/short.atom":     atomOf("Three", "Two", "One", "Nought"),
		"/lengths":        page + alternate + `href="/long.xml">` + alternate + `href="/short.atom">`,
		"/lag":            page + alternate + `href="/long.xml">` + alternate + `href="/long.atom">`,
		"/down":           page + alternate + `href="/posts.xml">` + alternate + `href="/gone.xml">`,
		"/start":          page + `<meta http-equiv="Refresh" content="0; URL='/both'">`,
		"/round":          page + `<meta http-equiv="refresh" content="0; url=/round">`,
		"/slow":           page + `<meta http-equiv="refresh" content="600; url=/both">`,
		"/three":          page + alternate + `href="/posts.xml">` + alternate + `title="Comments" href="/comments.xml">` + alternate + `href="/other.xml">`,
	})
	p := poller(t, newMemory(), time.Minute)
	for path, want := range map[string]string{
		"/both": "A post", "/talk": "A comment", "/header": "A post", "/twice": "A post", "/link": "By an address", "/start": "A post",
		"/forms": "A post", "/lengths": "Three",
	} {
		if got, err := p.Check(t.Context(), site+path); err != nil || got.Newest != want {
			t.Errorf("%s: %+v, %v, want %q", path, got, err, want)
		}
	}
	for path, want := range map[string]int{"/three": 2, "/anchor": 2, "/lag": 2, "/down": 2} {
		if got, err := p.Check(t.Context(), site+path); err != nil || len(got.Found) != want {
			t.Errorf("%s: %+v, %v, want %d to choose from", path, got, err, want)
		}
	}
	for _, path := range []string{"/round", "/slow"} {
		if got, err := p.Check(t.Context(), site+path); err == nil {
			t.Errorf("%s: %+v", path, got)
		}
	}
}

func TestCheck_APageThatLinksToThePrivateNetworkIsNotFollowed(t *testing.T) {
	t.Parallel()
	p := poller(t, newMemory(), time.Minute)
	site := serving(t, map[string]string{
		"/file": `<html><head><meta http-equiv="refresh" content="0;url=file:///etc/passwd">`,
		"/odd":  `<html><head><meta http-equiv="refresh" content="0;url=javascript:alert(1)">`,
	})
	for _, path := range []string{"/file", "/odd"} {
		if got, err := p.Check(t.Context(), site+path); err == nil {
			t.Errorf("%s: %+v", path, got)
		}
	}
}

func TestFetch_ACookieIsKeptForOneFetch(t *testing.T) {
	t.Parallel()
	var came []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		came = append(came, r.Header.Get("Cookie"))
		if _, err := r.Cookie("pass"); err != nil {
			http.SetCookie(w, &http.Cookie{Name: "pass", Value: "1", Path: "/"})
			http.Redirect(w, r, r.URL.Path, http.StatusFound)
			return
		}
		fmt.Fprint(w, rssOf("Inside"))
	}))
	defer server.Close()
	p := poller(t, newMemory(), time.Minute)
	for range 2 {
		if got, err := p.Check(t.Context(), server.URL+"/feed"); err != nil || got.Newest != "Inside" {
			t.Errorf("%+v, %v", got, err)
		}
	}
	if got := strings.Join(came, ","); got != ",pass=1,,pass=1" {
		t.Errorf("cookies %q, want one within each fetch and none from one to the next", got)
	}
}

func TestFetch_ACookieGoesToNoOtherHost(t *testing.T) {
	t.Parallel()
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if got := r.Header.Get("Cookie"); got != "" {
			t.Errorf("the other host received %q", got)
		}
		fmt.Fprint(w, rssOf("A"))
	}))
	defer other.Close()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.SetCookie(w, &http.Cookie{Name: "pass", Value: "1", Path: "/", Domain: "127.0.0.1"})
		http.Redirect(w, r, other.URL, http.StatusFound)
	}))
	defer server.Close()
	if err := check(t.Context(), poller(t, newMemory(), time.Minute), server.URL); err != nil {
		t.Error(err)
	}
}

func TestFetch_SpacesInALocationAreSentEncoded(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/start":
			w.Header().Set("Location", " /our feed?name=a b&c=d ")
			w.WriteHeader(http.StatusFound)
		case "/our feed":
			if got := r.URL.RawQuery; got != "name=a%20b&c=d" {
				t.Errorf("asked with %q", got)
			}
			fmt.Fprint(w, rssOf("A"))
		default:
			t.Errorf("asked for %q", r.URL)
		}
	}))
	defer server.Close()
	if err := check(t.Context(), poller(t, newMemory(), time.Minute), server.URL+"/start"); err != nil {
		t.Error(err)
	}
}
