// Package pace keeps a platform's rate limits. One [Scheduler] for each platform hands out slots, and whoever makes a
// request that the platform counts, an alert, an edit or an answer to a person, needs one:
//
//	slot, err := scheduler.Take(ctx, target, pace.Ordinary)
//	…
//	receipt, err := adapter.Send(ctx, target, message)
//	scheduler.Done(slot, target, err)
//
// Slots go to answers first, then to urgent alerts, then to others; each class leaves a tenth to the next. Targets do
// not wait for each other. A request counts until the limit's span has passed since the latest moment at which it can
// have arrived, which the round-trip time of its answer bounds; so the whole limit is used, and no jitter of the network
// overfills it. What the platform itself says, in a 429 or in headers, overrides what its adapter knew beforehand: the
// scheduler backs off and speeds up by AIMD.
//
// The package sends nothing, and knows no platform.
package pace
