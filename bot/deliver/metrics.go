package deliver

import (
	"context"
	"errors"
	"net"
	"time"

	"tidings/bot"
)

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
	// Failed counts an attempt that failed, by why: one of [Failures].
	Failed(platform, why string)
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

// Why an attempt failed.
const (
	failedAuth        = "auth"         // the platform refuses the token
	failedRateLimited = "rate_limited" // it asked to wait
	failedGone        = "gone"         // the target is not there, or closed to the bot
	failedRefused     = "refused"      // the message is not accepted
	failedServer      = "server"       // the platform, or the way to it, has a fault
	failedTimeout     = "timeout"      // nobody answered in time
)

// Failures returns all that Failed may be called with, so that what has not happened yet can be shown too.
func Failures() []string {
	return []string{failedAuth, failedRateLimited, failedGone, failedRefused, failedServer, failedTimeout}
}

// failureOf returns why an attempt failed.
func failureOf(e *bot.SendError) string {
	var network net.Error
	switch {
	case errors.Is(e, bot.ErrUnauthorized):
		return failedAuth
	case e.Kind == bot.RateLimited:
		return failedRateLimited
	case e.Kind == bot.TargetGone, e.Kind == bot.TargetMoved:
		return failedGone
	case e.Kind == bot.Unsendable:
		return failedRefused
	case errors.Is(e, context.DeadlineExceeded), errors.As(e, &network) && network.Timeout():
		return failedTimeout
	}
	return failedServer
}
