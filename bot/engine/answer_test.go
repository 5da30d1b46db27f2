package engine_test

import (
	"context"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tidings/bot"
	"tidings/bot/engine"
)

var update = flag.Bool("update", false, "write the answers in testdata anew")

// secret is part of a feed's address in the test world. Nobody may ever read it.
const secret = "hunter2"

func TestAnswer_ReadsWell(t *testing.T) {
	scripts, err := filepath.Glob("testdata/answers/*.txt")
	if err != nil || len(scripts) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	for _, path := range scripts {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txt"), func(t *testing.T) {
			script, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			inWorld(t, func(w *world) {
				d := w.play(string(script))
				got := d.out.String()
				inLanguages(w, strings.TrimSuffix(filepath.Base(path), ".txt"), d.said)
				if *update {
					if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
						w.Fatal(err)
					}
				}
				if diff := cmp.Diff(string(script), got); diff != "" && !*update {
					w.Errorf("answers (-want +got; go test ./bot -update writes them anew):\n%s", diff)
				}
				if strings.Contains(w.log.String(), secret) {
					w.Errorf("the log names a feed's address:\n%s", &w.log)
				}
			})
		})
	}
}

// prober knows two feeds.
type prober struct{}

func (prober) Check(_ context.Context, url string) (bot.FeedCheck, error) {
	switch {
	case strings.Contains(url, "broken"):
		return bot.FeedCheck{}, unread{errors.New("the server answers 404 Not Found")}
	case strings.Contains(url, "untitled"):
		return bot.FeedCheck{URL: url, Articles: 1}, nil
	case strings.HasSuffix(url, "page.example"):
		return bot.FeedCheck{URL: url + "/feed", Title: "The Page", Articles: 3, Newest: "Man bites dog", NewestAt: time.Now().Add(-time.Hour)}, nil
	case strings.HasSuffix(url, "choice.example"):
		return bot.FeedCheck{Found: []bot.FeedLink{
			{URL: url + "/feed?key=" + secret, Title: "All news"}, {URL: url + "/sports/feed?key=" + secret},
		}}, nil
	}
	return bot.FeedCheck{URL: url, Title: "The Evening Post", Articles: 12}, nil
}

func (prober) Refresh(_ context.Context, source string) error {
	if source == "courier" {
		return bot.ErrTooSoon
	}
	return nil
}

// breaking is a store that breaks while it searches.
type breaking struct {
	engine.Store
	how func() error
}

func (b breaking) Search(context.Context, bot.Query) (bot.Page, error) { return bot.Page{}, b.how() }

func (b breaking) SourcesIn(context.Context, bot.Place) ([]bot.Source, error) { return nil, b.how() }

func (b breaking) SourceNames(context.Context, bot.Place, string, int) ([]string, error) {
	return nil, b.how()
}

func TestAnswer_ShowsAReferenceThatTheLogExplains(t *testing.T) {
	for name, how := range map[string]func() error{
		"an error": func() error { return errors.New("disk on fire") },
		"a panic":  func() error { panic("disk on fire") },
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				cfg := w.config()
				cfg.Store = breaking{w.store, how}
				got := words(w.handler(cfg).Invoke(w.Context(), bot.Invocation{Target: room(), Command: "latest"}))
				m := regexp.MustCompile(`^Something went wrong \(ref ([0-9a-f]{4})\)`).FindStringSubmatch(got)
				if m == nil {
					w.Fatalf("the answer is %q, want one with a reference", got)
				}
				if strings.Contains(got, "fire") {
					w.Errorf("the answer shows what is inside: %q", got)
				}
				if log := w.log.String(); !strings.Contains(log, "ref="+m[1]) || !strings.Contains(log, "disk on fire") {
					w.Errorf("the log does not explain %s:\n%s", m[1], log)
				}
			})
		})
	}
}

func TestAnswer_TakesOptionsByName(t *testing.T) {
	inWorld(t, func(w *world) {
		s := w.subscribe(room(), "")
		h := w.handler(w.config())
		inv := bot.Invocation{
			Target: room(), Manager: manager, Command: "filter set",
			Options: map[string]string{"number": "1", "filter": " missile "},
		}
		const want = "Subscription 1 now sends new articles matching missile."
		if got := words(h.Invoke(w.Context(), inv)); got != want {
			w.Errorf("the answer is %q, want %q", got, want)
		}
		subs, err := w.store.SubscriptionsOf(w.Context(), room())
		if err != nil || len(subs) != 1 || subs[0].ID != s.ID || subs[0].Filter != "missile" {
			w.Errorf("subscriptions = %+v, %v", subs, err)
		}
	})
}

// unread is an error of a feed about which something can be done.
type unread struct{ error }

func (unread) Advice() string { return "Look for the feed's new address." }
