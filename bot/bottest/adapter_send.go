package bottest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/rivo/uniseg"

	"tidings/bot"
)

// manyBytes is no limit for CleanText.
const manyBytes = 1 << 20

// leastShown is how many characters of a longer text must be shown at least.
const leastShown = 800

func sendSuite(t *testing.T, newFixture func(t *testing.T) Fixture) {
	each(t, newFixture, []check{
		{"shows what a card contains", showsCard},
		{"shows a card of which only the title is known", showsBareCard},
		{"shows styles, links and buttons", showsText},
		{"shows text from outside unbroken and pings nobody", showsHostileText},
		{"shows cards from outside unbroken and pings nobody", showsHostileCards},
		{"shortens what is too long", shortensText},
		{"shortens cards of which every part is too long", shortensCards},
		{"shows messages in the order they were sent", keepsOrder},
		{"sets apart what is bold or struck in a card", setsApart},
		{"replies to a message", replies},
		{"notifies exactly those whom it is to mention", mentionsExactly},
		{"posts without a sound what is to be silent", postsSilently},
		{"sends a file with its text", sendsFile},
		{"sends to one place from many goroutines", sendsConcurrently},
		{"shows two messages with one key once", sendsOnce},
		{"reports faults as transient", reportsTransient},
		{"reports rate limits with their time", reportsRateLimit},
		{"ends with its context", endsWithContext},
		{"says after a cut what may have been sent", survivesCut},
		{"reports a place that is gone", reportsGone},
		{"reports an unreachable platform without the token", reportsUnreachable},
	})
}

// send sends to Here and returns what people see of it.
func (x *adapterSuite) send(t *testing.T, m bot.Message) Seen {
	t.Helper()
	receipt, err := x.Adapter.Send(x.ctx, x.Here, m)
	if err != nil {
		x.keepsSecret(t, "error", fmt.Sprintf("%v %+v", err, err))
		t.Fatalf("Send: %v", err)
	}
	shown := x.Shown(x.Here)
	i := slices.IndexFunc(shown, func(s Seen) bool { return s.ID == receipt.MessageID })
	if i < 0 {
		t.Fatalf("receipt names message %q, which is not among the %d shown", receipt.MessageID, len(shown))
	}
	return shown[i]
}

// sendFails sends and returns the error, which must be a SendError of the given kind.
func (x *adapterSuite) sendFails(t *testing.T, a bot.Adapter, to bot.Target, kind bot.SendErrorKind) *bot.SendError {
	t.Helper()
	_, err := a.Send(x.ctx, to, bot.Message{Text: bot.Plain("hello"), Key: "one-key"})
	x.keepsSecret(t, "error", fmt.Sprintf("%v %+v", err, err))
	var se *bot.SendError
	if !errors.As(err, &se) {
		t.Fatalf("Send returned %T (%v), want a *bot.SendError", err, err)
	}
	x.keepsSecret(t, "error", fmt.Sprintf("%v %+v %s", *se, *se, se.Reason))
	if se.Kind != kind {
		t.Fatalf("Send failed with kind %d (%v), want kind %d", se.Kind, se, kind)
	}
	return se
}

func (x *adapterSuite) keepsSecret(t *testing.T, where, text string) {
	t.Helper()
	if x.Secret == "" {
		t.Fatal("the fixture has no secret")
	}
	if strings.Contains(text, x.Secret) {
		t.Errorf("the %s contains the token:\n%s", where, text)
	}
}

func showsCard(t *testing.T, x *adapterSuite) {
	card := sampleCard()
	got := x.send(t, bot.Message{Card: card})
	for _, want := range []string{
		card.Title.String(), card.Summary.String(), "Mike Brodka | John Smith", card.Source, "2021",
	} {
		if !strings.Contains(got.Text, want) {
			t.Errorf("the alert lacks %q:\n%s", want, got.Text)
		}
	}
	if !slices.Contains(got.Links, card.URL) {
		t.Errorf("the alert leads to %q, want %q among them", got.Links, card.URL)
	}
	if at := strings.Index(got.Text, card.Summary.String()); at < strings.Index(got.Text, card.Title.String()) {
		t.Errorf("the dek stands above the title:\n%s", got.Text)
	}
	card.DateOnly = true
	if got := x.send(t, bot.Message{Card: card}); strings.Contains(got.Text, ":04") {
		t.Errorf("the alert names a time although only the day is known:\n%s", got.Text)
	}
	card.Note = bot.Plain("Corrected: the date was wrong")
	if got := x.send(t, bot.Message{Card: card}); !strings.Contains(got.Text, "Corrected: the date was wrong") {
		t.Errorf("the alert lacks its note:\n%s", got.Text)
	}
}

func sampleCard() *bot.Card {
	return &bot.Card{
		Title:     bot.Plain("North Korea shows off a new missile"),
		URL:       "https://news.example/2021/01/missile?a=1&b=2",
		Summary:   bot.Plain("The weapon appeared at a parade in Pyongyang."),
		Authors:   []string{"Mike Brodka", "John Smith"},
		Source:    "newsroom",
		Published: time.Date(2021, 1, 20, 15, 4, 5, 0, time.UTC),
		Image:     "https://news.example/parade.jpg",
	}
}

func showsBareCard(t *testing.T, x *adapterSuite) {
	got := x.send(t, bot.Message{Card: &bot.Card{Title: bot.Plain("Only a title")}})
	if visible(got.Text) != "Only a title" {
		t.Errorf("the alert reads %q, want only its title", got.Text)
	}
	if len(got.Links) > 0 {
		t.Errorf("the alert leads to %q, want nowhere", got.Links)
	}
}

func showsText(t *testing.T, x *adapterSuite) {
	got := x.send(t, bot.Message{
		Text: bot.Join(
			bot.Styled("bold", bot.Bold), bot.Plain(" plain "), bot.Styled("all", bot.Bold|bot.Italic|bot.Strike),
			bot.Plain(" "), bot.Styled("code", bot.Code), bot.Plain(" "),
			bot.Linked("link", "https://news.example/?a=1&b=\"2\""), bot.Plain("\n"), bot.Styled("a\n  ^", bot.Pre),
		),
		Buttons: [][]bot.Button{
			{{Label: "Previous", Data: "p:1"}, {Label: "Next", Data: "p:2", Style: bot.PrimaryButton}},
			{{Label: "Open", URL: "https://news.example/open"}, {Label: "End", Data: "x", Style: bot.DangerButton}},
		},
	})
	if want := "bold plain all code link a ^"; visible(got.Text) != want {
		t.Errorf("the message reads %q, want %q", visible(got.Text), want)
	}
	if want := []string{"Previous", "Next", "Open", "End"}; !slices.Equal(got.Buttons, want) {
		t.Errorf("the buttons are %q, want %q", got.Buttons, want)
	}
	if !slices.Contains(got.Links, "https://news.example/open") {
		t.Errorf("the message leads to %q, want the button's address among them", got.Links)
	}
}

func showsHostileText(t *testing.T, x *adapterSuite) {
	for _, s := range plainTexts() {
		got := x.send(t, bot.Message{Text: bot.Plain(s.Text)})
		if visible(got.Text) != visible(s.Text) {
			t.Errorf("%s: reads %q, want %q", s.Name, got.Text, s.Text)
		}
		pingsNobody(t, s, got)
		var all bot.Text
		for _, style := range []bot.Style{bot.Bold, bot.Italic, bot.Strike, bot.Code, bot.Pre, bot.Bold | bot.Italic} {
			all = bot.Join(all, bot.Styled(s.Text, style), bot.Plain(" ; "))
		}
		all = bot.Join(all, bot.Linked(s.Text, "https://news.example/"))
		got = x.send(t, bot.Message{Text: all})
		if n := strings.Count(visible(got.Text), visible(s.Text)); n < 7 {
			t.Errorf("%s: in 7 styles it reads right %d times: %q", s.Name, n, got.Text)
		}
		pingsNobody(t, s, got)
	}
}

func showsHostileCards(t *testing.T, x *adapterSuite) {
	for _, s := range plainTexts() {
		got := x.send(t, bot.Message{Card: &bot.Card{
			Title: bot.Plain(s.Text), URL: "https://news.example/a?b=\"<c>'&d", Summary: bot.Plain(s.Text),
			Authors: []string{s.Text, "Ann"}, Source: s.Text, Note: bot.Plain(s.Text), Published: sampleCard().Published,
		}})
		if n := strings.Count(visible(got.Text), visible(s.Text)); n < 5 {
			t.Errorf("%s: of 5 parts %d read right: %q", s.Name, n, got.Text)
		}
		pingsNobody(t, s, got)
	}
}

func shortensText(t *testing.T, x *adapterSuite) {
	for _, s := range longTexts() {
		for _, style := range []bot.Style{0, bot.Bold | bot.Italic, bot.Pre} {
			got := visible(x.send(t, bot.Message{Text: bot.Styled(s.Text, style)}).Text)
			if n := utf8.RuneCountInString(got); n < leastShown {
				t.Errorf("%s: only %d characters are shown", s.Name, n)
			}
			isBeginning(t, s, got)
		}
		got := x.send(t, bot.Message{Text: bot.Linked(s.Text, "https://news.example/")})
		isBeginning(t, s, visible(got.Text))
	}
}

func shortensCards(t *testing.T, x *adapterSuite) {
	for _, s := range longTexts() {
		card := sampleCard()
		card.Title, card.Summary, card.Note = bot.Plain(s.Text), bot.Plain(s.Text), bot.Plain(s.Text)
		card.Source, card.Authors = s.Text, []string{s.Text, s.Text, s.Text}
		pingsNobody(t, s, x.send(t, bot.Message{Card: card}))

		card = sampleCard()
		card.Summary = bot.Plain(s.Text)
		got := x.send(t, bot.Message{Card: card})
		for _, want := range []string{card.Title.String(), "Mike Brodka | John Smith", card.Source, "2021"} {
			if !strings.Contains(got.Text, want) {
				t.Errorf("%s: a long dek pushed %q out of the alert", s.Name, want)
			}
		}
	}
}

func keepsOrder(t *testing.T, x *adapterSuite) {
	words := []string{"first", "second", "third", "fourth"}
	for _, w := range words {
		x.send(t, bot.Message{Text: bot.Plain(w)})
	}
	for i, s := range x.Shown(x.Here) {
		if s.Text != words[i] {
			t.Fatalf("message %d reads %q, want %q", i, s.Text, words[i])
		}
	}
}

func sendsConcurrently(t *testing.T, x *adapterSuite) {
	const n = 10
	var sends sync.WaitGroup
	for i := range n {
		sends.Go(func() {
			if _, err := x.Adapter.Send(x.ctx, x.Here, bot.Message{Text: bot.Plain(fmt.Sprint("number ", i))}); err != nil {
				t.Errorf("Send: %v", err)
			}
		})
	}
	sends.Wait()
	if got := len(x.Shown(x.Here)); got != n {
		t.Errorf("%d messages are shown, want %d", got, n)
	}
}

func sendsOnce(t *testing.T, x *adapterSuite) {
	if !x.Once {
		t.Skip("the platform has no such thing")
	}
	m := bot.Message{Card: sampleCard(), Key: "0123456789abcdefABCDEF"}
	first, second := x.send(t, m), x.send(t, m)
	if first.ID != second.ID || len(x.Shown(x.Here)) != 1 {
		t.Errorf("two sends with one key show %d messages, %q and %q", len(x.Shown(x.Here)), first.ID, second.ID)
	}
	m.Key = "another"
	if x.send(t, m); len(x.Shown(x.Here)) != 2 {
		t.Errorf("another key shows %d messages in all, want 2", len(x.Shown(x.Here)))
	}
}

func reportsTransient(t *testing.T, x *adapterSuite) {
	for _, kind := range []FaultKind{ServerError, Garbage, ResetBefore} {
		x.Inject(Fault{Kind: kind})
		_ = x.sendFails(t, x.Adapter, x.Here, bot.Transient)
		if n := len(x.Shown(x.Here)); n != 0 {
			t.Errorf("after %s %d messages are shown, want none: Send must not retry by itself", kind, n)
		}
	}
	x.send(t, bot.Message{Text: bot.Plain("well again")})
}

func reportsRateLimit(t *testing.T, x *adapterSuite) {
	const after = 7 * time.Second
	x.Inject(Fault{Kind: RateLimit, After: after})
	start := time.Now()
	got := x.sendFails(t, x.Adapter, x.Here, bot.RateLimited)
	if got.After < after || got.After > after+time.Second {
		t.Errorf("After is %v, want the %v that the platform asked for", got.After, after)
	}
	if took := time.Since(start); took > after/2 {
		t.Errorf("Send took %v: it must not wait by itself", took)
	}
}

func endsWithContext(t *testing.T, x *adapterSuite) {
	x.Inject(Fault{Kind: Hang})
	ctx, cancel := context.WithTimeout(x.ctx, 200*time.Millisecond)
	defer cancel()
	start := time.Now()
	_, err := x.Adapter.Send(ctx, x.Here, bot.Message{Text: bot.Plain("hello")})
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Send returned %v, want the error of its context", err)
	}
	x.keepsSecret(t, "error", fmt.Sprintf("%v %+v", err, err))
	if took := time.Since(start); took > 5*time.Second {
		t.Errorf("Send outlived its context by %v", took)
	}
}

func survivesCut(t *testing.T, x *adapterSuite) {
	x.Inject(Fault{Kind: ResetAfter})
	if got := x.sendFails(t, x.Adapter, x.Here, bot.Transient); !got.Uncertain {
		t.Error("a send whose answer was cut off is said to be lost for sure")
	}
	x.Heal()
	if _, err := x.Adapter.Send(x.ctx, x.Here, bot.Message{Text: bot.Plain("hello"), Key: "one-key"}); err != nil {
		t.Fatalf("Send again: %v", err)
	}
	want := 2
	if x.Once {
		want = 1
	}
	if got := len(x.Shown(x.Here)); got != want {
		t.Errorf("%d messages are shown, want %d", got, want)
	}
}

func reportsGone(t *testing.T, x *adapterSuite) {
	got := x.sendFails(t, x.Adapter, x.Gone, bot.TargetGone)
	if got.Reason == "" || strings.ContainsAny(got.Reason, "{}_") {
		t.Errorf("the reason is %q, want plain words", got.Reason)
	}
}

func reportsUnreachable(t *testing.T, x *adapterSuite) {
	if got := x.sendFails(t, x.Unreachable(), x.Here, bot.Transient); got.Uncertain {
		t.Error("a send that reached nothing is said to have arrived, perhaps")
	}
}

// visible returns what readers see of a text: without what is invisible, with single spaces, and
// with the several kinds of backticks, which some platforms must replace, as one.
func visible(s string) string {
	return strings.NewReplacer("`", "'", "ˋ", "'", "´", "'").Replace(bot.CleanText(s, manyBytes))
}

// isBeginning tests that got is the sample, cut between two characters and ended with an ellipsis.
func isBeginning(t *testing.T, s Sample, got string) {
	t.Helper()
	head, cut := strings.CutSuffix(got, "…")
	whole := visible(s.Text)
	if !cut || !strings.HasPrefix(whole, head) {
		t.Errorf("%s: %.40q… is not the shortened text", s.Name, got)
		return
	}
	rest, state, n := whole, -1, 0
	for n < len(head) {
		var cluster string
		cluster, rest, _, state = uniseg.FirstGraphemeClusterInString(rest, state)
		n += len(cluster)
	}
	if n != len(head) {
		t.Errorf("%s: the cut goes through a character: %q", s.Name, head[max(0, len(head)-20):])
	}
}

func pingsNobody(t *testing.T, s Sample, got Seen) {
	t.Helper()
	if len(got.Pings) > 0 {
		t.Errorf("%s: pings %q", s.Name, got.Pings)
	}
}
