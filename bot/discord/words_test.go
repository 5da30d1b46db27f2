package discord

import (
	"context"
	"strings"
	"testing"

	"tidings/bot"
	"tidings/bot/bottest"
	sandboxdiscord "tidings/internal/sandbox/discord"
)

func TestWords_AreThoseToTheBotAlone(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]bool{
		`{"id":"1","channel_id":"2","content":"hello","author":{"id":"3"}}`:                                          true,
		`{"id":"1","channel_id":"2","content":" ","author":{"id":"3"}}`:                                              false,
		`{"id":"1","channel_id":"2","content":"hello","author":{"id":"7"}}`:                                          false,
		`{"id":"1","channel_id":"2","content":"hello","author":{"id":"3","bot":true}}`:                               false,
		`{"id":"1","channel_id":"2","content":"hello","webhook_id":"4","author":{"id":"3"}}`:                         false,
		`{"id":"1","channel_id":"2","guild_id":"9","content":"<@7> hi","author":{"id":"3"}}`:                         true,
		`{"id":"1","channel_id":"2","guild_id":"9","content":"<@!7>","author":{"id":"3"}}`:                           true,
		`{"id":"1","channel_id":"2","guild_id":"9","content":"<@71> hi","author":{"id":"3"}}`:                        false,
		`{"id":"1","channel_id":"2","guild_id":"9","content":"so true","author":{"id":"3"},"mentions":[{"id":"7"}]}`: false,
		`{"id":"1","channel_id":"2","guild_id":"9","content":"","author":{"id":"3"}}`:                                false,
		`[]`: false,
	} {
		if _, got := readWords([]byte(raw), "7"); got != want {
			t.Errorf("%s is for the bot: %t", raw, got)
		}
	}
}

func TestRun_AnswersWordsInPrivateAndMentions(t *testing.T) {
	w := unlimited(t)
	h := &bottest.Handler{Table: help().Table, Answer: func(_ context.Context, inv bot.Invocation) bot.Message {
		if inv.Command == "filter" {
			return bot.Message{Form: &bot.Form{Title: bot.Plain("Filter"), Data: "x"}}
		}
		return bot.Message{Text: bot.Plain(strings.TrimSpace(inv.Command + " " + inv.Line))}
	}}
	w.run(t, h)
	private, other := w.DirectChannel(w.member), w.AddUser("cho")
	said := func(channel, text string) func() bool {
		return func() bool {
			for _, m := range w.Messages(channel) {
				if m.Author.Bot && m.Content == text {
					return true
				}
			}
			return false
		}
	}
	w.Say(w.member, private, "hi, what can you do?")
	eventually(t, "words are answered", said(private, "start"))
	w.Say(w.member, private, "again, within a moment")
	dee := w.AddUser("dee")
	w.Say(dee, w.DirectChannel(dee), "https://news.example/rss moon")
	eventually(t, "an address asks to subscribe", said(w.DirectChannel(dee), "subscribe <https://news.example/rss> moon"))
	mention := "<@" + w.ApplicationID() + ">"
	w.Say(other, w.channel, "who is "+mention+"?")
	eventually(t, "a mention is answered", said(w.channel, "start"))
	for range 20 {
		w.Say(other, w.channel, mention)
	}
	w.Say(w.member, w.channel, "not to the bot")
	w.Say(w.manager, w.DirectChannel(w.manager), "/latest moon")
	eventually(t, "a typed command is carried out", said(w.DirectChannel(w.manager), "latest moon"))
	w.answersCommands(t, h)
	var bots []sandboxdiscord.Message
	for _, m := range w.Messages(w.channel) {
		if m.Author.Bot && m.EphemeralTo == "" {
			bots = append(bots, m)
		}
	}
	if len(bots) != 1 || bots[0].ReplyTo == "" || bots[0].Pings.Any() {
		t.Errorf("in public the bot said %+v, want one reply that pings nobody", bots)
	}
}

// answersCommands checks that commands are answered.
func (w *world) answersCommands(t *testing.T, h *bottest.Handler) {
	t.Helper()
	it, err := w.Command(within(t), w.member, w.channel, h.Table[0].Name, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := it.Reply(within(t)); err != nil {
		t.Error(err)
	}
}
