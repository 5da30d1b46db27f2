package discord

import (
	"cmp"

	"tidings/bot"
)

var _ bot.Linker = (*Adapter)(nil)

// MessageLink returns the address of a message: https://discord.com/channels/SERVER/CHANNEL/MESSAGE, with
// @me in place of the server for a direct message. A thread is a channel of its own there.
func (a *Adapter) MessageLink(to bot.Target, r bot.Receipt) string {
	if r.MessageID == "" {
		return ""
	}
	channel := cmp.Or(r.Chat, to.Thread, to.Chat)
	return defaultAPIURL + "/channels/" + cmp.Or(to.Space, "@me") + "/" + channel + "/" + r.MessageID
}
