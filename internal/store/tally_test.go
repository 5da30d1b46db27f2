package store

import (
	"math"
	"testing"
	"time"

	"tidings/bot"
	"tidings/bot/filter"
)

// What an index cannot count is read, the newest first and so much of it, and the answer says over how many that was.
func TestTally_SaysOverHowManyItLooked(t *testing.T) {
	url, _ := file(t)
	s := open(t, Config{URL: url})
	s.mostLooked, s.tallyTime = 100, patience
	start := time.Now().Add(-time.Hour)
	if _, err := s.Put(t.Context(), newNewsroom(start).articles(300)); err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string][4]int{ // articles, looked, matched, samples
		"url:/news": {300, 100, 100, 5},
		"-url:/x":   {300, 100, 100, 5},
		"":          {300, 300, 300, 5},
		"-nothing":  {300, 300, 300, 5},
		"nothing":   {300, 300, 0, 0},
	} {
		f, err := filter.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		q := bot.TallyQuery{Filter: f, Starts: []time.Time{start, start.Add(100 * time.Second), start.Add(250 * time.Second)}, Samples: 5}
		got, err := s.Tally(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		if have := [4]int{got.Total(), got.Looked, got.TotalMatched(), len(got.Newest)}; have != want || got.Partial != (want[1] < want[0]) {
			t.Errorf("filter %q: %v, partial: %t, want %v", text, have, got.Partial, want)
		}
	}
}

// Whole quarters of an hour are counted by their sums, what is left over one by one.
func TestQuarters(t *testing.T) {
	at := func(second, id int64) int64 { return second<<idBits | id }
	for _, c := range []struct {
		span
		first, last int64
	}{
		{span{at(0, 0), at(900, 0)}, 0, 1},
		{span{at(0, 1), at(1800, 0)}, 1, 2},
		{span{at(1, 0), at(1799, 9)}, 1, 1},
		{span{at(901, 0), at(1799, 9)}, 2, 1},
		{span{at(-900, 0), at(-1, 0)}, -1, -1},
		{span{at(-901, 5), at(901, 5)}, -1, 1},
		{span{math.MinInt64, math.MaxInt64}, minSecond / 900, maxSecond / 900},
	} {
		if first, last := c.quarters(); first != c.first || last != c.last {
			t.Errorf("%v: from %d to %d, want from %d to %d", c.span, first, last, c.first, c.last)
		}
	}
}
