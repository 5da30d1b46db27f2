package answer

import (
	"context"
	"fmt"

	"tidings/bot"
)

// storiesCommand says what becomes of the second article of a story, and the third.
func (h *Handler) storiesCommand() bot.Command {
	return bot.Command{
		Name: "stories", Help: "One alert for a story, or one for each article",
		Sub: []bot.Command{
			{
				Name: "on", Help: "Add later articles on a story to its first alert", Example: "stories on",
				Access: bot.Managers, Args: []bot.Arg{h.numberArg()}, Run: h.storiesOn,
			},
			{
				Name: "off", Help: "Post every article, even on the same story", Example: "stories off 1",
				Access: bot.Managers, Args: []bot.Arg{h.numberArg()}, Run: h.storiesOff,
			},
		},
	}
}

// storiesOn answers /stories on.
func (h *Handler) storiesOn(ctx context.Context, r bot.Request) (bot.Message, error) {
	return h.setStories(ctx, r, bot.Grouped, "Later articles on the same story are added to the first alert, for:")
}

// storiesOff answers /stories off.
func (h *Handler) storiesOff(ctx context.Context, r bot.Request) (bot.Message, error) {
	return h.setStories(ctx, r, bot.Apart, "Every article gets its own alert, even on the same story, for:")
}

// setStories changes one subscription of the chat, or all.
func (h *Handler) setStories(ctx context.Context, r bot.Request, to bot.Stories, done string) (bot.Message, error) {
	subs, err := h.oneOrAll(ctx, r)
	if err != nil {
		return bot.Message{}, err
	}
	for i := range subs {
		if err := h.store.SetStories(ctx, subs[i].ID, to); err != nil {
			return bot.Message{}, fmt.Errorf("set stories of subscription %d: %w", subs[i].ID, err)
		}
		subs[i].Stories = to
	}
	return bot.Message{Text: bot.Join(bot.Plain(done), subscriptionLines(subs))}, nil
}
