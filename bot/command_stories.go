package bot

import (
	"context"
	"fmt"
)

// storiesCommand says what becomes of the second article of a story, and the third.
func (h *handler) storiesCommand() Command {
	return Command{
		Name: "stories", Help: "One alert for a story, or one for each article of it",
		Sub: []Command{
			{
				Name: "on", Help: "Name further articles of a story on its first alert", Example: "stories on",
				Access: Managers, Args: []Arg{h.numberArg()}, Run: h.storiesOn,
			},
			{
				Name: "off", Help: "Post an alert for every article, also of one story", Example: "stories off 1",
				Access: Managers, Args: []Arg{h.numberArg()}, Run: h.storiesOff,
			},
		},
	}
}

// storiesOn answers /stories on.
func (h *handler) storiesOn(ctx context.Context, r Request) (Message, error) {
	return h.setStories(ctx, r, Grouped, "Further articles of a story are named on its first alert, for:")
}

// storiesOff answers /stories off.
func (h *handler) storiesOff(ctx context.Context, r Request) (Message, error) {
	return h.setStories(ctx, r, Apart, "Every article gets an alert of its own, also several of one story, for:")
}

// setStories changes one subscription of the chat, or all.
func (h *handler) setStories(ctx context.Context, r Request, to Stories, done string) (Message, error) {
	subs, err := h.oneOrAll(ctx, r)
	if err != nil {
		return Message{}, err
	}
	for i := range subs {
		if err := h.store.SetStories(ctx, subs[i].ID, to); err != nil {
			return Message{}, fmt.Errorf("set stories of subscription %d: %w", subs[i].ID, err)
		}
		subs[i].Stories = to
	}
	return Message{Text: Join(Plain(done), subscriptionLines(subs))}, nil
}
