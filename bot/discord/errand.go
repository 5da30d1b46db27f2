package discord

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"time"

	"github.com/bwmarrin/discordgo"

	"tidings/internal/retry"
)

// An alert is posted first. What is to be done about it afterwards is an errand: to publish it to the channels that follow an
// announcement channel, or to give a post another name. Errands delay no alert, and repeat none.

const (
	// maxErrands is how many errands wait. Further ones are given up at once.
	maxErrands = 10_000
	// errandsAtOnce is how many are under way, each in another channel.
	errandsAtOnce = 4
	// errandTries bounds how often one is tried in an outage, and errandFor how long it waits for Discord's limits.
	errandTries = 8
	errandFor   = time.Hour
	errandBase  = time.Second
	errandMost  = time.Minute
	// errandWithin bounds one try.
	errandWithin = 10 * time.Second
)

// errand is to publish a message, or to name a post.
type errand struct {
	channel string
	message string // to publish; empty to name the channel
	name    string
	begun   time.Time
	due     time.Time
	tries   int
}

// errands are those that wait. Its methods may be called concurrently.
type errands struct {
	now func() time.Time

	mu   sync.Mutex // guards what follows
	list []errand
	busy map[string]bool // channels
	wake chan struct{}   // closed and replaced when something changes
}

// add puts an errand into the queue, and reports whether there is room. A newer name takes the place of an older one, and waits as
// long; one that was tried is the older.
func (q *errands) add(e errand) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if i := q.nameOf(e.channel); e.message == "" && i >= 0 {
		due := latest(q.list[i].due, e.due)
		if e.tries > 0 { // the one that waits is newer
			q.list[i].due = due
			return true
		}
		e.due, q.list = due, slices.Delete(q.list, i, i+1)
	}
	if len(q.list) >= maxErrands {
		return false
	}
	if e.begun.IsZero() {
		e.begun = q.now()
	}
	q.list = append(q.list, e)
	q.changed()
	return true
}

// nameOf returns where the name waits that a channel is to have, of which there is one at most; -1 if none does. The lock is held.
func (q *errands) nameOf(channel string) int {
	return slices.IndexFunc(q.list, func(o errand) bool { return o.message == "" && o.channel == channel })
}

// waits reports whether an errand is in the queue.
func (q *errands) waits(e *errand) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return slices.ContainsFunc(q.list, func(o errand) bool { return o.channel == e.channel && o.message == e.message })
}

// has reports whether an errand in a channel waits or is under way.
func (q *errands) has(channel string) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.busy[channel] || slices.ContainsFunc(q.list, func(e errand) bool { return e.channel == channel })
}

// changed wakes who waits. The lock is held.
func (q *errands) changed() {
	if q.wake != nil {
		close(q.wake)
	}
	q.wake = make(chan struct{})
}

// take takes the first errand that is due, in a channel without another under way. Otherwise it returns how long to wait for
// one, and what is closed if that changes.
func (q *errands) take() (e errand, ok bool, wait time.Duration, changed <-chan struct{}) {
	q.mu.Lock()
	defer q.mu.Unlock()
	now := q.now()
	wait = errandFor
	for i, e := range q.list {
		switch left := e.due.Sub(now); {
		case q.busy[e.channel]:
		case left > 0:
			wait = min(wait, left)
		default:
			q.list = slices.Delete(q.list, i, i+1)
			if q.busy == nil {
				q.busy = map[string]bool{}
			}
			q.busy[e.channel] = true
			return e, true, 0, nil
		}
	}
	if q.wake == nil {
		q.wake = make(chan struct{})
	}
	return errand{}, false, wait, q.wake
}

// done says that an errand that was taken isn't under way any more.
func (q *errands) done(e *errand) {
	q.mu.Lock()
	defer q.mu.Unlock()
	delete(q.busy, e.channel)
	q.changed()
}

// rest returns what waits, and forgets it.
func (q *errands) rest() []errand {
	q.mu.Lock()
	defer q.mu.Unlock()
	list := q.list
	q.list = nil
	return list
}

// serveErrands does errands until ctx ends. Those that are due in the end are tried once more, and what is left then is for the
// process that sends next; see [Adapter.Succeed].
func (r *run) serveErrands(ctx context.Context) error {
	var hands sync.WaitGroup
	for range errandsAtOnce {
		hands.Go(func() { r.doErrands(ctx) })
	}
	hands.Wait()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), r.timings.finish)
	defer cancel()
	for _, e := range r.errands.rest() {
		switch {
		case ctx.Err() == nil && !e.due.After(r.errands.now()) && r.do(ctx, &e) == nil:
			r.dropErrand(ctx, &e)
		case r.state == nil:
			r.giveUp(ctx, &e)
		}
	}
	return nil
}

func (r *run) doErrands(ctx context.Context) {
	for ctx.Err() == nil {
		e, ok, wait, changed := r.errands.take()
		if !ok {
			timer := time.NewTimer(wait)
			select {
			case <-timer.C:
			case <-changed:
			case <-ctx.Done():
			}
			timer.Stop()
			continue
		}
		r.doErrand(ctx, e)
	}
}

func (r *run) doErrand(ctx context.Context, e errand) {
	defer r.survive("errand")
	defer r.errands.done(&e)
	trying, cancel := context.WithTimeout(context.WithoutCancel(ctx), errandWithin)
	defer cancel()
	err := r.do(trying, &e)
	later, again := e.after(err, r.errands.now())
	switch {
	case again && r.errands.add(later):
	case err != nil:
		r.giveUp(context.WithoutCancel(ctx), &e)
	default:
		r.dropErrand(ctx, &e)
	}
}

// do makes the one request of an errand.
func (a *Adapter) do(ctx context.Context, e *errand) error {
	if e.message == "" {
		return a.rename(ctx, e.channel, e.name)
	}
	path := channelPath(e.channel) + "/messages/" + url.PathEscape(e.message) + "/crosspost"
	err := a.rest.call(ctx, http.MethodPost, path, nil, nil)
	if hasCode(err, discordgo.ErrCodeMessageAlreadyCrossposted, discordgo.ErrCodeUnknownMessage, discordgo.ErrCodeUnknownChannel,
		discordgo.ErrCodeCannotExecuteActionOnThisChannelType) {
		return nil // it is done, or there is nothing to do any more
	}
	return err
}

// after returns an errand as it is to be tried again after an error, if it is. What Discord limits by channel it says no
// sooner than that an hour is over, so a message that is over the limit stays unpublished; a name can wait.
func (e errand) after(err error, now time.Time) (later errand, again bool) {
	if err == nil {
		return e, false
	}
	if e.begun.IsZero() {
		e.begun = now
	}
	e.tries++
	if limit, ok := errors.AsType[*limitError](err); ok {
		e.due = now.Add(limit.After)
		return e, (limit.Global || e.message == "") && e.due.Sub(e.begun) < errandFor
	}
	if isRefused(err) {
		return e, false
	}
	e.due = now.Add(retry.Backoff(e.tries, errandBase, errandMost))
	return e, e.tries < errandTries
}

// giveUp puts on record what an errand has not come to.
func (a *Adapter) giveUp(ctx context.Context, e *errand) {
	defer a.dropErrand(ctx, e)
	if e.message == "" {
		a.log.InfoContext(ctx, "post not renamed", "channel", e.channel)
		return
	}
	a.log.InfoContext(ctx, "alert not published", "channel", e.channel, "message", e.message)
	if err := a.unpublished.add(ctx, a.state, e.channel); err != nil {
		a.log.WarnContext(ctx, "unpublished alert not counted", "channel", e.channel, "err", err)
	}
}

// publish lets a message be published if its channel is for announcements.
func (a *Adapter) publish(ctx context.Context, c *wireChannel, message string) {
	if c.Type != announcementChannel || message == "" {
		return
	}
	e := errand{channel: c.ID, message: message, begun: a.errands.now()}
	a.keepErrand(ctx, &e)
	if !a.errands.add(e) {
		a.giveUp(ctx, &e)
	}
}

// asAPIError returns the refusal in an error's chain, or nil.
func asAPIError(err error) *apiError {
	e, _ := errors.AsType[*apiError](err)
	return e
}
