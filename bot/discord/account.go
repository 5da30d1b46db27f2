package discord

import (
	"context"
	"encoding/base64"
	"net/http"
	"strconv"
	"strings"

	"tidings/bot"
)

var _ bot.Identity = (*Adapter)(nil)

// Account returns the ID of the bot's user, which is the first part of a token as Discord makes them, or "".
func (a *Adapter) Account() string {
	first, _, _ := strings.Cut(a.token.Reveal(), ".")
	id, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(first, "="))
	if err != nil {
		return ""
	}
	if _, err := strconv.ParseUint(string(id), 10, 64); err != nil {
		return ""
	}
	return string(id)
}

// whoami asks Discord for the bot's own user.
func (a *Adapter) whoami(ctx context.Context) (wireUser, error) {
	var self wireUser
	err := a.rest.call(ctx, http.MethodGet, "/users/@me", nil, &self)
	if err == nil {
		a.self.Store(&self.ID)
	}
	return self, err
}

// userID returns the ID of the bot's user, which Discord is asked for once.
func (a *Adapter) userID(ctx context.Context) (string, error) {
	if id := a.self.Load(); id != nil {
		return *id, nil
	}
	self, err := a.whoami(ctx)
	return self.ID, err
}
