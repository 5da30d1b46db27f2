package answer

import (
	"context"
	"strings"

	"tidings/bot"
)

// channelCommand lets administrators of a channel set it up from their private chat, where its readers don't see it.
func (h *Handler) channelCommand() bot.Command {
	return bot.Command{
		Name: "channel", Help: "Set up a channel from our private chat", Example: "channel @name", TypedOnly: true,
		Args: []bot.Arg{{Name: "channel", Help: "Its @name, or leave; or forward me one of its posts"}}, Run: h.channel,
	}
}

// channel answers /channel: it chooses the channel that commands are about, leaves it, or says which it is.
func (h *Handler) channel(ctx context.Context, r bot.Request) (bot.Message, error) {
	if !r.Direct || r.At == nil {
		return bot.Message{}, bot.UserErrorf("Type /channel in our private chat.")
	}
	chat := r.Args["channel"]
	before, err := h.focusOf(ctx, r.Invocation)
	switch {
	case err != nil:
		return bot.Message{}, err
	case strings.EqualFold(chat, "leave"):
		if err := h.setFocus(ctx, r.Invocation, ""); err != nil {
			return bot.Message{}, err
		}
		return bot.Message{Text: bot.Say("Your commands are about this chat.")}, nil
	case chat == "" && before == "":
		return bot.Message{}, bot.UserErrorf("Which channel? Give its name, as in %s, or forward me one of its posts. You have to be an administrator "+
			"there, and so do I, with the right to post.", bot.Styled("/channel @name", bot.Code))
	case chat == "":
		chat = before
	}
	if chat = chatCalled(chat); !chatAddress.MatchString(chat) {
		return bot.Message{}, bot.UserErrorf("“%s” isn't the name of a channel. It begins with @; of a private channel, forward me a post.", clip(chat))
	}
	there, err := r.At(ctx, chat)
	if err != nil {
		return bot.Message{}, err
	}
	subs, err := h.subscriptionsOf(ctx, there.Target)
	if err != nil {
		return bot.Message{}, err
	}
	place := bot.Styled(there.Place, bot.Bold)
	t := bot.Say("Your commands in this chat are now about %s, which has no subscriptions.", place)
	if n := len(subs); n > 0 {
		t = bot.Count(n, "Your commands in this chat are now about %[2]s, which has %[1]d subscription.",
			"Your commands in this chat are now about %[2]s, which has %[1]d subscriptions.", place)
	}
	t = bot.Join(t, bot.Plain(" "), bot.Say("To come back: %s", bot.Styled("/channel leave", bot.Code)))
	rights, err := missingRights(ctx, there)
	if err != nil {
		return bot.Message{}, err
	}
	return bot.Message{Text: bot.Join(t, rights)}, h.setFocus(ctx, r.Invocation, there.Target.Chat)
}
