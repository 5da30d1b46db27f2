package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"tidings/bot"
)

func depositTests() []storeTest {
	return []storeTest{
		{"what comes at once is stored as if it came one after the other", depositsInTurn},
		{"what can't be stored keeps nothing from being stored beside it", depositsApart},
		{"publishers with one key at once are told the same", depositsOfOneKey},
		{"entries of the log have the order of what was stored together", depositsInLog},
	}
}

// putAtOnce has lists of articles come while others are being stored, and returns what became of each list.
func (s *storeHarness) putAtOnce(lists ...[]bot.Article) []bot.IngestResult {
	s.Helper()
	results := make([]bot.IngestResult, len(lists))
	s.deposits.busy = true
	transactions, do := 0, s.deposits.do
	s.deposits.do = func(ctx context.Context, list []*deposit) ([]*deposit, error) {
		transactions++
		return do(ctx, list)
	}
	var all sync.WaitGroup
	for i, list := range lists {
		all.Go(func() {
			var err error
			if results[i], err = s.Put(s.Context(), list); err != nil {
				s.Error(err)
			}
		})
	}
	comeTogether(s, &s.deposits, len(lists))
	all.Wait()
	s.deposits.do = do
	if want := (len(lists) + depositsMost - 1) / depositsMost; transactions != want {
		s.Errorf("it took %d transactions, want %d", transactions, want)
	}
	return results
}

func depositsInTurn(s *storeHarness) {
	same := s.story("1")
	same.URL = "https://wire.example/1"
	other := same
	other.Source, other.GUID = "gazette", "g"
	results := s.putAtOnce(
		[]bot.Article{same}, []bot.Article{same}, []bot.Article{other}, // one article
		[]bot.Article{s.missiles("a")}, []bot.Article{s.missiles("b")}, []bot.Article{s.missiles("c")}, // one story
	)
	added := 0
	for _, r := range results {
		added += r.Added
	}
	if st, err := s.Stats(s.Context()); err != nil || added != 4 || st.Articles != 4 {
		s.Errorf("%d articles, %d of them added, %v, want 4", st.Articles, added, err)
	}
	var names []string
	for id := range int64(4) {
		a := s.find(id + 1)
		if a.GUID == "1" || a.GUID == "g" {
			if len(a.OtherSources) != 1 {
				s.Errorf("the article of two sources names %v", a.OtherSources)
			}
			continue
		}
		of := strings.Fields(alsoIn(&a) + a.Source)
		slices.Sort(of)
		names = append(names, strings.Join(of, " "))
	}
	if got := strings.Join(names, ", "); got != "a b c, a b c, a b c" {
		s.Errorf("the articles of a story name %q", got)
	}
}

func depositsApart(s *storeHarness) {
	s.follow("kept")
	s.deposits.busy = true
	var all sync.WaitGroup
	all.Go(func() {
		if r, err := s.Put(s.Context(), []bot.Article{s.missiles("a")}); err != nil || r.Added != 1 {
			s.Errorf("put %+v, %v", r, err)
		}
	})
	all.Go(func() {
		if _, err := s.PutFeed(s.Context(), "gone", s.window("gone", 1, 3)); !errors.Is(err, bot.ErrNotFound) {
			s.Errorf("a document of a source that is gone: %v", err)
		}
	})
	all.Go(func() {
		if r, err := s.PutFeed(s.Context(), "kept", s.window("kept", 1, 3)); err != nil || r.Added != 3 {
			s.Errorf("put %+v, %v", r, err)
		}
	})
	comeTogether(s, &s.deposits, 3)
	all.Wait()
	s.put(s.missiles("b"))
	var story []string
	for id := range int64(5) {
		if a := s.find(id + 1); len(a.Related) > 0 {
			story = append(story, a.Source+" beside "+alsoIn(&a))
		}
	}
	slices.Sort(story)
	if got := fmt.Sprint(story); got != "[a beside b  b beside a ]" {
		s.Errorf("of what was undone and stored again there is %s", got)
	}
}

func depositsOfOneKey(s *storeHarness) {
	s.deposits.busy = true
	var all sync.WaitGroup
	var told [2][]bot.Published
	for i := range told {
		all.Go(func() {
			var err error
			if told[i], err = s.publish("k", "d", s.story("1"), s.story("2")); err != nil {
				s.Error(err)
			}
		})
	}
	comeTogether(s, &s.deposits, 2)
	all.Wait()
	equalPublished(s.T, told[0], bot.Published{ID: 1, Outcome: bot.Added}, bot.Published{ID: 2, Outcome: bot.Added})
	equalPublished(s.T, told[1], told[0]...)
}

func depositsInLog(s *storeHarness) {
	var lists [][]bot.Article
	for i := range depositsMost + 2 { // more than are stored together
		lists = append(lists, []bot.Article{s.story(fmt.Sprint("a", i)), s.story(fmt.Sprint("b", i))})
	}
	s.putAtOnce(lists...)
	var before bot.Entry
	for i, e := range s.entries(0) {
		if i > 0 && (e.Seq <= before.Seq || e.Article.ID != before.Article.ID+1) {
			s.Errorf("entry %d of article %d comes after entry %d of article %d", e.Seq, e.Article.ID, before.Seq, before.Article.ID)
		}
		if i%2 == 1 && e.Article.GUID != "b"+before.Article.GUID[1:] {
			s.Errorf("%s comes after %s", e.Article.GUID, before.Article.GUID)
		}
		before = e
	}
	if want := int64(2 * len(lists)); before.Article.ID != want {
		s.Errorf("the last article is %d, want %d", before.Article.ID, want)
	}
}
