package telegram

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestPerson_PrivacyModeHidesWhatIsNotForTheBot(t *testing.T) {
	b := newBench(t, Config{Unlimited: true})
	group, err := b.AddGroup("Desk", b.ann.ID)
	b.noError(err)
	other := b.AddUser(User{FirstName: "Other", Username: "other_bot", IsBot: true})
	b.noError(b.SetMember(group.ID, other.ID, Member))
	var ours Message
	b.must(&ours, "sendMessage", map[string]any{"chat_id": group.ID, "text": "hello"})
	b.updates()
	hears := func(text string, replyTo int) bool {
		t.Helper()
		var err error
		if replyTo != 0 {
			_, err = b.Reply(b.ann.ID, group.ID, replyTo, text)
		} else {
			_, err = b.Say(b.ann.ID, group.ID, 0, text)
		}
		b.noError(err)
		return len(b.updates()) == 1
	}
	for _, tt := range []struct {
		text    string
		replyTo int
		want    bool
	}{
		{"hello", 0, false},
		{"hello @tidings_bot", 0, false},
		{"/latest", 0, true},
		{"/latest@tidings_bot moon", 0, true},
		{"/latest@Tidings_Bot", 0, true},
		{"/latest@other_bot", 0, false},
		{"see /latest@tidings_bot", 0, false},
		{"thanks", ours.ID, true},
		{"thanks", 1, false},
	} {
		if got := hears(tt.text, tt.replyTo); got != tt.want {
			t.Errorf("%q (reply to %d): heard %t, want %t", tt.text, tt.replyTo, got, tt.want)
		}
	}
	_, err = b.Say(other.ID, group.ID, 0, "/latest@tidings_bot")
	b.noError(err)
	if len(b.updates()) != 0 {
		t.Error("a bot heard a bot")
	}
	if hears("/latest", 0) {
		t.Error("a bare command reached the bot although another bot wrote last")
	}
	b.noError(b.SetMember(group.ID, b.Bot().ID, Administrator))
	b.updates()
	if !hears("hello", 0) {
		t.Error("an administrator bot did not hear")
	}
}

func TestPerson_SendersAreThoseOfTheRealPlatform(t *testing.T) {
	b := newBench(t, Config{})
	group, err := b.AddSupergroup("Desk", b.ann.ID)
	b.noError(err)
	channel, err := b.AddChannel("News", b.ann.ID)
	b.noError(err)
	b.updates()
	_, err = b.SayAnonymous(group.ID, 0, "/latest@tidings_bot")
	b.noError(err)
	_, err = b.SayAsChannel(channel.ID, group.ID, 0, "/latest@tidings_bot")
	b.noError(err)
	_, err = b.Post(channel.ID, "/latest")
	b.noError(err)
	got := b.updates()
	if len(got) != 3 {
		t.Fatalf("got %d updates, want 3", len(got))
	}
	if m := got[0].Message; m.From.ID != 1087968824 || m.SenderChat.ID != group.ID {
		t.Errorf("anonymous: %+v", m)
	}
	if m := got[1].Message; m.From.ID != 136817688 || m.SenderChat.ID != channel.ID || m.Chat.ID != group.ID {
		t.Errorf("as a channel: %+v", m)
	}
	if m := got[2].Post; m == nil || m.From != nil || m.SenderChat.ID != channel.ID || m.Chat.Type != Channel {
		t.Errorf("post: %+v", m)
	}
	var sent Message
	b.must(&sent, "sendMessage", map[string]any{"chat_id": channel.ID, "text": "x"})
	if sent.From != nil || sent.SenderChat.ID != channel.ID {
		t.Errorf("the bot's post: %+v", sent)
	}
}

func TestPerson_CannotDoWhatPeopleCannot(t *testing.T) {
	b := startedBench(t, Config{})
	bob := b.AddUser(User{FirstName: "Bob"})
	group, err := b.AddGroup("Desk", b.ann.ID)
	b.noError(err)
	channel, err := b.AddChannel("News", b.ann.ID)
	b.noError(err)
	say := func(user, chat int64, topic int, text string) error {
		_, err := b.Say(user, chat, topic, text)
		return err
	}
	b.updates()
	_, noReply := b.Reply(b.ann.ID, group.ID, 99, "x")
	_, noChannel := b.SayAnonymous(channel.ID, 0, "x")
	_, noGroup := b.Post(group.ID, "x")
	_, noTopic := b.AddTopic(group.ID, "x")
	_, noCreator := b.AddGroup("x", 1)
	_, noButton := b.Press(t.Context(), b.ann.ID, b.ann.ID, 1, "x")
	for name, err := range map[string]error{
		"unknown chat": say(b.ann.ID, 1, 0, "x"), "unknown user": say(1, group.ID, 0, "x"),
		"another's chat": say(bob.ID, b.ann.ID, 0, "x"), "no member": say(bob.ID, group.ID, 0, "x"),
		"no topic": say(b.ann.ID, group.ID, 5, "x"), "channel": say(b.ann.ID, channel.ID, 0, "x"),
		"blank": say(b.ann.ID, group.ID, 0, " "), "too long": say(b.ann.ID, group.ID, 0, strings.Repeat("x", 4097)),
		"reply to nothing": noReply, "anonymous in channel": noChannel, "post in group": noGroup,
		"topic in group": noTopic, "no creator": noCreator, "no button": noButton,
		"delete no topic": b.DeleteTopic(group.ID, 5), "unknown member": b.SetMember(group.ID, 1, Member),
	} {
		if err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if got := b.updates(); len(got) != 0 {
		t.Errorf("the bot heard of it: %+v", got)
	}
}

func TestPress_ReturnsTheBotsAnswer(t *testing.T) {
	b := startedBench(t, Config{})
	var m Message
	b.must(&m, "sendMessage", map[string]any{
		"chat_id": b.ann.ID, "text": "x",
		"reply_markup": map[string]any{"inline_keyboard": []any{[]any{map[string]any{"text": "More", "callback_data": "p:2"}}}},
	})
	answers := make(chan Answer, 1)
	go func() {
		a, err := b.Press(t.Context(), b.ann.ID, b.ann.ID, m.ID, "p:2")
		if err != nil {
			a.Text = err.Error()
		}
		answers <- a
	}()
	var list []gotUpdate
	b.must(&list, "getUpdates", map[string]any{"timeout": 50})
	q := list[0].Callback
	if q == nil || q.Data != "p:2" || q.From.ID != b.ann.ID || q.Message.ID != m.ID || q.Message.Keyboard == nil {
		t.Fatalf("update: %+v", list)
	}
	answer := map[string]any{"callback_query_id": q.ID, "text": strings.Repeat("a", 201), "show_alert": true}
	b.refused(400, "Bad Request: MESSAGE_TOO_LONG", "answerCallbackQuery", answer)
	answer["text"] = "Page 2"
	b.must(nil, "answerCallbackQuery", answer)
	if got, want := <-answers, (Answer{Text: "Page 2", Alert: true}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	const late = "Bad Request: query is too old and response timeout expired or query ID is invalid"
	b.refused(400, late, "answerCallbackQuery", answer)

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := b.Press(ctx, b.ann.ID, b.ann.ID, m.ID, "p:2"); !errors.Is(err, context.Canceled) {
		t.Errorf("press given up: %v", err)
	}
	b.must(nil, "getUpdates", map[string]any{"offset": list[0].ID + 1})
	b.pass(callbackLife + 1)
	id := fmt.Sprint(int64(firstCallbackID) + 1)
	b.refused(400, late, "answerCallbackQuery", map[string]any{"callback_query_id": id})
}

func TestWatch_ReportsEveryChangeInOrder(t *testing.T) {
	b := startedBench(t, Config{Unlimited: true})
	ctx, cancel := context.WithCancel(t.Context())
	events, others := b.Watch(ctx), b.Watch(t.Context())
	_, err := b.Say(b.ann.ID, b.ann.ID, 0, "hi")
	b.noError(err)
	var m Message
	b.must(&m, "sendMessage", map[string]any{"chat_id": b.ann.ID, "text": "one"})
	b.must(nil, "editMessageText", map[string]any{"chat_id": b.ann.ID, "message_id": m.ID, "text": "two"})
	b.must(nil, "deleteMessage", map[string]any{"chat_id": b.ann.ID, "message_id": m.ID})
	b.must(nil, "setMyCommands", map[string]any{"commands": []Command{{Command: "a", Description: "b"}}})
	b.noError(b.Block(b.ann.ID))
	var got []string
	for range 6 {
		e := <-events
		got = append(got, string(e.Kind)+" "+e.Message.Text)
	}
	want := []string{"sent hi", "sent one", "edited two", "deleted two", "menu ", "member "}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	cancel()
	if _, open := <-events; open {
		t.Error("events after the end of the context")
	}
	b.Close()
	for e := range others {
		t.Logf("left over: %s", e.Kind)
	}
	if _, open := <-b.Watch(t.Context()); open {
		t.Error("events of a closed stand-in")
	}
}
