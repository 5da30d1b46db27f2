package main

import (
	"slices"
	"strings"

	"github.com/alecthomas/kong"
)

// arrange returns args as kong should read them: "help" first is "--help" last, and behind the name of a
// command with a filter, flags stand before a "--" and the words of the filter after it. So a flag may be
// typed last, a mistyped one is refused, and -drill is a word.
func arrange(commands *kong.Node, args []string) ([]string, error) {
	if args[0] == "help" {
		return append(slices.Clone(args[1:]), "--help"), nil
	}
	i := slices.IndexFunc(commands.Children, func(n *kong.Node) bool { return n.Name == args[0] })
	if i < 0 || !hasFilter(commands.Children[i]) {
		return args, nil
	}
	flags, words, err := splitFlags(commands.Children[i], args[1:])
	return slices.Concat(args[:1], flags, []string{"--"}, words), err
}

func hasFilter(command *kong.Node) bool {
	return len(command.Positional) == 1 && command.Positional[0].Name == "filter"
}

// splitFlags separates flags, with their values, from the words of a filter, in which all that begins with one minus
// sign and isn't a flag excludes something.
func splitFlags(command *kong.Node, args []string) (flags, words []string, err error) {
	for i := 0; i < len(args); i++ {
		arg := args[i]
		if arg == "--" {
			return flags, append(words, args[i+1:]...), nil
		}
		flag := flagNamed(command, arg)
		if flag == nil && !strings.HasPrefix(arg, "--") && arg != "-h" {
			words = append(words, arg)
			continue
		}
		flags = append(flags, arg)
		if flag == nil || flag.IsBool() {
			continue
		}
		if i++; i == len(args) {
			return nil, nil, &usageError{arg + " needs a value"}
		}
		flags = append(flags, args[i])
	}
	return flags, words, nil
}

// flagNamed returns the flag that arg is, without a value, or nil.
func flagNamed(command *kong.Node, arg string) *kong.Flag {
	i := slices.IndexFunc(command.Flags, func(f *kong.Flag) bool {
		return arg == "--"+f.Name || f.Short != 0 && arg == "-"+string(f.Short)
	})
	if i < 0 {
		return nil
	}
	return command.Flags[i]
}
