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
	unseen  finding = iota // there is no way to look
	unread                 // the look failed for the moment
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
	// shownFor is how long the message may have been there: since before the first of them. The platform counts from then on
	// how long it recognizes another with the same key as the same message, which is keyFor; 0 if it knows no keys.
	shownFor, keyFor time.Duration
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

// arrivesWithin is how much later than it is decided to send again the message may reach the platform: it waits for a slot, and
// then may be long on its way.
const arrivesWithin = slotTimeout + sendTimeout

// isKeyed reports whether the platform will still recognize the key when another message arrives.
func (u *unknown) isKeyed() bool { return u.shownFor < u.keyFor-arrivesWithin }

// lookFor is for how long it is tried to look for a message where that fails for the moment. Longer than any outage of a
// platform so far: then it is the look that doesn't work, and the alert has waited long enough. A clock that was set back is
// no reason to give up.
const lookFor = longAgo + time.Hour

// repeat is what is to be done about a delivery of unknown outcome.
type repeat int

const (
	send      repeat = iota // it can't be shown twice, or once more at the most
	look                    // for the message first
	lookLater               // again, as that failed for the moment
	settle                  // it has arrived
	wait                    // until the platform answers anybody
	giveUp                  // unknowable, and a second copy may be there already
)

// decideRepeat returns what is to be done about a delivery of unknown outcome, given what a look has found.
func decideRepeat(u unknown, looked bool, found finding) repeat {
	switch {
	case u.sends == 0 || u.isKeyed():
		return send
	case !looked:
		return look
	case found == present:
		return settle
	case found == absent:
		return send
	case found == unread && u.shownFor < lookFor:
		return lookLater
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

const (
	// waitForAnswers is how long a delivery of unknown outcome waits at a time for the platform to answer anybody.
	waitForAnswers = 15 * time.Second
	// One waits from lookSoonest to lookLatest for the next look, and its target with it; after asideAfter it waits alone, a list
	// with all its entries.
	lookSoonest = 5 * time.Second
	lookLatest  = 30 * time.Second
	asideAfter  = 5 * time.Minute
)

// nextLook returns how long after a look that failed the next one follows: the longer this has been so, the less it matters.
func nextLook(shownFor time.Duration) time.Duration {
	return min(max(lookSoonest, shownFor/10), lookLatest)
}

// mayRepeat reports whether a delivery may be sent though it may have arrived. If not, its outcome says why.
func (s *Sender) mayRepeat(ctx context.Context, dl *bot.Delivery) (bot.Outcome, bool) {
	if dl.Action != bot.Post || dl.Unknown == 0 {
		return bot.Outcome{}, true
	}
	u := s.unknownOf(ctx, dl)
	next, receipt := s.nextFor(ctx, dl, &u)
	switch next {
	case lookLater:
		o := pending("it may have arrived: the chat couldn't be read")
		o.NotBefore, o.Aside = s.now().Add(nextLook(u.shownFor)), u.shownFor >= asideAfter
		return o, false
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

// nextFor returns what is to be done about a delivery of unknown outcome, and what its message is if it was found. It looks
// and asks where it must.
func (s *Sender) nextFor(ctx context.Context, dl *bot.Delivery, u *unknown) (repeat, bot.Receipt) {
	next := decideRepeat(*u, false, unseen)
	if next != look {
		return next, bot.Receipt{}
	}
	receipt, found := s.find(ctx, dl, s.formsOf(dl))
	if next = decideRepeat(*u, true, found); next == wait && !u.answers && u.age >= nextCopy(u.unanswered) {
		u.answers = s.asks(ctx, dl.Target)
		next = decideRepeat(*u, true, found)
	}
	if _, ok := s.adapter.(bot.Finder); ok && next == send {
		s.logger.InfoContext(ctx, "alert sent again that nobody had confirmed", "target", dl.Target.String(), "article", dl.Article.ID,
			"sends", u.sends, "first", u.shownFor, "last", u.age, "missing", found == absent)
	}
	return next, receipt
}

// unknownOf returns what is known of a delivery of unknown outcome.
func (s *Sender) unknownOf(ctx context.Context, dl *bot.Delivery) unknown {
	u := unknown{sends: dl.Unknown, unanswered: dl.Unanswered, answers: s.answers(dl.UnknownSince)}
	if k, ok := s.adapter.(bot.Keyed); ok {
		u.keyFor = k.KeyLifetime(ctx, dl.Target) // which may take a while
	}
	now := s.now()
	u.age, u.shownFor = ageOf(dl.UnknownSince, now), ageOf(dl.UnknownFrom, now)
	return u
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

// find looks for a message that may have arrived, in one of several forms, since its delivery was enqueued.
func (s *Sender) find(ctx context.Context, dl *bot.Delivery, forms []bot.Message) (bot.Receipt, finding) {
	f, ok := s.adapter.(bot.Finder)
	if !ok {
		return bot.Receipt{}, unseen
	}
	ctx, cancel := context.WithTimeout(ctx, findTimeout)
	defer cancel()
	skew, _ := bot.ClockSkew(s.adapter, s.now())
	receipt, found, err := f.FindSent(ctx, dl.Target, forms, postedSince(dl.Enqueued, s.now(), skew))
	switch {
	case err != nil:
		s.logger.DebugContext(ctx, "messages not read", "target", dl.Target.String(), "article", dl.Article.ID, "err", err)
		return bot.Receipt{}, unfound(err)
	case found:
		return receipt, present
	}
	return bot.Receipt{}, absent
}

// formsOf returns all that a message may be which has arrived: of the article as it is or as it was when it was first sent,
// before there were other reports of its story too, whole or bare.
func (s *Sender) formsOf(dl *bot.Delivery) []bot.Message {
	articles := []bot.Article{dl.Article}
	if dl.MayShow != nil {
		articles = append(articles, *dl.MayShow)
	}
	for _, a := range articles {
		if len(a.Related) > 0 {
			a.Related = nil
			articles = append(articles, a)
		}
	}
	var forms []bot.Message
	for _, a := range articles {
		was := *dl
		was.Article = a
		forms = append(forms, sounding(s.render(&was), dl), sounding(bareAlert(&was), dl))
	}
	return forms
}

// unfound returns what a look came to that failed. A place that is gone can't be sent to either, which a send will show.
func unfound(err error) finding {
	if e, ok := errors.AsType[*bot.SendError](err); ok && e.Kind != bot.Transient && e.Kind != bot.RateLimited {
		return unseen
	}
	return unread
}
