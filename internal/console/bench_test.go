package console_test

import (
	"flag"
	"fmt"
	"net/http"
	"testing"
	"time"

	"tidings/bot"
)

var benchArticles = flag.Int("articles", 100_000, "how many articles BenchmarkPages has in the store")

// What a large installation has.
const (
	benchFeeds = 5_000
	benchChats = 10_000
)

// BenchmarkPages asks for each page of a large installation, over a socket, as a browser does: 100 ms is what a page may take.
//
//	go test ./internal/console -run '^$' -bench Pages -benchtime 20x
func BenchmarkPages(b *testing.B) {
	h := open(b, plan{})
	fill(h)
	v := (&visitor{house: h}).signIn()
	for _, path := range []string{
		"/now", "/sources", "/sources?after=feed-02500", "/sources?state=failing", "/sources?q=feed-04999", "/sources/feed-02500",
		"/chats", "/chats?after=9000", "/chats?state=suspended", "/chats?q=chat-9999", "/chats/5000", "/setup",
	} {
		b.Run(path, func(b *testing.B) {
			if r := v.get(path); r.StatusCode != http.StatusOK { // which also counts what is counted once a minute
				b.Fatalf("status %d", r.StatusCode)
			}
			for b.Loop() {
				v.get(path)
			}
		})
	}
	b.Run("/sources, once a minute", func(b *testing.B) {
		for b.Loop() {
			h.ahead.Store(int64(2*time.Minute) - h.ahead.Load()) // so that articles are counted anew
			v.get("/sources")
		}
	})
}

// fill gives a house as much as a large installation has.
func fill(h *house) {
	h.Helper()
	now := time.Now()
	for i := range benchFeeds {
		s := bot.Source{Kind: bot.FeedSource, Name: fmt.Sprintf("feed-%05d", i), URL: fmt.Sprintf("https://example.com/%d", i), Title: fmt.Sprintf("Feed %d", i)}
		s.Fetch = bot.FetchState{LastTry: now, LastSuccess: now, Next: now.Add(time.Minute)}
		if i%50 == 0 {
			s.Fetch.Failures, s.Fetch.Error = 3, "the server answers 404 Not Found"
		}
		h.must(h.store.AddSource(h.Context(), s))
	}
	for i := range benchChats {
		t := room(fmt.Sprintf("chat-%d", i))
		_, err := h.store.Subscribe(h.Context(), bot.Subscription{Target: t, Filter: fmt.Sprintf("word%d -other", i)})
		h.must(err)
		if i%100 == 0 {
			_, err := h.store.Suspend(h.Context(), t, bot.Suspension{Reason: "the bot was removed"})
			h.must(err)
		}
	}
	const step = 1000
	for begin := 0; begin < *benchArticles; begin += step {
		articles := make([]bot.Article, step)
		for i := range articles {
			n := begin + i
			articles[i] = bot.Article{
				Source: fmt.Sprintf("feed-%05d", n%benchFeeds), GUID: fmt.Sprint(n), Title: fmt.Sprintf("Story number %d of word%d", n, n%997),
				Summary: "What it is about, in a sentence or two.", Published: now.Add(-time.Duration(n) * time.Minute),
			}
		}
		h.putArchive(articles)
	}
}
