package answer

import (
	"context"

	"tidings/bot"
)

// side is what one of the two subcommands of a switch does.
type side struct {
	help, example string
	run           func(context.Context, bot.Request) (bot.Message, error)
}

// switchCommand returns a command with the subcommands on and off, both for managers.
func switchCommand(name, help string, args []bot.Arg, on, off side) bot.Command {
	sub := func(name string, s side) bot.Command {
		return bot.Command{Name: name, Help: s.help, Example: s.example, Access: bot.Managers, Args: args, Run: s.run}
	}
	return bot.Command{Name: name, Help: help, Sub: []bot.Command{sub("on", on), sub("off", off)}}
}
