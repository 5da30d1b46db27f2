package discord

import (
	"context"
	"errors"
	"fmt"
	"slices"
)

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
