package bot

import (
	"time"

	"tidings/bot/filter"
)

// TallyQuery asks how many of the stored articles a filter matches, span by span.
type TallyQuery struct {
	Filter *filter.Filter // nil matches everything
	// Place is who asks: what is public counts, and what is of that place.
	Place Place
	// Starts are when the spans begin, in order; there is at least one. Each ends where the next begins, and the last
	// never does. They count to the second.
	Starts []time.Time
	// Samples is how many of the newest articles to return.
	Samples int
	// Thorough has more counted than a person would miss: where nobody waits, and every day matters.
	Thorough bool
}

// Tally is the answer to a TallyQuery.
type Tally struct {
	Articles []int // how many there are in each span
	Matched  []int // how many of those looked at the filter matches
	Newest   []Article
	// Looked is how many articles the filter was compared with, from the newest on.
	Looked int
	// Partial says that there are older ones in the spans that were not looked at, because that would take too long.
	Partial bool
}

// Total returns how many articles there are in all spans.
func (t *Tally) Total() int { return sum(t.Articles) }

// TotalMatched returns how many of the articles looked at the filter matches.
func (t *Tally) TotalMatched() int { return sum(t.Matched) }

func sum(list []int) int {
	n := 0
	for _, m := range list {
		n += m
	}
	return n
}
