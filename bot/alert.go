package bot

import (
	"strings"
	"time"

	"tidings/bot/filter"
)

// alert returns the message that a delivery becomes. The zone is that of times in it.
func alert(dl *Delivery, zone *time.Location) Message {
	if len(dl.With) > 0 {
		return Message{Text: digestOf(dl, zone), Key: dl.Key()}
	}
	card := NewCard(&dl.Article)
	card.Title, card.Summary = marked(dl)
	// A post says so too, if an earlier try of it may have arrived.
	withdrawn := dl.Action == Withdraw || dl.Article.Status == Withdrawn
	switch {
	case withdrawn:
		card.Title, card.Summary = Styled(dl.Article.Title, Strike), Styled(dl.Article.Summary, Strike)
		card.Image = ""
		card.Note = Join(Plain("Withdrawn by the source "), Moment(dl.changed(), zone))
	case dl.Action == Edit:
		if at := dl.CorrectedAt(); !at.IsZero() {
			card.Note = Join(Plain("Corrected "), Moment(at, zone))
		}
	}
	if !withdrawn {
		card.Note = withAlso(card.Note, dl.Article.Related)
	}
	return Message{Card: card, Key: dl.Key()}
}

// withAlso adds to a note who else reports the story, each source once.
func withAlso(note Text, also []Related) Text {
	seen := map[string]bool{}
	var t Text
	for i := range also {
		if r := &also[i]; !seen[r.Source] {
			seen[r.Source] = true
			if len(t) > 0 {
				t = Join(t, Plain(", "))
			}
			t = Join(t, Linked(r.Source, r.URL))
		}
	}
	if len(t) == 0 {
		return note
	}
	if len(note) > 0 {
		note = Join(note, Plain("\n"))
	}
	return Join(note, Plain("Also reported by "), t)
}

// marked returns title and summary of a delivery's article, with what its filter looks for in bold.
func marked(dl *Delivery) (title, summary Text) {
	a := &dl.Article
	title, summary = Plain(a.Title), Plain(a.Summary)
	if dl.Filter == "" {
		return title, summary
	}
	f, err := filter.Parse(dl.Filter)
	if err != nil { // a newer program saved it
		return title, summary
	}
	hits, _ := f.Explain(filter.NewDocument(a.Fields()))
	if len(hits) == 0 {
		return title, summary
	}
	return mark(a.Title, hits, filter.Title, -1), mark(a.Summary, hits, filter.Summary, -1)
}

// listTitle is how much of a title a list shows, and listLink the longest address that it has, in bytes: ten entries
// shall fit in one message.
const (
	listTitle = 120
	listLink  = 200
)

// digestOf lists the articles of a delivery, oldest first.
func digestOf(dl *Delivery, zone *time.Location) Text {
	t := Styled("These alerts had to wait:", Bold)
	for i := range dl.With {
		t = Join(t, listed(&dl.With[i].Article, zone))
	}
	return Join(t, listed(&dl.Article, zone))
}

// listed returns an article as an entry of a list: title, source and time.
func listed(a *Article, zone *time.Location) Text {
	title := CleanText(a.Title, listTitle)
	if len(title) < len(a.Title) {
		title = strings.TrimRight(title, " ") + "…"
	}
	at := Moment(a.Published, zone)
	if a.DateOnly {
		at = Plain(DateIn(a, zone))
	}
	link := a.URL
	if len(link) > listLink {
		link = ""
	}
	return Join(Plain("\n\n"), Linked(title, link), Plain("\n"+a.Source+" · "), at)
}

// correction returns the reply to an alert that says what was corrected in it, and whether there is to be one.
func correction(dl *Delivery, zone *time.Location) (Message, bool) {
	if dl.Action != Edit || dl.Corrections != CorrectByReply || dl.Posted == nil || !Substantive(dl.Posted, &dl.Article) {
		return Message{}, false
	}
	old, a := dl.Posted, &dl.Article
	t := Styled("Corrected", Bold)
	if words(old.Title) != words(a.Title) {
		t = Join(t, Plain("\nTitle: "), Styled(old.Title, Strike), Plain("\n"), Linked(a.Title, a.URL))
	}
	if old.Summary != "" && words(old.Summary) != words(a.Summary) {
		t = Join(t, Plain("\nSummary: "+a.Summary))
		if a.Summary == "" {
			t = Join(t, Plain("taken away"))
		}
	}
	if otherAuthors(old, a) {
		t = Join(t, Plain("\nAuthors: "+strings.Join(a.Authors, " | ")))
	}
	if otherDay(old, a) {
		t = Join(t, Plain("\nPublished: "+DateIn(a, zone)))
	}
	return Message{Text: t, Key: dl.Key(), ReplyTo: dl.Message.MessageID}, true
}
