package store

import (
	"fmt"
	"slices"
	"time"

	"tidings/bot"
	"tidings/bot/filter"
	"tidings/internal/database"
)

func tallyTests() []storeTest {
	return []storeTest{
		{"a tally counts what the filter matches, day by day", tallyIsMatch},
		{"a tally counts an article in the span that it was published in", tallySpans},
		{"a tally counts by any boundaries", tallyOfAnySpans},
		{"a tally that ends early is true of the newest", tallyEndsEarly},
		{"a tally leaves out what nobody may see", tallyHides},
		{"values are suggested by any of their words, the frequent first", suggestsValues},
		{"suggestions know no letter case and no accents", suggestionsFold},
	}
}

// tally counts what a filter matches of the last days.
func (s *storeHarness) tally(text string, days, samples int) bot.Tally {
	s.Helper()
	f, err := filter.Parse(text)
	s.must(err)
	q := bot.TallyQuery{Filter: f, Samples: samples}
	for i := range days {
		q.Starts = append(q.Starts, s.clock.now().Add(-time.Duration(days-i)*24*time.Hour))
	}
	t, err := s.Tally(s.Context(), q)
	s.must(err)
	return t
}

func guids(articles []bot.Article) []string {
	var list []string
	for i := range articles {
		list = append(list, articles[i].GUID)
	}
	return list
}

// tallyIsMatch compares tallies with the filter itself.
func tallyIsMatch(s *storeHarness) {
	const days = 5
	var articles []bot.Article
	for i := range 60 {
		a := s.story(fmt.Sprint(i))
		a.Published = a.Published.Add(-time.Duration(60-i) * 2 * time.Hour)
		a.Title = []string{"Kim visits a drill", "Missiles over the seas", "Ballistic missile drill", "Rice", "미사일을 발사"}[i%5]
		a.Summary = []string{"", "Kim Moon says", "missile ballistic"}[i%3]
		a.Authors = []string{"Ann Kim", []string{"Bo", "Missile Drill"}[i%2]}
		a.Source, a.Lang = []string{"wire", "wire-daily", "herald"}[i%3], []string{"en", "en-GB", "ko", ""}[i%4]
		a.URL = fmt.Sprintf("https://news.example/%d", i)
		articles = append(articles, a)
	}
	s.put(articles...)
	for _, text := range []string{
		"", "missile", "kim drill", "kim OR rice", `"ballistic missile"`, `"missile ballistic" OR "kim moon"`, "missile -drill", "-missile",
		"-(kim drill) -rice", "mis*", "missiles", `"missiles"`, `-"missiles"`, "title:drills", "ballistics-drill", "author:drills", "-drills sea", "미사일", `"미사일 발사"`, "source:wire", "source:herald kim", "source:wire*", "lang:en", "lang:ko -kim",
		"title:kim author:ann", `author:"kim bo"`, `author:"missile drill"`, "url:/1", "/m.ss/", "kim -/m.ss/", "a OR -b", "nothing", "source:nothing",
	} {
		f, err := filter.Parse(text)
		s.must(err)
		want := bot.Tally{Articles: make([]int, days), Matched: make([]int, days), Looked: len(articles)}
		var newest []string
		for i := range slices.Backward(articles) {
			day := i / (len(articles) / days)
			want.Articles[day]++
			if f.Match(filter.NewDocument(articles[i].Fields())) {
				want.Matched[day]++
				newest = append(newest, articles[i].GUID)
			}
		}
		newest = newest[:min(3, len(newest))]
		got := s.tally(text, days, 3)
		if fmt.Sprint(got.Articles, got.Matched, got.Looked, got.Partial) != fmt.Sprint(want.Articles, want.Matched, want.Looked, false) {
			s.Errorf("filter %q: %v of %v, looked at %d (partial: %t), want %v of %v", text, got.Matched, got.Articles, got.Looked,
				got.Partial, want.Matched, want.Articles)
		}
		if !slices.Equal(guids(got.Newest), newest) {
			s.Errorf("filter %q: the newest are %v, want %v", text, guids(got.Newest), newest)
		}
	}
	if got := s.tally("", 2, 0); got.Total() != 24 || got.TotalMatched() != 24 {
		s.Errorf("%d of %d articles of two days, want 24 of 24", got.TotalMatched(), got.Total())
	}
}

func tallySpans(s *storeHarness) {
	old, edge, late := s.story("old"), s.story("edge"), s.story("late")
	old.Published = s.clock.now().Add(-2*24*time.Hour - time.Second)
	edge.Published = s.clock.now().Add(-24 * time.Hour)
	late.Published = s.clock.now().Add(time.Hour)
	s.put(old, edge, late)
	for _, text := range []string{"", "story", "-x", "/story/"} {
		if got := s.tally(text, 2, 5); fmt.Sprint(got.Matched, guids(got.Newest)) != "[0 2] [late edge]" {
			s.Errorf("filter %q: %v, %v, want none and two", text, got.Matched, guids(got.Newest))
		}
	}
	t, err := s.Tally(s.Context(), bot.TallyQuery{Starts: []time.Time{{}}})
	if err != nil || t.Total() != 3 || t.TotalMatched() != 3 || len(t.Newest) != 0 {
		s.Errorf("everything: %+v, %v", t, err)
	}
}

// tallyOfAnySpans has spans begin anywhere within a quarter of an hour, several in one, and where nothing is.
func tallyOfAnySpans(s *storeHarness) {
	const n = 80
	at := func(i int) time.Time { return s.clock.now().Add(-time.Duration(n-i) * 97 * time.Second) }
	var articles []bot.Article
	for i := range n {
		a := s.story(fmt.Sprint(i))
		a.Published = at(i)
		articles = append(articles, a)
	}
	s.put(articles...)
	s.put(bot.Article{Source: "wire", GUID: "gone", Title: "story", Published: at(40), Status: bot.Withdrawn})
	for _, starts := range [][]int{{0}, {7}, {7, 8, 9, 30}, {-900, 20, 21, 79}, {3, 50, 50, 51}, {n + 100}} {
		q := bot.TallyQuery{}
		want := make([]int, len(starts))
		for i, start := range starts {
			q.Starts = append(q.Starts, at(start).Truncate(time.Second))
			end := n
			if i+1 < len(starts) {
				end = starts[i+1]
			}
			want[i] = max(0, min(n, end)-max(0, start))
		}
		for _, text := range []string{"", "story", "-none", "stor*"} {
			f, err := filter.Parse(text)
			s.must(err)
			q.Filter = f
			got, err := s.Tally(s.Context(), q)
			s.must(err)
			if !slices.Equal(got.Articles, want) || !slices.Equal(got.Matched, want) {
				s.Errorf("filter %q from %v: %v of %v, want %v", text, starts, got.Matched, got.Articles, want)
			}
		}
	}
}

// tallyEndsEarly compares with the filter itself what is counted in pieces, and until enough was found.
func tallyEndsEarly(s *storeHarness) {
	const n = 600 // over 25 hours
	most, given := s.mostLooked, s.tallyTime
	s.mostLooked, s.tallyTime = 20, patience                      // so 240 are counted whole
	s.Cleanup(func() { s.mostLooked, s.tallyTime = most, given }) // others of the suite may have this store
	articles := make([]bot.Article, n)
	for i := range articles {
		a := s.story(fmt.Sprint(i))
		a.Published = a.Published.Add(-time.Duration(n-i) * 150 * time.Second)
		a.Title = fmt.Sprintf("half%d tenth%d rare%d burst%d", i%2, i%12, i%200, i/200)
		articles[i] = a
	}
	s.put(articles...)
	s.put(bot.Article{Source: "wire", GUID: "gone", Title: "half1 burst2", Published: articles[n-40].Published, Status: bot.Withdrawn})
	for text, ends := range map[string]bool{
		"": false, "half1": true, "-half1": true, "half1 -tenth1": true, "tenth1": true, "rare1": false, "-rare1": false, "burst0": false, "half1 rare1": false, "none": false,
		"burst1": true, `"half1 tenth1"`: true, "half0 half1": true, "half0 none": false, "rare199*": true, "rare19*": true, "-rare199*": true, "none*": false, "-none*": false, "half1 none*": false,
	} {
		for _, days := range []int{2, 7} {
			f, err := filter.Parse(text)
			s.must(err)
			got := s.tally(text, days, 1)
			var matched int
			for _, a := range articles[n-got.Looked:] {
				if f.Match(filter.NewDocument(a.Fields())) {
					matched++
				}
			}
			if got.Partial != ends || got.Partial != (got.Looked < n) || got.Total() != n || got.TotalMatched() != matched {
				s.Errorf("filter %q: %d of the newest %d of %d (partial: %t), want %d (partial: %t)", text, got.TotalMatched(), got.Looked, got.Total(), got.Partial, matched, ends)
			}
			if days == 7 && text != "rare19*" { // which is compared one by one
				q := bot.TallyQuery{Filter: f, Starts: []time.Time{s.clock.now().Add(-7 * 24 * time.Hour)}, Thorough: true}
				if all, err := s.Tally(s.Context(), q); err != nil || all.Partial || all.Looked != n {
					s.Errorf("filter %q, thorough: the newest %d of %d (partial: %t), %v", text, all.Looked, n, all.Partial, err)
				}
			}
			if again := s.tally(text, days, 1); fmt.Sprint(again.Looked, again.Matched) != fmt.Sprint(got.Looked, got.Matched) {
				s.Errorf("filter %q: %v of the newest %d, and then %v of %d", text, got.Matched, got.Looked, again.Matched, again.Looked)
			}
		}
	}
}

func tallyHides(s *storeHarness) {
	secret, gone, was := s.story("secret"), s.story("gone"), s.story("was")
	secret.Embargo, was.Embargo = s.clock.now().Add(time.Hour), s.clock.now()
	gone.Status = bot.Withdrawn
	s.put(secret, gone, was, s.story("1"))
	for _, text := range []string{"", "story", "-x", "story -x", "/story/"} {
		if got := s.tally(text, 1, 5); got.Total() != 2 || got.TotalMatched() != 2 || got.Looked != 2 || len(got.Newest) != 2 {
			s.Errorf("filter %q: %d of %d, looked at %d, %v", text, got.TotalMatched(), got.Total(), got.Looked, guids(got.Newest))
		}
	}
	if got := s.tally("-story", 1, 5); got.TotalMatched() != 0 {
		s.Errorf("without any story: %d", got.TotalMatched())
	}
}

func (s *storeHarness) suggest(field filter.Field, prefix string, n int) []string {
	s.Helper()
	list, err := s.Suggest(s.Context(), "", field, prefix, n)
	s.must(err)
	return list
}

func suggestsValues(s *storeHarness) {
	for i, authors := range [][]string{{"Ann Lee", "Bo Annan"}, {"Bo Annan"}, {"Cho", "Bo Annan"}, {"Ann Lee"}} {
		a := s.story(fmt.Sprint(i))
		a.Authors, a.Tags, a.Lang = authors, []string{"news", fmt.Sprintf("tag %d", i)}, "en"
		s.put(a)
	}
	for _, tt := range []struct {
		field  filter.Field
		prefix string
		n      int
		want   []string
	}{
		{filter.Author, "ann", 5, []string{"Bo Annan", "Ann Lee"}},
		{filter.Author, "ann l", 5, []string{"Ann Lee"}},
		{filter.Author, "", 2, []string{"Bo Annan", "Ann Lee"}},
		{filter.Author, "lee", 5, []string{"Ann Lee"}},
		{filter.Author, "news", 5, nil},
		{filter.Tag, "", 2, []string{"news", "tag 0"}},
		{filter.Tag, "3", 5, []string{"tag 3"}},
		{filter.Lang, "e", 5, []string{"en"}},
		{filter.Source, "w", 5, []string{"wire"}},
	} {
		if got := s.suggest(tt.field, tt.prefix, tt.n); !slices.Equal(got, tt.want) {
			s.Errorf("%s:%s suggests %q, want %q", tt.field, tt.prefix, got, tt.want)
		}
	}
}

func suggestionsFold(s *storeHarness) {
	a := s.story("1")
	a.Authors = []string{"Élodie ØSTERGÅRD"}
	s.put(a)
	for _, prefix := range []string{"elo", "ÉL", "ostergard", "Elodie  ø"} {
		if got := s.suggest(filter.Author, prefix, 5); !slices.Equal(got, a.Authors) {
			s.Errorf("author:%s suggests %q", prefix, got)
		}
	}
}

// countsDiffer returns by how many articles the counts of table article_counts are wrong. It reads all of both, so it is none of
// the store's statements.
const countsDiffer = `
	SELECT coalesce(sum(abs(n)), 0)
	FROM (
		SELECT sum(n) AS n
		FROM (
			SELECT owner, CASE WHEN time_key < 0 THEN (time_key + 1) / 966367641600 - 1 ELSE time_key / 966367641600 END AS quarter, 1 AS n
			FROM articles
			UNION ALL
			SELECT owner, quarter, -articles
			FROM article_counts) AS each_one
		GROUP BY owner, quarter) AS quarters`

// countsAreRight compares table article_counts with the articles, whatever a test has done to them.
func (s *storeHarness) countsAreRight() {
	s.Helper()
	n, err := database.Number(s.Context(), s.db, countsDiffer)
	s.must(err)
	if n != 0 {
		s.Errorf("article_counts is wrong by %d articles", n)
	}
}
