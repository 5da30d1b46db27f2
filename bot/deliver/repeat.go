package deliver

import (
	"context"
	"errors"
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
	sends int           // of unknown outcome
	age   time.Duration // since the last of them
	// keyFor is how long after a send the platform takes another with the same key for the same message; 0 if it
	// knows no keys.
	keyFor time.Duration
	// answers says that the platform has answered others since.
	answers bool
}

// maxUnknown is how many sends without an answer a delivery gets where nobody can tell what became of them. So there is
// at most one copy.
const maxUnknown = 2

// repeat is what is to be done about a delivery of unknown outcome.
type repeat int

const (
	send   repeat = iota // it can't be shown twice, or once more at the most
	look                 // for the message first
	settle               // it has arrived
	wait                 // until the platform answers anybody
	giveUp               // nobody can tell, and a second copy may be there already
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
	case u.sends >= maxUnknown:
		return giveUp
	case !u.answers:
		return wait
	}
	return send
}

// waitForAnswers is how long a delivery of unknown outcome waits at a time for the platform to answer anybody.
const waitForAnswers = 15 * time.Second

// mayRepeat reports whether a delivery may be sent though it may have arrived. If not, its outcome says why.
func (s *Sender) mayRepeat(ctx context.Context, dl *bot.Delivery) (bot.Outcome, bool) {
	u := unknown{sends: dl.Unknown, answers: s.answers(dl.UnknownSince)}
	if dl.Action != bot.Post || u.sends == 0 {
		return bot.Outcome{}, true
	}
	u.age = s.now().Sub(dl.UnknownSince)
	if k, ok := s.adapter.(bot.Keyed); ok {
		u.keyFor = k.KeyLifetime()
	}
	next, receipt := decideRepeat(u, false, unseen), bot.Receipt{}
	if next == look {
		var found finding
		receipt, found = s.find(ctx, dl)
		next = decideRepeat(u, true, found)
	}
	switch next {
	case settle:
		s.logger.InfoContext(ctx, "alert found that nobody had confirmed", "target", dl.Target.String(), "article", dl.Article.ID)
		return bot.Outcome{State: bot.Sent, Receipt: receipt}, false
	case wait:
		o := pending("it may have arrived, and the platform answers nobody")
		o.NotBefore = s.now().Add(waitForAnswers)
		return o, false
	case giveUp:
		s.logger.ErrorContext(ctx, "alert may have arrived, not sent again", "target", dl.Target.String(), "article", dl.Article.ID)
		return bot.Outcome{State: bot.Rejected, Reason: "it may have arrived: the platform answered neither of two sends"}, false
	case send, look:
	}
	return bot.Outcome{}, true
}

// answers reports whether the platform has answered anybody since a moment, or nobody can tell.
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

// find looks for a message that may have arrived.
func (s *Sender) find(ctx context.Context, dl *bot.Delivery) (bot.Receipt, finding) {
	f, ok := s.adapter.(bot.Finder)
	if !ok {
		return bot.Receipt{}, unseen
	}
	ctx, cancel := context.WithTimeout(ctx, sendTimeout)
	defer cancel()
	receipt, found, err := f.FindSent(ctx, dl.Target, s.render(dl), dl.Enqueued)
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
