package answer

import (
	"cmp"
	"context"
	"fmt"

	"tidings/bot"
)

// storiesCommand is the old name of one of a subscription's preferences.
func (h *Handler) storiesCommand() bot.Command {
	return bot.Command{
		Name: "stories", Help: "One alert for a story, or one for each article", Former: true, Run: h.stories, Access: bot.Managers,
		Args: []bot.Arg{{Name: "how", Help: "grouped or apart"}, h.numberArg()},
	}
}

// stories answers /stories, for one subscription of the chat, or all.
func (h *Handler) stories(ctx context.Context, r bot.Request) (bot.Message, error) {
	how := r.Args["how"]
	if how == "" {
		return bot.Message{}, bot.UserErrorf("Stories are set for each subscription now, as in %s.", code("/subscription 1 stories apart"))
	}
	subs, err := h.oneOrAll(ctx, r)
	if err != nil {
		return bot.Message{}, err
	}
	k := h.storiesOption()
	change, err := k.read(ctx, &r, how)
	if err != nil {
		return bot.Message{}, err
	}
	for i := range subs {
		change(&subs[i])
		if err := h.store.SetStories(ctx, subs[i].ID, subs[i].Stories); err != nil {
			return bot.Message{}, fmt.Errorf("set stories of subscription %d: %w", subs[i].ID, err)
		}
	}
	return nowCalled(bot.Message{Text: bot.Join(k.done(&subs[0]), subscriptionLines(subs))}, "/subscription 1 stories "+k.value(&bot.Subscription{Stories: cmp.Or(subs[0].Stories, "grouped")})), nil
}
