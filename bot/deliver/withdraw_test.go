package deliver

import (
	"testing"
	"time"

	"tidings/bot"
)

// A post whose earlier try may have arrived is made again although the article was withdrawn meanwhile.
func TestAlert_PostsAWithdrawnArticleAsSuch(t *testing.T) {
	came := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	dl := bot.Delivery{Action: bot.Post, Enqueued: came, Article: bot.Article{
		Title: "One", Summary: "Two", Image: "https://wire.example/1.jpg", Status: bot.Withdrawn, Updated: came.Add(time.Hour),
	}}
	card := alertOf(&dl).Card
	if card.Title[0].Style != bot.Strike || card.Summary[0].Style != bot.Strike || card.Image != "" {
		t.Errorf("title %+v, summary %+v, image %q: want both struck through, and no picture", card.Title, card.Summary, card.Image)
	}
	if got, want := card.Note.String(), "Withdrawn by the source "+bot.Moment(dl.Article.Updated, time.UTC).String(); got != want {
		t.Errorf("the note is %q, want %q", got, want)
	}
	dl.Article.Status = bot.Live
	if card := alertOf(&dl).Card; card.Title[0].Style == bot.Strike || len(card.Note) > 0 {
		t.Errorf("a live article is shown as %+v with the note %q", card.Title, card.Note)
	}
}
