package answer

import (
	"context"
	"fmt"

	"tidings/bot"
)

// sourceLogin sets what a feed's server wants to see, from the console alone: what is written in a chat is for everybody there
// to see, and kept by the platform. An empty line forgets it.
func (h *Handler) sourceLogin(ctx context.Context, r bot.Request) (bot.Message, error) {
	if !r.Operator {
		return bot.Message{}, staleButton()
	}
	s, err := h.feedToManage(ctx, &r)
	if err != nil {
		return bot.Message{}, err
	}
	var login bot.Login
	done := bot.Say("The login of %s is forgotten.", s.Name)
	if r.Line != "" {
		if login, err = bot.ReadLogin(r.Line); err != nil {
			return bot.Message{}, bot.UserErrorf("Not saved: %s.", err.Error())
		}
		done = bot.Say("%s logs in from now on, at %s alone.", s.Name, bot.Origin(s.URL))
	}
	if err := h.store.SetLogin(ctx, s.ID, login); err != nil {
		return bot.Message{}, fmt.Errorf("set the login of source %s: %w", s.ID, err)
	}
	return bot.Message{Text: done}, nil
}
