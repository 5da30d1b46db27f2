package telegram

import (
	"context"
	"strconv"

	"tidings/bot"
)

// Direct returns the private chat with a user, which has the user's number. Telegram accepts messages
// there once the user has written to the bot.
func (a *Adapter) Direct(_ context.Context, user string) (bot.Target, error) {
	if n, err := strconv.ParseInt(user, 10, 64); err != nil || n <= 0 || n == anonymousAdmin { // a chat, in whose name somebody writes
		return bot.Target{}, &bot.SendError{Kind: bot.Unsendable, Reason: "that isn't a person"}
	}
	return bot.Target{Platform: Platform, Chat: user}, nil
}
