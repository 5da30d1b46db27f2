package demo

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"tidings/internal/sandbox/discord"
)

// Types of options; discord.com/developers/docs/interactions/application-commands.
const (
	optionSubcommand = 1
	optionGroup      = 2
	optionText       = 3
	optionInteger    = 4
	optionChannel    = 7
	optionMention    = 9
)

// messageCommand is the type of a command in the menu of messages.
const messageCommand = 3

// invocation is a typed line as Discord's client would send it.
type invocation struct {
	// name includes the subcommands, as in "filter set".
	name    string
	options []discord.Option
	// specs are the options of the command.
	specs []discord.CommandOption
}

// runLine has a person type a command.
func runLine(
	ctx context.Context, d *discord.StandIn, user, channel, line string,
) (*discord.Interaction, error) {
	inv, err := parseLine(d.Commands(), line)
	if err != nil {
		return nil, err
	}
	return d.Command(ctx, user, channel, inv.name, inv.options)
}

// parseLine reads a command with its options from one line. Discord's client has a field for each option; here
// words go to options by their place: numbers take a word of digits, at the beginning or at the end, and the last
// text gets what is left. "name:" in front of words names the option they belong to; a channel, somebody to mention and a second
// text that may be left out are given in no other way. A command of many options takes a name without a colon too, as in
// "/settings quiet 22:00-07:00".
func parseLine(commands []discord.Command, line string) (invocation, error) {
	words := strings.Fields(strings.TrimPrefix(line, "/"))
	if len(words) == 0 {
		return invocation{}, errors.New("type a command, such as /latest")
	}
	i := slices.IndexFunc(commands, func(c discord.Command) bool { return c.Name == words[0] })
	if i < 0 {
		return invocation{}, fmt.Errorf("unknown command /%s; /help lists all", words[0])
	}
	inv := invocation{name: words[0], specs: commands[i].Options}
	words = words[1:]
	for len(inv.specs) > 0 && isNested(inv.specs[0]) {
		sub, err := subcommand(inv, words)
		if err != nil {
			return inv, err
		}
		inv.name, inv.specs = inv.name+" "+sub.Name, sub.Options
		words = words[min(1, len(words)):]
	}
	var err error
	inv.options, err = fillOptions(inv, words)
	return inv, err
}

func isNested(o discord.CommandOption) bool {
	return o.Type == optionSubcommand || o.Type == optionGroup
}

// subcommand finds the subcommand that the next word names. Without one, the only subcommand that needs nothing is
// meant.
func subcommand(inv invocation, words []string) (discord.CommandOption, error) {
	var names []string
	var bare []discord.CommandOption
	for _, o := range inv.specs {
		if len(words) > 0 && o.Name == words[0] {
			return o, nil
		}
		names = append(names, o.Name)
		if len(o.Options) == 0 {
			bare = append(bare, o)
		}
	}
	if len(words) == 0 && len(bare) == 1 {
		return bare[0], nil
	}
	return discord.CommandOption{}, fmt.Errorf("/%s is followed by one of: %s", inv.name, strings.Join(names, ", "))
}

// fillOptions deals words out to the options of a command.
func fillOptions(inv invocation, words []string) ([]discord.Option, error) {
	given, words := namedWords(inv.specs, nameFirst(inv.specs, words))
	texts := 0 // that may be left out: by its place, only the first is given
	open := slices.DeleteFunc(slices.Clone(inv.specs), func(o discord.CommandOption) bool {
		if o.Type == optionText && !o.Required {
			texts++
		}
		return given[o.Name] != "" || o.Type == optionChannel || o.Type == optionMention || texts > 1 && o.Type == optionText
	})
	for len(open) > 0 && len(words) > 0 && open[0].Type == optionInteger && isNumber(words[0]) {
		given[open[0].Name] = words[0]
		open, words = open[1:], words[1:]
	}
	if n, w := len(open)-1, len(words)-1; n >= 0 && w >= 0 && open[n].Type == optionInteger && isNumber(words[w]) {
		given[open[n].Name] = words[w]
		open, words = open[:n], words[:w]
	}
	for i, o := range open {
		if len(words) == 0 {
			break
		}
		n := 1
		if last := len(open) - 1; i == last || open[last].Type == optionInteger && i == last-1 {
			n = len(words)
		}
		given[o.Name] = strings.Join(words[:n], " ")
		words = words[n:]
	}
	if len(words) > 0 {
		return nil, fmt.Errorf("/%s does not accept %q", inv.name, strings.Join(words, " "))
	}
	return typed(inv, given)
}

// manyOptions is how many options that may be left out a command has to have for names without a colon.
const manyOptions = 4

// hasMany reports whether a command is one of many options, of which one at a time is given. A filter in the first place would
// take any word for its own.
func hasMany(specs []discord.CommandOption) bool {
	if len(specs) > 0 && specs[0].Name == "filter" {
		return false
	}
	n := 0
	for _, o := range specs {
		if !o.Required && o.Type != optionInteger {
			n++
		}
	}
	return n >= manyOptions
}

// nameFirst puts a colon behind the first word, after a number, if it names one of many options.
func nameFirst(specs []discord.CommandOption, words []string) []string {
	i := firstText(specs, words)
	if i >= len(words) || !hasMany(specs) {
		return words
	}
	named := func(o discord.CommandOption) bool { return o.Name == words[i] }
	if slices.ContainsFunc(specs, named) {
		words = slices.Clone(words)
		words[i] += ":"
	}
	return words
}

// firstText returns the index of the word that follows the number a command begins with, if it does.
func firstText(specs []discord.CommandOption, words []string) int {
	if len(specs) > 0 && specs[0].Type == optionInteger && len(words) > 0 && isNumber(words[0]) {
		return 1
	}
	return 0
}

// namedWords extracts the words after the name of an option.
func namedWords(specs []discord.CommandOption, words []string) (given map[string]string, rest []string) {
	given = map[string]string{}
	current := ""
	for _, w := range words {
		name, value, ok := strings.Cut(w, ":")
		spec := slices.IndexFunc(specs, func(o discord.CommandOption) bool { return ok && o.Name == name })
		switch {
		case spec >= 0:
			current = name
			given[current] = value
			if one := specs[spec].Type; (one == optionInteger || one == optionChannel) && value != "" {
				current = ""
			}
		case current != "":
			given[current] = strings.TrimSpace(given[current] + " " + w)
		default:
			rest = append(rest, w)
		}
	}
	return given, rest
}

// typed turns values into what Discord's client would send, in the order of the command's options.
func typed(inv invocation, given map[string]string) ([]discord.Option, error) {
	var options []discord.Option
	for _, o := range inv.specs {
		text := given[o.Name]
		switch {
		case text == "" && o.Required:
			return options, fmt.Errorf("/%s needs a %s: %s", inv.name, o.Name, o.Description)
		case text == "":
			continue
		case o.Type != optionInteger:
			options = append(options, discord.Option{Name: o.Name, Value: text})
			continue
		}
		n, err := strconv.ParseInt(text, 10, 64)
		low, high, bounded := bounds(&o)
		switch {
		case bounded && (err != nil || n < low || n > high):
			return options, fmt.Errorf("%s is a whole number from %d to %d, not %q", o.Name, low, high, text)
		case err != nil:
			return options, fmt.Errorf("%s is a whole number, not %q", o.Name, text)
		}
		options = append(options, discord.Option{Name: o.Name, Value: n})
	}
	return options, nil
}

// bounds returns the least and the largest value of an option that has both.
func bounds(o *discord.CommandOption) (low, high int64, bounded bool) {
	if o.MinValue == nil || o.MaxValue == nil {
		return 0, 0, false
	}
	return int64(*o.MinValue), int64(*o.MaxValue), true
}

func isNumber(s string) bool {
	_, err := strconv.ParseInt(s, 10, 64)
	return err == nil
}
