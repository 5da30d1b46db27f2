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
	head, prefix := strings.TrimSuffix(line, lastWord(line)), lastWord(line)
	if at, before := namedOption(inv.specs, words[path:]); at >= 0 {
		return d.complete(ctx, user, channel, inv, at, "/"+strings.Join(append(words[:path:path], before...), " ")+" "+inv.specs[at].Name+":")
	}
	if list := optionNames(inv.specs, head, prefix); len(list) > 0 && hasMany(inv.specs) {
		return list
	}
	return d.complete(ctx, user, channel, inv, optionAt(inv, prefix), "")
}

// lastWord returns the word that is being typed, or "" after a space.
func lastWord(line string) string {
	return line[strings.LastIndex(line, " ")+1:]
}

// optionAt returns the index of the option whose place is being typed, or is next after a space: prefix is the word so far.
func optionAt(inv invocation, prefix string) int {
	at := len(inv.options)
	if prefix != "" && at > 0 {
		at--
	}
	return at
}

// namedOption returns the index of the option that the words name last, and the words before its name; -1 if they name none.
func namedOption(specs []discord.CommandOption, words []string) (at int, before []string) {
	for i, w := range slices.Backward(nameFirst(specs, words)) {
		name, _, ok := strings.Cut(w, ":")
		at := slices.IndexFunc(specs, func(o discord.CommandOption) bool { return ok && o.Name == name })
		if at >= 0 {
			return at, words[:i]
		}
	}
	return -1, nil
}

// optionNames offers the names of options that may be left out.
func optionNames(specs []discord.CommandOption, head, prefix string) []suggestion {
	var list []suggestion
	for _, o := range specs {
		if !o.Required && strings.HasPrefix(o.Name, prefix) {
			list = append(list, suggestion{Line: head + o.Name + ":", Name: o.Name, Help: o.Description})
		}
	}
	return list
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

// complete asks the bot what it offers for the option at an index, which is the one being typed or the next one. head is the line
// before what is offered; if it is empty, the options before it are.
func (d *Demo) complete(
	ctx context.Context, user, channel string, inv invocation, at int, head string,
) []suggestion {
	if at >= len(inv.specs) {
		return nil
	}
	spec := inv.specs[at]
	hint := []suggestion{{Name: spec.Name, Help: spec.Description}}
	if !spec.Autocomplete {
		return hint
	}
	options, focus := focused(inv.options, spec.Name)
	choices, err := d.discord.Autocomplete(ctx, user, channel, inv.name, options)
	if err != nil {
		return hint
	}
	if head == "" {
		head = "/" + inv.name + " "
		for _, o := range options[:focus] {
			head += fmt.Sprint(o.Value) + " "
		}
	}
	var list []suggestion
	for _, c := range choices {
		list = append(list, suggestion{Line: fmt.Sprint(head, c.Value), Name: c.Name, Help: spec.Name})
	}
	if len(list) == 0 {
		return hint
	}
	return list
}

// focused returns options with the one of a name marked as the one being typed, and its index.
func focused(options []discord.Option, name string) ([]discord.Option, int) {
	options = slices.Clone(options)
	at := slices.IndexFunc(options, func(o discord.Option) bool { return o.Name == name })
	if at < 0 {
		at, options = len(options), append(options, discord.Option{Name: name, Value: ""})
	}
	options[at].Focused, options[at].Value = true, fmt.Sprint(options[at].Value)
	return options, at
}
