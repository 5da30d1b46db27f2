package demo

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"tidings/internal/sandbox/discord"
)

// suggestion is one way to go on with a line.
type suggestion struct {
	// Line is the whole line with the suggestion accepted. Empty means that there is nothing to accept, only to read.
	Line string `json:"line,omitempty"`
	Name string `json:"name"`
	Help string `json:"help"`
}

// suggest returns how Discord's client would help with a line that a person is typing: with the names of commands,
// then of subcommands, then with what the bot offers for an option.
func (d *Demo) suggest(ctx context.Context, user, channel, line string) []suggestion {
	commands := d.discord.Commands()
	words := strings.Fields(strings.TrimPrefix(line, "/"))
	typing := !strings.HasSuffix(line, " ")
	if len(words) == 0 || len(words) == 1 && typing {
		return commandNames(commands, strings.Join(words, ""))
	}
	i := slices.IndexFunc(commands, func(c discord.Command) bool { return c.Name == words[0] })
	if i < 0 {
		return nil
	}
	specs, path := commands[i].Options, 1
	if len(specs) > 0 && isNested(specs[0]) {
		if len(words) == 1 || len(words) == 2 && typing {
			return subcommandNames(words[0], specs, strings.Join(words[1:], ""))
		}
		path++
	}
	inv, _ := parseLine(commands, line) // what is missing is still to be typed
	at := len(inv.options)
	if typing && at > 0 {
		at--
	}
	return d.complete(ctx, user, channel, inv, words[:path], at)
}

func commandNames(commands []discord.Command, prefix string) []suggestion {
	var list []suggestion
	for _, c := range commands {
		if c.Type != messageCommand && strings.HasPrefix(c.Name, prefix) {
			list = append(list, suggestion{Line: "/" + c.Name + " ", Name: "/" + c.Name + usage(c.Options), Help: c.Description})
		}
	}
	return list
}

func subcommandNames(command string, specs []discord.CommandOption, prefix string) []suggestion {
	var list []suggestion
	for _, o := range specs {
		if strings.HasPrefix(o.Name, prefix) {
			name := "/" + command + " " + o.Name
			list = append(list, suggestion{Line: name + " ", Name: name + usage(o.Options), Help: o.Description})
		}
	}
	return list
}

// usage names options as a manual does; of subcommands it says nothing.
func usage(specs []discord.CommandOption) string {
	var b strings.Builder
	for _, o := range specs {
		switch {
		case isNested(o):
			return ""
		case o.Required:
			b.WriteString(" " + o.Name)
		default:
			b.WriteString(" [" + o.Name + "]")
		}
	}
	return b.String()
}

// complete asks the bot what it offers for the option at a place, which is the one being typed or the next one.
func (d *Demo) complete(
	ctx context.Context, user, channel string, inv invocation, path []string, at int,
) []suggestion {
	if at >= len(inv.specs) {
		return nil
	}
	spec, options := inv.specs[at], slices.Clone(inv.options)
	hint := []suggestion{{Name: spec.Name, Help: spec.Description}}
	if !spec.Autocomplete {
		return hint
	}
	if at == len(options) {
		options = append(options, discord.Option{Name: spec.Name, Value: ""})
	}
	options[at].Focused = true
	options[at].Value = fmt.Sprint(options[at].Value)
	choices, err := d.discord.Autocomplete(ctx, user, channel, inv.name, options)
	if err != nil {
		return hint
	}
	var head strings.Builder
	head.WriteString("/" + strings.Join(path, " "))
	for _, o := range options[:at] {
		fmt.Fprintf(&head, " %v", o.Value)
	}
	var list []suggestion
	for _, c := range choices {
		list = append(list, suggestion{Line: fmt.Sprintf("%s %v", head.String(), c.Value), Name: c.Name, Help: spec.Name})
	}
	if len(list) == 0 {
		return hint
	}
	return list
}
