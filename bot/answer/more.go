package answer

import (
	"context"
	"fmt"
	"strconv"

	"tidings/bot"
)

// mostMore is how many of the articles that a list only counts are shown to whoever asks.
const mostMore = 10

// more answers the button below a list that counts more articles than it shows: it shows them to whoever pressed it.
func (h *Handler) more(ctx context.Context, r bot.Request) (bot.Message, error) {
	id, err := strconv.ParseInt(r.Args["list"], 10, 64)
	if err != nil {
		return bot.Message{}, staleButton()
	}
	list, err := h.store.ListedOnly(ctx, r.Target, id)
	if err != nil {
		return bot.Message{}, fmt.Errorf("what a list in %s counts: %w", r.Target, err)
	}
	list = h.visible(list)
	if len(list) == 0 {
		return bot.Message{Text: bot.Say("There's nothing more."), Notice: true}, nil
	}
	t := bot.Say("Also in this list:")
	for i := range list[:min(len(list), mostMore)] {
		t = bot.Join(t, bot.Plain("\n\n"), h.headline(&list[i], nil))
	}
	if rest := len(list) - mostMore; rest > 0 {
		t = bot.Join(t, bot.Plain("\n\n"), bot.Count(rest, "%d more is in /latest.", "%d more are in /latest."))
	}
	return bot.Message{Text: t, Notice: true}, nil
}
