package discord

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// option is a set of one command with these options.
func option(options string) string {
	return `[{"name":"a","description":"x","options":[` + options + `]}]`
}

func TestCommands_AreCheckedAsDiscordChecksThem(t *testing.T) {
	p := newPlace(t, Config{})
	path := "/applications/" + p.ApplicationID() + "/commands"
	x := func(n int) string { return strings.Repeat("x", n) }
	sub := `{"type":1,"name":"s","description":"x"}`
	plain := `{"type":3,"name":"p","description":"x"}`
	for name, tc := range map[string]struct{ body, fault string }{
		"none":                  {`[]`, ""},
		"nulls":                 {`[{"name":"a","description":"x","options":null,"contexts":null,"default_member_permissions":null}]`, ""},
		"not a list":            {`{}`, ":LIST_TYPE_CONVERT"},
		"not objects":           {`[1]`, "0:DICT_TYPE_CONVERT"},
		"no name":               {`[{"description":"x"}]`, "0.name:BASE_TYPE_REQUIRED"},
		"upper case":            {`[{"name":"Latest","description":"x"}]`, "0.name:APPLICATION_COMMAND_INVALID_NAME"},
		"space":                 {`[{"name":"a b","description":"x"}]`, "0.name:APPLICATION_COMMAND_INVALID_NAME"},
		"Hangul":                {`[{"name":"뉴스","description":"x"}]`, ""},
		"name too long":         {`[{"name":"` + x(33) + `","description":"x"}]`, "0.name:BASE_TYPE_BAD_LENGTH"},
		"no description":        {`[{"name":"a"}]`, "0.description:BASE_TYPE_REQUIRED"},
		"description too long":  {`[{"name":"a","description":"` + x(101) + `"}]`, "0.description:BASE_TYPE_BAD_LENGTH"},
		"same name":             {`[` + repeat(2, `{"name":"a","description":"x"}`) + `]`, "1.name:APPLICATION_COMMANDS_DUPLICATE_NAME"},
		"menu command":          {`[{"type":3,"name":"Read Later"}]`, ""},
		"menu with description": {`[{"type":2,"name":"A","description":"x"}]`, "0.description:APPLICATION_COMMAND_INVALID_DESCRIPTION"},
		"unknown locale":        {`[{"name":"a","description":"x","name_localizations":{"xx":"a"}}]`, "0.name_localizations:DICT_TYPE_KEY_INVALID"},
		"known locale":          {`[{"name":"a","description":"x","name_localizations":{"ko":"뉴스"}}]`, ""},
		"unknown context":       {`[{"name":"a","description":"x","contexts":[3]}]`, "0.contexts.0:ENUM_TYPE_COERCE"},
		"bad permissions":       {`[{"name":"a","description":"x","default_member_permissions":"all"}]`, "0.default_member_permissions:NUMBER_TYPE_COERCE"},
		"optional then required": {
			option(plain + `,{"type":3,"name":"q","description":"x","required":true}`),
			"0.options.1:APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID",
		},
		"option twice":      {option(plain + "," + plain), "0.options.1.name:APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS"},
		"mixed options":     {option(sub + "," + plain), "0.options:APPLICATION_COMMAND_OPTIONS_TYPE_INVALID"},
		"unknown type":      {option(`{"type":12,"name":"p","description":"x"}`), "0.options.0.type:BASE_TYPE_CHOICES"},
		"group in a group":  {option(`{"type":2,"name":"g","description":"x","options":[{"type":2,"name":"h","description":"x"}]}`), "0.options.0.options.0.type:BASE_TYPE_CHOICES"},
		"group":             {option(`{"type":2,"name":"g","description":"x","options":[` + sub + `]}`), ""},
		"option no descr":   {option(`{"type":3,"name":"p"}`), "0.options.0.description:BASE_TYPE_REQUIRED"},
		"bad bound":         {option(`{"type":4,"name":"p","description":"x","min_value":"one"}`), "0.options.0.min_value:FLOAT_TYPE_COERCE"},
		"length bound":      {option(`{"type":3,"name":"p","description":"x","max_length":0}`), "0.options.0.max_length:NUMBER_TYPE_MIN"},
		"choices of a bool": {option(`{"type":5,"name":"p","description":"x","choices":[{"name":"a","value":"b"}]}`), "0.options.0:APPLICATION_COMMAND_OPTIONS_CHOICES_INVALID"},
		"choice type":       {option(`{"type":4,"name":"p","description":"x","choices":[{"name":"a","value":"b"}]}`), "0.options.0.choices.0.value:NUMBER_TYPE_COERCE"},
		"choices and autocomplete": {
			option(`{"type":3,"name":"p","description":"x","autocomplete":true,"choices":[{"name":"a","value":"b"}]}`),
			"0.options.0:APPLICATION_COMMAND_OPTIONS_AUTOCOMPLETE_CHOICES",
		},
		"26 choices": {
			option(`{"type":10,"name":"p","description":"x","choices":[` + numbered(26, `{"name":"c%d","value":1.5}`) + `]}`),
			"0.options.0.choices:BASE_TYPE_MAX_LENGTH",
		},
		"26 options": {option(numbered(26, `{"type":3,"name":"p%d","description":"x"}`)), "0.options:BASE_TYPE_MAX_LENGTH"},
		"too large": {
			option(numbered(25, `{"type":3,"name":"p%d","description":"`+x(100)+`","choices":[`+
				repeat(1, `{"name":"`+x(100)+`","value":"`+x(100)+`"}`)+`,{"name":"`+x(90)+`","value":"z"}]}`)),
			"0:APPLICATION_COMMAND_TOO_LARGE",
		},
	} {
		t.Run(name, func(t *testing.T) {
			a := p.bot.do("PUT", path, tc.body)
			got := strings.Join(faultCodes(a.body["errors"], ""), " ")
			if got != tc.fault || tc.fault == "" && a.status != 200 || tc.fault != "" && a.status != 400 {
				t.Errorf("answer %d %s\nfaults %q, want %q", a.status, a.text, got, tc.fault)
			}
		})
	}
}

// numbered repeats an item that has one number in it.
func numbered(n int, item string) string {
	var items []string
	for i := range n {
		items = append(items, fmt.Sprintf(item, i))
	}
	return strings.Join(items, ",")
}

func TestCommands_AreReplacedAsASet(t *testing.T) {
	p := newPlace(t, Config{})
	global := "/applications/" + p.ApplicationID() + "/commands"
	local := "/applications/" + p.ApplicationID() + "/guilds/" + p.guild + "/commands"
	p.register(t, `[{"name":"a","description":"x"},{"name":"b","description":"x","dm_permission":false}]`)
	before := p.Commands()
	p.register(t, `[{"name":"b","description":"y"},{"name":"c","description":"x"}]`)
	p.bot.do("PUT", local, `[{"name":"d","description":"x"}]`)
	after := p.Commands()
	var names []string
	for _, c := range after {
		names = append(names, c.Name+c.GuildID)
	}
	if want := []string{"b", "c", "d" + p.guild}; !slices.Equal(names, want) {
		t.Errorf("commands = %v, want %v", names, want)
	}
	if after[0].ID != before[1].ID || after[0].Version == before[1].Version || !slices.Equal(before[1].Contexts, []int64{0}) {
		t.Errorf("b was %+v and is %+v; want the same id, another version", before[1], after[0])
	}
	if a := p.bot.do("GET", global, nil); !strings.Contains(a.text, `"name":"c"`) || strings.Contains(a.text, `"name":"d"`) {
		t.Errorf("global commands = %s", a.text)
	}
	if err := p.WaitCommands(testContext(t), "d"); err != nil {
		t.Error(err)
	}
	p.bot.do("GET", "/applications/99/commands", nil).want(t, 403, 20012)
	p.bot.do("PUT", "/applications/"+p.ApplicationID()+"/guilds/99/commands", `[]`).want(t, 403, 50001)
	p.bot.do("PUT", global, `[`+numbered(101, `{"name":"c%d","description":"x"}`)+`]`).want(t, 400, 30032)
	if c := p.Counters(); c.CommandPuts != 3 {
		t.Errorf("%d overwrites counted, want 3", c.CommandPuts)
	}
}
