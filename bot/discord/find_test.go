package discord

import (
	"errors"
	"testing"
	"time"

	"tidings/bot"
	"tidings/internal/sandbox"
	sandboxdiscord "tidings/internal/sandbox/discord"
)

func TestFindSent_FindsWhatArrivedWithoutAnAnswer(t *testing.T) {
	story := func(title string) bot.Message {
		return bot.Message{Card: &bot.Card{
			Title: bot.Plain(title), URL: "https://example.org/" + title, Summary: bot.Plain("*What* happened"), Source: "courier",
		}}
	}
	for name, tt := range map[string]struct {
		m      bot.Message
		rights int64
	}{
		"a card":           {story("news"), sandboxdiscord.MemberDefault},
		"a card as text":   {story("news"), sandboxdiscord.MemberDefault &^ sandboxdiscord.EmbedLinks},
		"text":             {bot.Message{Text: bot.Plain("three *headlines*\n")}, sandboxdiscord.MemberDefault},
		"text in an embed": {bot.Message{Text: bot.Plain(longText())}, sandboxdiscord.MemberDefault},
		"a card for some":  {mentioning(story("news")), sandboxdiscord.MemberDefault},
		"text for some":    {mentioning(bot.Message{Text: bot.Plain("three headlines")}), sandboxdiscord.MemberDefault},
		"as text for some": {mentioning(story("news")), sandboxdiscord.MemberDefault &^ sandboxdiscord.EmbedLinks},
	} {
		t.Run(name, func(t *testing.T) {
			w := unlimited(t)
			w.SetBotPermissions(w.channel, tt.rights)
			find := func(m bot.Message, since time.Time) (bot.Receipt, bool) {
				t.Helper()
				r, found, err := w.adapter.FindSent(within(t), w.here(), []bot.Message{story("another form"), m}, since)
				if err != nil {
					t.Fatal(err)
				}
				return r, found
			}
			w.Say(w.member, w.channel, "news") // somebody else
			if _, found := find(tt.m, time.Now()); found {
				t.Error("found before it was sent")
			}
			w.Faults.Inject(sandbox.Fault{Kind: sandbox.FaultResetAfter, Path: "/messages", Method: "POST"})
			if tt.rights&sandboxdiscord.EmbedLinks == 0 { // whose first try is refused
				w.Faults.Clear()
			}
			_, _ = w.adapter.Send(within(t), w.here(), tt.m)
			shown := w.Messages(w.channel)
			r, found := find(tt.m, time.Now())
			if want := shown[len(shown)-1].ID; !found || r.MessageID != want {
				t.Errorf("found is %t, %q, want %q", found, r.MessageID, want)
			}
			quiet := tt.m
			quiet.Mentions = nil // as at night
			if again, found := find(quiet, time.Now()); !found || again != r {
				t.Errorf("without mentions found is %t, %q, want %q", found, again.MessageID, r.MessageID)
			}
			if tt.m.Card != nil && tt.rights == sandboxdiscord.MemberDefault {
				more := tt.m
				more.Card = new(*tt.m.Card)
				more.Card.Note = bot.Plain("Also: what another calls it")
				if again, found := find(more, time.Now()); !found || again != r {
					t.Errorf("with more reports of it found is %t, %q, want %q", found, again.MessageID, r.MessageID)
				}
			}
			if _, found := find(story("other news"), time.Now()); found {
				t.Error("another message was mistaken for it")
			}
			if _, found := find(tt.m, time.Now().Add(time.Hour)); found {
				t.Error("a message from long before was mistaken for it")
			}
		})
	}
}

// mentioning returns a message that notifies a role and a person.
func mentioning(m bot.Message) bot.Message {
	m.Mentions = []bot.Mention{{Kind: bot.RoleMention, ID: "4711"}, {Kind: bot.PersonMention, ID: "4712"}}
	return m
}

// longText returns a text that only fits in an embed.
func longText() string {
	text := make([]byte, 0, 3*maxContent/2)
	for len(text) < 3*maxContent/2 {
		text = append(text, "news "...)
	}
	return string(text)
}

func TestFindSent_SaysWhenItCannotLook(t *testing.T) {
	w := unlimited(t)
	look := func() *bot.SendError {
		t.Helper()
		_, found, err := w.adapter.FindSent(within(t), w.here(), []bot.Message{{Text: bot.Plain("x")}}, time.Now())
		e, ok := errors.AsType[*bot.SendError](err)
		if found || !ok {
			t.Fatalf("found is %t, %v, want a failure", found, err)
		}
		return e
	}
	w.SetBotPermissions(w.channel, sandboxdiscord.ViewChannel|sandboxdiscord.SendMessages)
	if e := look(); e.Kind != bot.Unsendable {
		t.Errorf("without the right to read it failed with %+v, as if it may have it in a moment", e)
	}
	w.SetBotPermissions(w.channel, 0)
	if e := look(); e.Kind != bot.TargetGone {
		t.Errorf("without access it failed with %+v", e)
	}
	w.SetBotPermissions(w.channel, sandboxdiscord.MemberDefault)
	for range maxPage * maxPages {
		w.Say(w.member, w.channel, "chatter")
	}
	if e := look(); e.Kind != bot.Unsendable {
		t.Errorf("among too many messages it failed with %+v, as if they may be fewer in a moment", e)
	}
	w.Faults.Inject(sandbox.Fault{Path: "/messages"})
	if e := look(); e.Kind != bot.Transient {
		t.Errorf("in an outage it failed with %+v", e)
	}
}

func TestFindSent_LooksBehindWhatOthersWroteSince(t *testing.T) {
	w := unlimited(t)
	began := time.Now()
	m := bot.Message{Text: bot.Plain("three headlines")}
	w.Faults.Inject(sandbox.Fault{Kind: sandbox.FaultResetAfter, Path: "/messages", Method: "POST"})
	_, _ = w.adapter.Send(within(t), w.here(), m)
	mine := w.Messages(w.channel)[0].ID
	for n := range 3 * maxPage {
		w.Say(w.member, w.channel, "chatter")
		if n%maxPage != maxPage-1 {
			continue
		}
		if r, found, err := w.adapter.FindSent(within(t), w.here(), []bot.Message{m}, began); err != nil || !found || r.MessageID != mine {
			t.Errorf("behind %d messages it found %+v %t, %v, want %s", n+1, r, found, err, mine)
		}
	}
	other := []bot.Message{{Text: bot.Plain("other headlines")}}
	if r, found, err := w.adapter.FindSent(within(t), w.here(), other, began); err != nil || found {
		t.Errorf("found %+v %t, %v, want nothing", r, found, err)
	}
}
