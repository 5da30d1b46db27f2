package deliver

import (
	"context"
	"time"

	"tidings/bot"
)

// Store is all that the loops of this package need of a store, each a part of it.
type Store interface {
	Log
	UrgentCounter
	Outbox
	ProbeStore
	// PlanIn sets the time zone of targets that have chosen none. It is called before the first Claim.
	PlanIn(home *time.Location)
}

// Outbox is what the deliverer works from.
type Outbox interface {
	// Claim leases up to n due deliveries of a platform: of each target that is not suspended and
	// has none leased, the first urgent one or else the oldest. A lease that is not settled in time
	// ends, so a message may be sent twice but is never lost. What waited for too long is claimed as lists;
	// see [Delivery.With]. What a target wants later, by its settings, waits until then, and is claimed as digests and
	// lists; what its mutes leave out ends.
	Claim(ctx context.Context, platform string, n int, lease time.Duration) ([]bot.Delivery, error)
	// Settle records how a claimed delivery went. Sent is recorded even if the lease has ended.
	Settle(ctx context.Context, d *bot.Delivery, o bot.Outcome) error
	// Renew begins the leases of claimed deliveries anew, but for those that have ended.
	Renew(ctx context.Context, list []*bot.Delivery, lease time.Duration) error
	// ClaimNext blocks until there may be something to claim. It returns what was claimed for it meanwhile, as Claim does;
	// nothing is a hint to call that.
	ClaimNext(ctx context.Context, platform string, n int, lease time.Duration) ([]bot.Delivery, error)
	// SentSince returns the messages of a platform that were settled as sent since a moment, oldest first.
	SentSince(ctx context.Context, platform string, since time.Time) ([]bot.Dispatch, error)
	// HoldEmbargoes sets the function that reports whether embargoes are on hold, as they are while the wall clock
	// is wrong, and up to which moment they have ended nevertheless. It is called before the first Claim.
	HoldEmbargoes(state func() (ended time.Time, onHold bool))
}

// Targets is where a Sender notes what a send revealed about a target.
type Targets interface {
	// Suspend stops sending to every known target within scope, says why, and keeps everything. It
	// returns those that were not suspended before. A target is known from its first subscription.
	Suspend(ctx context.Context, scope bot.Target, why bot.Suspension) ([]bot.Target, error)
	// Move gives everything that belongs to a chat to another chat. Where both have a subscription
	// with the same filter, one is kept. Doing it twice does no harm.
	Move(ctx context.Context, from, to bot.Target) error
	// SubscriptionsOf returns the subscriptions of a target by number.
	SubscriptionsOf(ctx context.Context, t bot.Target) ([]bot.Subscription, error)
}
