package discord

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
	"time"

	"github.com/bwmarrin/discordgo"
	"golang.org/x/sync/errgroup"

	"tidings/bot"
	"tidings/internal/retry"
)

const (
	// queueLength is how many events wait for their turn. Beyond it they are dropped: an interaction that
	// old can no longer be answered, and sending finds out what became of a place.
	queueLength = 4096
)

// run is what one call of Run needs.
type run struct {
	*Adapter
	handler      bot.Handler
	applications chan string // ids to publish commands for
	interactions chan *interaction
	presences    chan *bot.Presence
	words        chan *wireWords
	talk         talk
	returns      returns
	crowd        crowd
	slots        slots
	brushing     chan struct{} // has a token for each answer to what was not admitted
	ended        <-chan struct{}
	name         string // among all runs of all processes
}

// Run serves h until ctx ends. It publishes the commands when they have changed since it last did.
func (a *Adapter) Run(ctx context.Context, h bot.Handler) error {
	r := &run{
		Adapter: a, handler: h,
		applications: make(chan string, 1),
		interactions: make(chan *interaction, queueLength),
		presences:    make(chan *bot.Presence, queueLength),
		words:        make(chan *wireWords, maxWords),
		brushing:     make(chan struct{}, maxBrushed),
		name:         rand.Text(),
	}
	group, ctx := errgroup.WithContext(ctx)
	ended := make(chan struct{})
	defer close(ended) // what has been taken up is answered first
	r.ended = ended
	a.serving.Store(r)
	defer a.serving.CompareAndSwap(r, nil)
	defer a.reach.end()
	group.Go(func() error { return r.servePublishing(ctx) })
	group.Go(func() error { return r.serveInteractions(ctx) })
	group.Go(func() error { return r.servePresences(ctx) })
	group.Go(func() error { return r.serveWords(ctx) })
	group.Go(func() error { return r.watchToken(ctx) })
	group.Go(func() error { return r.keepTime(ctx) })
	group.Go(func() error { return r.serveErrands(ctx) })
	group.Go(func() error { return r.connect(ctx) })
	err := group.Wait()
	a.rest.client.CloseIdleConnections()
	return err
}

// connect registers where interactions go, and keeps the connections to the gateway, if there are to
// be any.
func (r *run) connect(ctx context.Context) error {
	begin := newStarts(r.Adapter, r.name)
	if err := r.checkToken(ctx); err != nil || ctx.Err() != nil {
		return err
	}
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return r.register(ctx) })
	if r.withoutGateway {
		return group.Wait()
	}
	group.Go(func() error {
		count, err := begin.shards(ctx)
		if err != nil {
			return nil //nolint:nilerr // ctx has ended
		}
		for _, g := range r.gateways(count, begin) {
			group.Go(func() error { return g.run(ctx) })
		}
		return nil
	})
	return group.Wait()
}

// checkToken asks Discord who the bot is, until it answers. A wrong token thus costs one request; any
// other refusal says nothing about the token, and the gateway will.
func (r *run) checkToken(ctx context.Context) error {
	for n := 0; ctx.Err() == nil; n++ {
		_, err := r.whoami(ctx)
		if isUnauthorized(err) {
			return bot.ErrUnauthorized
		}
		if refused, ok := errors.AsType[*apiError](err); err == nil || ok && refused.Status/100 == 4 {
			break
		}
		if n == 0 {
			r.log.Warn("discord unreachable, retrying", "err", err)
		}
		_ = retry.Sleep(ctx, retry.Backoff(n, r.timings.backoffMin, r.timings.backoffMax))
	}
	return nil
}

// watchToken ends the run when Discord refuses the token while the bot runs, which only requests show where
// there is no gateway.
func (r *run) watchToken(ctx context.Context) error {
	for {
		select {
		case <-r.rest.unauthorized:
		case <-ctx.Done():
			return nil
		}
		if _, err := r.whoami(ctx); isUnauthorized(err) {
			return bot.ErrUnauthorized
		}
		_ = retry.Sleep(ctx, r.timings.backoffMax) // one refusal may be a server's mistake
	}
}

// gateways returns what keeps the connections of all shards.
func (r *run) gateways(count int, begin *starts) []*gateway {
	r.reach.begin(count)
	list := make([]*gateway, count)
	for id := range list {
		list[id] = newGateway(r.Adapter, r.receive, shard{id: id, count: count}, begin)
	}
	return list
}

// receive sorts an event into its queue.
func (r *run) receive(from shard, e *discordgo.Event) {
	defer r.survive("event")
	if err := r.sort(from, e.Type, e.RawData); err != nil {
		r.log.Warn("discord sent an event that cannot be read", "event", e.Type, "err", err)
	}
}

func (r *run) sort(from shard, event string, raw json.RawMessage) error {
	switch event {
	case "READY":
		var ready wireReady
		if err := json.Unmarshal(raw, &ready); err != nil {
			return err
		}
		r.guilds.begin(from, &ready)
		if from.id == 0 {
			r.publishFor(cmp.Or(ready.Application.ID, ready.User.ID)) // they are the same
		}
	case "INTERACTION_CREATE":
		var it interaction
		if err := json.Unmarshal(raw, &it); err != nil {
			return err
		}
		it.arrived = time.Now()
		offer(r, r.interactions, &it)
	case "MESSAGE_CREATE":
		r.queueWords(raw)
	default:
		list, err := r.guilds.presences(from, event, raw)
		for _, p := range list {
			r.queuePresence(p)
		}
		return err
	}
	return nil
}

// publishFor has the commands of an application published.
func (r *run) publishFor(application string) {
	select {
	case r.applications <- application:
	default: // the one that waits is the same
	}
}

// queuePresence queues a change. Discord announces a regained right in many events, so each place has one return in
// the queue at most, and repeated returns are spaced.
func (r *run) queuePresence(p bot.Presence) {
	if p.Kind == bot.Left {
		r.returns.removed(p.Scope)
		offer(r, r.presences, &p)
		return
	}
	r.textOnly.forget()
	wait, ok := r.returns.wait(p, time.Now())
	switch {
	case !ok:
	case wait == 0:
		r.offerReturn(p)
	default:
		time.AfterFunc(wait, func() { r.returnLate(p) })
	}
}

// returnLate queues a delayed return, unless the bot has stopped.
func (r *run) returnLate(p bot.Presence) {
	select {
	case <-r.ended:
		return
	default:
	}
	if r.returns.due(p.Scope) {
		r.offerReturn(p)
	}
}

func (r *run) offerReturn(p bot.Presence) {
	if !offer(r, r.presences, &p) {
		r.returns.reported(p.Scope) // by no one; the next one may be
	}
}

// offer puts v into a queue unless that is full, and reports whether it did.
func offer[T any](r *run, queue chan<- T, v T) bool {
	select {
	case queue <- v:
		return true
	default:
		r.log.Warn("queue full, event dropped", "event", fmt.Sprintf("%T", v))
		return false
	}
}

// survive logs a panic of the handler or of reading an event, and ends it.
func (r *run) survive(what string) {
	if v := recover(); v != nil {
		r.log.Error("recovered from a panic", "in", what, "panic", fmt.Sprint(v), "stack", string(debug.Stack()))
	}
}

// serveInteractions answers until ctx ends. What is in hand then may be finished.
func (r *run) serveInteractions(ctx context.Context) error {
	working, cut := context.WithCancel(context.WithoutCancel(ctx))
	var watch, hands sync.WaitGroup
	defer watch.Wait()
	defer cut()
	watch.Go(func() {
		<-ctx.Done()
		_ = retry.Sleep(working, r.timings.finish)
		cut()
	})
	defer hands.Wait()
	for {
		select {
		case it := <-r.interactions:
			if a := r.admit(it); a != admitted {
				r.brush(working, it, a, &hands)
				continue
			}
			hands.Go(func() {
				defer r.crowd.leave(it)
				r.handle(working, it)
			})
		case <-ctx.Done():
			return nil
		}
	}
}

// admit admits or rejects an interaction. Those that came over HTTP are admitted already.
func (r *run) admit(it *interaction) admission {
	if it.exchange != nil {
		return admitted
	}
	return r.crowd.enter(it, time.Now())
}

// handle answers an interaction if this process gets to claim it. Those that came over HTTP are claimed already, and
// answering an autocompletion twice does no harm.
func (r *run) handle(ctx context.Context, it *interaction) {
	switch {
	case it.exchange != nil:
	case it.Type == typeComplete:
		r.answer(ctx, it)
		return
	case !r.claim(ctx, it):
		r.crowd.workedOut(it) // by another process
		return
	}
	defer r.answered(ctx, it)
	r.answer(ctx, it)
}

func (r *run) servePresences(ctx context.Context) error {
	for {
		select {
		case p := <-r.presences:
			r.report(ctx, p)
		case <-ctx.Done():
			return nil
		}
	}
}

func (r *run) report(ctx context.Context, p *bot.Presence) {
	defer r.survive("presence")
	r.returns.reported(p.Scope)
	r.handler.Presence(ctx, *p)
}
