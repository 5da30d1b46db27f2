package store

import (
	"cmp"
	"context"
	"slices"

	"tidings/bot"
	"tidings/internal/database"
)

// embargoed is the state of a delivery that waits for a moment of its own, and lets others of its target pass: mostly
// for the end of an embargo. It becomes pending when it is due.
const embargoed bot.DeliveryState = "embargoed"

// posting is a post of an article in the making.
type posting struct {
	matched
	found      bool // the store has the article
	timing     bot.Article
	candidates []candidate    // of the subscriptions, if they are few
	mayBeTwice bool           // the store has private articles that may be public too
	has        map[int64]bool // the targets that have a post of it, or are about to
}

// candidate is a subscription that matches an article.
type candidate struct {
	recipient
	number   int32
	urgent   bool // what it matches counts as urgent at least
	platform string
	place    bot.Place // not always known
}

// askPosting asks for what decides who gets a post of an article, and when.
func (s *Store) askPosting(ctx context.Context, tx *database.Tx, m matched) (*posting, error) {
	const (
		timing = `
			SELECT a.urgency, a.embargo, a.story, a.url,` + articlePlace + `
			FROM articles AS a
			WHERE a.id = $1`
		posted = `
			SELECT target_id
			FROM deliveries
			WHERE article_id = $1 AND revision = 0`
	)
	const anyCounterpart = `
		SELECT link
		FROM counterparts
		WHERE link >= -9223372036854775807
		LIMIT 1`
	p := &posting{matched: m, has: map[int64]bool{}}
	if err := tx.QueueQuery(ctx, p.readTiming, timing, m.article); err != nil {
		return nil, err
	}
	if err := tx.QueueQuery(ctx, database.AddTo(p.has), posted, m.article); err != nil {
		return nil, err
	}
	if err := queueBatchedPosts(ctx, tx, m.article, p.has); err != nil {
		return nil, err
	}
	if err := tx.QueueQuery(ctx, p.readMayBeTwice, anyCounterpart); err != nil {
		return nil, err
	}
	if len(m.subscriptions) >= batchFrom {
		return p, nil
	}
	text, subscriptions := s.candidatesText(m.subscriptions)
	return p, database.QueueCollect(ctx, tx, &p.candidates, readCandidate, text, subscriptions)
}

func (p *posting) readTiming(row database.Scan) error {
	var embargo int64
	err := row(&p.timing.Urgency, &embargo, &p.timing.Story, &p.timing.URL, &p.timing.Place)
	p.found, p.timing.Embargo = true, moment(embargo)
	return err
}

func (p *posting) readMayBeTwice(database.Scan) error {
	p.mayBeTwice = true
	return nil
}

func readCandidate(row database.Scan) (c candidate, err error) {
	var t bot.Target
	var preferences string
	err = row(&c.target, &c.subscription, &c.number, &t.Platform, &t.Space, &t.Chat, &preferences)
	c.platform, c.place, c.urgent = t.Platform, t.Place(), makesUrgent(preferences)
	return c, err
}

// makesUrgent reports whether the preferences of a subscription make what it matches urgent. Preferences that a newer program wrote don't.
func makesUrgent(preferences string) bool {
	w, err := bot.DecodePreferences(preferences)
	return err == nil && w.Level >= bot.Urgent
}

// candidatesText is the query that looks subscriptions up that have not ended, and its argument.
func (s *Store) candidatesText(subscriptions []int64) (text string, arg any) {
	which, arg := s.db.In("s.id", subscriptions)
	return `
		SELECT s.target_id, s.id, s.number, t.platform, t.space, t.chat, s.preferences
		FROM subscriptions AS s
		JOIN targets AS t ON t.id = s.target_id
		WHERE s.ended = 0 AND ` + which, arg
}

// candidatesOf returns the subscriptions that match an article and whose people may know of it.
func (s *Store) candidatesOf(ctx context.Context, tx *database.Tx, p *posting) (list []candidate, err error) {
	if list = p.candidates; len(p.subscriptions) >= batchFrom {
		if p.timing.Place == "" {
			return s.subscribers.candidates(ctx, tx, p.subscriptions)
		}
		text, subscriptions := s.candidatesText(p.subscriptions)
		list, err = database.Collect(ctx, tx, readCandidate, text, subscriptions)
	}
	return slices.DeleteFunc(list, func(c candidate) bool { return !p.timing.VisibleIn(c.place) }), err
}

// post puts an article on record for the targets of subscriptions, but for those that have it already, and counts these.
func (s *Store) post(ctx context.Context, tx *database.Tx, p *posting, came perPlatform) error {
	if !p.found {
		return nil
	}
	list, err := s.candidatesOf(ctx, tx, p)
	if err == nil {
		list, err = s.withoutStoryAlert(ctx, tx, p, list)
	}
	if err == nil {
		err = s.noteCounterpartPosts(ctx, tx, p)
	}
	if err != nil {
		return err
	}
	to := recipientsOf(list)
	to.drop(func(r recipient) bool { return p.has[r.target] })
	if err := s.excludeBatchedStory(ctx, tx, p, to); err != nil {
		return err
	}
	came.add(to)
	f := fanoutJob{article: p.article, action: bot.Post, rank: p.rank()}
	if at := micros(p.timing.Embargo); at > tx.Now {
		f.due = at
	}
	urgent := urgentTargets(list)
	if f.rank != ordinaryRank || len(urgent) == 0 {
		return s.fanOut(ctx, tx, &f, to)
	}
	raised := recipients{}
	for platform, all := range to {
		to[platform], raised[platform] = partition(all, urgent)
	}
	if err := s.fanOut(ctx, tx, &f, to); err != nil {
		return err
	}
	f.rank = urgentRank
	return s.fanOut(ctx, tx, &f, raised)
}

// urgentTargets returns the targets of candidates that make the article urgent; nil if there are none.
func urgentTargets(list []candidate) map[int64]bool {
	var set map[int64]bool
	for i := range list {
		if !list[i].urgent {
			continue
		}
		if set == nil {
			set = map[int64]bool{}
		}
		set[list[i].target] = true
	}
	return set
}

// rank is the place of the posts in the queue.
func (p *posting) rank() int {
	switch {
	case p.timing.Urgent() && p.flood:
		return floodRank
	case p.timing.Urgent():
		return urgentRank
	}
	return ordinaryRank
}

// recipientsOf returns the targets of subscriptions, each with the one of the lowest number.
func recipientsOf(list []candidate) recipients {
	order := func(a, b candidate) int {
		return cmp.Or(cmp.Compare(a.target, b.target), cmp.Compare(a.number, b.number))
	}
	if !slices.IsSortedFunc(list, order) {
		slices.SortFunc(list, order)
	}
	to := recipients{}
	var last int64
	for _, c := range list {
		if c.target != last {
			to[c.platform] = append(to[c.platform], c.recipient)
		}
		last = c.target
	}
	return to
}
