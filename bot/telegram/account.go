package telegram

import (
	"strconv"

	"tidings/bot"
)

var _ bot.Identity = (*Adapter)(nil)

// Account returns the number of the bot, with which its token begins.
func (a *Adapter) Account() string { return strconv.FormatInt(a.id, 10) }
