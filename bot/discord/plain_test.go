package discord

import (
	"strings"
	"testing"
	"time"

	"tidings/bot"
	sandboxdiscord "tidings/internal/sandbox/discord"
)

func TestSend_PostsTextWhereTheBotMayNotEmbedLinks(t *testing.T) {
	w := unlimited(t)
	w.SetBotPermissions(w.channel, sandboxdiscord.MemberDefault&^sandboxdiscord.EmbedLinks)
	card := &bot.Card{
		Title: bot.Plain("Gazette *reopens*"), URL: "https://example.org/story", Summary: bot.Plain("After a year."),
		Authors: []string{"Ann", "Bob"}, Source: "courier", Published: time.Date(2026, 11, 28, 0, 0, 0, 0, time.UTC), DateOnly: true,
	}
	const want = "**Gazette \\*reopens\\***\nAfter a year.\nAnn \\| Bob • courier • 28 Nov 2026\n<https://example.org/story>"
	button := [][]bot.Button{{{Label: "More", Data: "more"}}}
	r, err := w.adapter.Send(within(t), w.here(), bot.Message{Card: card, Buttons: button, Key: "k1"})
	if err != nil {
		t.Fatal(err)
	}
	if m, _ := w.Message(r.MessageID); m.Content != want || len(m.Embeds) != 0 || len(m.Components) != 1 {
		t.Errorf("shown is %+v, want %q and the button", m, want)
	}
	requests := w.Counters().Requests
	for range 3 {
		if _, err := w.adapter.Send(within(t), w.here(), bot.Message{Card: card}); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.adapter.Edit(within(t), w.here(), r, bot.Message{Card: card}); err != nil {
		t.Fatal(err)
	}
	if c := w.Counters(); c.Forbidden != 1 || c.Requests != requests+4 {
		t.Errorf("%d of %d requests were refused, want the first alone", c.Forbidden, c.Requests)
	}
	if n := strings.Count(w.log.String(), "may not embed links"); n != 1 {
		t.Errorf("the log mentions it %d times", n)
	}
	w.SetBotPermissions(w.channel, sandboxdiscord.MemberDefault)
	w.adapter.textOnly.forget() // which a change of rights does
	if err := w.adapter.Edit(within(t), w.here(), r, bot.Message{Card: card}); err != nil {
		t.Fatal(err)
	}
	if m, _ := w.Message(r.MessageID); m.Content != "" || len(m.Embeds) != 1 {
		t.Errorf("with the right shown is %+v, want the card", m)
	}
}

func TestSend_SuspendsWhereNotEvenTextIsAllowed(t *testing.T) {
	w := unlimited(t)
	w.SetBotPermissions(w.channel, sandboxdiscord.ViewChannel)
	_, err := w.adapter.Send(within(t), w.here(), bot.Message{Card: &bot.Card{Title: bot.Plain("news")}})
	if sendKind(err) != bot.TargetGone {
		t.Errorf("Send returned %v", err)
	}
	if w.adapter.textOnly.has(w.channel) {
		t.Error("the channel counts as one for text")
	}
}

// FuzzPlain looks for an alert that does not fit into a message, or that loses what it is about.
func FuzzPlain(f *testing.F) {
	f.Add("Title", "https://example.org/1", "Summary", "Note", "Author", "source")
	f.Add(strings.Repeat("*", 3000), "https://example.org/"+strings.Repeat("a", 3000), strings.Repeat("_x", 3000),
		strings.Repeat("~", 3000), strings.Repeat("|", 3000), strings.Repeat("`", 3000))
	a, err := New(Config{Token: testToken})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, title, address, summary, note, author, source string) {
		text := a.plain(&bot.Message{Card: &bot.Card{
			Title: bot.Plain(title), URL: address, Summary: bot.Plain(summary), Note: bot.Plain(note),
			Authors: []string{author, author}, Source: source, Published: time.Unix(1, 0),
		}})
		if n := units(text); n > maxContent {
			t.Errorf("the text has %d units: %q", n, text)
		}
		if clean := bot.CleanURL(address); clean != "" && units(clean) <= maxPlainURL/2 && !strings.Contains(text, "http") {
			t.Errorf("the address %q is lost in %q", clean, text)
		}
	})
}
