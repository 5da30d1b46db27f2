package bottest

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"tidings/bot"
)

func (x *adapterSuite) command(t *testing.T, who Person, e Entry) Seen {
	t.Helper()
	got, err := x.Command(x.ctx, who, e)
	if err != nil {
		t.Fatalf("%s got no answer: %v\n%s", e.Line(), err, x.Log())
	}
	return got
}

// last returns the newest invocation.
func last(t *testing.T, h *Handler) bot.Invocation {
	t.Helper()
	all := h.Invocations()
	if len(all) == 0 {
		t.Fatal("the handler was not asked")
	}
	return all[len(all)-1]
}

// wants tests that inv is the entry as the platform hands it over.
func (x *adapterSuite) wants(t *testing.T, inv bot.Invocation, e Entry) {
	t.Helper()
	if !x.Lines {
		options := map[string]string{}
		for _, a := range e.Args {
			options[a.Name] = a.Value
		}
		if inv.Command != e.Name || fmt.Sprint(inv.Options) != fmt.Sprint(options) {
			t.Errorf("the handler got %q with %q, want %q with %q", inv.Command, inv.Options, e.Name, options)
		}
		return
	}
	name, line, _ := strings.Cut(strings.TrimPrefix(e.Line(), "/"), " ")
	if inv.Command != name || strings.TrimSpace(inv.Line) != line {
		t.Errorf("the handler got %q with %q, want %q with %q", inv.Command, inv.Line, name, line)
	}
}

func servesCommand(t *testing.T, x *adapterSuite) {
	h := &Handler{Answer: func(context.Context, bot.Invocation) bot.Message {
		return bot.Message{Card: sampleCard()}
	}}
	x.up(t, h)
	e := Entry{Name: "latest", Args: []Given{{"filter", "missile"}, {"count", "3"}}}
	got := x.command(t, Member, e)
	if !strings.Contains(got.Text, sampleCard().Title.String()) {
		t.Errorf("the answer reads %q", got.Text)
	}
	inv := last(t, h)
	x.wants(t, inv, e)
	if inv.Target != x.Here || inv.User.ID == "" || inv.Direct || inv.Data != "" {
		t.Errorf("the handler got %+v, want somebody in %v", inv, x.Here)
	}
	if !strings.HasPrefix(inv.ChatName, x.Name) || x.Name == "" {
		t.Errorf("the chat is called %q, want what begins with %q", inv.ChatName, x.Name)
	}
	x.command(t, Member, Entry{Name: "help"})
	x.wants(t, last(t, h), Entry{Name: "help"})
}

func servesSubcommand(t *testing.T, x *adapterSuite) {
	h := &Handler{}
	x.up(t, h)
	e := Entry{Name: "filter set", Args: []Given{{"number", "2"}, {"filter", "moon OR yoon"}}}
	x.command(t, Manager, e)
	x.wants(t, last(t, h), e)
}

func servesAlias(t *testing.T, x *adapterSuite) {
	if !x.Lines {
		t.Skip("commands are not typed")
	}
	h := &Handler{}
	x.up(t, h)
	x.command(t, Member, Entry{Name: "search", Args: []Given{{"filter", "missile"}}})
	x.wants(t, last(t, h), Entry{Name: "search", Args: []Given{{"filter", "missile"}}})
}

func handsOverArguments(t *testing.T, x *adapterSuite) {
	h := &Handler{}
	x.up(t, h)
	for _, value := range []string{
		`"ballistic missile" -drill (a OR b`, `<b>&amp; @everyone *`, "미사일 👩‍👩‍👧‍👦", `/uranium|plutonium/`, "title:", "999999999999",
	} {
		e := Entry{Name: "subscribe", Args: []Given{{"filter", value}}}
		x.command(t, Manager, e)
		x.wants(t, last(t, h), e)
	}
}

func knowsManagers(t *testing.T, x *adapterSuite) {
	h := &Handler{Answer: func(ctx context.Context, inv bot.Invocation) bot.Message {
		if inv.Manager == nil {
			return bot.Message{Text: bot.Plain("false")}
		}
		is, err := inv.Manager(ctx)
		if err != nil {
			return bot.Message{Text: bot.Plain(err.Error())}
		}
		var lacking []string
		if inv.Lacking != nil {
			lacking, err = inv.Lacking(ctx)
		}
		return bot.Message{Text: bot.Plain(fmt.Sprint(is, " ", len(lacking), " ", err))}
	}}
	x.up(t, h)
	if got := x.command(t, Manager, Entry{Name: "help"}).Text; got != "true 0 <nil>" {
		t.Errorf("of a manager the adapter says %q", got)
	}
	if got := x.command(t, Member, Entry{Name: "help"}).Text; got != "false 0 <nil>" {
		t.Errorf("of a member the adapter says %q", got)
	}
}

// paged answers a command with two buttons, and the button with another page or a notice.
func paged(_ context.Context, inv bot.Invocation) bot.Message {
	switch inv.Data {
	case "page:2":
		return bot.Message{
			Text: bot.Plain("page two"), Buttons: [][]bot.Button{{{Label: "Back", Data: "page:1"}}},
		}
	case "who":
		return bot.Message{Text: bot.Plain("only for you"), Notice: true}
	}
	return bot.Message{
		Text: bot.Plain("page one"), Buttons: [][]bot.Button{{{Label: "Next", Data: "page:2"}, {Label: "Who", Data: "who"}}},
	}
}

func servesButtons(t *testing.T, x *adapterSuite) {
	h := &Handler{Answer: paged}
	x.up(t, h)
	one := x.command(t, Member, Entry{Name: "latest"})
	if !slices.Equal(one.Buttons, []string{"Next", "Who"}) {
		t.Fatalf("the answer has the buttons %q", one.Buttons)
	}
	two, _, err := x.Press(x.ctx, Member, one, "Next")
	if err != nil {
		t.Fatalf("Next: %v", err)
	}
	if two.Text != "page two" || !slices.Equal(two.Buttons, []string{"Back"}) || two.ID != one.ID {
		t.Errorf("the button led to %+v, want page two in the same message", two)
	}
	inv := last(t, h)
	if inv.Data != "page:2" || inv.Command != "" || inv.Target != x.Here || inv.User.ID == "" {
		t.Errorf("the handler got %+v, want the button's data", inv)
	}
	back, _, err := x.Press(x.ctx, Member, two, "Back")
	if err != nil || back.Text != "page one" || !slices.Equal(back.Buttons, []string{"Next", "Who"}) {
		t.Errorf("Back led to %+v (%v), want page one", back, err)
	}
}

func showsNotice(t *testing.T, x *adapterSuite) {
	x.up(t, &Handler{Answer: paged})
	one := x.command(t, Member, Entry{Name: "latest"})
	after, notice, err := x.Press(x.ctx, Member, one, "Who")
	if err != nil {
		t.Fatalf("Who: %v", err)
	}
	if notice != "only for you" || after.Text != "page one" || !slices.Equal(after.Buttons, one.Buttons) {
		t.Errorf("the presser sees %q and the message reads %q, want a notice and no change", notice, after.Text)
	}
}

func answersSlowly(t *testing.T, x *adapterSuite) {
	x.up(t, &Handler{Answer: func(ctx context.Context, _ bot.Invocation) bot.Message {
		if x.Acknowledged != nil {
			if err := x.Acknowledged(ctx); err != nil {
				return bot.Message{Text: bot.Plain("never acknowledged: " + err.Error())}
			}
		}
		return bot.Message{Text: bot.Plain("worth the wait")}
	}})
	if got := x.command(t, Member, Entry{Name: "latest"}); got.Text != "worth the wait" {
		t.Errorf("the answer reads %q", got.Text)
	}
}

func answersSideBySide(t *testing.T, x *adapterSuite) {
	const n = 5
	h := &Handler{Answer: func(_ context.Context, inv bot.Invocation) bot.Message {
		return bot.Message{Text: bot.Plain("you said " + inv.Line + inv.Options["filter"])}
	}}
	x.up(t, h)
	answers := make(chan string, n)
	for range n {
		go func() {
			got, err := x.Command(x.ctx, Member, Entry{Name: "latest", Args: []Given{{"filter", "x"}}})
			answers <- fmt.Sprint(got.Text, err)
		}()
	}
	for range n {
		if got := <-answers; got != "you said x<nil>" {
			t.Errorf("an answer reads %q", got)
		}
	}
}

func survivesPanic(t *testing.T, x *adapterSuite) {
	x.up(t, &Handler{Answer: func(_ context.Context, inv bot.Invocation) bot.Message {
		if strings.HasPrefix(inv.Command, "subscribe") {
			panic("a fault of the handler")
		}
		return bot.Message{Text: bot.Plain("still here")}
	}})
	got := x.command(t, Manager, Entry{Name: "subscribe"})
	if got.Text == "" || strings.Contains(got.Text, "a fault of the handler") {
		t.Errorf("after a panic the answer reads %q, want a general one", got.Text)
	}
	if got := x.command(t, Manager, Entry{Name: "help"}); got.Text != "still here" {
		t.Errorf("after the panic the next answer reads %q", got.Text)
	}
	if !strings.Contains(x.Log(), "a fault of the handler") {
		t.Error("the log does not mention the panic")
	}
}
