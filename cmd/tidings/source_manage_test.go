package main

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"tidings/bot"
	"tidings/internal/store"
)

// sourceTool runs tidings sources on a database of its own.
type sourceTool struct {
	*testing.T
	url string
	db  *store.Store
}

func newSourceTool(t *testing.T, sources ...bot.Source) *sourceTool {
	t.Helper()
	url := "sqlite:" + t.TempDir() + "/t.db"
	db, err := store.Open(t.Context(), store.Config{URL: url})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	for _, s := range sources {
		s.Kind = bot.FeedSource
		if err := db.AddSource(t.Context(), s); err != nil {
			t.Fatal(err)
		}
	}
	return &sourceTool{t, url, db}
}

// do runs a command line of tidings sources and returns all it says.
func (s *sourceTool) do(line, stdin string) string {
	s.Helper()
	return s.tidings(append([]string{"sources"}, strings.Fields(line)...), stdin)
}

// tidings runs a command line and returns all it says.
func (s *sourceTool) tidings(args []string, stdin string, environ ...string) string {
	s.Helper()
	var out bytes.Buffer
	p := &program{
		stdin: strings.NewReader(stdin), stdout: &out, stderr: &out, dir: s.TempDir(), environ: append([]string{"DATABASE_URL=" + s.url, "ALLOW_PRIVATE_FEEDS=true"}, environ...),
	}
	p.run(s.Context(), args)
	return out.String()
}

func (s *sourceTool) source(name string) bot.Source {
	s.Helper()
	list, err := s.db.Sources(s.Context())
	if err != nil {
		s.Fatal(err)
	}
	for _, src := range list {
		if src.Name == name {
			return src
		}
	}
	s.Fatalf("no source %s", name)
	return bot.Source{}
}

func TestSourcesRename(t *testing.T) {
	t.Parallel()
	s := newSourceTool(t, bot.Source{Name: "wire", URL: "https://a.example/1"}, bot.Source{Name: "gazette", URL: "https://b.example/1"},
		bot.Source{Name: "fixed", URL: "https://c.example/1", Configured: true}, bot.Source{Name: "theirs", Place: "p:1", URL: "https://d.example/1"})
	own := s.source("theirs").ID
	for _, tt := range []struct{ line, want string }{
		{"rename wire gazette", "the name gazette is taken"},
		{"rename wire Gazette", "can't be a source's name; use up to 32"},
		{"rename fixed loose", "fixed is set in FEEDS"},
		{"rename theirs ours", `no source "theirs"`},
		{"rename wire kestrel", "renamed: wire is kestrel. No subscription names it."},
		{"rename gazette wire", "renamed: gazette is wire."},
		{"rename wire herald", "renamed: wire is herald."}, // that of the name, though another has it for its ID
		{"rename " + own + " ours", "renamed: theirs is ours."},
	} {
		if got := s.do(tt.line, ""); !strings.Contains(got, tt.want) {
			t.Errorf("%s: %q, want %q", tt.line, got, tt.want)
		}
	}
	if a, b := s.source("kestrel"), s.source("herald"); a.ID != "wire" || b.ID != "gazette" {
		t.Errorf("%+v, %+v", a, b)
	}
}

// feedServer serves a feed of one article.
func feedServer(t *testing.T, title string) *httptest.Server {
	t.Helper()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(w, "<rss><channel><title>%s</title><item><title>One</title><guid>1</guid></item></channel></rss>", title)
	}))
	t.Cleanup(srv.Close)
	return srv
}

func TestSourcesMoveAndInterval(t *testing.T) {
	t.Parallel()
	site := feedServer(t, "Kestrel Wire")
	s := newSourceTool(t, bot.Source{Name: "wire", URL: "https://a.example/1"}, bot.Source{Name: "fixed", URL: "https://c.example/1", Configured: true})
	for _, tt := range []struct{ line, want string }{
		{"move fixed " + site.URL, "fixed is set in FEEDS"},
		{"move nosuch " + site.URL, `no source "nosuch"`},
		{"move wire ftp://x.example", "can't follow that address"},
		{"move wire " + site.URL, "moved: wire: Kestrel Wire, 1 article, latest: One"},
		{"move wire " + site.URL, "that address is followed already"},
		{"interval wire often", `"often" isn't an interval. Use 1m to 168h`},
		{"interval wire 15m", "At most 15m pass between two looks at wire"},
		{"show wire", "at most 15m between two looks"},
		{"--json", `"interval":"15m0s"`},
	} {
		if got := s.do(tt.line, ""); !strings.Contains(got, tt.want) {
			t.Errorf("%s: %q, want %q", tt.line, got, tt.want)
		}
	}
	if got := s.source("wire"); got.URL != site.URL || got.Interval != 15*time.Minute {
		t.Errorf("%+v", got)
	}
}

func TestSourcesLogin_IsShownNowhere(t *testing.T) {
	t.Parallel()
	s := newSourceTool(t, bot.Source{Name: "wire", URL: "https://a.example/1"})
	site := feedServer(t, "Kestrel Wire")
	var all strings.Builder
	for _, tt := range []struct{ line, stdin, want string }{
		{"login wire", "", "standard input: that is neither user:password nor a header"},
		{"login wire", "hunter2", "standard input: that is neither user:password nor a header"},
		{"login nosuch", "ann:hunter2", `no source "nosuch"`},
		{"login wire ann:hunter2", "", "unexpected argument"},
		{"login wire", "ann:hunter2\n", "wire logs in from now on, at https://a.example:443 alone"},
		{"", "", "logs in"},
		{"--json", "", `"login":true`},
		{"--opml", "", "https://a.example/1"},
		{"login wire --remove", "", "removed the login of wire"},
		{"login wire --remove", "", "wire has no login."},
		{"login wire", "X-Key: hunter2", "wire logs in"},
		{"move wire " + site.URL, "", "its login was for the old server and is forgotten"},
		{"add " + strings.Replace(site.URL, "://", "://ann:hunter2@", 1) + "/2", "", "following kestrel-wire: Kestrel Wire, 1 article, latest: "},
		{"--json", "", `"login":true`},
		{"--opml", "", site.URL + "/2"},
	} {
		got := s.do(tt.line, tt.stdin)
		if !strings.Contains(got, tt.want) {
			t.Errorf("%s: %q, want %q", tt.line, got, tt.want)
		}
		if !strings.Contains(tt.line, "hunter2") {
			all.WriteString(got)
		}
	}
	if shown := all.String(); strings.Contains(shown, "hunter2") || strings.Contains(shown, "YW5u") {
		t.Errorf("a login is shown:\n%s", shown)
	}
}
