package telegram_test

import (
	"errors"
	"strconv"
	"testing"

	"tidings/bot"
	"tidings/internal/sandbox"
)

func TestEdit_SaysWhatARefusalMeans(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, c := range []struct {
		words  string
		kind   bot.SendErrorKind
		reason string
	}{
		{"message to edit not found", bot.Unsendable, "the message was deleted"},
		{"MESSAGE_ID_INVALID", bot.Unsendable, "the message was deleted"},
		{"message can't be edited", bot.Unsendable, "the message can no longer be changed"},
		{"there is no text in the message to edit", bot.Unsendable, "Telegram doesn't accept this message"},
		{"chat not found", bot.TargetGone, "the chat does not exist, or the bot was never in it"},
	} {
		w.tg.Faults.Inject(sandbox.Fault{
			Path: "/editMessageText", Status: 400, Body: `{"ok":false,"error_code":400,"description":"Bad Request: ` + c.words + `"}`,
		})
		err := w.adapter.Edit(t.Context(), w.here(), bot.Receipt{MessageID: "7"}, bot.Message{Text: bot.Plain("new")})
		if se, ok := errors.AsType[*bot.SendError](err); !ok || se.Kind != c.kind || se.Reason != c.reason {
			t.Errorf("%s: Edit returned %+v, want kind %d, %q", c.words, err, c.kind, c.reason)
		}
	}
}

func TestEdit_GivesUpOnMessagesLeftBehindByAMigration(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	group := must(w.tg.AddGroup("Small", w.manager.ID))(t)
	r := must(w.adapter.Send(t.Context(), target(group.ID), bot.Message{Text: bot.Plain("news")}))(t)
	super := must(w.tg.MigrateGroup(group.ID))(t)
	edit := func(to bot.Target) *bot.SendError {
		err := w.adapter.Edit(t.Context(), to, r, bot.Message{Text: bot.Plain("new")})
		se, ok := errors.AsType[*bot.SendError](err)
		if !ok {
			t.Fatalf("Edit returned %v", err)
		}
		return se
	}
	if se := edit(target(group.ID)); se.Kind != bot.TargetMoved || se.To != target(super.ID) {
		t.Errorf("before the target has moved Edit returned %+v", se)
	}
	if se := edit(target(super.ID)); se.Kind != bot.Unsendable {
		t.Errorf("after the target has moved Edit returned %+v, want that it has no use", se)
	}
}

func TestRun_ReportsWhichMessageACommandRepliesTo(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	h := newHandler()
	w.run(t, w.adapter, h)
	topic := must(w.tg.AddTopic(w.group.ID, "Missiles"))(t)
	there := w.here()
	there.Thread = strconv.Itoa(topic)
	alert := must(w.adapter.Send(t.Context(), there, bot.Message{Text: bot.Plain("news")}))(t)
	on := must(w.tg.Reply(w.member.ID, w.group.ID, number(t, alert.MessageID), "/latest"))(t)
	must(w.answerTo(t.Context(), on))(t)
	bare := must(w.tg.Say(w.member.ID, w.group.ID, topic, "/latest"))(t)
	must(w.answerTo(t.Context(), bare))(t)
	all := h.Invocations()
	if all[0].ReplyTo != alert.MessageID || all[0].Target != there {
		t.Errorf("the reply came as %+v", all[0])
	}
	if all[1].ReplyTo != "" {
		t.Errorf("a command in a topic came as a reply to %q", all[1].ReplyTo)
	}
}

func TestRun_ReportsAReopenedTopic(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	h := newHandler()
	w.run(t, w.adapter, h)
	topic := must(w.tg.AddTopic(w.group.ID, "Missiles"))(t)
	there := w.here()
	there.Thread = strconv.Itoa(topic)
	check(t, w.tg.CloseTopic(w.group.ID, topic))
	_, err := w.adapter.Send(t.Context(), there, bot.Message{Text: bot.Plain("news")})
	if se, ok := errors.AsType[*bot.SendError](err); !ok || se.Kind != bot.TargetGone || se.Reason != "the topic is closed" {
		t.Errorf("into a closed topic Send returned %v", err)
	}
	check(t, w.tg.ReopenTopic(w.group.ID, topic))
	presence(t, h, bot.Presence{Kind: bot.Back, Scope: there})
	must(w.adapter.Send(t.Context(), there, bot.Message{Text: bot.Plain("news")}))(t)
}
