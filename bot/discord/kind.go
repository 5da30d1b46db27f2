package discord

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"time"

	"tidings/bot"
)

// What kind of channel a target is, the gateway says of all guilds that it has announced. Without a gateway the bot learns it
// when somebody uses a command there, which the state remembers for all processes, and from what Discord refuses.

const (
	// kindLife is how long what Discord said of a channel over HTTP is believed: its tags may change.
	kindLife = 10 * time.Minute
	// maxKinds is how many such channels are remembered.
	maxKinds = 10_000
)

// kinds remembers channels of which no gateway reports. Its methods may be called concurrently.
type kinds struct {
	now func() time.Time

	mu   sync.Mutex // guards list
	list map[string]knownChannel
}

// knownChannel is a channel as it was at a moment. In whole says that all of it is known, and not its type alone.
type knownChannel struct {
	wireChannel
	whole bool
	at    time.Time
}

func (k *kinds) get(id string) (knownChannel, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	c, ok := k.list[id]
	return c, ok && k.now().Sub(c.at).Abs() < kindLife
}

func (k *kinds) put(c knownChannel) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.list == nil || len(k.list) >= maxKinds {
		k.list = map[string]knownChannel{}
	}
	c.at = k.now()
	k.list[c.ID] = c
}

// kindKey is where the state keeps what kind of channel one is, if that isn't an ordinary one.
func kindKey(id string) string { return "discord/kind/" + id }

// channelOf returns the channel of a target without a request to Discord, as far as it is known: of a channel that nothing
// is known of, it reports false, and an ordinary one.
func (a *Adapter) channelOf(ctx context.Context, to bot.Target) (wireChannel, bool) {
	id := cmp.Or(to.Thread, to.Chat)
	if to.Space == "" {
		return wireChannel{ID: id}, true
	}
	if c, known := a.guilds.channel(to.Space, id); known {
		return c, true
	}
	if c, ok := a.kinds.get(id); ok {
		return c.wireChannel, c.whole || c.isSpecial()
	}
	c := knownChannel{wireChannel: wireChannel{ID: id, GuildID: to.Space}}
	if a.state != nil {
		text, err := a.state.State(ctx, kindKey(id))
		if err != nil {
			return c.wireChannel, false
		}
		c.Type, _ = strconv.Atoi(text) // anything but a number is 0
	}
	a.kinds.put(c)
	return c.wireChannel, c.isSpecial()
}

// ask asks Discord for a channel, and remembers it.
func (a *Adapter) ask(ctx context.Context, id string) (wireChannel, error) {
	var c wireChannel
	err := a.rest.call(ctx, http.MethodGet, channelPath(id), nil, &c)
	if err == nil {
		a.kinds.put(knownChannel{wireChannel: c, whole: true})
		err = a.remember(ctx, &c)
	}
	return c, err
}

// meet notes what kind of channel somebody uses a command in, or picks, where no gateway says so.
func (a *Adapter) meet(ctx context.Context, c *wireChannel) {
	if _, known := a.guilds.channel(c.GuildID, c.ID); known || c.GuildID == "" || c.isThread() {
		return
	}
	if err := a.remember(ctx, c); err != nil {
		a.log.WarnContext(ctx, "kind of channel not remembered", "channel", c.ID, "err", err)
	}
}

// remember keeps in the state what kind of channel one is.
func (a *Adapter) remember(ctx context.Context, c *wireChannel) error {
	kind := ""
	if c.isSpecial() {
		kind = strconv.Itoa(c.Type)
	}
	if old, ok := a.kinds.get(c.ID); !ok || old.Type != c.Type {
		a.kinds.put(knownChannel{wireChannel: *c})
	}
	if a.state == nil {
		return nil
	}
	known, err := a.state.State(ctx, kindKey(c.ID))
	if err == nil && known != kind {
		err = a.state.SetState(ctx, kindKey(c.ID), kind)
	}
	if err != nil {
		return fmt.Errorf("keep a kind of channel: %w", err)
	}
	return nil
}

// forumOf returns the forum that a target is, with its tags.
func (a *Adapter) forumOf(ctx context.Context, to bot.Target) (wireChannel, error) {
	id := cmp.Or(to.Thread, to.Chat)
	if c, known := a.guilds.channel(to.Space, id); known && c.isForum() {
		return c, nil
	}
	if c, ok := a.kinds.get(id); ok && c.whole {
		return c.wireChannel, nil
	}
	return a.ask(ctx, id)
}
