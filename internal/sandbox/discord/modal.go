package discord

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"unicode/utf8"
)

// Components of forms; discord.com/developers/docs/components/reference#component-object-component-types.
const (
	textInput   = 4
	textDisplay = 10
	label       = 18

	maxModalRows  = 5
	maxModalTitle = 45
	maxFieldLabel = 45
	maxInput      = 4000
	maxFieldHelp  = 100
)

// Modal is a form that the bot has opened for a person.
type Modal struct {
	CustomID string       `json:"custom_id"`
	Title    string       `json:"title"`
	Text     string       `json:"text,omitempty"` // to read above the fields, as markdown
	Fields   []ModalField `json:"fields"`
}

// ModalField is one field of a form: a text, or a list to pick one from.
type ModalField struct {
	CustomID    string `json:"custom_id"`
	Label       string `json:"label"`
	Description string `json:"description,omitempty"`
	Placeholder string `json:"placeholder,omitempty"`
	Value       string `json:"value"`
	Required    bool   `json:"required"`
	Paragraph   bool   `json:"paragraph"` // several lines
	Min         int64  `json:"min"`
	Max         int64  `json:"max"`
	// Options are those of a list, of which Value is one.
	Options []SelectOption `json:"options,omitempty"`
}

// readModal reads a form of text fields, each under a label, and of texts.
func readModal(o object) *Modal {
	m := &Modal{
		CustomID: o.requiredString("custom_id", maxCustomID),
		Title:    o.requiredString("title", maxModalTitle),
	}
	items := o.objects("components", maxModalRows)
	if len(items) == 0 {
		o.fail("components", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 5 in length.")
	}
	for _, item := range items {
		switch item.choice("type", label, textDisplay) {
		case textDisplay:
			m.Text = item.requiredString("content", maxInput)
		case label:
			m.Fields = append(m.Fields, readField(item))
		}
	}
	return m
}

func readField(o object) ModalField {
	f := ModalField{
		Label:       o.requiredString("label", maxFieldLabel),
		Description: o.string("description", maxFieldHelp),
		Required:    true,
		Max:         maxInput,
	}
	in, ok := o.object("component")
	if !ok {
		o.fail("component", "BASE_TYPE_REQUIRED", "This field is required")
		return f
	}
	if in.choice("type", textInput, stringSelect) == stringSelect {
		return readList(in, f)
	}
	f.CustomID = in.requiredString("custom_id", maxCustomID)
	f.Paragraph = in.choice("style", 1, 2) == 2
	f.Value = in.string("value", maxInput)
	f.Placeholder = in.string("placeholder", maxFieldHelp)
	if in.fields["required"] != nil {
		f.Required = in.bool("required")
	}
	f.Min, _ = in.int("min_length", 0, maxInput)
	if n, ok := in.int("max_length", 1, maxInput); ok {
		f.Max = n
	}
	if n := int64(runes(f.Value)); n > f.Max {
		in.fail("value", "BASE_TYPE_MAX_LENGTH", fmt.Sprintf("Must be %d or fewer in length.", f.Max))
	}
	return f
}

// readList reads a list in a form. Of a list, what must be picked is required by default.
func readList(in object, f ModalField) ModalField {
	c := Component{Type: stringSelect}
	readSelect(in, &c)
	if in.bool("disabled") {
		in.fail("disabled", "COMPONENT_DISABLED_IN_MODAL", "Components in modals cannot be disabled")
	}
	if in.fields["required"] != nil {
		f.Required = in.bool("required")
	}
	f.CustomID, f.Placeholder, f.Options, f.Max = c.CustomID, c.Placeholder, c.Options, 0
	return f
}

// ErrNoForm says that the bot answered with something else than a form.
var ErrNoForm = errors.New("the application opened no form")

// Form waits for the form that the bot opens in answer to what a person did.
func (it *Interaction) Form(ctx context.Context) (Modal, error) {
	if _, _, err := it.Acknowledged(ctx); err != nil {
		return Modal{}, err
	}
	it.d.mu.Lock()
	defer it.d.mu.Unlock()
	if it.modal == nil {
		return Modal{}, ErrNoForm
	}
	return *it.modal, nil
}

// Submit has the person fill in the form that an interaction opened, with values by the custom ids of its fields. What
// is not among them keeps what stood there. A form can be submitted once.
func (d *StandIn) Submit(ctx context.Context, opened string, values map[string]string) (*Interaction, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	from, ok := d.world.interactions[opened]
	if !ok || from.modal == nil {
		return nil, ErrNoForm
	}
	var components []any
	for i, f := range from.modal.Fields {
		value, ok := values[f.CustomID]
		if !ok {
			value = f.Value
		}
		component, err := f.fill(value)
		if err != nil {
			return nil, err
		}
		component["id"], component["custom_id"] = 2*i+2, f.CustomID
		components = append(components, map[string]any{"type": label, "id": 2*i + 1, "component": component})
	}
	u, err := d.world.person(from.in.User.ID, from.channel)
	if err != nil {
		return nil, err
	}
	it := d.newInteraction(from.channel, Invocation{Kind: submitKind, User: *u, Name: from.modal.CustomID})
	it.source = from.source
	payload := d.interactionWire(it, map[string]any{"custom_id": from.modal.CustomID, "components": components})
	if from.source != nil {
		payload["message"] = from.source.wire(&d.world)
	}
	from.modal = nil
	d.invoke(it, payload)
	return it, nil
}

// fill returns a field with what a person puts into it, if its rules allow that.
func (f *ModalField) fill(value string) (map[string]any, error) {
	if len(f.Options) > 0 {
		switch known := slices.ContainsFunc(f.Options, func(o SelectOption) bool { return o.Value == value }); {
		case value == "" && !f.Required:
			return map[string]any{"type": stringSelect, "values": []string{}}, nil
		case !known:
			return nil, fmt.Errorf("%s: there is no option %q", f.Label, value)
		}
		return map[string]any{"type": stringSelect, "values": []string{value}}, nil
	}
	if n := int64(utf8.RuneCountInString(value)); n > f.Max || n < f.Min || n == 0 && f.Required {
		return nil, fmt.Errorf("%s: a text of %d characters does not fit", f.Label, n)
	}
	return map[string]any{"type": textInput, "value": value}, nil
}

// CommandOn uses a command from a message's menu as a person.
func (d *StandIn) CommandOn(ctx context.Context, user, messageID, name string) (*Interaction, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	m, ok := d.world.messages[messageID]
	if !ok || m.EphemeralTo != "" {
		return nil, fmt.Errorf("message %s has no menu", messageID) // Discord's clients offer none on ephemeral ones
	}
	ch := d.world.channels[m.ChannelID]
	u, err := d.world.person(user, ch)
	if err != nil {
		return nil, err
	}
	cmd, err := d.world.command(ch, user, messageCommand, name)
	if err != nil {
		return nil, err
	}
	it := d.newInteraction(ch, Invocation{Kind: commandKind, User: *u, Name: name, Target: m.ID})
	d.invoke(it, d.interactionWire(it, map[string]any{
		"id": cmd.ID, "name": cmd.Name, "type": cmd.Type, "target_id": m.ID,
		"resolved": map[string]any{"messages": map[string]any{m.ID: m.wire(&d.world)}},
	}))
	return it, nil
}
