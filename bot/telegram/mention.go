package telegram

import (
	"cmp"
	"strconv"

	"tidings/bot"
)

// maxMentioned bounds the name in a mention.
const maxMentioned = 32

// mentions returns the line that mentions people by their IDs, with its end. Telegram has no roles.
// core.telegram.org/bots/api#html-style
func mentions(list []bot.Mention) bot.Text {
	var t bot.Text
	for _, m := range list[:min(len(list), bot.MaxMentions)] {
		id, err := strconv.ParseInt(m.ID, 10, 64)
		if m.Kind != bot.PersonMention || err != nil || id <= 0 {
			continue
		}
		name := part(bot.Plain(oneLine(cmp.Or(m.Name, m.ID))), maxMentioned).String()
		if len(t) > 0 {
			t = append(t, bot.Span{Text: " "})
		}
		t = append(t, bot.Span{Text: cmp.Or(name, m.ID), Link: "tg://user?id=" + strconv.FormatInt(id, 10)})
	}
	if len(t) > 0 {
		t = append(t, bot.Span{Text: "\n"})
	}
	return t
}
