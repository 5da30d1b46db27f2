package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"tidings/bot"
	"tidings/bot/filter"
	"tidings/internal/database"
)

func wallTests() []storeTest {
	return []storeTest{
		{"a private source is known in its place alone", privateSourceIsKnownInItsPlace},
		{"a private article is found in its place alone", privateArticleIsFoundInItsPlace},
		{"a private article counts in its place alone", privateArticleCountsInItsPlace},
		{"values of private articles are suggested in their place alone", privateValuesAreSuggestedInTheirPlace},
		{"a page is full however many private articles of others lie between", pagesPassOthersArticles},
		{"the numbers of public articles have no gaps", publicNumbersHaveNoGaps},
		{"names are unique among the public sources and within a place", namesAreUniqueWithinPlaces},
		{"a private article is posted in its place alone", privateArticleIsPostedInItsPlace},
		{"to a crowd too, a private article is posted in its place alone", crowdsHaveWalls},
		{"what waits for another place is never sent", claimKeepsTheWall},
		{"a place that sees an article twice gets one alert", oneAlertOfBothSides},
		{"a subscription gets what a private source brings after it", subscriptionFollowsPrivateArticles},
	}
}

const (
	here  = bot.Place(platform + ":1")
	there = bot.Place(platform + ":2")
)

// followIn adds a private feed and returns its ID.
func (s *storeHarness) followIn(p bot.Place, name string) string {
	s.Helper()
	s.must(s.AddSource(s.Context(), bot.Source{
		Name: name, Place: p, Kind: bot.FeedSource, URL: "https://" + name + ".example/feed",
		Fetch: bot.FetchState{LastSuccess: s.clock.now()},
	}))
	return s.idOf(p, name)
}

// idOf returns the ID of a source.
func (s *storeHarness) idOf(p bot.Place, name string) string {
	s.Helper()
	for _, src := range s.sources() {
		if src.Place == p && src.Name == name {
			return src.ID
		}
	}
	s.Fatalf("no source %s in %q", name, p)
	return ""
}

// feedAs stores a document under the ID of its source, and returns the IDs of its articles in the log.
func (s *storeHarness) feedAs(id string, articles ...bot.Article) []int64 {
	s.Helper()
	after := s.head()
	_, err := s.PutFeed(s.Context(), id, articles)
	s.must(err)
	var ids []int64
	for _, e := range s.entries(after) {
		ids = append(ids, e.Article.ID)
	}
	return ids
}

// secrets follows a feed in a place and stores two articles of it.
func (s *storeHarness) secrets(p bot.Place) []int64 {
	s.Helper()
	id := s.followIn(p, "secretive")
	list := s.window("secretive", 1, 2)
	for i := range list {
		list[i].Title, list[i].Authors = fmt.Sprintf("Uranium ledger %d", i), []string{"Hidden Author"}
		list[i].Tags, list[i].Lang = []string{"hidden tag"}, "xx"
	}
	return s.feedAs(id, list...)
}

func (s *storeHarness) foundIn(p bot.Place, text string) []int64 {
	s.Helper()
	f, err := filter.Parse(text)
	s.must(err)
	var ids []int64
	for _, a := range s.search(bot.Query{Filter: f, Place: p, Limit: 100}).Articles {
		ids = append(ids, a.ID)
	}
	return ids
}

func privateSourceIsKnownInItsPlace(s *storeHarness) {
	s.follow("gazette")
	s.followIn(here, "kestrel")
	for p, want := range map[bot.Place]string{here: "gazette kestrel", there: "gazette", "": "gazette"} {
		list, err := s.SourcesIn(s.Context(), p)
		s.must(err)
		var names []string
		for _, src := range list {
			names = append(names, src.Name)
		}
		if got := strings.Join(names, " "); got != want {
			s.Errorf("%q knows %q, want %q", p, got, want)
		}
	}
}

func privateArticleIsFoundInItsPlace(s *storeHarness) {
	s.put(s.story("public"))
	ids := s.secrets(here)
	newest := slices.Max(ids)
	for _, text := range []string{"", "uranium", `"uranium ledger"`, "uran*", "/uran.um/", "author:hidden", `tag:"hidden tag"`, "source:secretive", "lang:xx", "-nothing"} {
		if got := s.foundIn(here, text); !slices.Contains(got, newest) {
			s.Errorf("%q finds %v in its place, want %d among them", text, got, newest)
		}
		for _, p := range []bot.Place{there, ""} {
			if got := s.foundIn(p, text); slices.ContainsFunc(got, func(id int64) bool { return slices.Contains(ids, id) }) {
				s.Errorf("%q finds %v in %q", text, got, p)
			}
		}
	}
	for _, ref := range []string{strconv.FormatInt(newest, 10), "https://secretive.example/2", "http://www.secretive.example/2/?utm_source=x"} {
		if a, err := s.Find(s.Context(), here, ref); err != nil || a.ID != newest {
			s.Errorf("%s is %d in its place, %v", ref, a.ID, err)
		}
		for _, p := range []bot.Place{there, ""} {
			if a, err := s.Find(s.Context(), p, ref); !errors.Is(err, bot.ErrNotFound) {
				s.Errorf("%s is %d in %q, %v", ref, a.ID, p, err)
			}
		}
	}
}

func privateArticleCountsInItsPlace(s *storeHarness) {
	s.put(s.story("public"))
	stats := func(p bot.Place) bot.Stats {
		st, err := s.StatsIn(s.Context(), p)
		s.must(err)
		return st
	}
	before := stats(there)
	s.clock.advance(time.Minute)
	s.secrets(here)
	if got := stats(there); got.Articles != before.Articles || got.Sources != before.Sources || !got.NewestArticle.Equal(before.NewestArticle) {
		s.Errorf("elsewhere %+v, before %+v", got, before)
	}
	if got := stats(here); got.Articles != 3 || got.Sources != 2 || !got.NewestArticle.Equal(s.clock.now()) {
		s.Errorf("in its place %+v, want 3 articles of 2 sources", got)
	}
	starts := []time.Time{s.clock.now().Add(-24 * time.Hour)}
	for text, taken := range map[string]int{"": 2, "uranium": 2, "/uran.um/": 2, "-nothing": 2, "source:secretive": 2, "author:hidden*": 2} {
		f, err := filter.Parse(text)
		s.must(err)
		for p, own := range map[bot.Place]int{here: taken, there: 0, "": 0} {
			t, err := s.Tally(s.Context(), bot.TallyQuery{Filter: f, Place: p, Starts: starts, Samples: 5})
			s.must(err)
			public := 0
			if text == "" || text == "-nothing" {
				public = 1
			}
			all := 1
			if p == here {
				all = 3
			}
			if t.Total() != all || t.TotalMatched() != public+own || len(t.Newest) != public+own || t.Looked > all {
				s.Errorf("%q in %q: %d of %d, %d looked at, %d shown", text, p, t.TotalMatched(), t.Total(), t.Looked, len(t.Newest))
			}
		}
	}
}

func privateValuesAreSuggestedInTheirPlace(s *storeHarness) {
	s.put(s.story("public"))
	s.secrets(here)
	for _, field := range []filter.Field{filter.Source, filter.Author, filter.Tag, filter.Lang} {
		for _, prefix := range []string{"", "h", "s", "x"} {
			for _, p := range []bot.Place{there, ""} {
				list, err := s.Suggest(s.Context(), p, field, prefix, 25)
				s.must(err)
				if slices.ContainsFunc(list, func(v string) bool { return v != "wire" }) {
					s.Errorf("%s %q suggests %q in %q", field, prefix, list, p)
				}
			}
		}
	}
	if list, err := s.Suggest(s.Context(), here, filter.Author, "au", 25); err != nil || !slices.Equal(list, []string{"Hidden Author"}) {
		s.Errorf("suggests %q in its place, %v", list, err)
	}
}

func pagesPassOthersArticles(s *storeHarness) {
	var want []int64
	id := s.followIn(here, "secretive")
	for i := range 30 {
		a := s.story(fmt.Sprint("uranium ", i))
		a.Published = s.clock.now().Add(time.Duration(-i) * time.Hour)
		s.put(a)
		want = append(want, int64(i+1))
		var list []bot.Article
		for j := range 10 {
			b := a
			b.GUID, b.Title = fmt.Sprintf("%d-%d", i, j), fmt.Sprintf("Story uranium secret %d %d", i, j)
			list = append(list, b)
		}
		s.feedAs(id, list...)
	}
	for _, text := range []string{"", "uranium", "/uranium/"} {
		f, err := filter.Parse(text)
		s.must(err)
		page := s.search(bot.Query{Filter: f, Place: there, Limit: 25})
		var got []int64
		for _, a := range page.Articles {
			got = append(got, a.ID)
		}
		if !slices.Equal(got, want[:25]) || page.Next == 0 || page.Looked > 26 {
			s.Errorf("%q finds %v, next %d, %d looked at", text, got, page.Next, page.Looked)
		}
	}
}

func publicNumbersHaveNoGaps(s *storeHarness) {
	s.put(s.story("1"))
	s.secrets(here)
	s.secrets(there)
	s.put(s.story("2"))
	if got := s.foundIn("", ""); !slices.Contains(got, 2) || len(got) != 2 {
		s.Errorf("public articles are %v, want 1 and 2", got)
	}
}

func namesAreUniqueWithinPlaces(s *storeHarness) {
	add := func(p bot.Place, name, url string) error {
		return s.AddSource(s.Context(), bot.Source{Name: name, Place: p, Kind: bot.FeedSource, URL: url})
	}
	for _, p := range []bot.Place{"", here, there} {
		s.must(add(p, "kestrel", "https://kestrel.example/feed"))
		if err := add(p, "kestrel", "https://other.example/feed"); !errors.Is(err, bot.ErrExists) {
			s.Errorf("the name once more in %q: %v", p, err)
		}
		if err := add(p, "other", "https://kestrel.example/feed"); !errors.Is(err, bot.ErrExists) {
			s.Errorf("the address once more in %q: %v", p, err)
		}
	}
	s.must(s.RemoveSource(s.Context(), s.idOf(here, "kestrel")))
	s.must(add(here, "kestrel", "https://kestrel.example/another"))
	if n := len(s.sources()); n != 3 {
		s.Errorf("%d sources, want 3", n)
	}
}

func privateArticleIsPostedInItsPlace(s *storeHarness) {
	mine, others := s.subscribe(chat("1"), ""), s.subscribe(chat("2"), "")
	ids := s.secrets(here)
	if n := s.enqueueAll([]bot.Subscription{mine, others}, ids[0]); n != 1 {
		s.Errorf("%d deliveries, want 1", n)
	}
	if d := s.claimOne(); d.Target != mine.Target || d.Article.ID != ids[0] {
		s.Errorf("posted %d to %s", d.Article.ID, d.Target)
	}
}

func crowdsHaveWalls(s *storeHarness) {
	subs := s.crowd()
	ids := s.secrets(here)
	if n := s.enqueueAll(subs, ids[0]); n != 1 {
		s.Errorf("%d deliveries, want 1", n)
	}
	if d := s.claimOne(); d.Target != chat("1") {
		s.Errorf("posted to %s", d.Target)
	}
}

// claimKeepsTheWall posts what no plan would: the last gate holds by itself.
func claimKeepsTheWall(s *storeHarness) {
	mine, others := s.subscribe(chat("1"), ""), s.subscribe(chat("2"), "")
	ids := s.secrets(here)
	s.enqueueAll([]bot.Subscription{mine}, ids[0])
	s.must(s.db.InTx(s.Context(), database.Exclusive, func(ctx context.Context, tx *database.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE deliveries SET target_id = target_id + 1 WHERE article_id = $1`, ids[0])
		if err == nil {
			_, err = tx.Exec(ctx, `UPDATE queue SET target_id = target_id + 1 WHERE target_id = 1`)
		}
		return err
	}))
	s.claimNone()
	if steps := s.trace(others.Target, ids[0]).Steps; len(steps) != 1 || steps[0].State != bot.Superseded {
		s.Errorf("steps %+v, want one that was superseded", steps)
	}
}

func oneAlertOfBothSides(s *storeHarness) {
	s.follow("gazette")
	id := s.followIn(here, "stranger")
	mine, others := s.subscribe(chat("1"), ""), s.subscribe(chat("2"), "")
	both := []bot.Subscription{mine, others}
	for i, private := range []bool{true, false} {
		theirs := s.window("gazette", 10+i, 1)[0]
		strangers := theirs
		strangers.GUID = fmt.Sprint("stranger", i)
		post := func(source string, a bot.Article, subs ...bot.Subscription) {
			s.enqueueAll(subs, s.feedAs(source, a)[0])
		}
		if private {
			post(id, strangers, mine)
			post("gazette", theirs, both...)
		} else {
			post("gazette", theirs, both...)
			post(id, strangers, mine)
		}
		if got := s.deliverByChat(); len(got[mine.Target.Chat]) != 1 || len(got[others.Target.Chat]) != 1 {
			s.Errorf("private first %v: alerts %v, want one in each chat", private, got)
		}
	}
}

func subscriptionFollowsPrivateArticles(s *storeHarness) {
	id := s.followIn(here, "kestrel")
	s.feedAs(id, s.window("kestrel", 1, 1)...)
	sub := s.subscribe(chat("1"), "")
	after := s.head()
	if n := s.alerting(sub, 0); n != 0 {
		s.Errorf("%d old articles are news", n)
	}
	s.clock.advance(time.Hour)
	s.feedAs(id, s.window("kestrel", 1, 2)...)
	if n := s.alerting(sub, after); n != 1 {
		s.Errorf("%d new articles are news, want 1", n)
	}
}
