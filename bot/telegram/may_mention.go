package telegram

import (
	"context"
	"strconv"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"tidings/bot"
)

// mentioned returns the people whom m names in a way that says who they are, or else who wrote what it replies to. Of a
// "@name" Telegram doesn't tell bots whose it is.
func (m *message) mentioned() []bot.Mention {
	var list []bot.Mention
	for _, e := range m.Entities {
		if e.Type == "text_mention" && e.User != nil && !e.User.IsBot {
			list = append(list, mentionOf(e.User))
		}
	}
	if to := m.ReplyTo; len(list) == 0 && m.repliesTo() != 0 && to.From != nil && !to.From.IsBot {
		list = append(list, mentionOf(to.From))
	}
	return list
}

func mentionOf(u *tgbotapi.User) bot.Mention {
	p := person(u)
	return bot.Mention{Kind: bot.PersonMention, ID: p.ID, Name: p.Name}
}

// mayMention returns the check whether somebody can be notified in a chat: they have to be in it.
func (s *session) mayMention(chat *tgbotapi.Chat) func(context.Context, bot.Mention) error {
	return func(ctx context.Context, m bot.Mention) error {
		id, err := strconv.ParseInt(m.ID, 10, 64)
		switch {
		case m.Kind != bot.PersonMention || err != nil || id <= 0:
			return bot.UserErrorf("On Telegram I can mention only people: reply to a message of theirs.")
		case chat.Type == channel:
			return bot.UserErrorf("In a channel nobody can be mentioned.")
		case chat.Type == private && id == chat.ID:
			return nil
		case chat.Type == private:
			return bot.UserErrorf("Here I can mention only you.")
		}
		ctx, cancel := context.WithTimeout(ctx, callTimeout)
		defer cancel()
		who, err := s.member(ctx, chat.ID, id)
		if isRefusal(err) || err == nil && !who.present() {
			return bot.UserErrorf("I can mention only people who are in this chat.")
		}
		return err
	}
}
