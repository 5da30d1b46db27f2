package engine

import (
	"context"
	"errors"
	"math"
	"slices"
	"time"

	"tidings/bot"
	"tidings/bot/filter"
)

// surroundings are what people may know of: in a place that has sources of its own, or else of what is public. What they
// hold is looked up when it is first needed.
type surroundings struct {
	place  bot.Place
	names  []string                // of their sources; nil before they are needed
	named  map[string][]bot.Source // by the term of a filter: one, or none
	newest time.Time               // article; zero before it is needed
}

// bySurroundings has the surroundings of the places with sources of their own, and of all others under none.
type bySurroundings map[bot.Place]*surroundings

func (b bySurroundings) of(p bot.Place) *surroundings {
	if own := b[p]; own != nil {
		return own
	}
	return b[""]
}

// surroundings looks up which places have sources of their own.
func (s *silences) surroundings(ctx context.Context) (bySurroundings, error) {
	all, err := s.store.PrivateSources(ctx)
	if err != nil {
		return nil, err
	}
	known := bySurroundings{"": newSurroundings("")}
	for i := range all {
		if p := all[i].Place; known[p] == nil {
			known[p] = newSurroundings(p)
		}
	}
	return known, nil
}

func newSurroundings(p bot.Place) *surroundings {
	return &surroundings{place: p, named: map[string][]bot.Source{}}
}

// newestIn returns when the newest article came that people may know of.
func (s *silences) newestIn(ctx context.Context, around *surroundings) (time.Time, error) {
	if around.newest.IsZero() {
		stats, err := s.store.StatsIn(ctx, around.place)
		if err != nil {
			return time.Time{}, err
		}
		around.newest = stats.NewestArticle
	}
	return around.newest, nil
}

// namedBy returns the sources that a filter names.
func (s *silences) namedBy(ctx context.Context, around *surroundings, f *filter.Filter) (list []bot.Source, err error) {
	for _, n := range f.Named() {
		if n.Field != filter.Source {
			continue
		}
		found, known := around.named[n.String()]
		if !known {
			err = s.paced(ctx, func() (err error) {
				found, err = s.find(ctx, around, n)
				return err
			})
			if err != nil {
				return nil, err
			}
			around.named[n.String()] = found
		}
		list = append(list, found...)
	}
	return list, nil
}

// find returns the source that a term names, if there is one. Most terms have its name as it is; only for the others all names
// are read, of which there may be a hundred thousand.
func (s *silences) find(ctx context.Context, around *surroundings, n filter.Named) ([]bot.Source, error) {
	term, err := filter.Parse(n.String())
	if err != nil {
		return nil, nil //nolint:nilerr // a newer program may read it
	}
	names := func(name string) bool { return term.Match(filter.NewDocument(filter.Fields{Source: name})) }
	if names(n.Value) {
		if found, err := s.sourceNamed(ctx, around, n.Value); len(found) > 0 || err != nil {
			return found, err
		}
	}
	if around.names == nil {
		if around.names, err = s.store.SourceNames(ctx, around.place, "", math.MaxInt32); err != nil {
			return nil, err
		}
	}
	i := slices.IndexFunc(around.names, names)
	if i < 0 {
		return nil, nil
	}
	return s.sourceNamed(ctx, around, around.names[i])
}

// sourceNamed returns the source of a name, if there is one.
func (s *silences) sourceNamed(ctx context.Context, around *surroundings, name string) ([]bot.Source, error) {
	src, err := s.store.SourceNamed(ctx, around.place, name)
	switch {
	case errors.Is(err, bot.ErrNotFound):
		return nil, nil
	case err != nil:
		return nil, err
	}
	return []bot.Source{src}, nil
}
