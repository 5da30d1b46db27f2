package discord

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Types of commands; discord.com/developers/docs/interactions/application-commands.
const (
	slashCommand   = 1
	messageCommand = 3
)

// invokeCommand checks and sends a command, or an autocompletion of one. The lock is held.
func (d *StandIn) invokeCommand(
	user, channel, name string, options []Option, kind int,
) (*Interaction, error) {
	ch := d.world.channels[channel]
	u, err := d.world.person(user, ch)
	if err != nil {
		return nil, err
	}
	path := strings.Fields(strings.TrimPrefix(name, "/"))
	for i := len(path) - 1; i > 0; i-- {
		options = []Option{{Name: path[i], Options: options}}
	}
	if len(path) == 0 {
		return nil, errors.New("no command is named")
	}
	cmd, err := d.world.command(ch, user, slashCommand, path[0])
	if err != nil {
		return nil, err
	}
	fill := &fill{
		world: &d.world, user: user, guild: ch.guild, partial: kind == autocompleteKind,
		users: map[string]any{}, members: map[string]any{}, chans: map[string]any{}, files: map[string]any{}, roles: map[string]any{},
	}
	filled, err := fill.options(cmd.Options, options)
	if err != nil {
		return nil, fmt.Errorf("/%s: %w", strings.Join(path, " "), err)
	}
	focused := focused(cmd.Options, options)
	if fill.partial && focused == 0 {
		return nil, fmt.Errorf("/%s: no option is focused", strings.Join(path, " "))
	}
	it := d.newInteraction(ch, Invocation{Kind: kind, User: *u, Name: strings.Join(path, " ")})
	it.focused = focused
	data := map[string]any{"id": cmd.ID, "name": cmd.Name, "type": cmd.Type, "options": filled}
	if cmd.GuildID != "" {
		data["guild_id"] = cmd.GuildID
	}
	if len(fill.users)+len(fill.chans)+len(fill.files)+len(fill.roles) > 0 {
		data["resolved"] = map[string]any{
			"users": fill.users, "members": fill.members, "channels": fill.chans, "attachments": fill.files, "roles": fill.roles,
		}
	}
	d.invoke(it, d.interactionWire(it, data))
	return it, nil
}

// focused returns the type of the option that is being typed, or 0.
func focused(specs []CommandOption, given []Option) int64 {
	for _, g := range given {
		spec, _ := spec(specs, g.Name)
		if g.Focused {
			return spec.Type
		}
		if kind := focused(spec.Options, g.Options); kind != 0 {
			return kind
		}
	}
	return 0
}

// command finds the command of a type and a name, if it is offered to user in ch.
func (w *world) command(ch *channel, user string, kind int64, name string) (*Command, error) {
	all, place := w.commands, int64(1)
	if ch.guild != nil {
		all, place = append(slices.Clone(ch.guild.commands), all...), 0
	}
	for _, c := range all {
		if c.Name != name || c.Type != kind {
			continue
		}
		switch {
		case c.Contexts != nil && !slices.Contains(c.Contexts, place):
			return nil, fmt.Errorf("/%s is not offered in this kind of channel", c.Name)
		case !ch.allows(user, UseCommands):
			return nil, errors.New("the person may not use commands in this channel")
		case c.Permissions != nil && *c.Permissions == 0 && !ch.allows(user, Administrator),
			c.Permissions != nil && !ch.allows(user, *c.Permissions):
			return nil, fmt.Errorf("/%s is hidden from this person", c.Name)
		}
		return c, nil
	}
	return nil, fmt.Errorf("unknown command /%s", name)
}

// newInteraction registers an interaction and forgets those whose tokens have expired.
func (d *StandIn) newInteraction(ch *channel, in Invocation) *Interaction {
	w := &d.world
	now := d.cfg.Now()
	if len(w.interactions) >= w.pruneAt {
		for id, old := range w.interactions {
			if now.Sub(old.created) > 2*tokenLife {
				delete(w.interactions, id)
				delete(w.byToken, old.token)
			}
		}
		w.pruneAt = 2*len(w.interactions) + pruneStep
	}
	in.ID = w.newID()
	it := &Interaction{
		d: d, in: in, token: fmt.Sprintf("aW50ZXJhY3Rpb24%s_%s", in.ID, w.newID()), channel: ch, created: now,
	}
	w.interactions[in.ID], w.byToken[it.token] = it, it
	return it
}

// invoke sends an interaction to the bot and starts its three seconds.
func (d *StandIn) invoke(it *Interaction, payload map[string]any) {
	it.timer = time.AfterFunc(d.cfg.AnswerTime, func() {
		d.mu.Lock()
		defer d.mu.Unlock()
		if it.ack == 0 && !d.closed {
			it.failed = true
			d.emit(Event{Kind: Failed, Invocation: it.in, ChannelID: it.channel.id})
		}
	})
	d.emit(Event{Kind: Invoked, Invocation: it.in, ChannelID: it.channel.id})
	if d.hook != "" {
		d.postInteraction(it, payload)
		return
	}
	d.dispatch(dispatch{event: "INTERACTION_CREATE", data: payload, guild: it.channel.guild})
}

// interactionWire is the interaction object; discord.com/developers/docs/interactions/receiving-and-responding.
func (d *StandIn) interactionWire(it *Interaction, data map[string]any) map[string]any {
	w, ch := &d.world, it.channel
	wire := map[string]any{
		"id": it.in.ID, "application_id": w.bot, "type": it.in.Kind, "data": data, "token": it.token, "version": 1,
		"channel_id": ch.id, "channel": w.channelWire(ch), "locale": cmp.Or(w.users[it.in.User.ID].Locale, defaultLocale), "entitlements": []any{},
		"app_permissions": strconv.FormatInt(effective(ch.rights(w.bot)), 10), "attachment_size_limit": 10 << 20,
	}
	u := w.users[it.in.User.ID]
	if ch.guild == nil {
		wire["user"], wire["context"] = u.wire(), 1
		wire["authorizing_integration_owners"] = map[string]string{"0": "0"}
		return wire
	}
	member := w.memberWire(u, ch.guild)
	member["permissions"] = strconv.FormatInt(effective(ch.rights(u.ID)), 10)
	wire["member"], wire["guild_id"], wire["guild_locale"], wire["context"] = member, ch.guild.id, cmp.Or(ch.guild.locale, defaultLocale), 0
	wire["guild"] = map[string]any{"id": ch.guild.id, "locale": cmp.Or(ch.guild.locale, defaultLocale), "features": []string{}}
	wire["authorizing_integration_owners"] = map[string]string{"0": ch.guild.id}
	return wire
}

// defaultLocale is that of who has chosen none.
const defaultLocale = "en-US"

// SetLocale sets the language of a person's client, by one of Discord's locales.
func (d *StandIn) SetLocale(user, locale string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.world.users[user].Locale = locale
}

// SetGuildLocale sets the language of a server.
func (d *StandIn) SetGuildLocale(guild, locale string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.world.guilds[guild].locale = locale
}

// effective gives an administrator all bits.
func effective(bits int64) int64 {
	if bits&Administrator != 0 {
		return 1<<53 - 1
	}
	return bits
}
