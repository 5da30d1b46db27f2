package poll

import (
	"errors"
	"testing"
	"time"

	"tidings/bot"
)

func TestRun_FetchesAMovedFeedAtItsNewAddress(t *testing.T) {
	t.Parallel()
	before, after := newNewsroom(t, "A"), newNewsroom(t, "B")
	source := bot.Source{ID: "tide", Name: "tide", Kind: bot.FeedSource, URL: before.URL}
	sink := newMemory(source)
	p := poller(t, sink, time.Hour)
	run(t, p)
	await(t, "the article", sink.titles)
	await(t, "the fetch", sink.saved)
	source.URL = after.URL
	sink.add(source)
	p.Poke()
	if got := await(t, "the article of the new address", sink.titles); got != "B" {
		t.Errorf("got %q", got)
	}
	if n := before.requests.Load(); n != 1 {
		t.Errorf("%d requests of the old address", n)
	}
}

func TestPoll_KeepsNothingOfAnAddressThatWasLeft(t *testing.T) {
	t.Parallel()
	site := newNewsroom(t, "A")
	source := bot.Source{ID: "tide", Name: "tide", Kind: bot.FeedSource, URL: site.URL}
	sink := newMemory(source)
	p := poller(t, sink, time.Hour)
	moved := source
	moved.URL = "https://new.example/feed"
	sink.add(moved)
	if _, err := p.poll(t.Context(), &source, nil); !errors.Is(err, bot.ErrNotFound) {
		t.Errorf("%v, want ErrNotFound", err)
	}
	if got := sink.source("tide").Fetch; got != (bot.FetchState{}) {
		t.Errorf("kept %+v", got)
	}
}

func TestScheduleOf_FollowsTheShortestIntervalOfItsSources(t *testing.T) {
	t.Parallel()
	p := poller(t, newMemory(), time.Hour)
	p.schedule.random = func() float64 { return 0 }
	every := func(d time.Duration) bot.Source { return bot.Source{Interval: d} }
	start := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for _, tt := range []struct {
		own   time.Duration
		twins []bot.Source
		want  time.Duration
	}{
		{0, nil, time.Hour},
		{time.Minute, nil, time.Minute},
		{6 * time.Hour, nil, 6 * time.Hour},
		{0, []bot.Source{every(2 * time.Hour), every(0)}, 2 * time.Hour},
		{10 * time.Minute, []bot.Source{every(2 * time.Minute)}, 2 * time.Minute},
	} {
		s := every(tt.own)
		state := p.scheduleOf(&s, tt.twins).succeeded(bot.FetchState{}, &fetched{}, start)
		if got := state.Next.Sub(start); got != tt.want {
			t.Errorf("%v with %v: next after %v, want %v", tt.own, tt.twins, got, tt.want)
		}
	}
}

func TestRun_HeedsASourcesOwnInterval(t *testing.T) {
	t.Parallel()
	site := newNewsroom(t, "A")
	sink := newMemory(bot.Source{ID: "tide", Name: "tide", Kind: bot.FeedSource, URL: site.URL})
	p := poller(t, sink, time.Hour)
	run(t, p)
	await(t, "the fetch", sink.saved)
	often := sink.source("tide") // and what it knows by now
	often.Interval = time.Millisecond
	sink.add(often)
	p.Poke()
	await(t, "another fetch", sink.saved)
}
