package deliver

import "time"

// Metrics counts what a Watcher and a Sender do, as it happens. All methods may be called concurrently and must
// not block.
type Metrics interface {
	// Matched counts entries of the article log and the deliveries that followed from them.
	Matched(entries, deliveries int)
	// Flooded counts urgent articles without precedence, because their source sent too many.
	Flooded(articles int)
	// Settled reports how an attempt to send went: "sent", or the reason of what was decided after a failure; how long
	// the platform took; and, if it was sent, how long after the store had the article.
	Settled(platform, outcome string, took, lag time.Duration)
	// DigestSent counts digests that arrived, each once.
	DigestSent(platform string)
	// RateLimited counts that a platform asked to wait.
	RateLimited(platform string)
}

// sent is what Settled calls a send that arrived.
const sent = "sent"

// Outcomes returns all that Settled may call an outcome, so that what has not happened yet can be shown too.
func Outcomes() []string {
	list := []string{sent}
	for _, r := range []reason{
		reasonRateLimited, reasonSuspended, reasonMoved, reasonUnchanged, reasonRefused, reasonOutage, reasonRetry, reasonRejected,
	} {
		list = append(list, string(r))
	}
	return list
}
