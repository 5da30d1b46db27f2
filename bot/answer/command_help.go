package answer

import (
	"context"
	"strings"

	"tidings/bot"
)

// help answers /help from the command table.
func (h *Handler) help(_ context.Context, r bot.Request) (bot.Message, error) {
	name := strings.TrimPrefix(r.Args["command"], "/")
	if name == "" {
		return bot.Message{Text: h.overview(&r.Invocation)}, nil
	}
	first, rest := cutWord(name)
	if oneOf(first, "filters") != "" { // few mean the command of another bot
		first = "filter"
	}
	c, _ := find(h.commands, first, rest)
	if c == nil {
		return bot.Message{}, h.unknown(name, "")
	}
	t := explain(c)
	for i := range c.Sub {
		t = bot.Join(t, bot.Plain("\n\n"), explain(&c.Sub[i]))
	}
	if usesFilter(c) {
		t = bot.Join(t, bot.Plain("\n\n"), filterHelp())
	}
	return bot.Message{Text: t}, nil
}

// overview lists all commands that there are where it is asked for.
func (h *Handler) overview(inv *bot.Invocation) bot.Text {
	t := bot.Join(bot.Say("I post news alerts here, and find headlines when you ask."), bot.Plain("\n"))
	for i := range h.commands {
		c := &h.commands[i]
		if c.TypedOnly && inv.Options != nil || c.Former || c.Access == bot.Operators && !h.isOperator(*inv) {
			continue
		}
		t = bot.Join(t, bot.Plain("\n"), bot.Styled("/"+c.Name, bot.Bold), bot.Plain(" – "), bot.Known(c.Help))
		if c.Access == bot.Managers {
			t = bot.Join(t, bot.Plain(" "), bot.Say("(managers)"))
		}
	}
	return bot.Join(t, bot.Plain("\n\n"), bot.Say("More about a command: %s", bot.Styled("/help subscribe", bot.Code)))
}

// explain describes one command.
func explain(c *bot.Command) bot.Text {
	t := bot.Known(c.Help)
	if !strings.HasSuffix(c.Help, "…") {
		t = bot.Say("%s.", t)
	}
	if c.Run != nil {
		t = bot.Join(bot.Styled(c.Usage(), bot.Code), bot.Plain("\n"), t)
	}
	switch c.Access {
	case bot.Managers:
		t = bot.Join(t, bot.Plain(" "), bot.Say("For managers."))
	case bot.Operators:
		t = bot.Join(t, bot.Plain(" "), bot.Say("For operators."))
	case bot.Anyone:
	}
	for _, a := range c.Args {
		t = bot.Join(t, bot.Plain("\n"), bot.Labeled(bot.Styled(a.Name, bot.Italic), bot.Known(a.Help)))
	}
	if len(c.Aliases) > 0 {
		t = bot.Join(t, bot.Plain("\n"), bot.Say("Short: %s", "/"+strings.Join(c.Aliases, ", /")))
	}
	if c.Example != "" {
		t = bot.Join(t, bot.Plain("\n"), forExample(c))
	}
	return t
}

// forExample shows how a command may be typed.
func forExample(c *bot.Command) bot.Text {
	return bot.Say("For example: %s", bot.Styled("/"+c.Example, bot.Code))
}

// usesFilter reports whether the command, or a subcommand of it, accepts a filter.
func usesFilter(c *bot.Command) bool {
	for _, a := range c.Args {
		if a.Name == "filter" {
			return true
		}
	}
	for i := range c.Sub {
		if usesFilter(&c.Sub[i]) {
			return true
		}
	}
	return false
}

// explained is what somebody may type, and what it does.
type explained struct {
	typed string
	does  bot.Text
}

// filterHelp explains the filter language by examples.
func filterHelp() bot.Text {
	t := bot.Say("Filters:")
	for _, line := range []explained{
		{`missile`, bot.Say("missile, missiles and missile's, but not dismissile; capitals and accents don't matter")},
		{`"ballistic missile"`, bot.Say("exactly this, in this order, without plurals")},
		{`nuclear missile`, bot.Say("both")},
		{`moon OR yoon`, bot.Say("either")},
		{`-drill`, bot.Say("without this word")},
		{`(a OR b) -c`, bot.Say("grouping")},
		{`sanction*`, bot.Say("any word that starts with this")},
		{`title:kim author:"lee" source:name tag:economy lang:en`, bot.Say("only in that field")},
		{`/uranium|plutonium/`, bot.Say("a regular expression")},
	} {
		t = bot.Join(t, bot.Plain("\n"), bot.Styled(line.typed, bot.Code), bot.Plain(" – "), line.does)
	}
	return t
}

// start answers /start, which platforms offer to whoever meets the bot for the first time.
func (h *Handler) start(ctx context.Context, r bot.Request) (bot.Message, error) {
	if m, ok, err := h.openLink(ctx, r); ok || err != nil {
		return m, err
	}
	t := bot.Join(bot.Say("Hello! I post news alerts the minute a story appears."), bot.Plain("\n"))
	for _, line := range []explained{
		{"/subscribe", bot.Say("get every new article here")},
		{"/subscribe missile -drill", bot.Say("get only what you care about")},
		{"/latest", bot.Say("see recent headlines")},
		{"/help", bot.Say("see everything else")},
	} {
		t = bot.Join(t, bot.Plain("\n"), bot.Styled(line.typed, bot.Code), bot.Plain(" – "), line.does)
	}
	return bot.Message{Text: t}, h.welcomeBack(ctx, r.Target)
}
