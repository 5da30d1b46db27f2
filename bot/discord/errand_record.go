package discord

import (
	"context"
	"fmt"
	"hash/fnv"
	"slices"
	"sync"
	"time"

	"tidings/bot"
)

// errandRecord keeps on record which errands wait or are under way, so that a process that was killed leaves them to the next
// one. Another process that changes the same page at the same moment may undo that: then an errand is done twice, which changes
// nothing, or a second crash loses it. Its methods may be called concurrently.
type errandRecord struct {
	mu sync.Mutex // held while a page changes
}

// errandPages is on how many pages the errands are: many channels' on each, so that they stay few, and short.
const errandPages = 16

// keptErrand is an errand as the state keeps it.
type keptErrand struct {
	Channel string    `json:"channel"`
	Message string    `json:"message,omitempty"`
	Name    string    `json:"name,omitempty"`
	Begun   time.Time `json:"begun"`
}

func errandPage(n uint32) string { return fmt.Sprintf("discord/errands/%02d", n) }

// keep puts an errand on record. A newer name takes the place of an older one.
func (r *errandRecord) keep(ctx context.Context, state bot.State, e *errand) error {
	return r.change(ctx, state, e.channel, func(list []keptErrand) []keptErrand {
		list = slices.DeleteFunc(list, func(o keptErrand) bool { return o.Channel == e.channel && o.Message == e.message })
		return append(list, keptErrand{Channel: e.channel, Message: e.message, Name: e.name, Begun: e.begun.UTC().Truncate(time.Second)})
	})
}

// drop takes an errand off the record.
func (r *errandRecord) drop(ctx context.Context, state bot.State, e *errand) error {
	return r.change(ctx, state, e.channel, func(list []keptErrand) []keptErrand {
		return slices.DeleteFunc(list, func(o keptErrand) bool {
			return o.Channel == e.channel && o.Message == e.message && o.Name == e.name
		})
	})
}

// all returns what is on record.
func (r *errandRecord) all(ctx context.Context, state bot.State) ([]errand, error) {
	var all []errand
	for n := range uint32(errandPages) {
		list, err := readList[keptErrand](ctx, state, errandPage(n))
		if err != nil {
			return all, fmt.Errorf("read errands: %w", err)
		}
		for _, k := range list {
			all = append(all, errand{channel: k.Channel, message: k.Message, name: k.Name, begun: k.Begun})
		}
	}
	return all, nil
}

// change changes the page of a channel.
func (r *errandRecord) change(ctx context.Context, state bot.State, channel string, fn func([]keptErrand) []keptErrand) error {
	h := fnv.New32a()
	_, _ = h.Write([]byte(channel))
	page := errandPage(h.Sum32() % errandPages)
	r.mu.Lock()
	defer r.mu.Unlock()
	list, err := readList[keptErrand](ctx, state, page)
	if err != nil {
		return fmt.Errorf("read errands: %w", err)
	}
	if err := keepList(ctx, state, page, fn(list), maxErrands); err != nil {
		return fmt.Errorf("keep errands: %w", err)
	}
	return nil
}

// keepErrand puts an errand on record before anything is done about it.
func (a *Adapter) keepErrand(ctx context.Context, e *errand) {
	if a.state == nil {
		return
	}
	if err := a.errandRecord.keep(ctx, a.state, e); err != nil {
		a.log.WarnContext(ctx, "errand not on record", "channel", e.channel, "err", err)
	}
}

// dropErrand takes an errand off the record, once nothing is left to do about it.
func (a *Adapter) dropErrand(ctx context.Context, e *errand) {
	if a.state == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), errandWithin)
	defer cancel()
	if err := a.errandRecord.drop(ctx, a.state, e); err != nil {
		a.log.WarnContext(ctx, "errand stays on record", "channel", e.channel, "err", err)
	}
}

var _ bot.Successor = (*Adapter)(nil)

// Succeed takes up the errands that earlier senders have left, and that Run does. A message that waited for too long stays
// unpublished, as it would have; a name counts from now. One that is done again changes nothing: its sender may be alive.
func (a *Adapter) Succeed(ctx context.Context) {
	if a.state == nil {
		return
	}
	list, err := a.errandRecord.all(ctx, a.state)
	if err != nil && ctx.Err() == nil { // else it is the next leader's to take them up
		a.log.WarnContext(ctx, "errands of earlier are not known", "err", err)
	}
	now := a.errands.now()
	for _, e := range list {
		late := now.Sub(e.begun) > errandFor
		if e.message == "" {
			e.begun, late = now, false
		}
		if !a.errands.waits(&e) && (late || !a.errands.add(e)) {
			a.giveUp(ctx, &e)
		}
	}
}
