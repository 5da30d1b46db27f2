package engine

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"time"

	"tidings/bot"
	"tidings/bot/answer"
	"tidings/bot/deliver"
	"tidings/bot/filter"
	"tidings/internal/retry"
)

const (
	// pastDays is over how many days a filter's past is counted.
	pastDays = 60
	// silencePause is left to others after each look for what a filter has matched, and silenceShare times as long as that took:
	// of a hundred thousand filters, which take longer than a day then, nobody else notices anything.
	silencePause = 20 * time.Millisecond
	silenceShare = 20
	// noticePause is left to others between two notices.
	noticePause = time.Second
	// silenceState begins the keys that keep when a chat was last notified of a subscription's silence.
	silenceState = "silence/"
)

// silences notifies the chats of one platform of subscriptions that have had nothing for unusually long: it looks once a
// day, and reports each silence once. It runs where the platform's alerts are sent, so that no two processes do.
type silences struct {
	store   Store
	adapter bot.Adapter
	handler *answer.Handler
	now     func() time.Time
	logger  *slog.Logger
	matches map[string]matchHistory // of this page, by place and filter
}

// matchHistory is what a filter has matched.
type matchHistory struct {
	newest time.Time // the last match
	known  bool      // there was one
	past   []int     // matches by day, up to yesterday; nil if the last is too recent for a silence
}

func newSilences(cfg Config, a bot.Adapter, h *answer.Handler) *silences {
	return &silences{store: cfg.Store, adapter: a, handler: h, now: cfg.Now, logger: cfg.Logger.With("component", "silence")}
}

// run works until ctx ends.
func (s *silences) run(ctx context.Context) error {
	for wait := rand.N(choreFirst); retry.Sleep(ctx, wait) == nil; wait = choreEvery - rand.N(choreFirst) {
		if err := s.round(ctx); err != nil && ctx.Err() == nil {
			s.logger.WarnContext(ctx, "silences not checked", "err", err)
		}
	}
	return nil
}

// round looks at all subscriptions of the platform, chat by chat.
func (s *silences) round(ctx context.Context) error {
	for page, err := range s.pages(ctx) {
		if err == nil {
			err = s.lookAt(ctx, page)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// lookAt looks at some subscriptions, and notifies their chats. What it knows is as old as itself: a round may take days.
func (s *silences) lookAt(ctx context.Context, page []bot.Subscription) error {
	places, err := s.surroundings(ctx)
	if err != nil {
		return err
	}
	s.matches = map[string]matchHistory{}
	byChat := map[bot.Target][]answer.Silence{}
	for i := range page {
		sub := &page[i]
		silence, silent, err := s.look(ctx, sub, places.of(sub.Target.Place()))
		if err != nil {
			return err
		}
		if silent {
			byChat[sub.Target] = append(byChat[sub.Target], silence)
		}
	}
	for to, list := range byChat {
		if err := s.notify(ctx, to, list); err != nil {
			return err
		}
	}
	return nil
}

// surroundings are what people may know of: in a place that has sources of its own, or else of what is public.
type surroundings struct {
	place  bot.Place
	names  []string  // of their sources; nil before they are needed
	newest time.Time // article
}

// bySurroundings has the surroundings of the places with sources of their own, and of all others under none.
type bySurroundings map[bot.Place]*surroundings

func (b bySurroundings) of(p bot.Place) *surroundings {
	if own := b[p]; own != nil {
		return own
	}
	return b[""]
}

// surroundings looks up what people may know of where.
func (s *silences) surroundings(ctx context.Context) (bySurroundings, error) {
	all, err := s.store.PrivateSources(ctx)
	if err != nil {
		return nil, err
	}
	known := bySurroundings{"": {}}
	for i := range all {
		p := all[i].Place
		known[p] = &surroundings{place: p}
	}
	for p, around := range known {
		stats, err := s.store.StatsIn(ctx, p)
		if err != nil {
			return nil, err
		}
		around.newest = stats.NewestArticle
	}
	return known, nil
}

// namedBy returns the sources that a filter names.
func (s *silences) namedBy(ctx context.Context, around *surroundings, f *filter.Filter) (list []bot.Source, err error) {
	for _, n := range f.Named() {
		own, err := filter.Parse(n.String())
		if err != nil || n.Field != filter.Source {
			continue // a newer program may read it
		}
		if around.names == nil {
			if around.names, err = s.store.SourceNames(ctx, around.place, "", math.MaxInt32); err != nil {
				return nil, err
			}
		}
		i := slices.IndexFunc(around.names, func(name string) bool { return own.Match(filter.NewDocument(filter.Fields{Source: name})) })
		if i < 0 {
			continue
		}
		src, err := s.store.SourceNamed(ctx, around.place, around.names[i])
		if errors.Is(err, bot.ErrNotFound) {
			continue // it has gone meanwhile
		}
		if err != nil {
			return nil, err
		}
		list = append(list, src)
	}
	return list, nil
}

// silencePage is how many subscriptions are read at a time.
const silencePage = 500

// pages returns all subscriptions of the platform whose chats are sent to.
func (s *silences) pages(ctx context.Context) iter.Seq2[[]bot.Subscription, error] {
	return func(yield func([]bot.Subscription, error) bool) {
		for last := int64(0); ; {
			page, err := s.store.SubscriptionsOn(ctx, s.adapter.Platform(), last, silencePage)
			if err != nil {
				yield(nil, err)
				return
			}
			if len(page) > 0 && !yield(page, nil) || len(page) < silencePage {
				return
			}
			last = page[len(page)-1].ID
		}
	}
}

// look returns why a subscription is silent, if it is and its chat does not know.
func (s *silences) look(ctx context.Context, sub *bot.Subscription, around *surroundings) (answer.Silence, bool, error) {
	f, err := filter.Parse(sub.Filter)
	if err != nil {
		return answer.Silence{}, false, nil //nolint:nilerr // a newer program saved it
	}
	now := s.now()
	named, err := s.namedBy(ctx, around, f)
	if err != nil {
		return answer.Silence{}, false, err
	}
	why, name, since, bad := sourceTrouble(f, named, now)
	age := int(now.Sub(sub.Created).Hours() / 24)
	if !bad && age < minSilence { // whatever the filter has matched
		return answer.Silence{}, false, nil
	}
	v, err := s.historyOf(ctx, around.place, f)
	if err != nil {
		return answer.Silence{}, false, err
	}
	silence := answer.Silence{Subscription: *sub, Since: v.newest}
	days, silent := unusual(v.past, age)
	switch {
	case bad:
		silence.Why, silence.Source, silence.Since = why, name, since
	case !silent:
		return silence, false, nil
	case now.Sub(around.newest) >= minSilence*24*time.Hour:
		silence.Why, silence.Since = answer.NoArticles, around.newest
	default:
		silence.PerDay = perDay(v.past, days)
	}
	notified, err := s.wasNotified(ctx, sub, v.newest)
	return silence, !notified, err
}

// perDay returns how many articles a day a filter matched before its silence.
func perDay(past []int, silent int) float64 {
	n := 0
	for _, m := range past {
		n += m
	}
	return float64(n) / float64(max(1, len(past)-silent))
}

// historyOf looks up what a filter has matched, once a page for all that have it.
func (s *silences) historyOf(ctx context.Context, p bot.Place, f *filter.Filter) (matchHistory, error) {
	key := string(p) + "\n" + f.Key()
	if v, known := s.matches[key]; known {
		return v, nil
	}
	var v matchHistory
	begun := time.Now()
	page, err := s.store.Search(ctx, bot.Query{Filter: f, Place: p, Limit: 1})
	if err != nil {
		return v, fmt.Errorf("newest match of %q: %w", f, err)
	}
	if len(page.Articles) > 0 {
		v.newest, v.known = page.Articles[0].Published, true
	}
	if v.known && s.now().Sub(v.newest) >= minSilence*24*time.Hour {
		if v.past, err = s.past(ctx, p, f); err != nil {
			return v, err
		}
	}
	s.matches[key] = v
	return v, retry.Sleep(ctx, max(silencePause, silenceShare*time.Since(begun)))
}

// past returns how many articles a filter matched on each day up to yesterday, from the first day on that was looked at and
// had articles.
func (s *silences) past(ctx context.Context, p bot.Place, f *filter.Filter) ([]int, error) {
	today := s.now().UTC().Truncate(24 * time.Hour)
	starts := make([]time.Time, pastDays+1)
	for i := range starts {
		starts[i] = today.AddDate(0, 0, i-pastDays)
	}
	t, err := s.store.Tally(ctx, bot.TallyQuery{Filter: f, Place: p, Starts: starts})
	if err != nil {
		return nil, fmt.Errorf("past of %q: %w", f, err)
	}
	first := 0
	for first < pastDays && t.Articles[first] == 0 {
		first++
	}
	if t.Partial {
		looked := 0
		for i := pastDays; i >= first; i-- {
			if looked += t.Articles[i]; looked > t.Looked {
				first = i + 1
			}
		}
	}
	return t.Matched[first:max(first, pastDays)], nil
}

func silenceKey(sub *bot.Subscription) string { return silenceState + strconv.FormatInt(sub.ID, 10) }

// wasNotified reports whether the chat knows of the silence: it got a notice, and neither a match came nor the filter changed since.
func (s *silences) wasNotified(ctx context.Context, sub *bot.Subscription, newest time.Time) (bool, error) {
	text, err := s.store.State(ctx, silenceKey(sub))
	if err != nil {
		return false, err
	}
	at, err := time.Parse(time.RFC3339Nano, text)
	if err != nil { // it never was
		return false, nil //nolint:nilerr // see above
	}
	return !newest.After(at) && !sub.Created.After(at), nil
}

// notify sends a chat its notice, unless nothing is posted there anyway, and remembers that.
func (s *silences) notify(ctx context.Context, to bot.Target, list []answer.Silence) error {
	status, err := s.store.TargetStatus(ctx, to)
	if err != nil || status.Suspended != "" {
		return err
	}
	m, err := s.handler.SilenceNotice(ctx, list)
	if err != nil {
		return err
	}
	m.Key = bot.NewKey() // so that a lost answer doesn't make two of it
	if err := deliver.Offer(ctx, s.adapter, to, s.handler.LocalizeFor(ctx, to, m)); err != nil {
		s.logger.WarnContext(ctx, "silence notice not sent", "target", to.String(), "err", err)
		return ctx.Err()
	}
	now := s.now().UTC().Format(time.RFC3339Nano)
	for i := range list {
		if err := s.store.SetState(ctx, silenceKey(&list[i].Subscription), now); err != nil {
			return err
		}
	}
	s.logger.InfoContext(ctx, "silence notice sent", "target", to.String(), "subscriptions", len(list))
	return retry.Sleep(ctx, noticePause)
}
