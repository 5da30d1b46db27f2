package bottest

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"tidings/bot"
)

func mentionsExactly(t *testing.T, x *adapterSuite) {
	who, other := x.ID(Manager), x.ID(Member)
	mention := []bot.Mention{{Kind: bot.PersonMention, ID: who, Name: "Ann"}, {Kind: bot.PersonMention, ID: "nobody", Name: "@everyone"}}
	attack := fmt.Sprintf("<@%s> <@!%s> @everyone tg://user?id=%s", other, other, other)
	long := strings.Repeat("A dispatch from the coast. ", manyWords)
	card := &bot.Card{Title: bot.Plain(attack), Summary: bot.Plain(attack + long), URL: "https://example.org/a", Source: attack, Note: bot.Plain(attack)}
	for name, m := range map[string]bot.Message{
		"text": {Text: bot.Plain(attack)}, "long text": {Text: bot.Plain(attack + " " + long)}, "card": {Card: card},
	} {
		if got := x.send(t, m); len(got.Notified) > 0 {
			t.Errorf("%s: notifies %q, want nobody", name, got.Notified)
		}
		m.Mentions = mention
		got := x.send(t, m)
		if !slices.Equal(got.Notified, []string{who}) {
			t.Errorf("%s: notifies %q, want %s alone", name, got.Notified, who)
		}
		if m.Card == nil && !strings.Contains(got.Text, "everyone") {
			t.Errorf("%s: the text is gone: %.200q", name, got.Text)
		}
	}
}

// manyWords makes a text that no platform takes whole.
const manyWords = 200

func postsSilently(t *testing.T, x *adapterSuite) {
	for name, m := range map[string]bot.Message{
		"text": {Text: bot.Plain("On the quiet.")},
		"file": {Text: bot.Plain("On the quiet."), File: &bot.File{Name: "a.txt", Content: []byte("a")}},
	} {
		if x.send(t, m).Silent {
			t.Errorf("%s: is silent, unasked", name)
		}
		m.Silent = true
		if !x.send(t, m).Silent {
			t.Errorf("%s: makes a sound", name)
		}
	}
}
