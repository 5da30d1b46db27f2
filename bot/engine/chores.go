package engine

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"time"

	"tidings/bot"
	"tidings/bot/answer"
	"tidings/internal/retry"
)

const (
	// SuspendedFor is how long the setup of a target is kept that the bot cannot reach, unless Config says
	// otherwise.
	SuspendedFor = 90 * 24 * time.Hour
	// KeepPosts is how long it is known what was posted where: corrections reach alerts as old as that, and no
	// article is fresh for as long, so none is posted twice.
	KeepPosts = 30 * 24 * time.Hour
	// keepButtons is how long a button works that says more than fits into it.
	keepButtons = 90 * 24 * time.Hour

	// keepSilences is how long it is known that a subscription's silence was told.
	keepSilences = 365 * 24 * time.Hour

	choreEvery = 24 * time.Hour
	// choreFirst is how long after a start the first round begins, at most, so that replicas that start together
	// do not meet.
	choreFirst = time.Hour
	// choreStep is how much one step forgets, which keeps others from writing for some ms.
	choreStep = 200
	// chorePause is what is left to others between two steps, at least, and choreYield how many times as long as
	// the last step took: now and then one takes a second, when the full-text index of SQLite merges.
	chorePause = 100 * time.Millisecond
	choreYield = 4
	// choreSteps bounds a round; what is left has time until the next.
	choreSteps = 5000
)

// Upkeep forgets what is no longer needed. Each call is short and does a part; it returns how much it did, and 0
// when nothing is left.
type Upkeep interface {
	// Purge forgets up to n targets that have been suspended since before a moment, with all they had.
	Purge(ctx context.Context, before time.Time, n int) (int, error)
	// PruneDeliveries forgets up to n deliveries that ended before a moment. Edits no longer reach the posts among
	// them, and a target may see their articles anew, so the moment lies before both [KeepPosts] and any article
	// that may still be fresh.
	PruneDeliveries(ctx context.Context, before time.Time, n int) (int, error)
	// SubscriptionsOn returns up to n subscriptions on a platform whose IDs come after one, by ID. Those of suspended
	// targets are left out.
	SubscriptionsOn(ctx context.Context, platform string, after int64, n int) ([]bot.Subscription, error)
	// PruneState forgets up to n values whose keys begin with prefix and that were set before a moment.
	PruneState(ctx context.Context, prefix string, before time.Time, n int) (int, error)
	// PruneArticles looks at up to n articles that are older than a moment, from a place on that the call before returned, and
	// forgets those that nothing needs. What identifies them stays, so that none is posted anew.
	PruneArticles(ctx context.Context, before time.Time, from int64, n int) (bot.Pruned, error)
}

// chores forgets once a day what is no longer needed.
type chores struct {
	store   Upkeep
	terms   time.Duration // how long suspended targets are kept
	keep    time.Duration // how long articles are; 0 is for ever
	now     func() time.Time
	metrics Metrics
	logger  *slog.Logger
}

func newChores(cfg Config) *chores {
	c := &chores{
		store: cfg.Store, terms: cfg.SuspendedFor, keep: cfg.KeepArticles, now: cfg.Now, metrics: cfg.Metrics,
		logger: cfg.Logger.With("component", "chores"),
	}
	if c.terms == 0 {
		c.terms = SuspendedFor
	}
	return c
}

// run works until ctx ends.
func (c *chores) run(ctx context.Context) error {
	for wait := rand.N(choreFirst); retry.Sleep(ctx, wait) == nil; wait = choreEvery - rand.N(choreFirst) {
		c.round(ctx)
	}
	return nil
}

// round does every chore as far as it goes. One that fails is left to the next round.
func (c *chores) round(ctx context.Context) {
	now := c.now()
	for _, chore := range []struct {
		name string
		step func() (int, error)
	}{
		{"suspended targets", func() (int, error) { return c.store.Purge(ctx, now.Add(-c.terms), choreStep) }},
		{"deliveries", func() (int, error) { return c.store.PruneDeliveries(ctx, now.Add(-KeepPosts), choreStep) }},
		{"buttons", func() (int, error) { return c.pruneFleeting(ctx, now.Add(-keepButtons)) }},
		{"silences", func() (int, error) { return c.store.PruneState(ctx, silenceState, now.Add(-keepSilences), choreStep) }},
	} {
		n, err := repeat(ctx, chore.step)
		switch {
		case err != nil && ctx.Err() == nil:
			c.logger.WarnContext(ctx, "cleanup failed", "what", chore.name, "forgotten", n, "err", err)
		case n > 0:
			c.logger.InfoContext(ctx, "cleanup done", "what", chore.name, "forgotten", n)
		}
	}
	c.letArticlesGo(ctx)
}

// pruneFleeting forgets some of what buttons meant, and of what is as short-lived.
func (c *chores) pruneFleeting(ctx context.Context, before time.Time) (total int, err error) {
	for _, prefix := range answer.FleetingState() {
		n, err := c.store.PruneState(ctx, prefix, before, choreStep)
		if total += n; err != nil {
			return total, err
		}
	}
	return total, nil
}

// repeat runs steps until nothing is left to do, and returns how much was done.
func repeat(ctx context.Context, step func() (int, error)) (total int, err error) {
	for range choreSteps {
		begun := time.Now()
		n, err := step()
		total += n
		if err != nil || n == 0 || giveWay(ctx, begun) != nil {
			return total, err
		}
	}
	return total, nil
}

// giveWay leaves the store to others after a step, the longer the longer that took.
func giveWay(ctx context.Context, begun time.Time) error {
	return retry.Sleep(ctx, max(chorePause, choreYield*time.Since(begun)))
}
