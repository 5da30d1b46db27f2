package deliver

import (
	"context"
	"log/slog"
	"slices"
	"sync"

	"tidings/bot"
	"tidings/bot/filter"
)

// interests knows of all subscriptions what matching needs: an index of their filters, and since when each counts.
type interests struct {
	filters *filter.Set
	since   sinces
	version int64 // of the store's subscriptions
	logger  *slog.Logger
}

func newInterests(logger *slog.Logger) *interests {
	return &interests{filters: filter.NewSet(), since: sinces{}, logger: logger}
}

// refresh reads what has changed. There may be a million at the start, so reading, parsing and indexing go on side by side.
func (x *interests) refresh(ctx context.Context, log Log) error {
	read, ready := make(chan []bot.Interest), make(chan []parsedInterest)
	var stages sync.WaitGroup
	stages.Go(func() {
		defer close(ready)
		for page := range read {
			ready <- x.parse(ctx, page)
		}
	})
	stages.Go(func() {
		for page := range ready {
			x.apply(page)
		}
	})
	version, err := log.Changes(ctx, x.version, func(page []bot.Interest) { read <- page })
	close(read)
	stages.Wait()
	if err != nil {
		return err // what has been read until then is read again
	}
	x.version = version
	return nil
}

// parsedInterest is an interest with its filter, which is nil if it matches nothing.
type parsedInterest struct {
	bot.Interest
	filter *filter.Filter
}

func (x *interests) parse(ctx context.Context, page []bot.Interest) []parsedInterest {
	list := make([]parsedInterest, len(page))
	for n, i := range page {
		list[n].Interest = i
		if i.Ended {
			continue
		}
		f, err := filter.Parse(i.Filter)
		if err != nil {
			// It parsed when it was saved, so a newer program saved it.
			x.logger.WarnContext(ctx, "filter not understood", "subscription", i.ID, "err", err)
			continue
		}
		list[n].filter = f
	}
	return list
}

// apply notes a page, on which no subscription is twice.
func (x *interests) apply(page []parsedInterest) {
	for _, i := range page {
		if i.filter == nil {
			x.filters.Delete(i.ID)
			x.since.remove(i.ID)
		} else {
			x.since.set(i.ID, i.Since)
		}
	}
	x.filters.PutAll(func(yield func(int64, *filter.Filter) bool) {
		for _, i := range page {
			if i.filter != nil && !yield(i.ID, i.filter) {
				return
			}
		}
	})
}

// in returns the IDs of the subscriptions to which an entry is news that their filters match: of a private article among
// those of its place alone, which are given.
func (x *interests) in(e *bot.Entry, place []bot.Interest) []int64 {
	if e.Article.Place == "" {
		return matching(e, x.filters.Match, x.since.of)
	}
	since, ids := make(map[int64]bot.Since, len(place)), make([]int64, len(place))
	for n, i := range place {
		since[i.ID], ids[n] = i.Since, i.ID
	}
	among := func(d *filter.Document, note func(id int64)) { x.filters.MatchAmong(d, ids, note) }
	return matching(e, among, func(id int64) bot.Since { return since[id] })
}

// matching finds what in returns. What a further source reports is matched by its own words too, and is news to those who
// subscribed before it, though not before the article.
func matching(e *bot.Entry, match func(*filter.Document, func(id int64)), of func(id int64) bot.Since) []int64 {
	var ids []int64
	a := &e.Article
	note := func(id int64) {
		if since := of(id); since.Fresh(a) || e.Further != nil && since.FreshIn(a, e.Further) {
			ids = append(ids, id)
		}
	}
	match(filter.NewDocument(a.Fields()), note)
	if e.Further == nil {
		return ids
	}
	match(filter.NewDocument(a.FieldsIn(e.Further)), note)
	slices.Sort(ids)
	return slices.Compact(ids)
}
