package answer

import (
	"context"
	"slices"

	"tidings/bot"
)

// table returns the commands that people can type. Menus, help and the parsing of arguments follow
// from it, on every platform.
func (h *Handler) table() []bot.Command {
	table := slices.Concat(h.readerCommands(), h.subscriptionCommands(), h.rhythmCommands(),
		[]bot.Command{h.watchCommand(), h.channelCommand(), h.filterCommand(), h.storiesCommand(), h.correctionsCommand(), h.sourcesCommand()}, h.setupCommands(), h.generalCommands())
	for i := range table {
		for j := range table[i].Sub {
			table[i].Sub[j].Parent = table[i].Name
		}
	}
	return table
}

// readerCommands are for whoever wants to read.
func (h *Handler) readerCommands() []bot.Command {
	count := bot.Arg{Name: "count", Help: "How many headlines, 1 to 10", Kind: bot.NumberArg, Min: 1, Max: maxHeadlines}
	return []bot.Command{
		{
			Name: "latest", Help: "Recent headlines, newest first", Example: "latest missile 5",
			Args: []bot.Arg{h.filterArg(), count}, Run: h.latest,
		},
		{
			Name: "search", Help: "Search all stored headlines, newest first", Example: `search "military parade"`,
			Args: []bot.Arg{h.filterArg().AsRequired(), count}, Run: h.latest,
		},
		{
			Name: "why", Help: "Why an article was or wasn't posted here", Example: "why https://example.com/story",
			OnMessage: "Why?", Run: h.why,
			Args: []bot.Arg{{Name: "link", Help: "Its link or number; or reply to an alert with /why"}, otherChat()},
		},
	}
}

// subscriptionCommands say what a chat gets.
func (h *Handler) subscriptionCommands() []bot.Command {
	return []bot.Command{
		{
			Name: "subscribe", Aliases: []string{"sub", "add"}, Help: "Get alerts here",
			Example: "subscribe missile -drill", Access: bot.Managers, Run: h.subscribe,
			Args: append([]bot.Arg{h.filterArg(), otherChat()}, optionArgs(h.newPreferences())...),
		},
		{
			Name: "unsubscribe", Aliases: []string{"unsub"}, Help: "End one subscription, or all",
			Example: "unsubscribe 1", Access: bot.Managers, Run: h.unsubscribe,
			Args: []bot.Arg{{Name: "which", Help: "Its number, its filter, or all", Complete: h.completeNumber}, otherChat()},
		},
		{
			Name: "subscriptions", Aliases: []string{"list"}, Help: "What this chat gets", Run: h.subscriptions,
			Args: []bot.Arg{otherChat()},
		},
	}
}

// rhythmCommands say when and how loudly a chat's alerts come.
func (h *Handler) rhythmCommands() []bot.Command {
	return slices.Concat([]bot.Command{h.subscriptionCommand(), h.settingsCommand(), h.digestCommand()}, h.pauseCommands(), h.muteCommands())
}

func (h *Handler) filterCommand() bot.Command {
	return bot.Command{
		Name: "filter", Help: "Change or test a filter", Route: routeFilter,
		Sub: []bot.Command{
			{
				Name: "set", Help: "Give a subscription another filter", Example: "filter set 1 missile OR rocket",
				Access: bot.Managers, Args: []bot.Arg{h.numberArg().AsRequired(), h.filterArg().AsRequired()}, Run: h.filterSet,
			},
			{
				Name: "clear", Help: "Remove a subscription's filter", Example: "filter clear 1",
				Access: bot.Managers, Args: []bot.Arg{h.numberArg().AsRequired()}, Run: h.filterClear,
			},
			{
				Name: "edit", Help: "Edit a subscription's filter", Example: "filter edit 1",
				Access: bot.Managers, Args: []bot.Arg{h.numberArg().AsRequired()}, Run: h.filterEdit,
			},
			{
				Name: "test", Help: "Test a filter on recent articles", Example: "filter test title:kim 30",
				Args: []bot.Arg{h.filterArg().AsRequired(), {
					Name: "days", Help: `How many days, 1 to 90. Put a filter that ends in a number in quotes: "covid 19"`,
					Kind: bot.NumberArg, Min: 1, Max: maxBacktestDays,
				}, whenArg(h.newPreferences())}, Run: h.filterTest,
			},
		},
	}
}

func (h *Handler) sourcesCommand() bot.Command {
	return bot.Command{
		Name: "sources", Help: "Where the articles come from", Run: h.sources, Otherwise: "show",
		Sub: []bot.Command{
			{Name: "list", Help: "Where the articles come from", Run: h.sources},
			{
				Name: "add", Help: "Follow a feed", Example: "sources add https://example.com/feed.xml", Access: bot.Managers,
				Args: []bot.Arg{{Name: "url", Help: "The feed's address", Required: true}}, Run: h.sourcesAdd,
			},
			h.renameCommand(),
			h.moveCommand(),
			h.intervalCommand(),
			h.sourceCommand("remove", "Stop following a feed; its articles stay", h.sourcesRemove),
			h.sourceCommand("pause", "Stop fetching a feed for now", h.sourcesPause),
			h.sourceCommand("resume", "Fetch a paused feed again", h.sourcesResume),
			h.sourceCommand("refresh", "Fetch a feed now, if its server allows it", h.sourcesRefresh),
			h.sourceCommand("approve", "Send the alerts of a bulk update, as a list", h.sourcesApprove),
			h.sourceCommand("dismiss", "Keep a bulk update in the archive, without alerts", h.sourcesDismiss),
			operatorsOnly(h.sourceCommand("share", "Make a chat's own feed public", h.sourcesShare)),
			operatorsOnly(h.sourceCommand("unshare", "Keep a public feed for this chat alone from now on", h.sourcesUnshare)),
			h.aboutSourceCommand(),
		},
	}
}

// sourceCommand is a command about one source: of operators, or of managers if it is their place's.
func (h *Handler) sourceCommand(name, help string, run func(context.Context, bot.Request) (bot.Message, error)) bot.Command {
	return bot.Command{
		Name: name, Help: help, Example: "sources " + name + " example", Access: bot.Managers, Run: run,
		Args: []bot.Arg{{Name: "name", Help: "The source's name", Required: true, Complete: h.completeSource}},
	}
}

// operatorsOnly closes a command to managers.
func operatorsOnly(c bot.Command) bot.Command {
	c.Access = bot.Operators
	return c
}

// renameCommand gives a source another name.
func (h *Handler) renameCommand() bot.Command {
	c := h.sourceCommand("rename", "Give a source another name, with its articles", h.sourcesRename)
	c.Example += " kestrel-wire"
	c.Args = append(c.Args, bot.Arg{Name: "new", Help: "Its new name: " + bot.SourceNameForm, Required: true})
	return c
}

// moveCommand gives a feed another address.
func (h *Handler) moveCommand() bot.Command {
	c := h.sourceCommand("move", "Give a feed another address; it keeps its articles", h.sourcesMove)
	c.Example += " https://example.com/new.xml"
	c.Args = append(c.Args, bot.Arg{Name: "url", Help: "The feed's new address", Required: true})
	return c
}

// intervalCommand sets how often a feed is looked at.
func (h *Handler) intervalCommand() bot.Command {
	c := operatorsOnly(h.sourceCommand("interval", "Set the longest time between two looks at a feed", h.sourcesInterval))
	c.Example += " 15m"
	c.Args = append(c.Args, bot.Arg{Name: "interval", Help: "1m to 168h, or default", Required: true})
	return c
}

// aboutSourceCommand shows one source. It is what /sources NAME means.
func (h *Handler) aboutSourceCommand() bot.Command {
	c := h.sourceCommand("show", "How one source is doing", h.sourcesShow)
	c.Access = bot.Anyone
	return c
}

// generalCommands are about the bot itself.
func (h *Handler) generalCommands() []bot.Command {
	return []bot.Command{
		{Name: "status", Help: "How the bot is doing, and what's waiting here", Args: []bot.Arg{otherChat()}, Run: h.status},
		{
			Name: "forget", Help: "End everything here and delete this chat's data", Example: "forget",
			Access: bot.Managers, Run: h.forget,
		},
		{
			Name: "console", Help: "A link to the console, for the bot's operators", Access: bot.Operators, Run: h.consoleLink,
		},
		{
			Name: "help", Help: "All commands", Example: "help filter",
			Args: []bot.Arg{{Name: "command", Help: "A command to explain"}}, Run: h.help,
		},
		{Name: "start", Help: "What this bot does", Run: h.start},
	}
}

func (h *Handler) filterArg() bot.Arg {
	return bot.Arg{Name: "filter", Help: "Keywords, for example: missile -drill", Complete: h.completeFilter}
}

// otherChat is the chat that a command acts on in place of the one in which it is used.
func otherChat() bot.Arg {
	return bot.Arg{Name: "channel", Help: "Another channel, in place of this chat", Kind: bot.ChatArg}
}

func (h *Handler) numberArg() bot.Arg {
	return bot.Arg{
		Name: "number", Help: "The subscription's number in /subscriptions", Kind: bot.NumberArg,
		Min: 1, Max: maxNumber, Complete: h.completeNumber,
	}
}

// pressTable returns what only buttons reach.
func (h *Handler) pressTable() []bot.Command {
	return []bot.Command{
		{Name: "subscribenow", Access: bot.Managers, Run: h.subscribeNow},
		{Name: "subscribefeed", Access: bot.Managers, Run: h.subscribeFeed},
		{Name: "feedapprove", Access: bot.Operators, Run: h.approveFeed},
		{Name: "feeddecline", Access: bot.Operators, Run: h.declineFeed},
		{Name: "sourcelogin", Access: bot.Operators, Run: h.sourceLogin},
		{Name: "testalert", Access: bot.Operators, Run: h.testAlert},
		{Name: "movesubscription", Access: bot.Operators, Run: h.moveSubscription},
		{Name: "narrow", Access: bot.Managers, Run: h.narrow},
		{Name: "preview", Access: bot.Managers, Run: h.previewFilter},
		{Name: "rewrite", Access: bot.Managers, Run: h.rewriteFilter},
		{Name: "end", Access: bot.Managers, Run: h.end},
		{Name: "forgetnow", Access: bot.Managers, Run: h.forgetNow},
		{Name: "keep", Run: h.keep},
		{Name: "open", Run: h.open},
		{Name: "unwatch", Run: h.unwatch},
		{Name: "more", Run: h.more},
		{Name: "ask", Access: bot.Managers, Run: h.askSetting},
		{Name: "muteof", Access: bot.Managers, Run: h.muteOf},
		{Name: "mutewords", Access: bot.Managers, Run: h.muteWords},
		{Name: "mutenow", Access: bot.Managers, Run: h.muteNow},
		{Name: "endmute", Access: bot.Managers, Run: h.endMute},
		{Name: "catchup", Access: bot.Managers, Run: h.catchUp},
	}
}

const (
	// maxNumber is the highest number a subscription can be called by.
	maxNumber = 9999
	// maxHeadlines is how many headlines one page shows.
	maxHeadlines = 10
)
