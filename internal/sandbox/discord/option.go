package discord

import (
	"encoding/json"
	"fmt"
	"strconv"
)

// readOptions reads the options of a command (above 0), of a subcommand or of a group.
func readOptions(o object, above int64) []CommandOption {
	var options []CommandOption
	names := map[string]bool{}
	plain, nested, optional := 0, 0, false
	for _, item := range o.objects("options", maxOptions) {
		opt := readOption(item, above)
		if opt.Type == subcommand || opt.Type == group {
			nested++
		} else {
			plain++
			if opt.Required && optional {
				o.check.fail(item.path, "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID",
					"Required options must be placed before non-required options")
			}
			optional = optional || !opt.Required
		}
		if names[opt.Name] {
			item.fail("name", "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS", "Option name already exists")
		}
		names[opt.Name] = true
		options = append(options, opt)
	}
	if plain > 0 && nested > 0 {
		o.fail("options", "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID",
			"Sub-command and sub-command group option types are mutually exclusive to all other types")
	}
	return options
}

// optionTypes are the types allowed inside a command, a subcommand or a group.
func optionTypes(above int64) []int64 {
	plain := []int64{3, 4, 5, 6, 7, 8, 9, 10, 11}
	switch above {
	case subcommand:
		return plain
	case group:
		return []int64{subcommand}
	default:
		return append([]int64{subcommand, group}, plain...)
	}
}

func readOption(o object, above int64) CommandOption {
	opt := CommandOption{
		Type:         o.choice("type", optionTypes(above)...),
		Name:         readName(o),
		Names:        readLocales(o, "name_localizations", maxName),
		Description:  o.requiredString("description", maxDescr),
		Descriptions: readLocales(o, "description_localizations", maxDescr),
		Required:     o.bool("required"),
		Autocomplete: o.bool("autocomplete"),
	}
	opt.ChannelTypes = readInts(o, "channel_types", 0, 16)
	switch opt.Type {
	case subcommand, group:
		opt.Options = readOptions(o, opt.Type)
		return opt
	case stringType:
		opt.MinLength = readLength(o, "min_length", 0)
		opt.MaxLength = readLength(o, "max_length", 1)
	case intType, numberType:
		opt.MinValue = readNumber(o, "min_value")
		opt.MaxValue = readNumber(o, "max_value")
	}
	opt.Choices = readChoices(o, "choices", opt.Type)
	if opt.Autocomplete && len(opt.Choices) > 0 {
		o.check.fail(o.path, "APPLICATION_COMMAND_OPTIONS_AUTOCOMPLETE_CHOICES",
			"Options with choices cannot be autocompleted")
	}
	choosable := opt.Type == stringType || opt.Type == intType || opt.Type == numberType
	if !choosable && (opt.Autocomplete || len(opt.Choices) > 0) {
		o.check.fail(o.path, "APPLICATION_COMMAND_OPTIONS_CHOICES_INVALID",
			"Only string, integer and number options may have choices")
	}
	return opt
}

func readLength(o object, key string, least int64) *int64 {
	n, ok := o.int(key, least, 6000)
	if !ok {
		return nil
	}
	return &n
}

func readNumber(o object, key string) *float64 {
	v := o.fields[key]
	if v == nil {
		return nil
	}
	n, ok := v.(json.Number)
	f, err := n.Float64()
	if !ok || err != nil {
		o.fail(key, "FLOAT_TYPE_COERCE", fmt.Sprintf("Value %q is not float.", fmt.Sprint(v)))
		return nil
	}
	return &f
}

// readChoices reads what a person may pick for an option of the given type.
func readChoices(o object, key string, kind int64) []Choice {
	var choices []Choice
	names := map[string]bool{}
	for _, item := range o.objects(key, maxOptions) {
		c := Choice{
			Name:  item.requiredString("name", 100),
			Names: readLocales(item, "name_localizations", 100),
			Value: readChoiceValue(item, kind),
		}
		if names[c.Name] {
			item.fail("name", "APPLICATION_COMMAND_OPTIONS_CHOICE_NAME_ALREADY_EXISTS", "Option choice name already exists")
		}
		names[c.Name] = true
		choices = append(choices, c)
	}
	return choices
}

func readChoiceValue(o object, kind int64) any {
	switch kind {
	case intType:
		n, ok := o.int("value", -1<<53, 1<<53)
		if !ok && o.fields["value"] == nil {
			o.fail("value", "BASE_TYPE_REQUIRED", "This field is required")
		}
		return n
	case numberType:
		if f := readNumber(o, "value"); f != nil {
			return *f
		}
		o.fail("value", "BASE_TYPE_REQUIRED", "This field is required")
		return nil
	default:
		return o.requiredString("value", 100)
	}
}

// Option is what a person typed for one option, or a subcommand with its options below.
type Option struct {
	Name string
	// Value is a string, a whole number, a float64, a bool, or an id for users, channels and roles.
	Value   any
	Options []Option
	// Focused marks the option that is being typed, in Autocomplete.
	Focused bool
}

// fill checks what a person typed against the options of a command, as Discord's clients do before sending it.
// partial allows required options to be missing, as while typing.
type fill struct {
	world   *world
	user    string
	guild   *guild
	partial bool
	users   map[string]any
	members map[string]any
	roles   map[string]any
	chans   map[string]any
	files   map[string]any
}

func (f *fill) options(specs []CommandOption, given []Option) ([]any, error) {
	wire := []any{}
	seen := map[string]bool{}
	for _, g := range given {
		spec, ok := spec(specs, g.Name)
		if !ok || seen[g.Name] {
			return nil, fmt.Errorf("option %q is unknown or given twice", g.Name)
		}
		seen[g.Name] = true
		o := map[string]any{"name": g.Name, "type": spec.Type}
		if spec.Type == subcommand || spec.Type == group {
			inner, err := f.options(spec.Options, g.Options)
			if err != nil {
				return nil, err
			}
			o["options"] = inner
		} else {
			v, err := f.value(spec, g)
			if err != nil {
				return nil, fmt.Errorf("option %q: %w", g.Name, err)
			}
			o["value"] = v
			if g.Focused {
				o["focused"] = true
			}
		}
		wire = append(wire, o)
	}
	return wire, f.complete(specs, seen)
}

// complete checks that nothing required is missing, and that exactly one subcommand is chosen where there are some.
func (f *fill) complete(specs []CommandOption, seen map[string]bool) error {
	for _, spec := range specs {
		nested := spec.Type == subcommand || spec.Type == group
		switch {
		case nested && len(seen) != 1:
			return fmt.Errorf("one subcommand is needed, such as %q", spec.Name)
		case spec.Required && !seen[spec.Name] && !f.partial:
			return fmt.Errorf("option %q is required", spec.Name)
		}
	}
	return nil
}

func spec(specs []CommandOption, name string) (CommandOption, bool) {
	for _, s := range specs {
		if s.Name == name {
			return s, true
		}
	}
	return CommandOption{}, false
}

func (f *fill) value(spec CommandOption, g Option) (any, error) {
	if g.Focused {
		if !f.partial || !spec.Autocomplete {
			return nil, fmt.Errorf("is not autocompleted")
		}
		return fmt.Sprint(g.Value), nil
	}
	text := fmt.Sprint(g.Value)
	switch spec.Type {
	case stringType:
		return g.Value, fitsText(spec, g.Value)
	case intType, numberType:
		n, err := strconv.ParseFloat(text, 64)
		if err == nil && spec.Type == intType {
			_, err = strconv.ParseInt(text, 10, 64)
		}
		if err != nil || !json.Valid([]byte(text)) {
			return nil, fmt.Errorf("%q is not a number of the right kind", text)
		}
		return json.Number(text), fitsNumber(spec, n)
	case boolType:
		if _, ok := g.Value.(bool); !ok {
			return nil, fmt.Errorf("%q is neither true nor false", text)
		}
		return g.Value, nil
	default:
		return text, f.resolve(spec.Type, text)
	}
}

func fitsText(spec CommandOption, v any) error {
	s, ok := v.(string)
	n := int64(runes(s))
	switch {
	case !ok || s == "":
		return fmt.Errorf("a text is needed")
	case spec.MinLength != nil && n < *spec.MinLength, spec.MaxLength != nil && n > *spec.MaxLength, n > 6000:
		return fmt.Errorf("a text of %d characters does not fit", n)
	}
	return chosen(spec, s)
}

func fitsNumber(spec CommandOption, n float64) error {
	if spec.MinValue != nil && n < *spec.MinValue || spec.MaxValue != nil && n > *spec.MaxValue {
		return fmt.Errorf("%v is out of range", n)
	}
	return chosen(spec, n)
}

// chosen checks v, a string or a float64, against the choices of spec.
func chosen(spec CommandOption, v any) error {
	for _, c := range spec.Choices {
		if n, ok := c.Value.(int64); ok && v == float64(n) || c.Value == v {
			return nil
		}
	}
	if len(spec.Choices) > 0 {
		return fmt.Errorf("%q is not one of the choices", fmt.Sprint(v))
	}
	return nil
}

// resolve adds the object behind an id to the resolved data of the interaction.
func (f *fill) resolve(kind int64, id string) error {
	u, isUser := f.world.users[id]
	ch, isChannel := f.world.channels[id]
	switch {
	case isUser && kind != channelType && kind != roleType:
		f.users[id] = u.wire()
		if f.guild != nil {
			member := f.world.memberWire(u, f.guild)
			delete(member, "user")
			f.members[id] = member
		}
	case f.guild != nil && (kind == roleType || kind == mentionableType):
		role, ok := f.guild.findRole(id)
		if !ok {
			return fmt.Errorf("no role and nobody has the id %q", id)
		}
		f.roles[id] = role
	case isChannel && kind == channelType:
		wire := f.world.channelWire(ch)
		wire["permissions"] = strconv.FormatInt(effective(ch.rights(f.user)), 10)
		wire["app_permissions"] = strconv.FormatInt(effective(ch.rights(f.world.bot)), 10)
		f.chans[id] = wire
	case kind == attachmentType:
		upload, ok := f.world.uploads[id]
		if !ok {
			return fmt.Errorf("no file has the id %q", id)
		}
		f.files[id] = upload.wire(id, f.world.origin)
	case kind == userType || kind == channelType || kind == roleType || kind == mentionableType:
		return fmt.Errorf("nobody and nothing has the id %q", id)
	}
	return nil
}
