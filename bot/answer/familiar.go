package answer

import (
	"slices"
	"strings"

	"tidings/bot"
)

// maxFamiliar is how many commands are offered for one that there isn't.
const maxFamiliar = 3

// familiar returns the commands that do what a command of other bots does, the nearest first.
func (h *Handler) familiar(name string) []*bot.Command {
	var list []*bot.Command
	for _, f := range otherBots() {
		if !slices.Contains(strings.Fields(f.names), name) {
			continue
		}
		for _, path := range f.here {
			first, rest, _ := strings.Cut(path, " ")
			c, left := find(h.commands, first, rest)
			if c != nil && left == "" && len(list) < maxFamiliar {
				list = append(list, c)
			}
		}
	}
	return list
}

// likeOthers says which of our commands do what those of other bots do.
type likeOthers struct {
	names string   // separated by spaces
	here  []string // paths; those that there aren't are left out
}

func otherBots() []likeOthers {
	return []likeOthers{
		{"stop end quit leave off disable cancel unfollow untrack", []string{"unsubscribe", "pause", "forget"}},
		{"remove rm del delete", []string{"unsubscribe", "sources remove"}},
		{"add follow feed addfeed rss addrss atom track monitor watch alert alerts notify notifications keyword keywords on enable", []string{
			"subscribe", "sources",
		}},
		{"feeds channels rsslist sub_list listfeeds", []string{"sources", "subscriptions"}},
		{"setting config configure configuration setup options preferences prefs", []string{
			"settings", "subscription", "subscriptions",
		}},
		{"block exclude ignore hide silence blacklist", []string{"mute", "pause", "settings"}},
		{"hold sleep", []string{"pause", "unsubscribe"}},
		{"wake unsnooze unblock", []string{"resume", "unmute"}},
		{"summary daily weekly briefing schedule", []string{"digest", "subscription", "latest"}},
		{"news headlines recent top today last new newest read", []string{"latest", "search"}},
		{"find query", []string{"search"}},
		{"test try preview", []string{"filter test"}},
		{"edit change modify update filters", []string{"filter edit", "filter set"}},
		{"my mysubs mylist show view subs followed", []string{"subscriptions"}},
		{"info about ping stats statistics health uptime", []string{"status", "help"}},
		{"menu commands command hello hi", []string{"help", "start"}},
		{"reset clear purge", []string{"forget", "unsubscribe"}},
	}
}
