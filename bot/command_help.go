package bot

import (
	"context"
	"strings"
)

// help answers /help from the command table.
func (h *handler) help(_ context.Context, r Request) (Message, error) {
	name := strings.TrimPrefix(r.Args["command"], "/")
	if name == "" {
		return Message{Text: h.overview()}, nil
	}
	first, rest := cutWord(name)
	c, _ := find(h.commands, first, rest)
	if c == nil {
		return Message{}, h.unknown(name)
	}
	t := explain(c)
	for i := range c.Sub {
		t = Join(t, Plain("\n\n"), explain(&c.Sub[i]))
	}
	if usesFilter(c) {
		t = Join(t, Plain("\n\n"), filterHelp())
	}
	return Message{Text: t}, nil
}

// overview lists all commands.
func (h *handler) overview() Text {
	t := Plain("I post news alerts here, and find headlines when you ask.\n")
	for i := range h.commands {
		c := &h.commands[i]
		t = Join(t, Plain("\n"), Styled("/"+c.Name, Bold), Plain(" – "+c.Help))
		if c.Access == Managers {
			t = Join(t, Plain(" (managers)"))
		}
	}
	return Join(t, Plain("\n\nMore about one of them: "), Styled("/help subscribe", Code))
}

// explain describes one command.
func explain(c *Command) Text {
	t := Plain(c.Help + ".")
	if c.Run != nil {
		t = Join(Styled(c.Usage(), Code), Plain("\n"), t)
	}
	if c.Access != Anyone {
		t = Join(t, Plain(" For "+c.Access.String()+"."))
	}
	for _, a := range c.Args {
		t = Join(t, Plain("\n"), Styled(a.Name, Italic), Plain(": "+a.Help))
	}
	if len(c.Aliases) > 0 {
		t = Join(t, Plain("\nShort: /"+strings.Join(c.Aliases, ", /")))
	}
	if c.Example != "" {
		t = Join(t, Plain("\nFor example: "), Styled("/"+c.Example, Code))
	}
	return t
}

// usesFilter reports whether the command, or a subcommand of it, takes a filter.
func usesFilter(c *Command) bool {
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
func filterHelp() Text {
	t := Plain("Filters:")
	for _, line := range [][2]string{
		{`missile`, "the whole word; capitals and accents do not matter"},
		{`"ballistic missile"`, "the words next to each other"},
		{`nuclear missile`, "both"},
		{`moon OR yoon`, "either"},
		{`-drill`, "without that word"},
		{`(a OR b) -c`, "grouping"},
		{`sanction*`, "words that begin so"},
		{`title:kim author:"lee" source:name tag:economy lang:en`, "only there"},
		{`/uranium|plutonium/`, "a regular expression"},
	} {
		t = Join(t, Plain("\n"), Styled(line[0], Code), Plain(" – "+line[1]))
	}
	return t
}

// start answers /start, which platforms offer to whoever meets the bot for the first time.
func (h *handler) start(ctx context.Context, r Request) (Message, error) {
	t := Plain("Hello! I post news alerts the minute a story appears.\n")
	for _, line := range [][2]string{
		{"/subscribe", "get every new article here"},
		{"/subscribe missile -drill", "get only what you care about"},
		{"/latest", "see recent headlines"},
		{"/help", "see everything else"},
	} {
		t = Join(t, Plain("\n"), Styled(line[0], Code), Plain(" – "+line[1]))
	}
	return Message{Text: t}, h.welcomeBack(ctx, r.Target)
}
