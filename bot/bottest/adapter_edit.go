package bottest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"tidings/bot"
)

func editSuite(t *testing.T, newFixture func(t *testing.T) Fixture) {
	checks := []check{
		{"replaces a message", edits},
		{"removes what the new message does not have", editsAway},
		{"treats an edit that changes nothing as done", editsToTheSame},
		{"says that a message is gone", reportsMessageGone},
		{"reports faults as Send does", reportsEditFaults},
		{"reports a place that is gone", reportsEditGone},
		{"ends with its context", endsEditWithContext},
	}
	for i, c := range checks {
		checks[i].test = func(t *testing.T, x *adapterSuite) {
			if _, ok := x.Adapter.(bot.Editor); !ok {
				t.Skip("the adapter cannot edit")
			}
			c.test(t, x)
		}
	}
	each(t, newFixture, checks)
}

// edit edits a message in Here and keeps the token out of the error.
func (x *adapterSuite) edit(ctx context.Context, t *testing.T, s Seen, m bot.Message) error {
	t.Helper()
	editor, _ := x.Adapter.(bot.Editor) // editSuite has seen to it
	err := editor.Edit(ctx, x.Here, bot.Receipt{MessageID: s.ID}, m)
	x.keepsSecret(t, "error", fmt.Sprintf("%v %+v", err, err))
	return err
}

// only returns the one public message in Here.
func (x *adapterSuite) only(t *testing.T) Seen {
	t.Helper()
	shown := x.Shown(x.Here)
	if len(shown) != 1 {
		t.Fatalf("%d messages are shown, want one", len(shown))
	}
	return shown[0]
}

func edits(t *testing.T, x *adapterSuite) {
	sent := x.send(t, bot.Message{Card: sampleCard(), Key: "one-key"})
	corrected := sampleCard()
	corrected.Title, corrected.Note = bot.Plain("Another title"), bot.Styled("Corrected", bot.Italic)
	if err := x.edit(x.ctx, t, sent, bot.Message{Card: corrected, Key: "one-key"}); err != nil {
		t.Fatalf("Edit: %v", err)
	}
	got := x.only(t)
	for _, want := range []string{"Another title", corrected.Summary.String(), "Corrected"} {
		if got.ID != sent.ID || !strings.Contains(got.Text, want) {
			t.Errorf("message %s lacks %q:\n%s", got.ID, want, got.Text)
		}
	}
	if !slices.Contains(got.Links, corrected.URL) || strings.Contains(got.Text, "missile") {
		t.Errorf("the message leads to %q and reads:\n%s", got.Links, got.Text)
	}
	for _, s := range plainTexts() {
		if err := x.edit(x.ctx, t, sent, bot.Message{Text: bot.Plain(s.Text)}); err != nil {
			t.Fatalf("%s: Edit: %v", s.Name, err)
		}
		got := x.only(t)
		if visible(got.Text) != visible(s.Text) {
			t.Errorf("%s: reads %q, want %q", s.Name, got.Text, s.Text)
		}
		pingsNobody(t, s, got)
	}
}

func editsAway(t *testing.T, x *adapterSuite) {
	sent := x.send(t, bot.Message{Card: sampleCard(), Buttons: [][]bot.Button{{{Label: "Next", Data: "n"}}}})
	if err := x.edit(x.ctx, t, sent, bot.Message{Text: bot.Plain("over")}); err != nil {
		t.Fatalf("Edit: %v", err)
	}
	if got := x.only(t); got.Text != "over" || len(got.Buttons)+len(got.Links) != 0 {
		t.Errorf("the message is %+v, want nothing but its new text", got)
	}
}

func editsToTheSame(t *testing.T, x *adapterSuite) {
	m := bot.Message{Card: sampleCard()}
	sent := x.send(t, m)
	for range 2 {
		if err := x.edit(x.ctx, t, sent, m); err != nil {
			t.Errorf("Edit: %v", err)
		}
	}
}

// editFails edits and returns the error, which must be a SendError of the given kind.
func (x *adapterSuite) editFails(t *testing.T, s Seen, kind bot.SendErrorKind) *bot.SendError {
	t.Helper()
	err := x.edit(x.ctx, t, s, bot.Message{Text: bot.Plain("changed")})
	se, ok := errors.AsType[*bot.SendError](err)
	if !ok || se.Kind != kind {
		t.Fatalf("Edit returned %T (%v), want a *bot.SendError of kind %d", err, err, kind)
	}
	return se
}

func reportsMessageGone(t *testing.T, x *adapterSuite) {
	sent := x.send(t, bot.Message{Card: sampleCard()})
	x.Delete(sent)
	if got := x.editFails(t, sent, bot.Unsendable); got.Reason != "the message was deleted" {
		t.Errorf("the reason is %q", got.Reason)
	}
	if n := len(x.Shown(x.Here)); n != 0 {
		t.Errorf("%d messages are shown, want none", n)
	}
}

func reportsEditFaults(t *testing.T, x *adapterSuite) {
	sent := x.send(t, bot.Message{Text: bot.Plain("as it was")})
	for _, kind := range []FaultKind{ServerError, Garbage, ResetBefore} {
		x.Inject(Fault{Kind: kind})
		_ = x.editFails(t, sent, bot.Transient)
	}
	const after = 7 * time.Second
	if got := x.only(t); got.Text != "as it was" {
		t.Errorf("after faults the message reads %q", got.Text)
	}
	x.Inject(Fault{Kind: RateLimit, After: after})
	if got := x.editFails(t, sent, bot.RateLimited); got.After < after || got.After > after+time.Second {
		t.Errorf("After is %v, want the %v that the platform asked for", got.After, after)
	}
}

func reportsEditGone(t *testing.T, x *adapterSuite) {
	sent := x.send(t, bot.Message{Text: bot.Plain("as it was")})
	if err := x.Remove(x.ctx); err != nil {
		t.Fatalf("Remove: %v", err)
	}
	if got := x.editFails(t, sent, bot.TargetGone); got.Reason == "" {
		t.Error("after the removal an edit fails without a reason")
	}
}

func endsEditWithContext(t *testing.T, x *adapterSuite) {
	sent := x.send(t, bot.Message{Text: bot.Plain("as it was")})
	x.Inject(Fault{Kind: Hang})
	ctx, cancel := context.WithTimeout(x.ctx, 200*time.Millisecond)
	defer cancel()
	if err := x.edit(ctx, t, sent, bot.Message{Text: bot.Plain("changed")}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Edit returned %v, want the error of its context", err)
	}
}

func replies(t *testing.T, x *adapterSuite) {
	first := x.send(t, bot.Message{Card: sampleCard()})
	if first.ReplyTo != "" {
		t.Errorf("the first message replies to %q", first.ReplyTo)
	}
	if got := x.send(t, bot.Message{Text: bot.Plain("corrected"), ReplyTo: first.ID}); got.ReplyTo != first.ID {
		t.Errorf("the message replies to %q, want %q", got.ReplyTo, first.ID)
	}
	x.Delete(first)
	if got := x.send(t, bot.Message{Text: bot.Plain("corrected"), ReplyTo: first.ID}); got.ReplyTo != "" {
		t.Errorf("the message replies to %q, which is gone", got.ReplyTo)
	}
}

func setsApart(t *testing.T, x *adapterSuite) {
	card := sampleCard()
	card.Title = bot.Join(bot.Plain("A new "), bot.Styled("missile", bot.Bold), bot.Plain(" appears"))
	card.Summary = bot.Join(bot.Plain("The "), bot.Styled("weapon", bot.Bold), bot.Plain(" is large."))
	got := x.send(t, bot.Message{Card: card})
	if !strings.Contains(got.Text, "A new missile appears") || !strings.Contains(got.Text, "The weapon is large.") {
		t.Errorf("the alert reads:\n%s", got.Text)
	}
	if !slices.Contains(got.Styled[bot.Bold], "weapon") {
		t.Errorf("in bold are %q, want the word that matched among them", got.Styled[bot.Bold])
	}
	card.Title, card.Note = bot.Styled("Gone", bot.Strike), bot.Styled("Withdrawn by the source", bot.Italic)
	got = x.send(t, bot.Message{Card: card})
	if !slices.Contains(got.Styled[bot.Strike], "Gone") || !strings.Contains(got.Text, "Withdrawn by the source") {
		t.Errorf("struck are %q of:\n%s", got.Styled[bot.Strike], got.Text)
	}
}

func servesCommandOnMessage(t *testing.T, x *adapterSuite) {
	h := &Handler{}
	x.up(t, h)
	alert := x.send(t, bot.Message{Card: sampleCard()})
	got, err := x.CommandOn(x.ctx, Member, alert, Entry{Name: "why"})
	if err != nil {
		t.Fatalf("no answer: %v\n%s", err, x.Log())
	}
	if inv := last(t, h); got.Text != "ok" || inv.Command != "why" || inv.ReplyTo != alert.ID || inv.Data != "" || inv.Target != x.Here {
		t.Errorf("the handler got %+v and answered %q, want the command on message %s", inv, got.Text, alert.ID)
	}
	x.command(t, Member, Entry{Name: "help"})
	if inv := last(t, h); inv.ReplyTo != "" {
		t.Errorf("a command on no message came as one on %q", inv.ReplyTo)
	}
}

// asking answers a command with a form, and a form that is filled in with what was written. A faulty
// text leads to another form.
func asking(_ context.Context, inv bot.Invocation) bot.Message {
	form := bot.Form{Title: bot.Plain("Edit filter 2"), Label: bot.Plain("Filter"), Value: `missile -"drill" <b>`, Max: 200, Data: "edit?n=2"}
	switch {
	case inv.Data == "":
		return bot.Message{Text: bot.Plain("What should it match?"), Form: &form}
	case inv.Line == "faulty":
		form.Value, form.Data = "faulty", "edit?n=3"
		return bot.Message{Text: bot.Plain("That isn't a filter."), Form: &form}
	}
	return bot.Message{Text: bot.Plain(inv.Data + " matches " + inv.Line)}
}

// ask enters a command that is answered with a form.
func (x *adapterSuite) ask(t *testing.T) Asked {
	t.Helper()
	asked, err := x.Ask(x.ctx, Manager, Entry{Name: "filter test"})
	if err != nil {
		t.Fatalf("no form: %v\n%s", err, x.Log())
	}
	return asked
}

// fill fills a form in and returns the answer.
func (x *adapterSuite) fill(t *testing.T, asked Asked, text string) Seen {
	t.Helper()
	got, err := asked.FillIn(x.ctx, text)
	if err != nil {
		t.Fatalf("no answer to the form: %v\n%s", err, x.Log())
	}
	return got
}

func asksForLine(t *testing.T, x *adapterSuite) {
	h := &Handler{Answer: asking}
	x.up(t, h)
	asked := x.ask(t)
	for _, want := range []string{"Filter", `missile -"drill" <b>`, "What should it match?"} {
		if !strings.Contains(asked.Text, want) {
			t.Errorf("the form lacks %q:\n%s", want, asked.Text)
		}
	}
	got := x.fill(t, asked, `moon OR "yoon <i>`)
	if got.Text != `edit?n=2 matches moon OR "yoon <i>` {
		t.Errorf("the answer reads %q", got.Text)
	}
	if inv := last(t, h); inv.Command != "" || inv.Target != x.Here || inv.User.ID == "" || inv.Manager == nil {
		t.Errorf("the handler got %+v", inv)
	}
}

func asksAgain(t *testing.T, x *adapterSuite) {
	h := &Handler{Answer: asking}
	x.up(t, h)
	again := x.fill(t, x.ask(t), "faulty")
	if !strings.Contains(again.Text, "That isn't a filter.") {
		t.Errorf("a faulty text is answered with %q", again.Text)
	}
	if got := last(t, h); got.Data != "edit?n=2" || got.Line != "faulty" {
		t.Errorf("the handler got %+v", got)
	}
}
