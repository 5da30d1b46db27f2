package discord

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// ErrNoAnswer is what a person sees when the bot does not answer an interaction within three seconds.
var ErrNoAnswer = errors.New("the application did not respond")

// Interaction is what a person did, as a handle on the bot's answer. StandIn.mu guards it.
type Interaction struct {
	d        *StandIn
	in       Invocation
	token    string
	channel  *channel
	created  time.Time
	timer    *time.Timer
	focused  int64 // the type of the option that is being typed
	source   *Message
	original *Message
	choices  []Choice
	modal    *Modal
	// ack is the type of the first answer, 0 before it.
	ack       int
	ackedAt   time.Time
	answered  bool // original shows more than "thinking"
	failed    bool
	followups []*Message
}

// ID returns the interaction's id, as in Message.Interaction.
func (it *Interaction) ID() string { return it.in.ID }

// Acknowledged waits for the first answer and returns its type (4 a reply, 5 "thinking", 6 and 7 an update, 8 choices,
// 9 a form)
// and how long it took by the stand-in's clock. It fails with ErrNoAnswer after three seconds.
func (it *Interaction) Acknowledged(ctx context.Context) (kind int, took time.Duration, err error) {
	if err := it.d.await(ctx, func() bool { return it.ack != 0 || it.failed }); err != nil {
		return 0, 0, err
	}
	it.d.mu.Lock()
	defer it.d.mu.Unlock()
	if it.failed {
		return 0, 0, ErrNoAnswer
	}
	return it.ack, it.ackedAt.Sub(it.created), nil
}

// Reply waits until the answer has something to read, which for a deferred one is later than its acknowledgment, and
// returns it as it is now: the bot's message, or for an updating button the message that it sits on. It fails with
// ErrNoAnswer if the bot did not acknowledge in time.
func (it *Interaction) Reply(ctx context.Context) (Message, error) {
	if err := it.d.await(ctx, func() bool { return it.answered || it.failed }); err != nil {
		return Message{}, err
	}
	it.d.mu.Lock()
	defer it.d.mu.Unlock()
	if it.failed {
		return Message{}, ErrNoAnswer
	}
	return *it.original, nil
}

// Followups returns the further messages that the bot has sent so far.
func (it *Interaction) Followups() []Message {
	it.d.mu.Lock()
	defer it.d.mu.Unlock()
	var list []Message
	for _, m := range it.followups {
		list = append(list, *m)
	}
	return list
}

// Command uses a slash command as a person. name may include subcommands, as in "filter set". The error says what
// Discord's client wouldn't let the person send: an unknown command, a wrong option, a command hidden from them.
func (d *StandIn) Command(
	ctx context.Context, user, channel, name string, options []Option,
) (*Interaction, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.invokeCommand(user, channel, name, options, commandKind)
}

// Autocomplete types the option marked Focused as a person, and waits for the bot's choices.
func (d *StandIn) Autocomplete(
	ctx context.Context, user, channel, name string, options []Option,
) ([]Choice, error) {
	d.mu.Lock()
	it, err := d.invokeCommand(user, channel, name, options, autocompleteKind)
	d.mu.Unlock()
	if err != nil {
		return nil, err
	}
	if _, _, err := it.Acknowledged(ctx); err != nil {
		return nil, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	return it.choices, nil
}

// Press presses a button as a person.
func (d *StandIn) Press(ctx context.Context, user, messageID, customID string) (*Interaction, error) {
	return d.Select(ctx, user, messageID, customID, nil)
}

// Select picks values in a select menu as a person.
func (d *StandIn) Select(
	ctx context.Context, user, messageID, customID string, values []string,
) (*Interaction, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	m, ok := d.world.messages[messageID]
	if !ok || m.EphemeralTo != "" && m.EphemeralTo != user {
		return nil, fmt.Errorf("%s sees no message %s", user, messageID)
	}
	c, ok := find(m.Components, customID)
	switch {
	case !ok:
		return nil, fmt.Errorf("message %s has no component %q", messageID, customID)
	case c.Disabled:
		return nil, fmt.Errorf("component %q is disabled", customID)
	case (c.Type == button) != (values == nil):
		return nil, fmt.Errorf("component %q is of another type", customID)
	}
	for _, v := range values {
		if c.Type == stringSelect && !slices.ContainsFunc(c.Options, func(o SelectOption) bool { return o.Value == v }) {
			return nil, fmt.Errorf("component %q has no value %q", customID, v)
		}
	}
	ch := d.world.channels[m.ChannelID]
	u, err := d.world.person(user, ch)
	if err != nil {
		return nil, err
	}
	data := map[string]any{"custom_id": customID, "component_type": c.Type}
	if values != nil {
		data["values"] = values
	}
	it := d.newInteraction(ch, Invocation{Kind: componentKind, User: *u, Name: customID})
	it.source = m
	payload := d.interactionWire(it, data)
	payload["message"] = m.wire(&d.world)
	d.invoke(it, payload)
	return it, nil
}

// person returns a user who can see ch.
func (w *world) person(user string, ch *channel) (*User, error) {
	u, ok := w.users[user]
	switch {
	case !ok || u.Bot:
		return nil, fmt.Errorf("there is no person %q", user)
	case ch == nil || ch.deleted:
		return nil, errors.New("there is no such channel")
	case ch.guild == nil && ch.person != user:
		return nil, errors.New("this direct channel is another person's")
	case ch.guild != nil && ch.guild.gone:
		return nil, errors.New("the bot is not in this guild")
	case !ch.allows(user, ViewChannel):
		return nil, errors.New("the person does not see this channel")
	}
	return u, nil
}

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

// Types of commands; discord.com/developers/docs/interactions/application-commands.
const (
	slashCommand   = 1
	messageCommand = 3
)

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
	it.timer = time.AfterFunc(answerTime, func() {
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
