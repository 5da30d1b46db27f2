package answer

import (
	"context"
	"fmt"

	"tidings/bot"
)

// storiesCommand decides what becomes of the second article of a story, and the third.
func (h *Handler) storiesCommand() bot.Command {
	return switchCommand("stories", "One alert for a story, or one for each article", []bot.Arg{h.numberArg()},
		side{
			"Add later articles on a story to its first alert", "stories on", h.setStories(bot.Grouped,
				bot.Say("Later articles on the same story are added to the first alert, for:")),
		},
		side{
			"Post every article, even on the same story", "stories off 1", h.setStories(bot.Apart,
				bot.Say("Every article gets its own alert, even on the same story, for:")),
		})
}

// setStories answers /stories on and off, for one subscription of the chat, or all.
func (h *Handler) setStories(to bot.Stories, done bot.Text) func(context.Context, bot.Request) (bot.Message, error) {
	return func(ctx context.Context, r bot.Request) (bot.Message, error) {
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
		return bot.Message{Text: bot.Join(done, subscriptionLines(subs))}, nil
	}
}
