package poll

import (
	"strings"
	"testing"
	"time"

	"tidings/bot"
)

func TestSharedBy_JoinsSourcesOfOneAddressAlone(t *testing.T) {
	moved := bot.FetchState{Memory: bot.FetchMemory{Address: "https://new.example/feed"}}
	public := bot.Source{ID: "a", URL: "https://old.example/feed"}
	for _, tt := range []struct {
		name   string
		a, b   bot.Source
		shares bool
	}{
		{"two places", bot.Source{ID: "o1.a", Place: "p:1", URL: public.URL}, bot.Source{ID: "o2.a", Place: "p:2", URL: public.URL}, true},
		{"a place and the public", bot.Source{ID: "o1.a", Place: "p:1", URL: public.URL}, public, true},
		{"a redirect of a place's", bot.Source{ID: "o1.a", Place: "p:1", URL: public.URL, Fetch: moved}, bot.Source{ID: "o2.a", Place: "p:2", URL: "https://new.example/feed"}, false},
		{"one redirect of both", bot.Source{ID: "o1.a", Place: "p:1", URL: public.URL, Fetch: moved}, bot.Source{ID: "o2.a", Place: "p:2", URL: public.URL, Fetch: moved}, true},
		{
			"a password",
			bot.Source{ID: "o1.a", Place: "p:1", URL: "https://u:p@old.example/feed"},
			bot.Source{ID: "o2.a", Place: "p:2", URL: "https://u:p@old.example/feed"},
			false,
		},
		{"a login", bot.Source{ID: "o1.a", Place: "p:1", URL: public.URL, HasLogin: true}, public, false},
		{"a public login", bot.Source{ID: "b", URL: public.URL, HasLogin: true}, bot.Source{ID: "o1.a", Place: "p:1", URL: public.URL}, false},
		{"other addresses", bot.Source{ID: "o1.a", Place: "p:1", URL: public.URL + "?a"}, bot.Source{ID: "o2.a", Place: "p:2", URL: public.URL}, false},
	} {
		if got := sharedBy(&tt.a) == sharedBy(&tt.b); got != tt.shares {
			t.Errorf("%s: one fetch: %v", tt.name, got)
		}
	}
}

func TestPoll_FetchesForPlacesOnThePublicNetworkAlone(t *testing.T) {
	t.Parallel()
	site := newNewsroom(t, "A")
	source := bot.Source{ID: "o1.a", Name: "a", Place: "p:1", Kind: bot.FeedSource, URL: site.URL}
	p := poller(t, newMemory(source), time.Hour)
	state, err := p.poll(t.Context(), &source, nil)
	if err != nil || !strings.Contains(state.Error, "not public") {
		t.Errorf("a place's feed: %q, %v", state.Error, err)
	}
	_, err = p.OnPublicNetwork().Check(t.Context(), site.URL)
	if err == nil || !strings.Contains(err.Error(), "not public") || bot.Advice(err) != "" {
		t.Errorf("a look for managers: %v", err)
	}
	if n := site.requests.Load(); n != 0 {
		t.Errorf("%d requests", n)
	}
	if _, err := p.Check(t.Context(), site.URL); err != nil {
		t.Errorf("a look for operators: %v", err)
	}
}

func TestRun_GivesAPlaceAllThatAFollowedFeedHas(t *testing.T) {
	t.Parallel()
	site := newNewsroom(t, "A")
	sink := newMemory(bot.Source{Name: "tide", URL: site.URL, Added: time.Now().Add(-time.Hour)})
	p := poller(t, sink, time.Hour)
	run(t, p)
	await(t, "the article", sink.titles)
	await(t, "the fetch", sink.saved)
	sink.add(bot.Source{ID: "o1.tide", Name: "tide-2", Place: "p:1", URL: site.URL, Added: time.Now()})
	p.Poke()
	if got := await(t, "the article once more", sink.titles); got != "A" {
		t.Errorf("got %q", got)
	}
	if n := site.requests.Load(); n != 2 {
		t.Errorf("%d requests, want 2", n)
	}
}
