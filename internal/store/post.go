package store

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"

	"tidings/bot"
)

// embargoed is the state of a delivery that waits for a moment of its own, and lets others of its target pass: mostly
// for the end of an embargo. It becomes pending when it is due.
const embargoed bot.DeliveryState = "embargoed"

// post puts an article on record for the targets of subscriptions, but for those that have it already. It
// returns how many these are.
func (s *Store) post(ctx context.Context, tx *tx, article int64, subscriptions []int64) (int, error) {
	a, found, err := one(ctx, tx, readTiming, `SELECT urgency, embargo, story FROM articles WHERE id = $1`, article)
	if err != nil || !found {
		return 0, err
	}
	subscriptions, err = s.uncovered(ctx, tx, article, a.Story, subscriptions)
	if err != nil || len(subscriptions) == 0 {
		return 0, err
	}
	to, err := s.audience(ctx, tx, subscriptions)
	if err != nil {
		return 0, err
	}
	if err := s.exclude(ctx, tx, to, article, a.Story); err != nil {
		return 0, err
	}
	f := fan{article: article, action: bot.Post, rank: rank(&a)}
	if at := micros(a.Embargo); at > tx.now {
		f.due = at
	}
	return to.len(), s.spread(ctx, tx, &f, to)
}

// readTiming reads what decides when an article goes out.
func readTiming(row scan) (a bot.Article, err error) {
	var embargo int64
	err = row(&a.Urgency, &embargo, &a.Story)
	a.Embargo = moment(embargo)
	return a, err
}

// rank is the place of an article's posts in the queue: lower goes first.
func rank(a *bot.Article) int {
	if a.Urgent() {
		return 0
	}
	return 1
}

// candidate is a subscription that takes an article.
type candidate struct {
	taker
	number   int32
	platform string
}

// audience returns the targets of subscriptions that have not ended, each with the one of the lowest number.
func (s *Store) audience(ctx context.Context, tx *tx, subscriptions []int64) (audience, error) {
	list, err := s.candidates(ctx, tx, subscriptions)
	if err != nil {
		return nil, err
	}
	order := func(a, b candidate) int {
		return cmp.Or(cmp.Compare(a.target, b.target), cmp.Compare(a.number, b.number))
	}
	if !slices.IsSortedFunc(list, order) {
		slices.SortFunc(list, order)
	}
	to := audience{}
	var last int64
	for _, c := range list {
		if c.target != last {
			to[c.platform] = append(to[c.platform], c.taker)
		}
		last = c.target
	}
	return to, nil
}

// candidates looks up subscriptions: a few in the database, many in the roster.
func (s *Store) candidates(ctx context.Context, tx *tx, subscriptions []int64) ([]candidate, error) {
	text := `
		SELECT s.target_id, s.id, s.number, t.platform
		FROM ` + s.dialect.listFrom + `
		JOIN subscriptions AS s ON s.id = list.value AND s.ended = 0
		JOIN targets AS t ON t.id = s.target_id`
	if len(subscriptions) < packFrom {
		ids, err := json.Marshal(subscriptions)
		if err != nil {
			return nil, err
		}
		read := func(row scan) (c candidate, err error) {
			return c, row(&c.target, &c.subscription, &c.number, &c.platform)
		}
		return collect(ctx, tx, read, text, string(ids))
	}
	r := &s.roster
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := r.refresh(ctx, tx); err != nil {
		return nil, err
	}
	list := make([]candidate, 0, len(subscriptions))
	for _, id := range subscriptions {
		if sub, ok := r.of(id); ok {
			list = append(list, candidate{taker{sub.target, id}, sub.number, r.platforms[sub.platform]})
		}
	}
	return list, nil
}

// exclude takes those out of an audience who have a post of the article, or are about to. The same goes for
// other articles of its story, as far as their posts are packed; see uncovered for the rest.
func (s *Store) exclude(ctx context.Context, tx *tx, to audience, article, story int64) error {
	const posted = `
		SELECT target_id
		FROM deliveries
		WHERE article_id = $1 AND revision = 0`
	list, err := collect(ctx, tx, value[int64], posted, article)
	if err != nil {
		return err
	}
	has, err := packedTargets(ctx, tx, `packed AS p WHERE p.article_id = $1`, article)
	if err != nil {
		return err
	}
	for _, id := range list {
		has[id] = true
	}
	drop(to, func(t taker) bool { return has[t.target] })
	if story == 0 {
		return nil
	}
	covered, err := packedTargets(ctx, tx,
		`articles AS m JOIN packed AS p ON p.article_id = m.id WHERE m.story = $1 AND m.story <> 0 AND m.id <> $2`, story, article)
	if err != nil || len(covered) == 0 {
		return err
	}
	apart, err := collect(ctx, tx, value[int64], `SELECT id FROM subscriptions WHERE stories = 'apart' AND ended = 0`)
	if err != nil {
		return err
	}
	isApart := make(map[int64]bool, len(apart))
	for _, id := range apart {
		isApart[id] = true
	}
	drop(to, func(t taker) bool { return covered[t.target] && !isApart[t.subscription] })
	return nil
}

// drop takes some out of an audience.
func drop(to audience, which func(taker) bool) {
	for platform, list := range to {
		to[platform] = slices.DeleteFunc(list, which)
	}
}
