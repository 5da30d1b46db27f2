package bottest

import (
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/rivo/uniseg"

	"tidings/bot"
)

// leastShown is how many characters of a longer text must be shown at least.
const leastShown = 800

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
