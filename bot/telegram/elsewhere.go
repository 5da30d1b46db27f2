package telegram

import (
	"cmp"
	"context"
	"encoding/json"
	"strconv"
	"strings"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"tidings/bot"
)

// at returns how to let an invocation act on another chat, for its administrators. Telegram is asked each time.
func (s *session) at(inv bot.Invocation) func(context.Context, string) (bot.Invocation, error) {
	user, err := strconv.ParseInt(inv.User.ID, 10, 64)
	if err != nil {
		return nil
	}
	return func(ctx context.Context, chat string) (bot.Invocation, error) {
		ctx, cancel := context.WithTimeout(ctx, callTimeout)
		defer cancel()
		var c tgbotapi.Chat
		err := s.client.call(ctx, "getChat", tgbotapi.Params{"chat_id": chat}, &c)
		manager := false
		if err == nil && c.Type != private {
			manager, err = s.askManages(ctx, memberKey{chat: c.ID, user: user})
		}
		switch {
		case isRefusal(err), err == nil && c.Type == private:
			return inv, bot.UserErrorf("I know no channel %s, or I'm not in it. Make me an administrator there who may post messages, and try again.",
				bot.CleanText(chat, maxName))
		case err != nil:
			return inv, err
		case !manager:
			return inv, bot.UserErrorf("Only administrators of %s can do that.", placeName(&c))
		}
		there := inv
		there.Target, there.Place, there.Direct, there.ReplyTo = chatTarget(c.ID), placeName(&c), false, ""
		there.ChatName = chatName(&c)
		there.Manager, there.Lacking, there.MayMention = always, s.lacking(&c), s.mayMention(&c)
		return there, nil
	}
}

// placeName returns what people call a chat.
func placeName(c *tgbotapi.Chat) string {
	if c.UserName != "" {
		return "@" + c.UserName
	}
	return "“" + oneLine(c.Title) + "”"
}

// chatName returns the title of a chat, or who is in it.
func chatName(c *tgbotapi.Chat) string {
	return oneLine(cmp.Or(c.Title, strings.TrimSpace(c.FirstName+" "+c.LastName), c.UserName))
}

// fromChannel returns the channel of which a message is a forwarded post, or "".
func (m *message) fromChannel() string {
	var origin struct {
		Type string         `json:"type"`
		Chat *tgbotapi.Chat `json:"chat"`
	}
	if m.Forwarded == nil || json.Unmarshal(m.Forwarded, &origin) != nil || origin.Type != channel || origin.Chat == nil {
		return ""
	}
	return strconv.FormatInt(origin.Chat.ID, 10)
}

// pointsAtChannel reports whether somebody shows the bot a channel in private, by one of its posts.
func (m *message) pointsAtChannel() bool { return m.Chat.Type == private && m.fromChannel() != "" }
