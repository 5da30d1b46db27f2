package deliver

import (
	"cmp"
	"log/slog"
	"time"

	"tidings/bot"
	"tidings/internal/retry"
)

const (
	// maxAttempts is how many counted tries a delivery gets. With the waits between them that is more than 8 minutes.
	maxAttempts = 10
	// healthyFor is how long after a success the platform is assumed to work, so that a failure is blamed on the
	// delivery or its target and not on an outage.
	healthyFor = time.Minute
	// outageAfter is how many failures in a row make an outage, in which alerts pause for up to outageMost at a
	// time.
	outageAfter = 4
	outageMost  = 15 * time.Second
	retryBase   = time.Second
	retryMost   = 5 * time.Minute
)

// failure is a send that failed, and all that is needed to decide what follows.
type failure struct {
	err        *bot.SendError
	action     bot.Action
	attempts   int  // counted tries before this one
	bare       bool // what failed was the bare form
	list       bool // of several articles: it says nothing of any of them
	unanswered bool // it ended because its time was over
	ended      time.Time
	history
}

// history is what else is known of the platform and the target of a failure.
type history struct {
	platformWorks bool // it has accepted a message within healthyFor
	answered      bool // it has accepted another since this send began
	passed        bool // a later alert of the target has arrived since this one first failed
	refusedAlike  bool // another article was refused in the target with the same code
	failures      int  // passing failures of the platform in a row, this one among them
	inRow         int  // those of this target among them at the end
}

// effect is what is to be done beside recording the outcome.
type effect int

const (
	nothing effect = iota
	suspend        // the target
	move           // the target, to where the error says
	tryBare        // send the bare form of the alert, which decides
)

// decision is what follows from a failure.
type decision struct {
	outcome bot.Outcome
	effect  effect
	// pause is for how long no alert of the platform is sent; 0 if others go on.
	pause  time.Duration
	reason reason
	level  slog.Level
}

// reason names a decision in metrics and logs.
type reason string

const (
	reasonRateLimited reason = "rate_limited"
	reasonSuspended   reason = "suspended"
	reasonMoved       reason = "moved"
	reasonUnchanged   reason = "unchanged" // an edit that can't be made
	reasonRefused     reason = "refused"   // for its content: tried bare, or later
	reasonOutage      reason = "outage"    // counts against no delivery
	reasonRetry       reason = "retry"
	reasonRejected    reason = "rejected"
)

// decide returns what follows from a failure. Nothing ends but what the platform refused for its content, or what
// keeps failing where others arrive.
func decide(f failure) decision {
	e := f.err
	switch e.Kind {
	case bot.RateLimited:
		d := decision{outcome: pending(e.Error()), reason: reasonRateLimited, level: slog.LevelWarn}
		if !e.Global { // which the slots keep
			d.outcome.NotBefore = f.ended.Add(e.After)
		}
		if e.Local {
			d.level = slog.LevelDebug
		}
		return d
	case bot.TargetGone:
		return decision{outcome: pending(e.Error()), effect: suspend, reason: reasonSuspended, level: slog.LevelWarn}
	case bot.TargetMoved:
		return decision{outcome: pending(e.Error()), effect: move, reason: reasonMoved, level: slog.LevelInfo}
	case bot.Unsendable:
		return decideRefused(f)
	case bot.Transient:
	}
	return decideTransient(f)
}

// decideRefused decides about a message that the platform will not accept as it is: the alert may be at fault, or the
// target: two different alerts show which.
func decideRefused(f failure) decision {
	e := f.err
	switch {
	case f.action != bot.Post:
		o := bot.Outcome{State: bot.Superseded, Reason: e.Error()}
		return decision{outcome: o, reason: reasonUnchanged, level: slog.LevelInfo}
	case f.refusedAlike:
		return decision{outcome: pending(e.Error()), effect: suspend, reason: reasonSuspended, level: slog.LevelWarn}
	case !f.bare:
		return decision{effect: tryBare, reason: reasonRefused, level: slog.LevelWarn}
	case f.list: // each is tried alone from now on
		return rejected(e, "")
	case e.Code != "" && !f.passed && f.attempts+1 < maxAttempts:
		o := pending(e.Error())
		o.Counted, o.Aside, o.NotBefore = true, true, f.ended.Add(retry.Backoff(f.attempts, retryBase, retryMost))
		return decision{outcome: o, reason: reasonRefused, level: slog.LevelWarn}
	}
	return rejected(e, "")
}

// decideTransient decides about a failure that may pass. It counts only while others succeed: a platform or a target
// that is down for hours is a backlog, not a loss.
func decideTransient(f failure) decision {
	e := f.err
	d := decision{outcome: pending(e.Error()), reason: reasonRetry, level: slog.LevelDebug} // of an outage, its beginning and end are enough
	d.outcome.Uncertain, d.outcome.Unanswered = e.Uncertain, f.unanswered
	if n := f.failures - outageAfter; n >= 0 && !f.answered && !e.Outage {
		d.pause = retry.Backoff(n, retry.Base, outageMost)
	}
	if f.failures == 1 && f.attempts == 0 {
		d.level = slog.LevelWarn
	}
	wait := retry.Backoff(f.inRow-1, retryBase, outageMost) // short enough to notice the end of an outage soon
	switch {
	case e.Outage || !f.platformWorks:
		d.reason = reasonOutage
	case f.attempts+1 < maxAttempts:
		d.outcome.Counted = true
		wait = retry.Backoff(f.attempts, retryBase, retryMost)
	case !f.passed: // nothing arrives there, so it is the target that has an outage
		d.reason = reasonOutage
		wait = retry.Backoff(f.attempts, retryBase, retryMost)
	case f.action == bot.Post && !f.bare && !e.Uncertain:
		return decision{effect: tryBare, reason: reasonRetry, level: slog.LevelWarn}
	default:
		return rejected(e, "gave up: ")
	}
	d.outcome.NotBefore = f.ended.Add(max(wait, e.After))
	return d
}

func pending(reason string) bot.Outcome { return bot.Outcome{State: bot.Pending, Reason: reason} }

func rejected(e *bot.SendError, prefix string) decision {
	return decision{
		outcome: bot.Outcome{State: bot.Rejected, Reason: prefix + e.Error(), Counted: true, Uncertain: e.Uncertain},
		reason:  reasonRejected, level: slog.LevelError,
	}
}

// suspension returns why a target is suspended after a refusal.
func suspension(e *bot.SendError) bot.Suspension {
	return bot.Suspension{
		Reason: cmp.Or(e.Reason, "the platform refuses messages there"),
		Probe:  e.Probe || e.Kind == bot.Unsendable,
	}
}
