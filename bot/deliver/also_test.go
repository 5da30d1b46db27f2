package deliver

import (
	"strings"
	"testing"
	"time"

	"tidings/bot"
	"tidings/bot/plan"
)

func TestAlert_NamesOutletsAsPeopleKnowThem(t *testing.T) {
	dl := bot.Delivery{Action: bot.Post, Article: bot.Article{Title: "One", Source: "kestrel", Outlet: "Kestrel Wire", Related: []bot.Related{
		{Source: "desk", Outlet: "The Desk", Title: "One, says desk"},
	}}}
	if card := alertOf(&dl).Card; card.Source != "Kestrel Wire" || card.Note.String() != "Also: One, says desk – The Desk" {
		t.Errorf("the alert is %+v", card)
	}
	if got := bareAlert(&dl).Text.String(); got != "One\nKestrel Wire" {
		t.Errorf("the bare alert is %q", got)
	}
}

func TestAlert_ShowsWhatOthersCallTheStory(t *testing.T) {
	dl := bot.Delivery{Action: bot.Post, Article: bot.Article{Title: "One", Source: "own", Related: []bot.Related{
		{Source: "desk", Title: "One, says desk", URL: "https://desk.example/1"},
		{Source: "own", Title: "One, once more"},
		{Source: "wire", Title: "One, says wire"},
		{Source: "desk", Title: "One again", URL: "https://desk.example/2"},
	}}}
	note := alertOf(&dl).Card.Note
	if got, want := note.String(), "Also: One, says desk – desk\nAlso: One, says wire – wire"; got != want {
		t.Errorf("the note is %q, want %q", got, want)
	}
	if note[1].Link != "https://desk.example/1" || note[1].Text != "One, says desk" {
		t.Errorf("%+v, want the headline of the desk linked", note)
	}
	for i := range 9 {
		dl.Article.Related = append(dl.Article.Related, bot.Related{Source: string(rune('a' + i)), Title: "Another"})
	}
	if got := alertOf(&dl).Card.Note.String(); strings.Count(got, "Also:") != maxAlso || !strings.HasSuffix(got, "\nand 6 more") {
		t.Errorf("the note is %q, want five headlines and how many more there are", got)
	}
	dl.Action = bot.Withdraw
	if got := alertOf(&dl).Card.Note.String(); strings.Contains(got, "Also") || strings.Contains(got, "desk") {
		t.Errorf("the note of a withdrawn article is %q", got)
	}
	before := dl.Article
	before.Related = nil
	if before.LooksLike(&dl.Article) {
		t.Error("an alert that names others looks like one that does not, so it would not be edited")
	}
}

// alertOf returns the message of a delivery as a Sender renders it.
func alertOf(dl *bot.Delivery) bot.Message {
	return (&Sender{zone: time.UTC, planner: plan.New(time.UTC)}).render(dl)
}
