// Package pace keeps a platform's rate limits. Whoever makes a request that the platform counts, an alert, an edit or
// an answer to a person, takes a slot from the platform's one [Scheduler] first and says afterwards how the request
// went.
//
// Slots go to answers first, then to urgent alerts, then to others; each class leaves a tenth to the next. Targets do
// not wait for each other. A request counts until the limit's span has passed since the latest moment at which it can
// have arrived, which the round-trip time of its answer bounds; so the whole limit is used, and no jitter of the network
// overfills it. What the platform itself says, in a 429 or in headers, counts for more than what its adapter knew
// beforehand: the scheduler backs off and speeds up by AIMD.
//
// It sends nothing, and knows no platform.
package pace
