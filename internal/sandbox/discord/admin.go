package discord

import (
	"context"
	"slices"
	"strconv"
)

// ApplicationID returns the id of the application, which is also the bot's user id.
func (d *StandIn) ApplicationID() string { return d.world.bot } // never changes

// AddGuild makes a guild, adds the bot to it, and returns its id.
func (d *StandIn) AddGuild(name string) string {
	d.mu.Lock()
	defer d.mu.Unlock()
	g := &guild{id: d.world.newGuildID(), name: name, joined: d.cfg.Now()}
	g.roles = roles{everyone: MemberDefault, bot: d.world.bot, botRole: d.world.newID(), painted: d.world.newID()}
	d.world.guilds[g.id] = g
	d.arrive(g)
	return g.id
}

// arrive announces a guild to the bot.
func (d *StandIn) arrive(g *guild) {
	g.gone, g.unavailable = false, false
	d.dispatch(dispatch{
		event: "GUILD_CREATE", data: d.world.guildCreateWire(g), guild: g, intent: intentGuilds,
	})
	d.broadcast()
}

// RemoveGuild removes the bot from a guild, as an administrator does.
func (d *StandIn) RemoveGuild(guildID string) {
	d.leaveGuild(guildID, func(g *guild) { g.gone = true })
}

// GuildOutage makes a guild unavailable. The bot is still a member.
func (d *StandIn) GuildOutage(guildID string) {
	d.leaveGuild(guildID, func(g *guild) { g.unavailable = true })
}

func (d *StandIn) leaveGuild(guild string, how func(*guild)) {
	d.mu.Lock()
	defer d.mu.Unlock()
	g, ok := d.world.guilds[guild]
	if !ok || g.gone {
		return
	}
	how(g)
	data := map[string]any{"id": g.id}
	if g.unavailable && !g.gone {
		data["unavailable"] = true
	}
	d.dispatch(dispatch{event: "GUILD_DELETE", data: data, guild: g, intent: intentGuilds})
	d.broadcast()
}

// ReturnGuild ends an outage, or adds the bot again after RemoveGuild.
func (d *StandIn) ReturnGuild(guild string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if g, ok := d.world.guilds[guild]; ok {
		if g.gone {
			g.joined = d.cfg.Now()
		}
		d.arrive(g)
	}
}

// guildsInOrder returns the guilds that the bot is in, oldest first.
func (w *world) guildsInOrder() []*guild {
	var list []*guild
	for _, g := range w.guilds {
		if !g.gone {
			list = append(list, g)
		}
	}
	slices.SortFunc(list, func(a, b *guild) int {
		x, _ := strconv.ParseInt(a.id, 10, 64) // ids are our own
		y, _ := strconv.ParseInt(b.id, 10, 64)
		return int(min(max(x-y, -1), 1))
	})
	return list
}

// AddChannel makes a text channel in a guild and returns its id, or "" if there is no such guild.
func (d *StandIn) AddChannel(guild, name string) string {
	d.mu.Lock()
	defer d.mu.Unlock()
	g, ok := d.world.guilds[guild]
	if !ok {
		return ""
	}
	return d.addChannel(g, name, nil)
}

// AddThread makes a public thread below a channel and returns its id, or "" if there is no such channel.
func (d *StandIn) AddThread(channel, name string) string {
	d.mu.Lock()
	defer d.mu.Unlock()
	parent, ok := d.world.channels[channel]
	if !ok || parent.guild == nil {
		return ""
	}
	return d.addChannel(parent.guild, name, parent)
}

func (d *StandIn) addChannel(g *guild, name string, parent *channel) string {
	var ch *channel
	event := "CHANNEL_CREATE"
	if parent != nil {
		ch, event = d.world.addThread(parent, name, nobody), "THREAD_CREATE"
	} else {
		ch = d.world.newChannel(textKind, name)
		ch.guild = g
		g.channels = append(g.channels, ch)
	}
	d.dispatch(dispatch{event: event, data: d.world.channelWire(ch), guild: g, intent: intentGuilds})
	return ch.id
}

// DeleteChannel deletes a channel or a thread with its messages.
func (d *StandIn) DeleteChannel(channelID string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	ch, ok := d.world.channels[channelID]
	if !ok || ch.deleted || ch.guild == nil {
		return
	}
	d.world.lose(ch)
	event := "CHANNEL_DELETE"
	if ch.isThread() {
		event = "THREAD_DELETE"
	}
	d.dispatch(dispatch{event: event, data: d.world.channelWire(ch), guild: ch.guild, intent: intentGuilds})
	d.broadcast()
}

// LoseChannel deletes a channel or a thread without an event: the bot learns of it from a refusal, or when the guild
// returns without it.
func (d *StandIn) LoseChannel(channelID string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if ch, ok := d.world.channels[channelID]; ok && !ch.deleted && ch.guild != nil {
		d.world.lose(ch)
		d.broadcast()
	}
}

// lose deletes a channel with its messages.
func (w *world) lose(ch *channel) {
	ch.deleted = true
	for _, m := range ch.messages {
		delete(w.messages, m.ID)
	}
	ch.guild.channels = slices.DeleteFunc(ch.guild.channels, func(other *channel) bool { return other == ch })
}

// AddUser makes a person and returns their id.
func (d *StandIn) AddUser(name string) string {
	d.mu.Lock()
	defer d.mu.Unlock()
	u := &User{ID: d.world.newID(), Name: name}
	d.world.users[u.ID] = u
	return u.ID
}

// DirectChannel returns the channel of the bot and a person, or "" if there is no such person.
func (d *StandIn) DirectChannel(user string) string {
	d.mu.Lock()
	defer d.mu.Unlock()
	if u, ok := d.world.users[user]; !ok || u.Bot {
		return ""
	}
	return d.world.direct(user).id
}

// RefuseDirect blocks direct messages from the bot to a person (50007). Their commands are still answered.
func (d *StandIn) RefuseDirect(user string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if u, ok := d.world.users[user]; ok && !u.Bot {
		d.world.direct(user).refuses = true
	}
}

// SetBotPermissions says what the bot may do in a channel. Until then it may do MemberDefault.
func (d *StandIn) SetBotPermissions(channel string, bits int64) {
	d.SetMemberPermissions(channel, d.ApplicationID(), bits)
}

// SetMemberPermissions says what a person may do in a channel. Until then they may do MemberDefault.
func (d *StandIn) SetMemberPermissions(channel, user string, bits int64) {
	d.mu.Lock()
	defer d.mu.Unlock()
	ch, ok := d.world.channels[channel]
	if !ok {
		return
	}
	ch.perms[user] = bits
	if ch.guild != nil && user == d.world.bot {
		d.dispatchChange(ch)
	}
}

// dispatchChange notifies the bot that a channel, or its rights there, changed.
func (d *StandIn) dispatchChange(ch *channel) {
	event := "CHANNEL_UPDATE"
	if ch.isThread() {
		event = "THREAD_UPDATE"
	}
	d.dispatch(dispatch{event: event, data: d.world.channelWire(ch), guild: ch.guild, intent: intentGuilds})
}

// DeleteMessage deletes a message, as a moderator of the channel does.
func (d *StandIn) DeleteMessage(id string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if m, ok := d.world.messages[id]; ok {
		d.remove(d.world.channels[m.ChannelID], m)
	}
}

// Say posts a plain message as a person and returns its id, or "" if they can't.
func (d *StandIn) Say(user, channel, content string) string {
	d.mu.Lock()
	defer d.mu.Unlock()
	ch := d.world.channels[channel]
	u, err := d.world.person(user, ch)
	if err != nil || ch.isForum() || !ch.allows(user, ch.toWrite()) || ch.mayWrite(user) != nil {
		return ""
	}
	d.wake(ch)
	all := allowed{parse: []string{"users"}}
	m := d.world.newMessage(ch, u, draft{content: content, allowed: all})
	d.post(ch, m)
	return m.ID
}

// Messages returns the messages of a channel in order, also those only one person sees.
func (d *StandIn) Messages(channel string) []Message {
	d.mu.Lock()
	defer d.mu.Unlock()
	ch, ok := d.world.channels[channel]
	if !ok {
		return nil
	}
	var list []Message
	for _, m := range ch.messages {
		list = append(list, *m)
	}
	return list
}

// Message returns one message; ok is false if there is none.
func (d *StandIn) Message(id string) (m Message, ok bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	found, ok := d.world.messages[id]
	if !ok {
		return Message{}, false
	}
	return *found, true
}

// WaitMessages waits until a channel has at least n messages and returns them all.
func (d *StandIn) WaitMessages(ctx context.Context, channel string, n int) ([]Message, error) {
	err := d.await(ctx, func() bool {
		ch, ok := d.world.channels[channel]
		return ok && len(ch.messages) >= n
	})
	return d.Messages(channel), err
}

// WaitReady waits until the bot is connected to the gateway, identified or resumed.
func (d *StandIn) WaitReady(ctx context.Context) error {
	return d.await(ctx, func() bool {
		for _, s := range d.gateway.sessions {
			if s.conn != nil {
				return true
			}
		}
		return false
	})
}

// WaitCommands waits until the bot has registered a command by that name.
func (d *StandIn) WaitCommands(ctx context.Context, name string) error {
	return d.await(ctx, func() bool {
		named := func(c *command) bool { return c.Name == name }
		for _, g := range d.world.guilds {
			if slices.ContainsFunc(g.commands, named) {
				return true
			}
		}
		return slices.ContainsFunc(d.world.commands, named)
	})
}
