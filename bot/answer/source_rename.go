package answer

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"tidings/bot"
)

// sourcesRename answers /sources rename.
func (h *Handler) sourcesRename(ctx context.Context, r bot.Request) (bot.Message, error) {
	s, err := h.sourceToManage(ctx, &r)
	if err != nil {
		return bot.Message{}, err
	}
	name := strings.ToLower(r.Args["new"])
	switch {
	case s.Configured:
		return bot.Message{}, bot.UserErrorf("%s is in the FEEDS setting, which names it.", s.Name)
	case !bot.IsSourceName(name):
		return bot.Message{}, bot.UserErrorf("“%s” can't be a source's name. Use %s.", clip(r.Args["new"]), bot.Known(bot.SourceNameForm))
	case name == s.Name:
		return bot.Message{}, bot.UserErrorf("It is called %s already.", name)
	}
	n, err := h.store.SubscriptionsNaming(ctx, s.Place, s.Name)
	if err != nil {
		return bot.Message{}, fmt.Errorf("subscriptions of source %s: %w", s.ID, err)
	}
	err = h.store.RenameSource(ctx, s.ID, name)
	if errors.Is(err, bot.ErrExists) {
		return bot.Message{}, bot.UserErrorf("The name %s is taken, or articles have it of a source that isn't followed any more. Choose another.", name)
	}
	if err != nil {
		return bot.Message{}, fmt.Errorf("rename source %s: %w", s.ID, err)
	}
	return bot.Message{Text: bot.Join(bot.Say("%s is %s from now on, with all its articles.", s.Name, name), bot.Plain(" "), StillNaming(n, s.Name, name))}, nil
}

// StillNaming says what becomes of n subscriptions that name a source by the name that it had.
func StillNaming(n int, before, name string) bot.Text {
	if n == 0 {
		return bot.Say("No subscription names it.")
	}
	return bot.Count(n, "%d subscription still says source:%s, which no longer means it. It has to say source:%s.",
		"%d subscriptions still say source:%s, which no longer means it. They have to say source:%s.", before, name)
}
