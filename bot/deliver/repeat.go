package deliver

import (
	"context"
	"errors"
	"fmt"
	"time"

	"tidings/bot"
)

// finding is what a look for a message that may have arrived came to.
type finding int

const (
	unseen  finding = iota // nobody could look
	absent                 // it is not there
	present                // it is
)

// unknown is a delivery of which at least one send was never answered.
type unknown struct {
	sends int // of unknown outcome
	// unanswered counts those that nobody answered in time. The others were cut off, or a crash left them behind:
	// few of those have arrived, so they are repeated as any failure is.
	unanswered int
	age        time.Duration // since the last of them
	// keyFor is how long after a send the platform recognizes another with the same key as the same message; 0 if it
	// knows no keys.
	keyFor time.Duration
	// answers says that the platform has answered others since.
	answers bool
}

// Where it can't be known what became of sends without an answer, one copy goes out soon. A chat that answers late shows
// each, so further ones wait for copyAfter and then twice as long each, in case neither arrived; after maxUnanswered it is
// given up.
const (
	copiesSoon    = 1
	copyAfter     = 10 * time.Minute
	maxUnanswered = 5
)

// nextCopy returns how long after the last send another may follow.
func nextCopy(unanswered int) time.Duration {
	if unanswered <= copiesSoon {
		return 0
	}
	return copyAfter << (unanswered - copiesSoon - 1)
}

// repeat is what is to be done about a delivery of unknown outcome.
type repeat int

const (
	send   repeat = iota // it can't be shown twice, or once more at the most
	look                 // for the message first
	settle               // it has arrived
	wait                 // until the platform answers anybody
	giveUp               // unknowable, and a second copy may be there already
)

// decideRepeat returns what is to be done about a delivery of unknown outcome, given what a look has found.
func decideRepeat(u unknown, looked bool, found finding) repeat {
	switch {
	case u.sends == 0 || u.age < u.keyFor:
		return send
	case !looked:
		return look
	case found == present:
		return settle
	case found == absent:
		return send
	case u.unanswered == 0:
		return send
	case u.unanswered >= maxUnanswered:
		return giveUp
	case !u.answers, u.age < nextCopy(u.unanswered):
		return wait
	}
	return send
}

// findTimeout bounds a look for a message that may have arrived.
const findTimeout = 10 * time.Second

// waitForAnswers is how long a delivery of unknown outcome waits at a time for the platform to answer anybody.
const waitForAnswers = 15 * time.Second

// mayRepeat reports whether a delivery may be sent though it may have arrived. If not, its outcome says why.
func (s *Sender) mayRepeat(ctx context.Context, dl *bot.Delivery) (bot.Outcome, bool) {
	if dl.Action != bot.Post || dl.Unknown == 0 {
		return bot.Outcome{}, true
	}
	u := unknown{
		sends: dl.Unknown, unanswered: dl.Unanswered, answers: s.answers(dl.UnknownSince), age: ageOf(dl.UnknownSince, s.now()),
	}
	if k, ok := s.adapter.(bot.Keyed); ok {
		u.keyFor = k.KeyLifetime(ctx, dl.Target)
	}
	next, receipt := decideRepeat(u, false, unseen), bot.Receipt{}
	if next == look {
		var found finding
		receipt, found = s.find(ctx, dl)
		if next = decideRepeat(u, true, found); next == wait && !u.answers && u.age >= nextCopy(u.unanswered) {
			u.answers = s.asks(ctx, dl.Target)
			next = decideRepeat(u, true, found)
		}
	}
	switch next {
	case settle:
		s.logger.InfoContext(ctx, "alert found that nobody had confirmed", "target", dl.Target.String(), "article", dl.Article.ID)
		return bot.Outcome{State: bot.Sent, Receipt: receipt}, false
	case wait:
		o := pending("it may have arrived: nobody answered in time")
		o.NotBefore, o.Aside = s.now().Add(max(waitForAnswers, nextCopy(u.unanswered)-u.age)), true
		return o, false
	case giveUp:
		s.logger.ErrorContext(ctx, "alert may have arrived, not sent again", "target", dl.Target.String(), "article", dl.Article.ID)
		return bot.Outcome{State: bot.Rejected, Reason: fmt.Sprintf("it may have arrived: nobody answered any of %d sends", u.unanswered)}, false
	case send, look:
	}
	return bot.Outcome{}, true
}

// longAgo is an age beyond all that is waited for.
const longAgo = 24 * time.Hour

// ageOf returns how long ago a moment was. One that is still to come was noted before the clock was set back, nobody
// knows how long ago.
func ageOf(since, now time.Time) time.Duration {
	if age := now.Sub(since); age >= 0 {
		return age
	}
	return longAgo
}

// postedSince returns since when, by the platform's clock, what was enqueued at a moment may have been posted; zero if
// nothing tells. The clock here is ahead of the platform's by skew, or was ahead when it was enqueued.
func postedSince(enqueued, now time.Time, skew time.Duration) time.Time {
	since := enqueued.Add(-max(skew, 0))
	if since.After(now.Add(-skew)) {
		return time.Time{}
	}
	return since
}

// answers reports whether the platform has answered any send since a moment, or whether that is unknown.
func (s *Sender) answers(since time.Time) bool {
	if s.health.answeredSince(since) {
		return true
	}
	c, ok := s.adapter.(bot.Clock)
	if !ok {
		return true
	}
	_, ok = c.PlatformTime()
	return ok
}

// asks reports whether the platform answers a question about a target. A quiet bot has no other way to learn that it does:
// nothing else may be sent for days. Of all that waits, one asks at a time.
func (s *Sender) asks(ctx context.Context, t bot.Target) bool {
	c, ok := s.adapter.(bot.AccessChecker)
	if !ok {
		return true
	}
	if !s.health.mayAsk(s.now()) {
		return false
	}
	ctx, cancel := context.WithTimeout(ctx, findTimeout)
	defer cancel()
	_, _, err := c.CanSend(ctx, t)
	return err == nil
}

// find looks for a message that may have arrived.
func (s *Sender) find(ctx context.Context, dl *bot.Delivery) (bot.Receipt, finding) {
	f, ok := s.adapter.(bot.Finder)
	if !ok {
		return bot.Receipt{}, unseen
	}
	ctx, cancel := context.WithTimeout(ctx, findTimeout)
	defer cancel()
	skew, _ := bot.ClockSkew(s.adapter, s.now())
	receipt, found, err := f.FindSent(ctx, dl.Target, s.render(dl), postedSince(dl.Enqueued, s.now(), skew))
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return bot.Receipt{}, unseen
	case err != nil:
		s.logger.DebugContext(ctx, "messages not read", "target", dl.Target.String(), "err", err)
		return bot.Receipt{}, unseen
	case found:
		return receipt, present
	}
	return bot.Receipt{}, absent
}
