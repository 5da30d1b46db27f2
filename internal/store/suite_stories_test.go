package store

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"tidings/bot"
)

func storyTests() []storeTest {
	return []storeTest{
		{"articles of one story name each other", storyNamesOthers},
		{"articles that were alerted about get a revision when another joins", storyRevisesFirst},
		{"a story ends after three days", storyEnds},
		{"no secret is named beside an article", storyKeepsSecrets},
		{"a withdrawn article is no longer named", storyForgetsWithdrawn},
		{"a corrected article is named as it is now", storyFollowsCorrection},
		{"a chat that has an alert of a story gets no other", storyCoversChat},
		{"a chat that wants stories apart gets them all", storiesApart},
		{"a post knows where its chat shows the one before it of its story", postKnowsEarlier},
		{"a chat whose filter matches only the second gets that", storyOfOtherFilter},
		{"a long story is bounded", storyIsBounded},
		{"two articles of one source are no story", sourceIsNoStory},
		{"one text under a wire's marks is one story", wireMarksAreOneStory},
		{"a story has one article of a source", storyHasOneArticleOfASource},
		{"a turn of a story is apart from all that report it", turnIsApart},
		{"a turn of the story as another than the first reports it is apart", turnOfAnotherIsApart},
		{"half alike headlines are one story with their deks", dekJoinsStory},
		{"what becomes of stories is kept", storiesAreKept},
		{"articles and those beside them know their outlets' names", outletsAreKnown},
	}
}

// missiles returns how a source reports the missiles.
func (s *storeHarness) missiles(source string) bot.Article {
	return bot.Article{
		Source: source, GUID: source + "-1", URL: "https://" + source + ".example/1", Published: s.clock.now(),
		Title: "North Korea fires two missiles toward the sea - " + source,
	}
}

func outletsAreKnown(s *storeHarness) {
	for name, title := range map[string]string{"a": "Kestrel Wire - RSS", "b": "News"} {
		s.must(s.AddSource(s.Context(), bot.Source{Name: name, Kind: bot.FeedSource, URL: "https://" + name + ".example/feed", Title: title}))
	}
	s.put(s.missiles("a"), s.missiles("b"))
	if a := s.find(1); a.From() != "Kestrel Wire" || a.Source != "a" || len(a.Related) != 1 || a.Related[0].From() != "b" {
		s.Errorf("the first article is %+v", a)
	}
	if b := s.find(2); b.From() != "b" || len(b.Related) != 1 || b.Related[0].From() != "Kestrel Wire" {
		s.Errorf("the second article is %+v", b)
	}
}

func (s *storeHarness) find(id int64) bot.Article {
	s.Helper()
	a, err := s.Find(s.Context(), "", fmt.Sprint(id))
	s.must(err)
	return a
}

// alsoIn returns the sources that an article names beside it.
func alsoIn(a *bot.Article) string {
	var list strings.Builder
	for _, r := range a.Related {
		list.WriteString(r.Source + " ")
	}
	return list.String()
}

func storyNamesOthers(s *storeHarness) {
	other := s.story("other")
	s.put(s.missiles("a"), other, s.missiles("b"))
	s.put(s.missiles("c"))
	for id, want := range map[int64]string{1: "b c ", 2: "", 3: "a c ", 4: "a b "} {
		if a := s.find(id); alsoIn(&a) != want {
			s.Errorf("article %d names %q, want %q", id, alsoIn(&a), want)
		}
	}
	want := bot.Related{ID: 1, Source: "a", Title: s.missiles("a").Title, URL: s.missiles("a").URL}
	if a := s.find(3); a.Story != 1 || a.Related[0] != want {
		s.Errorf("story %d names %+v, want 1 and %+v", a.Story, a.Related[0], want)
	}
	if a := s.find(2); a.Story != 0 {
		s.Errorf("an article of no story has %d", a.Story)
	}
}

func storyRevisesFirst(s *storeHarness) {
	s.put(s.missiles("a"))
	after := s.head()
	if got := s.put(s.missiles("b")); got != (bot.IngestResult{Added: 1}) {
		s.Errorf("put %+v, want one added", got)
	}
	revisions := map[int64]int{}
	for _, e := range s.entries(after) {
		revisions[e.Article.ID] = e.Article.Revision
	}
	if len(revisions) != 2 || revisions[1] != 2 || revisions[2] != 1 {
		s.Errorf("revisions %v in the log, want the first's second and the second's first", revisions)
	}
	after = s.head()
	if got := s.put(s.missiles("a"), s.missiles("b")); got != (bot.IngestResult{Unchanged: 2}) || s.head() != after {
		s.Errorf("put again %+v, want both unchanged", got)
	}
}

func storyEnds(s *storeHarness) {
	s.put(s.missiles("a"))
	s.clock.advance(73 * time.Hour)
	s.put(s.missiles("b"))
	if a := s.find(2); a.Story != 0 {
		s.Errorf("an article joined a story of %v ago", 73*time.Hour)
	}
}

func storyKeepsSecrets(s *storeHarness) {
	secret := s.missiles("a")
	secret.Embargo = s.clock.now().Add(time.Hour)
	s.put(secret)
	s.put(s.missiles("b"))
	if a := s.find(2); len(a.Related) != 0 {
		s.Errorf("an article under embargo is named: %+v", a.Related)
	}
}

func storyForgetsWithdrawn(s *storeHarness) {
	s.put(s.missiles("a"), s.missiles("b"))
	a := s.missiles("a")
	a.Status = bot.Withdrawn
	s.put(a)
	if b := s.find(2); len(b.Related) != 0 {
		s.Errorf("a withdrawn article is named: %+v", b.Related)
	}
}

func storyFollowsCorrection(s *storeHarness) {
	s.put(s.missiles("a"), s.missiles("b"))
	a := s.missiles("a")
	a.Title = "North Korea fires three missiles toward the sea - a"
	s.put(a)
	if b := s.find(2); len(b.Related) != 1 || b.Related[0].Title != a.Title {
		s.Errorf("named as %+v, want the correction", b.Related)
	}
}

func storyCoversChat(s *storeHarness) {
	sub := s.subscribe(chat("1"), "")
	s.put(s.missiles("a"), s.missiles("b"))
	if n := s.enqueue(sub.ID, 1, 2); n != 1 {
		s.Errorf("enqueued %d of a story, want 1", n)
	}
	if got := s.deliver(); len(got) != 1 || got[0] != 1 {
		s.Errorf("delivered %v, want the first", got)
	}
	s.put(s.missiles("c"))
	if n := s.enqueue(sub.ID, 3); n != 0 {
		s.Errorf("enqueued %d of a story that was sent, want none", n)
	}
}

func storiesApart(s *storeHarness) {
	apart, grouped := s.subscribe(chat("1"), ""), s.subscribe(chat("2"), "")
	s.must(s.SetStories(s.Context(), apart.ID, bot.Apart))
	s.put(s.missiles("a"), s.missiles("b"))
	if n := s.enqueue(apart.ID, 1, 2); n != 2 {
		s.Errorf("enqueued %d of a story for a chat that wants them apart, want 2", n)
	}
	if n := s.enqueue(grouped.ID, 1, 2); n != 1 {
		s.Errorf("enqueued %d of a story for another, want 1", n)
	}
}

func postKnowsEarlier(s *storeHarness) {
	apart := s.subscribe(chat("1"), "")
	s.must(s.SetStories(s.Context(), apart.ID, bot.Apart))
	other := s.story("other")
	s.put(s.missiles("a"), other, s.missiles("b"))
	s.put(s.missiles("c"))
	s.enqueue(apart.ID, 1, 2, 3, 4)
	for _, want := range []bot.Receipt{{}, {}, {MessageID: "m1", Chat: "post 1"}, {MessageID: "m3"}} {
		d := s.claimOne()
		if d.Earlier != want {
			s.Errorf("article %d knows %+v of its story, want %+v", d.Article.ID, d.Earlier, want)
		}
		r := bot.Receipt{MessageID: fmt.Sprint("m", d.Article.ID)}
		if d.Article.ID == 1 {
			r.Chat = "post 1"
		}
		s.settle(d, bot.Outcome{State: bot.Sent, Receipt: r})
	}
}

func storyOfOtherFilter(s *storeHarness) {
	sub := s.subscribe(chat("1"), "source:b")
	s.put(s.missiles("a"), s.missiles("b"), s.missiles("c"))
	if n := s.enqueue(sub.ID, 2); n != 1 {
		s.Errorf("enqueued %d, want 1: the first was not for this chat", n)
	}
	if n := s.enqueue(sub.ID, 3); n != 0 {
		s.Errorf("enqueued %d, want none: the second was posted", n)
	}
}

func storyIsBounded(s *storeHarness) {
	for i := range bot.MaxRelated + 5 {
		s.put(s.missiles(fmt.Sprintf("desk%d", i)))
	}
	if a := s.find(1); len(a.Related) != bot.MaxRelated {
		s.Errorf("names %d others, want %d", len(a.Related), bot.MaxRelated)
	}
	after := s.head()
	s.put(s.missiles("late"))
	if n := len(s.entries(after)); n != 1 {
		s.Errorf("one more made %d entries, want its own alone", n)
	}
}

func sourceIsNoStory(s *storeHarness) {
	a, b := s.missiles("a"), s.missiles("a")
	b.GUID, b.URL, b.Title = "a-2", "https://a.example/2", "North Korea fires two missiles toward the sea, Seoul says"
	s.put(a, b)
	if got := s.find(2); got.Story != 0 {
		s.Errorf("an article of the same source is in story %d", got.Story)
	}
}

func wireMarksAreOneStory(s *storeHarness) {
	a, b := s.missiles("a"), s.missiles("a")
	a.Summary, b.Summary = "It was the third this month", "It was the third this month"
	b.GUID, b.URL, b.Title, b.Published = "a-2", "https://a.example/2", "UPDATE 1-"+a.Title, b.Published.Add(time.Minute)
	s.put(a, b)
	if got := s.find(2); got.Story != 1 || len(got.Related) != 0 {
		s.Errorf("the update is in story %d and names %+v, want the first's and nobody", got.Story, got.Related)
	}
}

func storyHasOneArticleOfASource(s *storeHarness) {
	again := s.missiles("a")
	again.GUID, again.URL, again.Title = "a-2", "https://a.example/2", "North Korea fires two missiles toward the sea, Tokyo says"
	s.put(s.missiles("a"), s.missiles("b"), again)
	if got := s.find(3); got.Story != 0 {
		s.Errorf("a second article of a source is in story %d", got.Story)
	}
}

func turnIsApart(s *storeHarness) {
	c := s.missiles("c")
	c.Title = "North Korea fires two more missiles toward the sea"
	s.put(s.missiles("a"), s.missiles("b"), c)
	if got := s.find(3); got.Story != 0 {
		s.Errorf("what reports more missiles is in story %d", got.Story)
	}
}

// turnOfAnotherIsApart has a first report that says nothing of what the other two disagree about.
func turnOfAnotherIsApart(s *storeHarness) {
	a, b, c := s.missiles("a"), s.missiles("b"), s.missiles("c")
	a.Title = "Ferry sinks off Marren island"
	b.Title, c.Title = a.Title+", 40 rescued", a.Title+", 60 rescued"
	s.put(a, b)
	if got := s.find(2); got.Story != 1 {
		s.Fatalf("the second is in story %d, want the first's", got.Story)
	}
	s.put(c)
	if got := s.find(3); got.Story != 0 {
		s.Errorf("what reports another number than the second is in story %d", got.Story)
	}
}

func dekJoinsStory(s *storeHarness) {
	a, b := s.missiles("a"), s.missiles("b")
	a.Title, a.Summary = "Ferry sinks off Marren island, 40 rescued", "Coast guard boats took all passengers of the ferry to Marren after it hit a reef at dawn"
	b.Title, b.Summary = "Coast guard rescues 40 as ferry goes down near Marren", "The ferry hit a reef off the island at dawn; all passengers are safe, the coast guard says"
	s.put(a, b)
	if got := s.find(2); got.Story != 1 || alsoIn(&got) != "a " {
		s.Errorf("the second is in story %d and names %q, want the first", got.Story, alsoIn(&got))
	}
}

func storiesAreKept(s *storeHarness) {
	sub := s.subscribe(chat("1"), "")
	s.must(s.SetStories(s.Context(), sub.ID, bot.Apart))
	changed, err := s.SubscriptionsOf(s.Context(), sub.Target)
	s.must(err)
	if len(changed) != 1 || changed[0].Stories != bot.Apart {
		s.Errorf("changed %+v, want the subscription", changed)
	}
	if err := s.SetStories(s.Context(), 99, bot.Apart); !errors.Is(err, bot.ErrNotFound) {
		s.Errorf("set with %v, want ErrNotFound", err)
	}
}
