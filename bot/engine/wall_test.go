package engine_test

import (
	"context"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tidings/bot"
	"tidings/bot/answer"
	"tidings/bot/bottest"
	"tidings/bot/engine"
	"tidings/internal/pgtest"
	"tidings/internal/store"
)

// Two servers: managers of one follow a feed, and people of the other try to learn of it.
func owners() bot.Target { return bot.Target{Platform: "paper", Space: "s1", Chat: "owners"} }
func others() bot.Target { return bot.Target{Platform: "paper", Space: "s2", Chat: "others"} }

// kestrel knows one feed, at a secret address, and every other that is asked for.
type kestrel struct{}

func (kestrel) Check(_ context.Context, url string) (bot.FeedCheck, error) {
	return bot.FeedCheck{URL: url, Title: "Kestrel Wire", Articles: 2, Newest: "Uranium ledger found"}, nil
}

// walled is a bot in a database, at a time that stands still.
type walled struct {
	*testing.T
	store   *store.Store
	handler bot.Handler
	paper   *bottest.Recorder
	now     time.Time
}

func newWalled(t *testing.T, url string, following answer.Following) *walled {
	t.Helper()
	w := &walled{T: t, now: time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC), paper: bottest.NewRecorder("paper")}
	now := func() time.Time { return w.now }
	var err error
	if w.store, err = store.Open(t.Context(), store.Config{URL: url, Now: now}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = w.store.Close() })
	b, err := engine.New(engine.Config{
		Store: w.store, Adapters: []bot.Adapter{linked{w.paper}}, Feeds: kestrel{}, Following: following, Operators: []string{"paper:op"}, Now: now,
	})
	if err != nil {
		t.Fatal(err)
	}
	w.handler = b.Handler()
	return w
}

func (w *walled) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

// say has somebody type a command somewhere.
func (w *walled) say(where bot.Target, who, text string) bot.Message {
	inv := bot.Invocation{Target: where, User: bot.User{ID: who, Name: who}, Manager: reader}
	if who == "manager" {
		inv.Manager = manager
	}
	command, line, _ := strings.Cut(text, " ")
	inv.Command, inv.Line = strings.TrimPrefix(command, "/"), line
	return w.handler.Invoke(w.Context(), inv)
}

// press presses a button that somebody was shown.
func (w *walled) press(where bot.Target, who string, b bot.Button) bot.Message {
	inv := bot.Invocation{Target: where, User: bot.User{ID: who, Name: who}, Manager: reader, Data: b.Data}
	if who == "manager" {
		inv.Manager = manager
	}
	return w.handler.Invoke(w.Context(), inv)
}

// furnish stores what everybody knows.
func (w *walled) furnish() {
	w.must(w.store.AddSource(w.Context(), bot.Source{
		Name: "gazette", Title: "The Gazette", Kind: bot.FeedSource, URL: "https://gazette.example/feed", Fetch: bot.FetchState{LastSuccess: w.now.Add(-time.Hour)},
	}))
	var list []bot.Article
	for i := range 3 {
		list = append(list, bot.Article{
			Source: "gazette", GUID: fmt.Sprint(i), URL: fmt.Sprintf("https://gazette.example/%d", i), Title: fmt.Sprintf("Harbor strike, day %d", i),
			Published: w.now.Add(-time.Duration(3-i) * time.Minute), Authors: []string{"Ann Author"}, Tags: []string{"ports"}, Lang: "en",
		})
	}
	_, err := w.store.PutFeed(w.Context(), "gazette", list)
	w.must(err)
}

// keepSecrets lets the owners follow a feed and get articles of it, some of which carry the newspaper's links.
func (w *walled) keepSecrets() (refs []string) {
	w.Helper()
	w.say(owners(), "manager", "/subscribe https://kestrel.example/feed?key="+secret)
	all, err := w.store.Sources(w.Context())
	w.must(err)
	i := slices.IndexFunc(all, func(s bot.Source) bool { return s.Place == owners().Place() })
	if i < 0 || all[i].Name != "kestrel-wire" {
		w.Fatalf("sources %+v, want the kestrel's", all)
	}
	var list []bot.Article
	for n := range 4 {
		list = append(list, bot.Article{
			GUID: fmt.Sprint("kestrel", n), URL: fmt.Sprintf("https://kestrel.example/%d", n), Title: fmt.Sprintf("Uranium ledger found, page %d of many", n),
			Summary: "Harbor strike too", Published: w.now.Add(-time.Duration(4-n) * time.Minute), Authors: []string{"Hidden Author"}, Tags: []string{"hidden"}, Lang: "xx",
		})
	}
	list[3].URL, list[3].Title = "https://gazette.example/2", "Harbor strike, day 2 as the kestrel sees it"
	_, err = w.store.PutFeed(w.Context(), all[i].ID, list[:2])
	w.must(err)
	_, err = w.store.PutFeed(w.Context(), all[i].ID, list)
	w.must(err)
	state := all[i].Fetch
	state.Failures, state.Error, state.LastTry = 3, "the server answers 404", w.now
	w.must(w.store.SaveFetch(w.Context(), all[i].ID, "Kestrel Wire", state))
	page, err := w.store.Search(w.Context(), bot.Query{Place: owners().Place(), Limit: 10})
	w.must(err)
	for _, a := range page.Articles {
		refs = append(refs, strconv.FormatInt(a.ID, 10), a.URL)
	}
	if len(page.Articles) != 7 {
		w.Fatalf("the owners see %d articles, want 7", len(page.Articles))
	}
	return append(refs, all[i].ID)
}

// attempts are what somebody tries who has heard of the feed.
func attempts(refs []string) []string {
	words := []string{
		"", "uranium", `"uranium ledger"`, "uran*", "/uran.um/", "uraniums", "source:kestrel-wire", "source:kestrel*", "source:kestrl-wire", "author:hidden",
		"tag:hidden", "lang:xx", "url:kestrel", "-uranium", "harbor", "kestrel.example", "https://kestrel.example", "https://gazette.example/2", "2",
	}
	var list []string
	try := func(command string, words ...string) {
		for _, w := range words {
			list = append(list, strings.TrimSpace(command+" "+w))
		}
	}
	try("/latest", words...)
	try("/filter test", words[1:]...)
	try("/subscribe", words[1:]...)
	try("/why", append(refs, "1", "2", "4", "https://kestrel.example/9")...)
	for _, command := range []string{"/search", "/sources show", "/sources", "/unsubscribe", "/watch"} {
		try(command, "uranium", "kestrel-wire", "source:kestrel-wire", "kestrel.example", refs[0], refs[len(refs)-1])
	}
	for _, sub := range []string{"remove", "refresh", "approve", "dismiss", "share"} {
		try("/sources "+sub, "kestrel-wire", "kestrel", refs[len(refs)-1])
	}
	return append(list, "/status", "/help", "/help sources", "/start", "/stories on", "/corrections reply", "/feeds", "/sources add kestrel.example/feed?key="+secret,
		"/sources", "/add https://kestrel.example/feed?key="+secret+" uranium", "/sources", "/status", "/sources add https://kestrel.example/feed?key="+secret, "/export")
}

// transcript is everything that people of the other place are told, with what the buttons answer and what is suggested.
func (w *walled) transcript(refs []string) string {
	var b strings.Builder
	note := func(who, what string, m bot.Message) {
		fmt.Fprintf(&b, "%s> %s\n%s\n", who, what, show(m))
		for _, row := range m.Buttons {
			for _, button := range row {
				fmt.Fprintf(&b, "[%s] %s\n%s\n", button.Label, button.Data, show(w.press(others(), who, button)))
			}
		}
	}
	for i, text := range attempts(refs) {
		note("manager", text, w.say(others(), "manager", text))
		if i%5 == 0 {
			note("reader", text, w.say(others(), "reader", text))
		}
		// Operators may name any source by its ID, and what they add is public.
		if i%5 == 1 && !strings.HasSuffix(text, refs[len(refs)-1]) && !strings.Contains(text, "http") {
			note("op", text, w.say(others(), "op", text))
		}
	}
	for _, c := range w.handler.Commands() {
		for _, sub := range append([]bot.Command{c}, c.Sub...) {
			for _, a := range sub.Args {
				for _, typed := range []string{"", "k", "ke", "u", "h", "hid", "x", "source:", "source:k", "author:h", "tag:", "lang:x", "kestrel-wire "} {
					inv := bot.Invocation{Target: others(), User: bot.User{ID: "manager"}, Manager: manager, Command: sub.Path(), Options: map[string]string{a.Name: typed}}
					fmt.Fprintln(&b, sub.Path(), a.Name, typed, w.handler.Complete(w.Context(), inv, a.Name))
				}
			}
		}
	}
	return slow.ReplaceAllString(b.String(), "")
}

// slow is what is said where a count takes long, as it may on any machine.
var slow = regexp.MustCompile(`\bnewest [0-9,]+ of (the )?`)

func databases(t *testing.T) map[string]func() string {
	return map[string]func() string{
		"sqlite":   func() string { return "sqlite:" + filepath.Join(t.TempDir(), "tidings.db") },
		"postgres": func() string { return pgtest.URL(t) },
	}
}

// Whatever people of one place try, they are told the same whether another place follows a feed or not.
func TestWall_OthersAreToldTheSameWithAndWithoutAFeed(t *testing.T) {
	t.Parallel()
	for name := range databases(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			open := databases(t)[name]
			with := newWalled(t, open(), answer.Following{Feeds: kestrel{}})
			with.furnish()
			refs := with.keepSecrets()
			without := newWalled(t, open(), answer.Following{Feeds: kestrel{}})
			without.furnish()
			without.say(owners(), "manager", "/subscribe harbor") // subscriptions are counted through, whatever they are for
			got := with.transcript(refs)
			if diff := cmp.Diff(without.transcript(refs), got); diff != "" {
				t.Errorf("others are told of a feed (-without it +with it):\n%s", diff)
			}
			for _, tell := range []string{"Uranium ledger found, page", "Hidden Author", "as the kestrel sees it", "can't be read", secret} {
				if strings.Contains(strings.ReplaceAll(got, "key="+secret, ""), tell) {
					t.Errorf("others are told %q", tell)
				}
			}
			for text, want := range map[string]string{
				"/latest uranium": "Uranium ledger found, page", "/sources": "kestrel-wire", "/filter test uranium": "matches", "/why " + refs[0]: "kestrel-wire",
				"/status": "7 articles from ",
			} {
				if got := show(with.say(owners(), "manager", text)); !strings.Contains(got, want) {
					t.Errorf("the owners are not told %q:\n%s", want, got)
				}
			}
		})
	}
}

// A private article, its edits and its withdrawal reach its place alone, whoever subscribed to everything.
func TestWall_AlertsStayInTheirPlace(t *testing.T) {
	inWorld(t, func(w *world) {
		own, other := chat("own"), chat("other")
		w.subscribe(own, "")
		w.subscribe(other, "")
		err := w.store.AddSource(w.Context(), bot.Source{
			Name: "kestrel", Place: own.Place(), Kind: bot.FeedSource, URL: "https://kestrel.example/feed", Fetch: bot.FetchState{LastSuccess: w.now().Add(-time.Hour)},
		})
		if err != nil {
			w.Fatal(err)
		}
		list, err := w.store.SourcesIn(w.Context(), own.Place())
		if err != nil || len(list) != 1 {
			w.Fatalf("sources %v, %v", list, err)
		}
		w.start(w.config())
		put := func(title string) {
			a := articles(title)[0]
			a.GUID = "g"
			if _, err := w.store.PutFeed(w.Context(), list[0].ID, []bot.Article{a}); err != nil {
				w.Fatal(err)
			}
			w.after(time.Minute)
		}
		put("Uranium ledger found")
		put("Uranium ledger found, corrected")
		w.put("Harbor strike")
		if _, err := w.store.Withdraw(w.Context(), list[0].ID, []string{"g"}); err != nil {
			w.Fatal(err)
		}
		w.after(time.Minute)
		var toOwn, toOther []string
		for _, sent := range lines(w.paper.Sent()) {
			if strings.HasPrefix(sent, "other: ") {
				toOther = append(toOther, sent)
			} else {
				toOwn = append(toOwn, sent)
			}
		}
		if len(toOwn) != 2 || len(toOther) != 1 || !strings.Contains(toOther[0], "Harbor strike") {
			w.Errorf("the place got %q, the other %q", toOwn, toOther)
		}
	})
}
