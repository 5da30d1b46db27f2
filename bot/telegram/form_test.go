package telegram_test

import (
	"context"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tidings/bot"
	"tidings/bot/bottest"
	"tidings/bot/telegram"
	sandboxtelegram "tidings/internal/sandbox/telegram"
)

// newFormer asks for a text on /latest and on a pressed button, and says what it was given.
func newFormer() *bottest.Handler {
	h := newHandler()
	h.Answer = func(_ context.Context, inv bot.Invocation) bot.Message {
		form := &bot.Form{Title: bot.Plain("Edit filter 2"), Label: bot.Plain("Filter"), Value: "missile", Max: 30, Data: "edit?n=2"}
		switch {
		case inv.Command == "latest", inv.Data == "ask":
			return bot.Message{Form: form}
		case inv.Command == "subscribe":
			return bot.Message{Text: bot.Plain("list"), Buttons: [][]bot.Button{{{Label: "Edit", Data: "ask"}}}}
		}
		return bot.Message{Text: bot.Plain(inv.Command + inv.Data + " " + inv.Line)}
	}
	return h
}

// says writes in a chat as a person, in reply to a message unless that is 0.
func (w *world) says(t *testing.T, user sandboxtelegram.User, chat int64, replyTo int, text string) sandboxtelegram.Message {
	t.Helper()
	if replyTo == 0 {
		return must(w.tg.Say(user.ID, chat, 0, text))(t)
	}
	return must(w.tg.Reply(user.ID, chat, replyTo, text))(t)
}

func TestForm_IsForTheOnePersonWhoWasAsked(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	h := newFormer()
	w.run(t, w.adapter, h)
	question := must(w.answerTo(t.Context(), w.says(t, w.manager, w.group.ID, 0, "/latest")))(t)
	want := "Edit filter 2\n\nFilter: missile\n\nReply to this message with the new text, or send /cancel."
	if diff := cmp.Diff(want, question.Text); diff != "" {
		t.Errorf("the question (-want +got):\n%s", diff)
	}
	if !question.Asks(w.manager.ID) || question.Asks(w.member.ID) || question.Force.Placeholder != "Filter" {
		t.Errorf("the question asks for a reply with %+v", question.Force)
	}
	w.says(t, w.member, w.group.ID, question.ID, "not mine")
	alert := must(w.adapter.Send(t.Context(), w.here(), bot.Message{Text: bot.Plain("an alert")}))(t)
	w.says(t, w.manager, w.group.ID, number(t, alert.MessageID), "about the alert")
	answer := must(w.answerTo(t.Context(), w.says(t, w.manager, w.group.ID, question.ID, "moon\nOR yoon")))(t)
	if answer.Text != "edit?n=2 moon OR yoon" {
		t.Errorf("the answer reads %q", answer.Text)
	}
	w.says(t, w.manager, w.group.ID, question.ID, "once more")
	must(w.answerTo(t.Context(), w.says(t, w.manager, w.group.ID, 0, "/help")))(t)
	if all := h.Invocations(); len(all) != 3 {
		t.Errorf("the handler was asked %d times, want for the command, the form and the last command: %+v", len(all), all)
	}
}

func TestForm_OfAButtonNamesThePresser(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.run(t, w.adapter, newFormer())
	list := must(w.answerTo(t.Context(), w.says(t, w.manager, w.group.ID, 0, "/subscribe")))(t)
	must(w.tg.Press(t.Context(), w.manager.ID, w.group.ID, list.ID, "ask"))(t)
	question := w.after(t, list)
	if !strings.HasPrefix(question.Text, "Ann, Edit filter 2") || !question.Asks(w.manager.ID) || question.Asks(w.member.ID) {
		t.Errorf("the question is %+v", question)
	}
	if answer := must(w.answerTo(t.Context(), w.says(t, w.manager, w.group.ID, question.ID, "moon")))(t); answer.Text != "edit?n=2 moon" {
		t.Errorf("the answer reads %q", answer.Text)
	}
}

func TestForm_AmongTwoNeedsNoReply(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.run(t, w.adapter, newFormer())
	for i, text := range []string{"moon", "@durov /x"} {
		question := w.after(t, w.says(t, w.member, w.member.ID, 0, "/latest"))
		if !question.Asks(w.member.ID) || question.ReplyTo != nil {
			t.Errorf("the question is %+v", question)
		}
		if answer := w.after(t, w.says(t, w.member, w.member.ID, i*question.ID, text)); visibly(answer.Text) != "edit?n=2 "+text {
			t.Errorf("%q is answered with %q", text, answer.Text)
		}
	}
	if answer := w.after(t, w.says(t, w.member, w.member.ID, 0, "thanks")); answer.Text != "start" {
		t.Errorf("what belongs to no form is answered with %q", answer.Text)
	}
}

func visibly(s string) string { return strings.ReplaceAll(s, "\u2060", "") }

func TestForm_EndsWithACommand(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	h := newFormer()
	w.run(t, w.adapter, h)
	for _, c := range []struct{ command, answer string }{
		{"/cancel", "Nothing changed."},
		{"/cancel@tidings_bot", "Nothing changed."},
		{"/help", "help"},
	} {
		question := must(w.answerTo(t.Context(), w.says(t, w.manager, w.group.ID, 0, "/latest")))(t)
		if got := must(w.answerTo(t.Context(), w.says(t, w.manager, w.group.ID, 0, c.command)))(t); got.Text != c.answer {
			t.Errorf("%s is answered with %q", c.command, got.Text)
		}
		asked := len(h.Invocations())
		w.says(t, w.manager, w.group.ID, question.ID, "too late")
		must(w.answerTo(t.Context(), w.says(t, w.member, w.group.ID, 0, "/help")))(t)
		if n := len(h.Invocations()); n != asked+1 {
			t.Errorf("after %s the form was still accepted", c.command)
		}
	}
	w.says(t, w.manager, w.group.ID, 0, "/cancel")
	question := must(w.answerTo(t.Context(), w.says(t, w.manager, w.group.ID, 0, "/latest")))(t)
	w.says(t, w.manager, w.group.ID, 0, "/cancel@another_bot")
	if got := must(w.answerTo(t.Context(), w.says(t, w.manager, w.group.ID, question.ID, "moon")))(t); got.Text != "edit?n=2 moon" {
		t.Errorf("after another bot's command the form is answered with %q", got.Text)
	}
	if got := w.after(t, w.says(t, w.manager, w.manager.ID, 0, "/cancel")); got.Text != "There is nothing to cancel." {
		t.Errorf("/cancel for nothing is answered with %q", got.Text)
	}
}

func TestForm_RefusesWhatIsTooLongAndWaitsOn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.run(t, w.adapter, newFormer())
	question := must(w.answerTo(t.Context(), w.says(t, w.manager, w.group.ID, 0, "/latest")))(t)
	long := w.says(t, w.manager, w.group.ID, question.ID, strings.Repeat("미", 31))
	if got := must(w.answerTo(t.Context(), long))(t); !strings.Contains(got.Text, "31 characters, and the limit is 30") {
		t.Errorf("a text that is too long is answered with %q", got.Text)
	}
	fits := w.says(t, w.manager, w.group.ID, question.ID, strings.Repeat("미", 30))
	if got := must(w.answerTo(t.Context(), fits))(t); !strings.HasPrefix(got.Text, "edit?n=2 미") {
		t.Errorf("a text that fits is answered with %q", got.Text)
	}
}

func TestForm_IsRememberedOverARestartUntilItExpires(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var late atomic.Int64 // seconds
	now := func() time.Time { return time.Now().Add(time.Duration(late.Load()) * time.Second) }
	start := func() (stop func() error) {
		return w.run(t, w.newAdapter(t, telegram.Config{Now: now}), newFormer())
	}
	stop := start()
	for _, c := range []struct {
		after time.Duration
		want  string
	}{{59 * time.Minute, "edit?n=2 moon"}, {time.Hour, "start"}} {
		question := w.after(t, w.says(t, w.member, w.member.ID, 0, "/latest"))
		check(t, w.memory.awaitState(t.Context(), formKey(w, w.member), func(s string) bool {
			return strings.Contains(s, strconv.Itoa(question.ID))
		}))
		check(t, stop())
		late.Add(int64(c.after / time.Second))
		stop = start()
		if got := w.after(t, w.says(t, w.member, w.member.ID, 0, "moon")); got.Text != c.want {
			t.Errorf("after %v the reply is answered with %q, want %q", c.after, got.Text, c.want)
		}
	}
}

func formKey(w *world, user sandboxtelegram.User) string {
	chat := strconv.FormatInt(user.ID, 10)
	return "telegram.form." + strconv.FormatInt(w.tg.Bot().ID, 10) + "." + chat + "." + chat
}

func TestForm_ServesChannels(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.run(t, w.adapter, newFormer())
	newsroom := must(w.tg.AddChannel("Newsroom", w.manager.ID))(t)
	question := w.after(t, must(w.tg.Post(newsroom.ID, "/latest"))(t))
	if question.Force != nil {
		t.Errorf("the question asks for a reply with %+v, which channels do not have", question.Force)
	}
	if got := w.after(t, must(w.tg.PostReply(newsroom.ID, question.ID, "moon"))(t)); got.Text != "edit?n=2 moon" {
		t.Errorf("the answer reads %q", got.Text)
	}
}

func TestForm_FitsIntoAMessage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	h := newHandler()
	long := strings.Repeat("<b>&@x 👩‍👩‍👧‍👦 ", 500)
	h.Answer = func(_ context.Context, inv bot.Invocation) bot.Message {
		if inv.Command == "latest" {
			return bot.Message{Text: bot.Plain("list"), Buttons: [][]bot.Button{{{Label: "Edit", Data: "ask"}}}}
		}
		return bot.Message{Text: bot.Plain(long), Form: &bot.Form{
			Title: bot.Plain(strings.Repeat("t", 45)), Label: bot.Plain(strings.Repeat("&", 45)), Value: long, Data: "d",
		}}
	}
	w.run(t, w.adapter, h)
	list := must(w.answerTo(t.Context(), w.says(t, w.manager, w.group.ID, 0, "/latest")))(t)
	must(w.tg.Press(t.Context(), w.manager.ID, w.group.ID, list.ID, "ask"))(t)
	if question := w.after(t, list); !question.Asks(w.manager.ID) || !strings.HasSuffix(question.Text, "/cancel.") {
		t.Errorf("the question is %+v", question)
	}
	if strings.Contains(w.log.String(), "level=WARN") {
		t.Errorf("a long question is refused:\n%s", w.log)
	}
}

// newStrict asks for a text on /latest, and finds a mistake in what doesn't end with a full stop: it asks once more, but says
// no more than "taken" of what is taken already.
func newStrict() *bottest.Handler {
	h := newHandler()
	h.Answer = func(_ context.Context, inv bot.Invocation) bot.Message {
		form := &bot.Form{Title: bot.Plain("Edit"), Label: bot.Plain("Filter"), Value: inv.Line, Max: 30, Data: "edit"}
		switch {
		case inv.Command == "latest":
			return bot.Message{Form: form}
		case inv.Data == "edit" && inv.Line == "taken.":
			return bot.Message{Text: bot.Plain("taken"), Mistake: true}
		case inv.Data == "edit" && !strings.HasSuffix(inv.Line, "."):
			return bot.Message{Text: bot.Plain("no full stop"), Form: form, Mistake: true, Buttons: [][]bot.Button{{{Label: "Edit again", Data: "x"}}}}
		}
		return bot.Message{Text: bot.Plain(inv.Command + inv.Data + " " + inv.Line)}
	}
	return h
}

func TestForm_StaysOpenAfterMistakes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.run(t, w.adapter, newStrict())
	first := must(w.answerTo(t.Context(), w.says(t, w.manager, w.group.ID, 0, "/latest")))(t)
	replyTo := first.ID
	for _, text := range []string{"moon", "yoon"} {
		again := must(w.answerTo(t.Context(), w.says(t, w.manager, w.group.ID, replyTo, text)))(t)
		if !strings.Contains(again.Text, "no full stop") || !strings.Contains(again.Text, "Filter: "+text) || !again.Asks(w.manager.ID) {
			t.Fatalf("%q is answered with %+v", text, again)
		}
		replyTo = again.ID
	}
	for _, c := range []struct {
		to         int
		text, want string
	}{{replyTo, "taken.", "taken"}, {first.ID, "moon.", "edit moon."}} {
		if got := must(w.answerTo(t.Context(), w.says(t, w.manager, w.group.ID, c.to, c.text)))(t); got.Text != c.want {
			t.Errorf("%q is answered with %q", c.text, got.Text)
		}
	}
	w.says(t, w.manager, w.group.ID, first.ID, "closed.")
	if got := must(w.answerTo(t.Context(), w.says(t, w.manager, w.group.ID, 0, "/help")))(t); got.Text != "help" {
		t.Errorf("after the form was filled in: %q", got.Text)
	}
}

func TestForm_AmongTwoWantsAReplyOnceTheMistakeIsAboutElse(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.run(t, w.adapter, newStrict())
	question := w.after(t, w.says(t, w.member, w.member.ID, 0, "/latest"))
	for _, c := range []struct {
		to         int
		text, want string
	}{{0, "taken.", "taken"}, {0, "thanks.", "start"}, {question.ID, "moon.", "edit moon."}} {
		if got := w.after(t, w.says(t, w.member, w.member.ID, c.to, c.text)); visibly(got.Text) != c.want {
			t.Errorf("%q is answered with %q", c.text, got.Text)
		}
	}
}
