package bot

// table returns the commands that people can type. Menus, help and the parsing of arguments follow
// from it, on every platform.
func (h *handler) table() []Command {
	filterArg := Arg{Name: "filter", Help: "Keywords, for example: missile -drill", Complete: h.completeFilter}
	required := filterArg
	required.Required = true
	number := Arg{
		Name: "number", Help: "The subscription's number in /subscriptions", Kind: NumberArg,
		Min: 1, Max: maxNumber, Complete: h.completeNumber,
	}
	requiredNumber := number
	requiredNumber.Required = true
	count := Arg{Name: "count", Help: "How many headlines, 1 to 10", Kind: NumberArg, Min: 1, Max: maxHeadlines}

	table := []Command{
		{
			Name: "latest", Help: "Recent headlines, newest first", Example: "latest missile 5",
			Args: []Arg{filterArg, count}, Run: h.latest,
		},
		{
			Name: "search", Help: "Search all stored headlines, newest first", Example: `search "military parade"`,
			Args: []Arg{required, count}, Run: h.latest,
		},
		{
			Name: "subscribe", Aliases: []string{"sub"}, Help: "Get alerts here from now on",
			Example: "subscribe missile -drill", Access: Managers, Args: []Arg{filterArg}, Run: h.subscribe,
		},
		{
			Name: "unsubscribe", Aliases: []string{"unsub"}, Help: "End one subscription, or all",
			Example: "unsubscribe 1", Access: Managers, Args: []Arg{number}, Run: h.unsubscribe,
		},
		{
			Name: "subscriptions", Aliases: []string{"list"}, Help: "What this chat is subscribed to", Run: h.subscriptions,
		},
		{
			Name: "filter", Help: "Change a subscription's filter, or try one out",
			Sub: []Command{
				{
					Name: "set", Help: "Give a subscription another filter", Example: "filter set 1 missile OR rocket",
					Access: Managers, Args: []Arg{requiredNumber, required}, Run: h.filterSet,
				},
				{
					Name: "clear", Help: "Let a subscription take every article", Example: "filter clear 1",
					Access: Managers, Args: []Arg{requiredNumber}, Run: h.filterClear,
				},
				{
					Name: "test", Help: "Try a filter on the articles of the last days", Example: "filter test title:kim",
					Args: []Arg{required}, Run: h.filterTest,
				},
			},
		},
		{
			Name: "sources", Help: "Where the articles come from", Run: h.sources,
			Sub: []Command{
				{Name: "list", Help: "Where the articles come from", Run: h.sources},
				{
					Name: "add", Help: "Follow a feed", Example: "sources add https://example.com/feed.xml", Access: Operators,
					Args: []Arg{{Name: "url", Help: "The feed's address", Required: true}}, Run: h.sourcesAdd,
				},
				{
					Name: "remove", Help: "Stop following a feed; its articles stay", Example: "sources remove example",
					Access: Operators, Run: h.sourcesRemove,
					Args: []Arg{{Name: "name", Help: "The source's name", Required: true, Complete: h.completeSource}},
				},
			},
		},
		{Name: "status", Help: "How the bot is doing, and what is waiting here", Run: h.status},
		{
			Name: "help", Help: "What you can ask for", Example: "help filter",
			Args: []Arg{{Name: "command", Help: "A command to explain"}}, Run: h.help,
		},
		{Name: "start", Help: "What this bot does", Run: h.start},
	}
	for i := range table {
		for j := range table[i].Sub {
			table[i].Sub[j].parent = table[i].Name
		}
	}
	return table
}

// pressTable returns what only buttons reach.
func (h *handler) pressTable() []Command {
	return []Command{
		{Name: "keep", Run: h.keep},
		{Name: "resume", Access: Managers, Run: h.resume},
		{Name: "catchup", Access: Managers, Run: h.catchUp},
	}
}

const (
	// maxNumber is the highest number a subscription can be called by.
	maxNumber = 9999
	// maxHeadlines is how many headlines one page shows.
	maxHeadlines = 10
)
