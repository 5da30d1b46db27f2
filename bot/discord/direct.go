package discord

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"tidings/bot"
)

// Direct opens the private chat with a user, or finds the one there is. Discord lets a bot do so that
// shares a server with the user.
func (a *Adapter) Direct(ctx context.Context, user string) (bot.Target, error) {
	var channel struct {
		ID string `json:"id"`
	}
	err := a.rest.call(ctx, http.MethodPost, "/users/@me/channels", map[string]string{"recipient_id": user}, &channel)
	switch {
	case ctx.Err() != nil:
		return bot.Target{}, fmt.Errorf("open a private chat: %w", ctx.Err())
	case err != nil:
		return bot.Target{}, sendError(err)
	case channel.ID == "":
		return bot.Target{}, &bot.SendError{Kind: bot.Transient, Err: errors.New("a private chat without an ID")}
	}
	return bot.Target{Platform: Platform, Chat: channel.ID}, nil
}
