package discord

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tidings/bot"
	"tidings/bot/bottest"
	sandboxdiscord "tidings/internal/sandbox/discord"
)

// former answers a command with a form, "list" with a button that leads to one, and a form with what was
// written.
func former(slow func(context.Context)) *bottest.Handler {
	form := &bot.Form{Title: bot.Plain("Edit filter 2"), Label: bot.Plain("Filter"), Value: "missile", Max: 100, Data: "edit?n=2"}
	return &bottest.Handler{
		Table: []bot.Command{{Name: "edit", Help: "Edit"}, {Name: "list", Help: "List"}},
		Answer: func(ctx context.Context, inv bot.Invocation) bot.Message {
			switch {
			case inv.Command == "list":
				return bot.Message{Text: bot.Plain("list"), Buttons: [][]bot.Button{{{Label: "Edit", Data: "form"}}}}
			case inv.Line == "faulty":
				return bot.Message{Text: bot.Plain("no filter"), Form: form}
			case inv.Line == "mistaken":
				return bot.Message{Text: bot.Plain("a mistake"), Form: form, Mistake: true, Buttons: [][]bot.Button{{{Label: "Edit again", Data: "form"}}}}
			case inv.Line != "":
				return bot.Message{Text: bot.Plain(inv.Data + " " + inv.Line), Notice: inv.Line == "notice"}
			}
			slow(ctx)
			return bot.Message{Text: bot.Plain("What should it match?"), Form: form}
		},
	}
}

func quick(context.Context) {}

// formOf returns the form that an interaction opened, once it is there.
func (w *world) formOf(t *testing.T, it *sandboxdiscord.Interaction, err error) sandboxdiscord.Modal {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	form, err := it.Form(within(t))
	if err != nil {
		t.Fatalf("no form: %v\n%s", err, w.log)
	}
	return form
}

func (w *world) submit(t *testing.T, it *sandboxdiscord.Interaction, text string) (sandboxdiscord.Message, int) {
	t.Helper()
	done, err := w.Submit(within(t), it.ID(), map[string]string{formField: text})
	if err != nil {
		t.Fatal(err)
	}
	kind, _, err := done.Acknowledged(within(t))
	if err != nil {
		t.Fatal(err)
	}
	m, err := done.Reply(within(t))
	if err != nil {
		t.Fatalf("no answer: %v\n%s", err, w.log)
	}
	return m, kind
}

func TestForm_OpensAtOnceAndIsAnsweredPrivately(t *testing.T) {
	w := unlimited(t)
	w.run(t, former(quick))
	it, err := w.Command(within(t), w.manager, w.channel, "edit", nil)
	got := w.formOf(t, it, err)
	want := sandboxdiscord.Modal{
		CustomID: "edit?n=2", Title: "Edit filter 2", Text: "What should it match?",
		Fields: []sandboxdiscord.ModalField{{
			CustomID: formField, Label: "Filter", Value: "missile", Required: true, Paragraph: true, Max: 100,
		}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the form (-want +got):\n%s", diff)
	}
	m, _ := w.submit(t, it, "moon\nOR  yoon\n")
	if m.Content != "edit?n=2 moon OR  yoon" || m.EphemeralTo != w.manager {
		t.Errorf("the answer is %q for %q", m.Content, m.EphemeralTo)
	}
}

func TestForm_OfAButtonIsAnsweredInPlaceOfItsMessage(t *testing.T) {
	w := unlimited(t)
	w.run(t, former(quick))
	it, err := w.Command(within(t), w.manager, w.channel, "list", nil)
	if err != nil {
		t.Fatal(err)
	}
	list, err := it.Reply(within(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		text, shown string
		kind        int
		private     bool
	}{
		{"notice", "list", respondMessage, true},
		{"faulty", "list", respondMessage, true},
		{"mistaken", "a mistake", respondUpdate, false}, // with a button that opens the form
		{"mistaken", "a mistake", respondUpdate, false},
		{"moon", "edit?n=2 moon", respondUpdate, false},
	} {
		it, err := w.Press(within(t), w.manager, list.ID, "form")
		w.formOf(t, it, err)
		answer, kind := w.submit(t, it, tt.text)
		if now, _ := w.Message(list.ID); kind != tt.kind || now.Content != tt.shown {
			t.Errorf("%s: answered with type %d, and the list reads %q", tt.text, kind, now.Content)
		}
		if private := answer.ID != list.ID && answer.EphemeralTo == w.manager; private != tt.private {
			t.Errorf("%s: the answer is %+v", tt.text, answer)
		}
	}
}

func TestForm_ThatCannotOpenAtOnceWaitsBehindAButton(t *testing.T) {
	w := unlimited(t)
	w.run(t, former(func(ctx context.Context) { eventuallyDeferred(ctx, w) }))
	it, err := w.Command(within(t), w.manager, w.channel, "edit", nil)
	if err != nil {
		t.Fatal(err)
	}
	w.commands <- it
	m, err := it.Reply(within(t))
	if err != nil {
		t.Fatal(err)
	}
	if m.EphemeralTo != w.manager || m.Content != "What should it match?" || len(m.Components) != 1 {
		t.Fatalf("the late form is shown as %+v", m)
	}
	open := m.Components[0].Components[0]
	for _, text := range []string{"faulty", "moon"} { // a form that was faulty can be opened again
		pressed, err := w.Press(within(t), w.manager, m.ID, open.CustomID)
		if form := w.formOf(t, pressed, err); form.Title != open.Label || form.Fields[0].Value != "missile" {
			t.Errorf("the button %q opened %+v", open.Label, form)
		}
		w.submit(t, pressed, text)
	}
	if now, _ := w.Message(m.ID); now.Content != "edit?n=2 moon" {
		t.Errorf("after the form the message reads %q", now.Content)
	}
}

func TestForm_SaysThatItHasExpired(t *testing.T) {
	w := unlimited(t)
	it := &interaction{ID: "7", Type: typeSubmit}
	m := w.adapter.keepForm(it, bot.Message{Form: &bot.Form{Title: bot.Plain("Edit"), Label: bot.Plain("Filter")}})
	key := m.Buttons[0][0].Data
	if m.Text.String() != "Filter" || !isFormButton(key) || len(key) > bot.MaxButtonData {
		t.Errorf("the form is kept behind %+v", m)
	}
	if r := w.adapter.openKept(key, staleForm()); r.Type != respondForm {
		t.Errorf("the button is answered with type %d", r.Type)
	}
	now := time.Now()
	w.adapter.forms.now = func() time.Time { return now.Add(formLife) }
	if r := w.adapter.openKept(key, staleForm()); r.Type != respondMessage {
		t.Errorf("after %v the button is answered with type %d", formLife, r.Type)
	}
	for i := range 3 * maxForms {
		w.adapter.forms.add(fmt.Sprint(i), modal{})
	}
	if n := len(w.adapter.forms.list); n > maxForms {
		t.Errorf("%d forms are kept, want at most %d", n, maxForms)
	}
}

func TestForm_StaysWithinDiscordsLimits(t *testing.T) {
	w := unlimited(t)
	long := strings.Repeat("*_👩‍👩‍👧‍👦 ", 2000)
	h := former(quick)
	h.Answer = func(context.Context, bot.Invocation) bot.Message {
		return bot.Message{Text: bot.Plain(long), Form: &bot.Form{
			Title: bot.Plain(long), Label: bot.Plain(long), Value: long, Max: 10, Data: strings.Repeat("d", bot.MaxButtonData),
		}}
	}
	w.run(t, h)
	it, err := w.Command(within(t), w.manager, w.channel, "edit", nil)
	if form := w.formOf(t, it, err); form.Fields[0].Max != maxFormValue {
		t.Errorf("a text of %d characters can be written, want %d", form.Fields[0].Max, maxFormValue)
	}
}

func TestSubmit_IsReadFromEveryLayout(t *testing.T) {
	for name, d := range map[string]interactionData{
		"label": {Components: []submittedField{{}, {Labeled: &submittedField{CustomID: formField, Value: "x"}}}},
		"row":   {Components: []submittedField{{Row: []submittedField{{CustomID: formField, Value: "x"}}}}},
		"bare":  {Components: []submittedField{{CustomID: formField, Value: " x\r\n"}}},
	} {
		if _, got := d.submitted(); got != "x" {
			t.Errorf("%s: read %q", name, got)
		}
	}
	if data, got := (&interactionData{CustomID: "d"}).submitted(); got != "" || data != "d" {
		t.Errorf("an empty form reads %q %q", data, got)
	}
}

// hours is a form in which one of two can be picked, or something else written.
func hours(most int) *bot.Form {
	return &bot.Form{
		Title: bot.Plain("Quiet hours"), Pick: bot.Plain("Hours"), Label: bot.Plain("Or other hours"), Value: "22:00-07:00", Max: most, Data: "set?",
		Options: []bot.Button{{Label: "Off", Data: "set?v=off"}, {Label: "At night", Data: "set?v=night"}, {Label: "Again", Data: "set?v=off"}},
	}
}

func TestForm_LetsPeoplePickInPlaceOfWriting(t *testing.T) {
	w := unlimited(t)
	h := former(quick)
	most := 100
	h.Answer = func(_ context.Context, inv bot.Invocation) bot.Message {
		if inv.Data != "" {
			return bot.Message{Text: bot.Plain(inv.Data + " " + inv.Line)}
		}
		return bot.Message{Form: hours(most)}
	}
	w.run(t, h)
	for _, tt := range []struct {
		most int
		fill map[string]string
		want string
	}{
		{100, map[string]string{formPick: "set?v=night"}, "set?v=night "},
		{100, map[string]string{formField: "noon"}, "set? noon"},
		{100, map[string]string{formField: "noon", formPick: "set?v=off"}, "set? noon"},
		{100, nil, "set? "},
		{0, map[string]string{formPick: "set?v=off"}, "set?v=off "},
	} {
		most = tt.most
		it, err := w.Command(within(t), w.manager, w.channel, "edit", nil)
		form := w.formOf(t, it, err)
		if n := len(form.Fields); n != min(tt.most, 1)+1 || len(form.Fields[0].Options) != 2 {
			t.Fatalf("the form is %+v", form)
		}
		done, err := w.Submit(within(t), it.ID(), tt.fill)
		if err != nil {
			t.Fatal(err)
		}
		if m, err := done.Reply(within(t)); err != nil || strings.TrimSpace(m.Content) != strings.TrimSpace(tt.want) {
			t.Errorf("%v: the handler got %q, %v, want %q", tt.fill, m.Content, err, tt.want)
		}
	}
}
