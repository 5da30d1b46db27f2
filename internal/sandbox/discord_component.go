package sandbox

// Component types; discord.com/developers/docs/components/reference#component-object-component-types.
const (
	discordRow          = 1
	discordButton       = 2
	discordStringSelect = 3
	discordLinkStyle    = 5
)

// discordReadComponents reads the action rows of a message.
func discordReadComponents(o discordObject) []DiscordComponent {
	var rows []DiscordComponent
	seen := map[string]bool{}
	for _, item := range o.objects("components", discordMaxRows) {
		if item.choice("type", discordRow) != discordRow {
			continue
		}
		row := DiscordComponent{Type: discordRow}
		inner := item.objects("components", discordMaxButtons)
		if len(inner) == 0 {
			item.fail("components", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 5 in length.")
		}
		for _, c := range inner {
			row.Components = append(row.Components, discordReadComponent(c, seen, len(inner)))
		}
		rows = append(rows, row)
	}
	return rows
}

// discordReadComponent reads a button or a select menu that stands beside others in a row. seen holds the custom ids of
// the message so far.
func discordReadComponent(o discordObject, seen map[string]bool, inRow int) DiscordComponent {
	c := DiscordComponent{Type: o.choice("type", discordButton, discordStringSelect, 5, 6, 7, 8), Disabled: o.bool("disabled")}
	switch c.Type {
	case 0:
		return c
	case discordButton:
		discordReadButton(o, &c)
	default:
		if inRow > 1 {
			o.check.fail(o.path, "COMPONENT_LAYOUT_WIDTH_EXCEEDED", "Components displayed horizontally exceed maximum width")
		}
		discordReadSelect(o, &c)
	}
	if c.CustomID != "" && seen[c.CustomID] {
		o.fail("custom_id", "COMPONENT_CUSTOM_ID_DUPLICATED", "Component custom id cannot be duplicated")
	}
	seen[c.CustomID] = true
	return c
}

func discordReadButton(o discordObject, c *DiscordComponent) {
	c.Style = o.choice("style", 1, 2, 3, 4, discordLinkStyle)
	c.Label = o.string("label", discordMaxLabel)
	if emoji, ok := o.object("emoji"); ok {
		c.Emoji = &DiscordEmoji{ID: emoji.string("id", 20), Name: emoji.string("name", 32)}
	}
	if c.Label == "" && c.Emoji == nil {
		o.check.fail(o.path, "BUTTON_COMPONENT_LABEL_OR_EMOJI_REQUIRED", "A button must have a label or an emoji")
	}
	c.CustomID = o.string("custom_id", discordMaxCustomID)
	c.URL = o.url("url", discordMaxButtonURL, "http", "https", "discord")
	switch {
	case c.Style == 0: // refused already
	case c.CustomID != "" && c.URL != "":
		o.check.fail(o.path, "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE",
			"A custom id and url cannot both be specified")
	case c.Style == discordLinkStyle && c.URL == "":
		o.fail("url", "BUTTON_COMPONENT_URL_REQUIRED", "A url is required")
	case c.Style != discordLinkStyle && c.CustomID == "":
		o.fail("custom_id", "BUTTON_COMPONENT_CUSTOM_ID_REQUIRED", "A custom id is required")
	}
}

func discordReadSelect(o discordObject, c *DiscordComponent) {
	c.CustomID = o.requiredString("custom_id", discordMaxCustomID)
	c.Placeholder = o.string("placeholder", discordMaxPlaceholder)
	if n, ok := o.int("min_values", 0, discordMaxOptions); ok {
		c.MinValues = &n
	}
	if n, ok := o.int("max_values", 1, discordMaxOptions); ok {
		c.MaxValues = &n
	}
	if c.Type != discordStringSelect {
		return
	}
	values := map[string]bool{}
	for _, item := range o.objects("options", discordMaxOptions) {
		opt := DiscordSelectOption{
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

// discordFind returns the component with a custom id.
func discordFind(rows []DiscordComponent, customID string) (DiscordComponent, bool) {
	for _, c := range rows {
		if c.CustomID == customID && customID != "" {
			return c, true
		}
		if found, ok := discordFind(c.Components, customID); ok {
			return found, true
		}
	}
	return DiscordComponent{}, false
}
