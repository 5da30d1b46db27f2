package main

import (
	"context"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tidings/bot"
	"tidings/internal/config"
	"tidings/internal/store"
)

func TestSyncFeeds_FollowsTheEnvironment(t *testing.T) {
	ctx := t.Context()
	db, err := store.Open(ctx, store.Config{URL: "sqlite:" + filepath.Join(t.TempDir(), "tidings.db")})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	// Somebody added feeds from a chat before, one of which the environment names as well.
	for _, s := range []bot.Source{
		{Name: "chat", Kind: bot.FeedSource, URL: "https://chat.example/feed"},
		{Name: "both", Kind: bot.FeedSource, URL: "https://both.example/feed"},
	} {
		if err := db.AddSource(ctx, s); err != nil {
			t.Fatal(err)
		}
	}
	tests := []struct {
		name  string
		feeds []config.Feed
		want  []string // name, address, and a star if it is the environment's
	}{
		{
			"at first",
			[]config.Feed{{URL: "https://a.example/1"}, {URL: "https://a.example/2"}, {Name: "x", URL: "https://both.example/feed"}},
			[]string{"a https://a.example/1 *", "a-2 https://a.example/2 *", "chat https://chat.example/feed", "x https://both.example/feed *"},
		},
		{
			"names stay while others go",
			[]config.Feed{{URL: "https://a.example/2"}},
			[]string{"a-2 https://a.example/2 *", "chat https://chat.example/feed"},
		},
		{
			"a given name goes to another address",
			[]config.Feed{{Name: "chat", URL: "https://c.example/3"}},
			[]string{"chat https://c.example/3 *"},
		},
	}
	for _, tt := range tests {
		if err := syncFeeds(ctx, db, tt.feeds); err != nil {
			t.Fatalf("%s: %v", tt.name, err)
		}
		sources, err := db.Sources(ctx)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, s := range sources {
			line := s.Name + " " + s.URL
			if s.Configured {
				line += " *"
			}
			got = append(got, line)
		}
		slices.Sort(got)
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}

func TestSyncFeeds_TakesPasswordsOutOfAddresses(t *testing.T) {
	t.Parallel()
	s := newSourceTool(t)
	for _, tt := range []struct{ url, want string }{
		{"https://ann:one@a.example/1", "Basic YW5uOm9uZQ=="},
		{"https://ann:two@a.example/1", "Basic YW5uOnR3bw=="},
		{"https://a.example/1", "Basic YW5uOnR3bw=="},
	} {
		if err := syncFeeds(t.Context(), s.db, []config.Feed{{Name: "wire", URL: tt.url}}); err != nil {
			t.Fatal(err)
		}
		got, err := s.db.Login(t.Context(), "wire")
		if src := s.source("wire"); src.URL != "https://a.example/1" || !src.HasLogin || got.Value.Reveal() != tt.want || err != nil {
			t.Errorf("%s: %+v, %v", tt.url, src, err)
		}
	}
}

// gate lets all read the sources before any goes on.
type gate struct {
	*store.Store
	read *sync.WaitGroup
	once sync.Once
}

func (g *gate) Sources(ctx context.Context) ([]bot.Source, error) {
	list, err := g.Store.Sources(ctx)
	g.once.Do(func() { g.read.Done(); g.read.Wait() })
	return list, err
}

func TestSyncFeeds_ReplicasStartTogether(t *testing.T) {
	const replicas = 6
	db, err := store.Open(t.Context(), store.Config{URL: "sqlite:" + filepath.Join(t.TempDir(), "tidings.db")})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	old := bot.Source{Name: "old", Kind: bot.FeedSource, URL: "https://old.example/feed", Configured: true}
	if err := db.AddSource(t.Context(), old); err != nil {
		t.Fatal(err)
	}
	feeds := []config.Feed{{URL: "https://a.example/1"}, {URL: "https://b.example/2"}, {Name: "x", URL: "https://c.example/3"}}
	var read sync.WaitGroup
	read.Add(replicas)
	done := make(chan error, replicas)
	for range replicas {
		go func() { done <- syncFeeds(t.Context(), &gate{Store: db, read: &read}, feeds) }()
	}
	for range replicas {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	list, err := db.Sources(t.Context())
	if err != nil || len(list) != len(feeds) {
		t.Errorf("sources %v, %v, want the %d of the environment", list, err, len(feeds))
	}
}
