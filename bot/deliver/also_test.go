package deliver

import (
	"strings"
	"testing"
	"time"

	"tidings/bot"
)

func TestAlert_NamesWhoElseReportsTheStory(t *testing.T) {
	dl := bot.Delivery{Action: bot.Post, Article: bot.Article{Title: "One", Related: []bot.Related{
		{Source: "desk", URL: "https://desk.example/1"}, {Source: "wire"}, {Source: "desk", URL: "https://desk.example/2"},
	}}}
	note := alertOf(&dl).Card.Note
	if got, want := note.String(), "Also reported by desk, wire"; got != want {
		t.Errorf("the note is %q, want %q", got, want)
	}
	if note[1].Link != "https://desk.example/1" {
		t.Errorf("%+v, want the first article of the desk linked", note)
	}
	dl.Action = bot.Withdraw
	if got := alertOf(&dl).Card.Note.String(); !strings.HasPrefix(got, "Withdrawn by the source") || strings.Contains(got, "desk") {
		t.Errorf("the note of a withdrawn article is %q", got)
	}
	before := dl.Article
	before.Related = nil
	if before.LooksLike(&dl.Article) {
		t.Error("an alert that names others looks like one that does not, so it would not be edited")
	}
}

// alertOf returns the message of a delivery as a Sender renders it.
func alertOf(dl *bot.Delivery) bot.Message { return (&Sender{zone: time.UTC}).render(dl) }
