package engine

import (
	"context"
	"iter"
	"log/slog"
	"math/rand/v2"
	"strconv"
	"time"

	"tidings/bot"
	"tidings/bot/answer"
	"tidings/bot/deliver"
	"tidings/bot/filter"
	"tidings/internal/retry"
)

const (
	// silencePause is left to others after each look for what a filter has matched or names, and silenceShare times as long as
	// that took: of a hundred thousand filters, which take longer than a day then, nobody else notices anything.
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
	seen := map[bot.Target]bool{}
	for i := range page {
		to := page[i].Target
		if seen[to] {
			continue
		}
		_, silent, err := s.look(ctx, &page[i], places.of(to.Place()))
		if err == nil && silent {
			seen[to] = true
			err = s.tell(ctx, to, places)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// tell notifies a chat of all its silent subscriptions: of those on another page, too, as one notice is enough.
func (s *silences) tell(ctx context.Context, to bot.Target, places bySurroundings) error {
	subs, err := s.store.SubscriptionsOf(ctx, to)
	if err != nil {
		return err
	}
	var list []answer.Silence
	for i := range subs {
		silence, silent, err := s.look(ctx, &subs[i], places.of(to.Place()))
		if err != nil {
			return err
		}
		if silent {
			list = append(list, silence)
		}
	}
	if len(list) == 0 {
		return nil // they have ended meanwhile
	}
	return s.notify(ctx, to, list)
}

// paced does some work, and then leaves the store and the processor to others for much longer than it took.
func (s *silences) paced(ctx context.Context, work func() error) error {
	begun := time.Now()
	if err := work(); err != nil {
		return err
	}
	return retry.Sleep(ctx, max(silencePause, silenceShare*time.Since(begun)))
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
	if !bad && !silent {
		return silence, false, nil
	}
	newest, err := s.newestIn(ctx, around)
	if err != nil {
		return silence, false, err
	}
	switch {
	case bad:
		silence.Why, silence.Source, silence.Since = why, name, since
	case now.Sub(newest) >= minSilence*24*time.Hour:
		silence.Why, silence.Since = answer.NoArticles, newest
	default:
		silence.PerDay = perDay(v.past, days)
	}
	notified, err := s.wasNotified(ctx, sub, v.newest)
	return silence, !notified, err
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
