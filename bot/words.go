package bot

import (
	"slices"
	"strings"

	"tidings/internal/lazyregexp"
)

// CommandInWords returns the command that somebody means who writes to the bot in private and not as a command: an address asks to
// subscribe to what is there; “subscribe missile”, “!latest” and “/ latest” mean what they say; anything else is a greeting.
func CommandInWords(text string) (name, line string) {
	text = strings.TrimSpace(text)
	if BeginsWithAddress(text) {
		return "subscribe", text
	}
	m := slashCommand.FindStringSubmatch(text)
	if m == nil {
		m = spokenCommand.FindStringSubmatch(text)
	}
	if m == nil {
		return "start", ""
	}
	sign, name, line := m[1], strings.ToLower(m[2]), strings.TrimSpace(m[3])
	switch name {
	case "help":
		if first, _, _ := strings.Cut(strings.ToLower(line), " "); slices.Contains([]string{"me", "us", "please", "with"}, first) {
			line = "" // of no command in particular
		}
		return name, line
	case "subscribe", "sub", "unsubscribe", "unsub", "subscriptions", "latest", "search", "settings", "sources", "status":
		return name, line
	}
	if strings.ContainsAny(sign, "!/／") {
		return name, line
	}
	return "start", ""
}

// slashCommand is a command by its sign, whatever it is called: other bots have names of more signs than this one. Behind the name may
// be a bot's, and a colon or comma, each in the width of any script. spokenCommand may be prose.
var (
	slashCommand  = lazyregexp.New(`(?s)^([/／])[\s\p{Z}]*([^\s\p{Z}:：,，、@/／]{1,64})(?:@[^\s\p{Z}]*)?(?:[\s\p{Z}:：,，、](.*))?$`)
	spokenCommand = lazyregexp.New(`(?s)^([!.]?)([A-Za-z_]{2,32})(?:[:,]?\s+(.*))?$`)
)
