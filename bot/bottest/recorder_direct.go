package bottest

import (
	"context"

	"tidings/bot"
)

var _ bot.Linker = (*Recorder)(nil)

// Direct returns a chat that is named after the user.
func (r *Recorder) Direct(_ context.Context, user string) (bot.Target, error) {
	return bot.Target{Platform: r.platform, Chat: "direct-" + user}, nil
}

// MessageLink returns nothing: what was recorded has no address.
func (r *Recorder) MessageLink(bot.Target, bot.Receipt) string { return "" }
