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
	name = strings.NewReplacer("_", "", "-", "").Replace(name)
	var list []*bot.Command
	for _, path := range likeOther(name) {
		first, rest, _ := strings.Cut(path, " ")
		c, left := find(h.commands, first, rest)
		if c != nil && left == "" && len(list) < maxFamiliar {
			list = append(list, c)
		}
	}
	return list
}

// likeOther returns the paths of our commands that do what one of other bots does, the nearest first.
func likeOther(name string) (paths []string) {
	for _, f := range otherBots() {
		if slices.Contains(strings.Fields(f.names), name) {
			paths = append(paths, f.here...)
		}
	}
	return paths
}

// familiarVerb returns the command that /feed and its like are for when a verb follows, as in /feed remove 1, and what is left of
// the line. There is none without a verb.
func (h *Handler) familiarVerb(name, line string) (list []*bot.Command, rest string) {
	switch name {
	case "feed", "feeds", "rss", "atom", "alert", "alerts", "keyword", "keywords", "notify", "notifications":
	default:
		return nil, line
	}
	verb, rest := cutWord(line)
	path := ""
	switch strings.ToLower(verb) {
	case "add", "subscribe", "sub", "follow", "new", "create", "set":
		path = "subscribe"
	case "list", "show", "ls", "all":
		path = "subscriptions"
	case "remove", "delete", "rm", "del", "unsubscribe", "unsub", "unfollow", "stop":
		path = "unsubscribe"
	case "pause", "resume", "mute", "unmute", "help", "settings":
		path = verb
	case "test", "preview", "try":
		path = "filter test"
	case "on", "enable":
		path = "resume"
	case "off", "disable":
		path = "pause"
	}
	first, sub, _ := strings.Cut(strings.ToLower(path), " ")
	c, _ := find(h.commands, first, sub)
	if c == nil {
		return nil, line
	}
	return []*bot.Command{c}, rest
}

// likeOthers says which of our commands do what those of other bots do.
type likeOthers struct {
	names string   // separated by spaces, without underscores
	here  []string // paths; those that there aren't are left out
}

func otherBots() []likeOthers {
	return []likeOthers{
		{"stop end quit leave off disable cancel unfollow untrack unsuball allunsub unsubscribeall removefeed delfeed deletefeed", []string{"unsubscribe", "pause", "forget"}},
		{"remove rm del delete", []string{"unsubscribe", "sources remove"}},
		{"add follow feed addfeed newfeed suball rss addrss atom track monitor watch alert alerts notify notifications keyword keywords on enable", []string{
			"subscribe", "sources",
		}},
		{"feeds channels rsslist sublist listfeeds", []string{"sources", "subscriptions"}},
		{"interval setinterval frequency setfrequency", []string{"subscription", "settings"}},
		{"template settemplate format setformat style", []string{"settings", "subscription"}},
		{"setfilter setfilters setkeywords", []string{"filter set", "filter edit"}},
		{"undo revert", []string{"unmute", "resume", "unsubscribe"}},
		{"privacy gdpr deletemydata", []string{"forget", "help"}},
		{"setting setdefault config configure configuration setup options preferences prefs", []string{
			"settings", "subscription", "subscriptions",
		}},
		{"block exclude ignore hide silence blacklist", []string{"mute", "pause", "settings"}},
		{"hold sleep pauseall deactivatesubs", []string{"pause", "unsubscribe"}},
		{"wake unsnooze unblock resumeall activeall activatesubs", []string{"resume", "unmute"}},
		{"summary daily weekly briefing schedule", []string{"digest", "subscription", "latest"}},
		{"news headlines recent top today last new newest read", []string{"latest", "search"}},
		{"find query", []string{"search"}},
		{"test try preview", []string{"filter test"}},
		{"edit change modify update filters", []string{"filter edit", "filter set"}},
		{"my mysubs mylist show view subs followed", []string{"subscriptions"}},
		{"info about ping version stats statistics health uptime", []string{"status", "help"}},
		{"menu commands command hello hi", []string{"help", "start"}},
		{"reset clear purge", []string{"forget", "unsubscribe"}},
	}
}
