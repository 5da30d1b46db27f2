package telegram

import (
	"cmp"
	"strings"

	"tidings/bot"
)

var _ bot.Linker = (*Adapter)(nil)

// internalPrefix begins the identifiers of channels and supergroups. https://core.telegram.org/api/bots/ids
const internalPrefix = "-100"

// MessageLink returns the address of a message in a channel or supergroup, which opens for its members
// alone. Messages of other chats have none. https://core.telegram.org/api/links#message-links
func (a *Adapter) MessageLink(to bot.Target, r bot.Receipt) string {
	id, ok := strings.CutPrefix(cmp.Or(r.Chat, to.Chat), internalPrefix)
	if !ok || id == "" || r.MessageID == "" {
		return ""
	}
	return "https://t.me/c/" + id + "/" + r.MessageID
}
