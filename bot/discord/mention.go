package discord

import (
	"strings"

	"tidings/bot"
)

// allowed lists whom a message may notify, whatever its text says. Discord's default would allow everyone.
// discord.com/developers/docs/resources/message#allowed-mentions-object
type allowed struct {
	Parse []string `json:"parse"` // always empty, and never null
	Users []string `json:"users,omitempty"`
	Roles []string `json:"roles,omitempty"`
}

// mentions returns the line that mentions people and roles, and what allows exactly those to be notified.
func mentions(list []bot.Mention) (string, allowed) {
	a := allowed{Parse: []string{}}
	var words []string
	for _, m := range list[:min(len(list), bot.MaxMentions)] {
		switch {
		case m.ID == "" || strings.Trim(m.ID, "0123456789") != "":
		case m.Kind == bot.RoleMention:
			words, a.Roles = append(words, "<@&"+m.ID+">"), append(a.Roles, m.ID)
		case m.Kind == bot.PersonMention:
			words, a.Users = append(words, "<@"+m.ID+">"), append(a.Users, m.ID)
		}
	}
	return strings.Join(words, " "), a
}

// withoutMentions returns a message's content without the line that mentions people and roles. Text has no such marks: they
// would be escaped.
func withoutMentions(content string) string {
	line, rest, _ := strings.Cut(content, "\n")
	for word := range strings.FieldsSeq(line) {
		if !strings.HasPrefix(word, "<@") || !strings.HasSuffix(word, ">") {
			return content
		}
	}
	return rest
}
