package store

import (
	"fmt"
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
	s.mostLooked, s.tallyTime = 200, patience
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

// A quarter of an hour begins with its first key, before 1970 too.
func TestQuarterOf(t *testing.T) {
	at := func(second, id int64) int64 { return second<<idBits | id }
	for key, want := range map[int64]int64{
		at(0, 0): 0, at(0, 1): 0, at(899, 1<<idBits-1): 0, at(900, 0): 1, at(1799, 9): 1, at(-1, 9): -1, at(-900, 0): -1, at(-901, 5): -2,
		math.MinInt64: minSecond/900 - 1, math.MaxInt64: math.MaxInt64,
	} {
		if got := quarterOf(key); got != want {
			t.Errorf("%d: %d, want %d", key, got, want)
		}
	}
}

// What is left is counted whole up to a bound, and beyond it until the index has read enough, by the way that takes the least work.
func TestCounting_DecidesWhatIsNext(t *testing.T) {
	const most = 100 // so 1,200 are counted whole, and beyond that until 20 are read
	for name, tt := range map[string]struct {
		read, looked, left int
		merges             bool
		want               portion
	}{ // of 20,000
		"nothing is known yet":                       {0, 0, 9000, false, portion{10, byEach}},
		"of few, there are no more":                  {0, 0, 3, false, portion{3, byEach}},
		"one in fifty matches":                       {2, 100, 9000, false, portion{100, byEach}},
		"one in a hundred matches":                   {1, 100, 9000, false, portion{1100, byCount}},
		"few match, but too many to list":            {1, 1000, 9000, false, portion{9000, byCount}},
		"few match, and all that they are is listed": {1, 2000, 9000, false, portion{9000, byList}},
		"few match of very many":                     {1, 2000, 90000, false, portion{20000, byList}},
		"none has matched":                           {0, 100, 9000, false, portion{1100, byList}},
		"none has matched of more":                   {0, 2000, 90000, false, portion{20000, byList}},
		"whole but for a little":                     {90, 1150, 9000, false, portion{100, byEach}},
		"whole, and enough":                          {90, 1200, 9000, false, portion{}},
		"whole, and just enough":                     {20, 1200, 9000, false, portion{}},
		"whole, and not enough":                      {19, 1200, 9000, false, portion{63, byCount}},
		"several words at first":                     {0, 0, 9000, true, portion{1200, byMerge}},
		"several words, one in fifty":                {24, 1200, 9000, true, portion{}},
		"several words, enough of them":              {5, 1200, 9000, true, portion{}},
		"several words, not quite enough of them":    {4, 1200, 9000, true, portion{300, byMerge}},
		"several words, few of them":                 {1, 1200, 9000, true, portion{4800, byMerge}},
	} {
		c := counting{read: tt.read, merges: tt.merges, archive: 20_000, times: 1}
		if got := c.next(tt.looked, tt.left, most); got != tt.want {
			t.Errorf("%s: %+v, want %+v", name, got, tt.want)
		}
	}
}

// Who asks for more gets five times as much.
func TestCounting_IsThoroughIfAsked(t *testing.T) {
	for looked, want := range map[int]portion{1200: {100, byEach}, 5900: {100, byEach}, 6000: {}} {
		c := counting{read: looked / 2, archive: 20_000, times: thorough}
		if got := c.next(looked, 9000, 100); got != want {
			t.Errorf("after %d: %+v, want %+v", looked, got, want)
		}
	}
}

// What has to be there together takes reading the rarest of it, what need not all of it.
func TestSample_SaysWhatTheIndexReads(t *testing.T) {
	var s sample
	for i := range 20 {
		s = append(s, []string{"every", fmt.Sprintf("half%d", i%2), fmt.Sprintf("tenth%d", i%10)})
	}
	names := func(filter.Field) []string { return []string{"", "wire"} }
	for text, want := range map[string]float64{
		`"every"`: 1, `"half1"`: 0.5, "tenth*": 1, `"half1" "tenth1"`: 0.1, `"half1 tenth1"`: 0.1, `"half1" OR "tenth1"`: 0.6, `"none" "half1"`: 0,
		`source:wire "half1"`: 0.5, "tenth1*": 0.1, `"half1" ("tenth1" OR "tenth3")`: 0.2, "": 0,
	} {
		f, err := filter.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		match, _, ok := f.Countable(names)
		if got := s.postings(match); !ok || math.Abs(got-want) > 1e-9 {
			t.Errorf("%s: %v for each article (countable: %t), want %v", text, got, ok, want)
		}
	}
}
