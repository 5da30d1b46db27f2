package discord

// Component types; discord.com/developers/docs/components/reference#component-object-component-types.
const (
	row          = 1
	button       = 2
	stringSelect = 3
	linkStyle    = 5
)

// readComponents reads the action rows of a message.
func readComponents(o object) []Component {
	var rows []Component
	seen := map[string]bool{}
	for _, item := range o.objects("components", maxRows) {
		if item.choice("type", row) != row {
			continue
		}
		row := Component{Type: row}
		inner := item.objects("components", maxButtons)
		if len(inner) == 0 {
			item.fail("components", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 5 in length.")
		}
		for _, c := range inner {
			row.Components = append(row.Components, readComponent(c, seen, len(inner)))
		}
		rows = append(rows, row)
	}
	return rows
}

// readComponent reads a button or a select menu that stands beside others in a row. seen has the custom ids of
// the message so far.
func readComponent(o object, seen map[string]bool, inRow int) Component {
	c := Component{Type: o.choice("type", button, stringSelect, 5, 6, 7, 8), Disabled: o.bool("disabled")}
	switch c.Type {
	case 0:
		return c
	case button:
		readButton(o, &c)
	default:
		if inRow > 1 {
			o.check.fail(o.path, "COMPONENT_LAYOUT_WIDTH_EXCEEDED", "Components displayed horizontally exceed maximum width")
		}
		readSelect(o, &c)
	}
	if c.CustomID != "" && seen[c.CustomID] {
		o.fail("custom_id", "COMPONENT_CUSTOM_ID_DUPLICATED", "Component custom id cannot be duplicated")
	}
	seen[c.CustomID] = true
	return c
}

func readButton(o object, c *Component) {
	c.Style = o.choice("style", 1, 2, 3, 4, linkStyle)
	c.Label = o.string("label", maxLabel)
	if emoji, ok := o.object("emoji"); ok {
		c.Emoji = &Emoji{ID: emoji.string("id", 20), Name: emoji.string("name", 32)}
	}
	if c.Label == "" && c.Emoji == nil {
		o.check.fail(o.path, "BUTTON_COMPONENT_LABEL_OR_EMOJI_REQUIRED", "A button must have a label or an emoji")
	}
	c.CustomID = o.string("custom_id", maxCustomID)
	c.URL = o.url("url", maxButtonURL, "http", "https", "discord")
	switch {
	case c.Style == 0: // refused already
	case c.CustomID != "" && c.URL != "":
		o.check.fail(o.path, "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE",
			"A custom id and url cannot both be specified")
	case c.Style == linkStyle && c.URL == "":
		o.fail("url", "BUTTON_COMPONENT_URL_REQUIRED", "A url is required")
	case c.Style != linkStyle && c.CustomID == "":
		o.fail("custom_id", "BUTTON_COMPONENT_CUSTOM_ID_REQUIRED", "A custom id is required")
	}
}

func readSelect(o object, c *Component) {
	c.CustomID = o.requiredString("custom_id", maxCustomID)
	c.Placeholder = o.string("placeholder", maxPlaceholder)
	if n, ok := o.int("min_values", 0, maxOptions); ok {
		c.MinValues = &n
	}
	if n, ok := o.int("max_values", 1, maxOptions); ok {
		c.MaxValues = &n
	}
	if c.Type != stringSelect {
		return
	}
	values := map[string]bool{}
	for _, item := range o.objects("options", maxOptions) {
		opt := SelectOption{
			Label:       item.requiredString("label", 100),
			Value:       item.requiredString("value", 100),
			Description: item.string("description", 100),
			Default:     item.bool("default"),
		}
		if values[opt.Value] {
			item.fail("value", "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", "The specified option value is already used")
		}
		values[opt.Value] = true
		c.Options = append(c.Options, opt)
	}
	if len(c.Options) == 0 {
		o.fail("options", "BASE_TYPE_REQUIRED", "This field is required")
	}
}

// find returns the component with a custom id.
func find(rows []Component, customID string) (Component, bool) {
	for _, c := range rows {
		if c.CustomID == customID && customID != "" {
			return c, true
		}
		if found, ok := find(c.Components, customID); ok {
			return found, true
		}
	}
	return Component{}, false
}
