package telegram

import (
	"context"

	"tidings/bot"
)

// Direct returns the private chat with a user, which has the user's number. Telegram accepts messages
// there once the user has written to the bot.
func (a *Adapter) Direct(_ context.Context, user string) (bot.Target, error) {
	return bot.Target{Platform: Platform, Chat: user}, nil
}
