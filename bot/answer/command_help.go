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
	t := bot.Plain("I post news alerts here, and find headlines when you ask.\n")
	for i := range h.commands {
		c := &h.commands[i]
		if c.TypedOnly && inv.Options != nil || c.Access == bot.Operators && !h.isOperator(*inv) {
			continue
		}
		t = bot.Join(t, bot.Plain("\n"), bot.Styled("/"+c.Name, bot.Bold), bot.Plain(" – "+c.Help))
		if c.Access == bot.Managers {
			t = bot.Join(t, bot.Plain(" (managers)"))
		}
	}
	return bot.Join(t, bot.Plain("\n\nMore about a command: "), bot.Styled("/help subscribe", bot.Code))
}

// explain describes one command.
func explain(c *bot.Command) bot.Text {
	t := bot.Plain(c.Help + ".")
	if c.Run != nil {
		t = bot.Join(bot.Styled(c.Usage(), bot.Code), bot.Plain("\n"), t)
	}
	if c.Access != bot.Anyone {
		t = bot.Join(t, bot.Plain(" For "+c.Access.String()+"."))
	}
	for _, a := range c.Args {
		t = bot.Join(t, bot.Plain("\n"), bot.Styled(a.Name, bot.Italic), bot.Plain(": "+a.Help))
	}
	if len(c.Aliases) > 0 {
		t = bot.Join(t, bot.Plain("\nShort: /"+strings.Join(c.Aliases, ", /")))
	}
	if c.Example != "" {
		t = bot.Join(t, bot.Plain("\nFor example: "), bot.Styled("/"+c.Example, bot.Code))
	}
	return t
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

// filterHelp explains the filter language by examples.
func filterHelp() bot.Text {
	t := bot.Plain("Filters:")
	for _, line := range [][2]string{
		{`missile`, "missile, missiles and missile's, but not dismissile; capitals and accents don't matter"},
		{`"ballistic missile"`, "exactly this, in this order, without plurals"},
		{`nuclear missile`, "both"},
		{`moon OR yoon`, "either"},
		{`-drill`, "without this word"},
		{`(a OR b) -c`, "grouping"},
		{`sanction*`, "any word that starts with this"},
		{`title:kim author:"lee" source:name tag:economy lang:en`, "only in that field"},
		{`/uranium|plutonium/`, "a regular expression"},
	} {
		t = bot.Join(t, bot.Plain("\n"), bot.Styled(line[0], bot.Code), bot.Plain(" – "+line[1]))
	}
	return t
}

// start answers /start, which platforms offer to whoever meets the bot for the first time.
func (h *Handler) start(ctx context.Context, r bot.Request) (bot.Message, error) {
	if m, ok, err := h.openLink(ctx, r); ok || err != nil {
		return m, err
	}
	t := bot.Plain("Hello! I post news alerts the minute a story appears.\n")
	for _, line := range [][2]string{
		{"/subscribe", "get every new article here"},
		{"/subscribe missile -drill", "get only what you care about"},
		{"/latest", "see recent headlines"},
		{"/help", "see everything else"},
	} {
		t = bot.Join(t, bot.Plain("\n"), bot.Styled(line[0], bot.Code), bot.Plain(" – "+line[1]))
	}
	return bot.Message{Text: t}, h.welcomeBack(ctx, r.Target)
}
