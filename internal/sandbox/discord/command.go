package discord

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Limits of commands; discord.com/developers/docs/interactions/application-commands.
const (
	maxCommands    = 100 // slash commands, global or of one guild
	maxMenus       = 15  // user commands, and as many message commands
	maxCommandSize = 8000
	maxDescr       = 100
	maxName        = 32
)

// Types of command options.
const (
	subcommand      = 1
	group           = 2
	stringType      = 3
	intType         = 4
	boolType        = 5
	userType        = 6
	channelType     = 7
	roleType        = 8
	mentionableType = 9
	numberType      = 10
	attachmentType  = 11
)

// Command is a command that the bot has registered.
type Command struct {
	ID          string
	Version     string
	GuildID     string // empty for a global command
	Type        int64  // 1 for a slash command
	Name        string
	Description string
	// Names and Descriptions are the localizations by locale.
	Names        map[string]string
	Descriptions map[string]string
	// Permissions are the bits that a member needs to see the command. nil means anyone may.
	Permissions *int64
	// Contexts are where it is offered: 0 in guilds, 1 in direct messages with the bot, 2 elsewhere. nil means 0 and 1.
	Contexts []int64
	Options  []CommandOption
}

// command is how the world keeps a command.
type command = Command

// CommandOption is one argument, subcommand or group of a command.
type CommandOption struct {
	Type         int64             `json:"type"`
	Name         string            `json:"name"`
	Names        map[string]string `json:"name_localizations,omitempty"`
	Description  string            `json:"description"`
	Descriptions map[string]string `json:"description_localizations,omitempty"`
	Required     bool              `json:"required,omitempty"`
	Autocomplete bool              `json:"autocomplete,omitempty"`
	Choices      []Choice          `json:"choices,omitempty"`
	MinValue     *float64          `json:"min_value,omitempty"`
	MaxValue     *float64          `json:"max_value,omitempty"`
	MinLength    *int64            `json:"min_length,omitempty"`
	MaxLength    *int64            `json:"max_length,omitempty"`
	ChannelTypes []int64           `json:"channel_types,omitempty"`
	Options      []CommandOption   `json:"options,omitempty"`
}

// Choice is one value that a person may pick for an option: a string, an int64 or a float64.
type Choice struct {
	Name  string            `json:"name"`
	Names map[string]string `json:"name_localizations,omitempty"`
	Value any               `json:"value"`
}

func commandWire(c *Command, app string) map[string]any {
	wire := map[string]any{
		"id": c.ID, "application_id": app, "version": c.Version, "type": c.Type, "name": c.Name,
		"name_localizations": c.Names, "description": c.Description, "description_localizations": c.Descriptions,
		"default_member_permissions": nil, "dm_permission": c.Contexts == nil || slices.Contains(c.Contexts, 1),
		"contexts": c.Contexts, "integration_types": []int{0}, "nsfw": false,
	}
	if c.Permissions != nil {
		wire["default_member_permissions"] = strconv.FormatInt(*c.Permissions, 10)
	}
	if len(c.Options) > 0 {
		wire["options"] = c.Options
	}
	if c.GuildID != "" {
		wire["guild_id"] = c.GuildID
	}
	return wire
}

// commandScope returns the list of commands that the path names.
func (d *StandIn) commandScope(c call) (*[]*command, *apiError) {
	if c.PathValue("app") != d.world.bot {
		return nil, refusal(403, 20012, "You are not authorized to perform this action on this application")
	}
	id := c.PathValue("guild")
	if id == "" {
		return &d.world.commands, nil
	}
	g, ok := d.world.guilds[id]
	if !ok || g.gone {
		return nil, missingAccess()
	}
	return &g.commands, nil
}

func (d *StandIn) getCommands(c call) (any, *apiError) {
	scope, e := d.commandScope(c)
	if e != nil {
		return nil, e
	}
	return d.commandsWire(*scope), nil
}

func (d *StandIn) commandsWire(commands []*command) []any {
	list := []any{}
	for _, c := range commands {
		list = append(list, commandWire(c, d.world.bot))
	}
	return list
}

// putCommands replaces all commands of a scope. A command keeps its id by its name and type.
func (d *StandIn) putCommands(c call) (any, *apiError) {
	scope, e := d.commandScope(c)
	if e != nil {
		return nil, e
	}
	value, _, e := body(c)
	if e != nil {
		return nil, e
	}
	fresh, e := readCommands(value)
	if e != nil {
		return nil, e
	}
	for _, cmd := range fresh {
		cmd.ID, cmd.Version, cmd.GuildID = d.world.newID(), d.world.newID(), c.PathValue("guild")
		for _, old := range *scope {
			if old.Name == cmd.Name && old.Type == cmd.Type {
				cmd.ID = old.ID
			}
		}
	}
	*scope = fresh
	d.counters.CommandPuts++
	d.broadcast()
	return d.commandsWire(fresh), nil
}

// readCommands checks a whole set of commands.
func readCommands(value any) ([]*command, *apiError) {
	check := &check{}
	list, ok := value.([]any)
	if !ok {
		check.fail(nil, "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType")
		return nil, check.err()
	}
	commands := []*command{}
	count := map[int64]int{}
	seen := map[string]bool{}
	for i, item := range list {
		o := object{check: check, path: []string{strconv.Itoa(i)}}
		if o.fields, ok = item.(map[string]any); !ok {
			check.fail(o.path, "DICT_TYPE_CONVERT", "Only dictionaries may be used in a DictType")
			continue
		}
		cmd := readCommand(o)
		key := fmt.Sprint(cmd.Type, cmd.Name)
		if seen[key] {
			o.fail("name", "APPLICATION_COMMANDS_DUPLICATE_NAME", "Application command names must be unique")
		}
		seen[key] = true
		count[cmd.Type]++
		commands = append(commands, cmd)
	}
	if e := check.err(); e != nil {
		return nil, e
	}
	if count[1] > maxCommands || count[2] > maxMenus || count[3] > maxMenus {
		return nil, refusal(400, 30032, "Maximum number of application commands reached (100)")
	}
	return commands, nil
}

func readCommand(o object) *command {
	cmd := &command{Type: 1}
	if o.fields["type"] != nil {
		cmd.Type = o.choice("type", 1, 2, 3)
	}
	if cmd.Type == 1 {
		cmd.Name = readName(o)
		cmd.Description = o.requiredString("description", maxDescr)
		cmd.Options = readOptions(o, 0)
	} else {
		cmd.Name = o.requiredString("name", maxName)
		if o.string("description", maxDescr) != "" {
			o.fail("description", "APPLICATION_COMMAND_INVALID_DESCRIPTION", "Context menu commands cannot have description")
		}
	}
	cmd.Names = readLocales(o, "name_localizations", maxName)
	cmd.Descriptions = readLocales(o, "description_localizations", maxDescr)
	if bits, ok := o.int("default_member_permissions", 0, 1<<54-1); ok {
		cmd.Permissions = &bits
	}
	cmd.Contexts = readInts(o, "contexts", 0, 2)
	if cmd.Contexts == nil && o.fields["dm_permission"] != nil && !o.bool("dm_permission") {
		cmd.Contexts = []int64{0}
	}
	readInts(o, "integration_types", 0, 1)
	o.bool("nsfw")
	if size := commandSize(cmd); size > maxCommandSize {
		o.check.fail(o.path, "APPLICATION_COMMAND_TOO_LARGE", "Command exceeds maximum size (8000)")
	}
	return cmd
}

func nameForm() *regexp.Regexp {
	return regexp.MustCompile(`^[-_'\p{L}\p{N}\p{Devanagari}\p{Thai}]{1,32}$`)
}

// readName reads the name of a slash command or an option.
func readName(o object) string {
	name := o.requiredString("name", maxName)
	if name != "" && utf8.RuneCountInString(name) <= maxName &&
		(!nameForm().MatchString(name) || strings.ToLower(name) != name) {
		o.fail("name", "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")
	}
	return name
}

func readInts(o object, key string, least, most int64) []int64 {
	var ints []int64
	for i, v := range o.list(key, 1000) {
		n, ok := v.(json.Number)
		value, err := n.Int64()
		if !ok || err != nil || value < least || value > most {
			o.check.fail(append(o.at(key), strconv.Itoa(i)), "ENUM_TYPE_COERCE",
				fmt.Sprintf("Value %q is not a valid enum value.", fmt.Sprint(v)))
		}
		ints = append(ints, value)
	}
	return ints
}

// locales are those of discord.com/developers/docs/reference#locales.
const locales = " id da de en-GB en-US es-ES es-419 fr hr it lt hu nl no pl pt-BR ro fi sv-SE vi tr cs el bg ru uk " +
	"hi th zh-CN ja zh-TW ko "

func readLocales(o object, key string, most int) map[string]string {
	inner, ok := o.object(key)
	if !ok || len(inner.fields) == 0 {
		return nil
	}
	texts := map[string]string{}
	for locale := range inner.fields {
		if !strings.Contains(locales, " "+locale+" ") {
			o.fail(key, "DICT_TYPE_KEY_INVALID", fmt.Sprintf("Locale %q is not valid.", locale))
		}
		texts[locale] = inner.requiredString(locale, most)
	}
	return texts
}

// commandSize counts the names, descriptions and values of a command, in the longest localization of each.
func commandSize(c *command) int {
	size := longest(c.Name, c.Names) + longest(c.Description, c.Descriptions)
	return size + optionsSize(c.Options)
}

func optionsSize(options []CommandOption) int {
	size := 0
	for _, o := range options {
		size += longest(o.Name, o.Names) + longest(o.Description, o.Descriptions)
		for _, ch := range o.Choices {
			size += longest(ch.Name, ch.Names) + runes(fmt.Sprint(ch.Value))
		}
		size += optionsSize(o.Options)
	}
	return size
}

func longest(text string, localized map[string]string) int {
	longest := runes(text)
	for _, s := range localized {
		longest = max(longest, runes(s))
	}
	return longest
}

// Commands returns the global commands that are registered and those of all guilds.
func (d *StandIn) Commands() []Command {
	d.mu.Lock()
	defer d.mu.Unlock()
	var list []Command
	for _, c := range d.world.commands {
		list = append(list, *c)
	}
	for _, g := range d.world.guildsInOrder() {
		for _, c := range g.commands {
			list = append(list, *c)
		}
	}
	return list
}
