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
	if card.Title.String() != "Withdrawn by the source" || !card.Summary.Empty() || card.URL != "" || card.Image != "" {
		t.Errorf("title %+v, summary %+v, address %q, image %q: want nothing left of the story", card.Title, card.Summary, card.URL, card.Image)
	}
	if got, want := card.Note.String(), bot.Moment(dl.Article.Updated, time.UTC).String(); got != want {
		t.Errorf("the note is %q, want %q", got, want)
	}
	dl.Article.Status = bot.Live
	if card := alertOf(&dl).Card; card.Title.String() != "One" || len(card.Note) > 0 {
		t.Errorf("a live article is shown as %+v with the note %q", card.Title, card.Note)
	}
}
