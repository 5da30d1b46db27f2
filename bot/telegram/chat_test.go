package telegram_test

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"tidings/bot"
	"tidings/bot/bottest"
	"tidings/internal/sandbox"
)

func TestRun_ServesTopicsApart(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	h := newHandler()
	w.run(t, w.adapter, h)
	topic := must(w.tg.AddTopic(w.group.ID, "Missiles"))(t)
	inTopic := must(w.tg.Say(w.member.ID, w.group.ID, topic, "/latest kim"))(t)
	answer := must(w.answerTo(t.Context(), inTopic))(t)
	if answer.Thread != topic {
		t.Errorf("the answer is in topic %d, want %d", answer.Thread, topic)
	}
	// A reply in the General topic has a thread of its own, which isn't a topic.
	general := must(w.tg.Say(w.member.ID, w.group.ID, 0, "/latest moon"))(t)
	must(w.answerTo(t.Context(), general))(t)
	all := h.Invocations()
	want := w.here()
	if all[1].Target != want {
		t.Errorf("the General topic is %v, want %v", all[1].Target, want)
	}
	want.Thread = strconv.Itoa(topic)
	if all[0].Target != want {
		t.Errorf("the topic is %v, want %v", all[0].Target, want)
	}
	check(t, w.tg.DeleteTopic(w.group.ID, topic))
	_, err := w.adapter.Send(t.Context(), want, bot.Message{Text: bot.Plain("news")})
	var se *bot.SendError
	if !errors.As(err, &se) || se.Kind != bot.TargetGone || se.Reason != "the topic was deleted" {
		t.Errorf("into a deleted topic Send returned %v, want that the topic is gone", err)
	}
}

func TestRun_ServesChannels(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	h := newHandler()
	w.run(t, w.adapter, h)
	newsroom := must(w.tg.AddChannel("Newsroom", w.manager.ID))(t)
	post := must(w.tg.Post(newsroom.ID, "/subscribe missile"))(t)
	if got := w.after(t, post); got.Text != "subscribe [missile]" || got.ReplyTo != nil {
		t.Errorf("the channel shows %v, want the answer, which quotes nothing", got)
	}
	inv := h.Invocations()[0]
	if manager, err := inv.Manager(t.Context()); !manager || err != nil || inv.Direct || inv.Target != target(newsroom.ID) {
		t.Errorf("the handler got %+v, want a manager in the channel", inv)
	}
}

func TestRun_FollowsMigration(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	h := newHandler()
	w.run(t, w.adapter, h)
	group := must(w.tg.AddGroup("Small", w.manager.ID))(t)
	super := must(w.tg.MigrateGroup(group.ID))(t)
	want := bot.Presence{Kind: bot.Moved, Scope: target(group.ID), To: target(super.ID)}
	presence(t, h, want)
	must(w.tg.Say(w.member.ID, w.member.ID, 0, "/help"))(t)
	asked(t, h, 1)
	moves := slices.DeleteFunc(h.Presences(), func(p bot.Presence) bool { return p.Kind != bot.Moved })
	if len(moves) != 1 { // what else it got may come later: the group and the supergroup that the bot is in
		t.Errorf("the handler got %+v, want the move once", moves)
	}

	_, err := w.adapter.Send(t.Context(), target(group.ID), bot.Message{Text: bot.Plain("news")})
	var se *bot.SendError
	if !errors.As(err, &se) || se.Kind != bot.TargetMoved || se.To != target(super.ID) {
		t.Errorf("Send to the old group returned %v, want that it moved to %v", err, target(super.ID))
	}
}

func TestRun_ReportsPresenceInEveryKindOfChat(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	h := newHandler()
	w.run(t, w.adapter, h)
	newsroom := must(w.tg.AddChannel("Newsroom", w.manager.ID))(t)
	must(w.tg.Start(w.member.ID, ""))(t)
	for _, c := range []struct {
		lose   func(int64) error
		chat   int64
		reason string
	}{
		{w.tg.Kick, newsroom.ID, "the bot was removed from the channel"},
		{w.tg.RestrictBot, newsroom.ID, "the bot may not post in the channel"},
		{w.tg.Kick, w.group.ID, "the bot was removed from the group"},
		{w.tg.RestrictBot, w.group.ID, "the bot may not write in the group"},
		{w.tg.Block, w.member.ID, "the bot was blocked by the user"},
	} {
		check(t, c.lose(c.chat))
		want := bot.Presence{Kind: bot.Left, Scope: target(c.chat), Reason: c.reason}
		presence(t, h, want)
		check(t, w.tg.Return(c.chat))
	}
}

func TestRun_SaysOnceInPrivateThatItMayNotAnswer(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	h := newHandler()
	stop := w.run(t, w.adapter, h)
	check(t, w.tg.RestrictBot(w.group.ID))
	for range 2 { // in vain: nobody may be written to who has not started the bot
		must(w.tg.Say(w.member.ID, w.group.ID, 0, "/latest"))(t)
	}
	asked(t, h, 2)
	hello := must(w.tg.Start(w.member.ID, ""))(t)
	w.after(t, hello)
	for range 2 {
		must(w.tg.Say(w.member.ID, w.group.ID, 0, "/latest"))(t)
	}
	asked(t, h, 5)
	last := must(w.tg.Say(w.member.ID, w.member.ID, 0, "/help"))(t)
	w.after(t, last)
	check(t, stop())
	notices := 0
	for _, m := range w.tg.Messages(w.member.ID) {
		if strings.Contains(m.Text, "“Newsroom”") && strings.Contains(m.Text, "may not write") {
			notices++
		}
	}
	if notices != 1 {
		t.Errorf("the person was notified %d times, want once", notices)
	}
}

func TestRun_RetriesAnswers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.run(t, w.adapter, newHandler())
	w.inject(bottest.Fault{Kind: bottest.Garbage})
	w.inject(bottest.Fault{Kind: bottest.RateLimit, After: time.Second})
	m := must(w.tg.Say(w.member.ID, w.group.ID, 0, "/latest"))(t)
	if got := must(w.answerTo(t.Context(), m))(t); got.Text != "latest []" {
		t.Errorf("the answer reads %q", got.Text)
	}
}

func TestRun_ServesEachChatInOrderAndChatsSideBySide(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	h := newHandler()
	free := make(chan struct{})
	h.Answer = func(ctx context.Context, inv bot.Invocation) bot.Message {
		switch inv.Line {
		case "hold":
			select {
			case <-free:
			case <-ctx.Done():
			}
		case "free":
			close(free)
		}
		return bot.Message{Text: bot.Plain(inv.Line)}
	}
	w.run(t, w.adapter, h)
	must(w.tg.Say(w.member.ID, w.group.ID, 0, "/latest hold"))(t)
	second := must(w.tg.Say(w.member.ID, w.group.ID, 0, "/latest second"))(t)
	must(w.tg.Say(w.manager.ID, w.manager.ID, 0, "/latest free"))(t)
	must(w.answerTo(t.Context(), second))(t)
	if shown := w.shown(w.here()); len(shown) != 2 || shown[0].Text != "hold" || shown[1].Text != "second" {
		t.Errorf("the group shows %+v, want the answers in order", shown)
	}
}

func TestRun_FinishesWhatIsInHand(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	h := newHandler()
	began, ended := make(chan struct{}), make(chan struct{})
	h.Answer = func(context.Context, bot.Invocation) bot.Message {
		close(began)
		<-ended
		return bot.Message{Text: bot.Plain("in time")}
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- w.adapter.Run(ctx, h) }()
	m := must(w.tg.Say(w.member.ID, w.group.ID, 0, "/latest"))(t)
	<-began
	cancel()
	close(ended)
	check(t, <-done)
	if got := must(w.answerTo(t.Context(), m))(t); got.Text != "in time" {
		t.Errorf("the answer reads %q", got.Text)
	}
	if left := w.memory.left(); len(left) > 0 {
		t.Errorf("%d updates are left, want none", len(left))
	}
}

func TestPress_AnswersInTimeAndSendsLateNoticesPrivately(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	h := newHandler()
	acknowledged := make(chan struct{})
	h.Answer = func(_ context.Context, inv bot.Invocation) bot.Message {
		if inv.Data == "" {
			return bot.Message{Text: bot.Plain("ask"), Buttons: [][]bot.Button{{{Label: "Go", Data: "go"}}}}
		}
		<-acknowledged
		return bot.Message{Text: bot.Plain("late words"), Notice: true}
	}
	w.run(t, w.adapter, h)
	hello := must(w.tg.Start(w.member.ID, ""))(t)
	w.after(t, hello)
	m := must(w.tg.Say(w.member.ID, w.group.ID, 0, "/latest"))(t)
	asked := must(w.answerTo(t.Context(), m))(t)
	answer := must(w.tg.Press(t.Context(), w.member.ID, w.group.ID, asked.ID, "go"))(t)
	if answer.Text != "" {
		t.Errorf("the early answer reads %q, want none", answer.Text)
	}
	close(acknowledged)
	check(t, w.await(t.Context(), func() bool {
		shown := w.shown(target(w.member.ID))
		return shown[len(shown)-1].Text == "late words"
	}))
}

func TestPress_ChangesNothingTwice(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	h := newHandler()
	h.Answer = func(context.Context, bot.Invocation) bot.Message {
		return bot.Message{Text: bot.Plain("same"), Buttons: [][]bot.Button{{{Label: "Go", Data: "go"}}}}
	}
	stop := w.run(t, w.adapter, h)
	m := must(w.tg.Say(w.member.ID, w.group.ID, 0, "/latest"))(t)
	asked := must(w.answerTo(t.Context(), m))(t)
	must(w.tg.Press(t.Context(), w.member.ID, w.group.ID, asked.ID, "go"))(t)
	check(t, stop())
	if shown := w.shown(w.here()); len(shown) != 1 {
		t.Errorf("%d messages are shown, want the one with the button", len(shown))
	}
	if strings.Contains(w.log.String(), "level=WARN") {
		t.Errorf("an edit without a change is logged as a fault:\n%s", w.log)
	}
}

func TestPress_PostsANewAnswerWhereTheMessageCannotBeEdited(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	h := newHandler()
	h.Answer = func(_ context.Context, inv bot.Invocation) bot.Message {
		return bot.Message{Text: bot.Plain("data " + inv.Data), Buttons: [][]bot.Button{{{Label: "Go", Data: "go"}}}}
	}
	w.run(t, w.adapter, h)
	m := must(w.tg.Say(w.member.ID, w.group.ID, 0, "/latest"))(t)
	asked := must(w.answerTo(t.Context(), m))(t)
	w.tg.Faults.Inject(sandbox.Fault{
		Path: "/editMessageText", Status: 400,
		Body: `{"ok":false,"error_code":400,"description":"Bad Request: message can't be edited"}`,
	})
	must(w.tg.Press(t.Context(), w.member.ID, w.group.ID, asked.ID, "go"))(t)
	check(t, w.await(t.Context(), func() bool {
		shown := w.shown(w.here())
		return len(shown) == 2 && shown[1].Text == "data go"
	}))
}
