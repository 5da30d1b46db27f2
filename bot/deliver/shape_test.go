package deliver

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tidings/bot"
)

func TestAlert_LooksAsItsTargetWants(t *testing.T) {
	article := bot.Article{
		Title: "Missile lands", Summary: "Near the port.", URL: "https://wire.example/1", Authors: []string{"Ann Lee"}, Tags: []string{"war", "sea"},
		Source: "wire", Image: "https://wire.example/1.jpg", Published: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC),
		Related: []bot.Related{{Source: "gazette", Title: "It landed", URL: "https://gazette.example/1"}},
	}
	off := func(parts ...bot.Part) bot.Shape {
		s := bot.Shape{Parts: map[bot.Part]bool{}}
		for _, p := range parts {
			s.Parts[p] = false
		}
		return s
	}
	for _, test := range []struct {
		name    string
		shape   bot.Shape
		urgency int
		want    string
	}{
		{"plain", bot.Shape{}, 0, "Missile lands|Near the port.|Ann Lee|wire|2026|picture|Also: It landed – gazette"},
		{"brief", bot.Shape{Preset: bot.Brief}, 0, "Missile lands|Near the port.|Ann Lee|wire|2026||Also: It landed – gazette"},
		{"headline", bot.Shape{Preset: bot.Headline, Line: "Desk:"}, 2, "Desk:\n🟠 URGENT: Missile lands · wire\nAlso: It landed – gazette"},
		{"flash, with a line before", bot.Shape{Line: "Desk:"}, 1, "Desk:|🔴 FLASH: Missile lands|Near the port.|Ann Lee|wire|2026|picture|Also: It landed – gazette"},
		{"without a title", off(bot.ShowTitle, bot.ShowRelated), 0, "Near the port.||Ann Lee|wire|2026|picture|"},
		{"a title alone", off(bot.ShowSummary, bot.ShowSource, bot.ShowAuthors, bot.ShowTime, bot.ShowPicture, bot.ShowRelated, bot.ShowTitle), 0, "Missile lands||||||"},
		{"with tags", bot.Shape{Parts: map[bot.Part]bool{bot.ShowTags: true, bot.ShowRelated: false}}, 0, "Missile lands|Near the port.|Ann Lee|wire|2026|picture|war · sea"},
	} {
		article.Urgency = test.urgency
		dl := &bot.Delivery{Action: bot.Post, Article: article, Rhythm: &bot.Rhythm{Settings: bot.Settings{Shape: test.shape}}}
		if diff := cmp.Diff(test.want, seen(alertOf(dl))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.name, diff)
		}
	}
}

// seen returns the parts of a message.
func seen(m bot.Message) string {
	if m.Card == nil {
		return m.Text.String()
	}
	year, picture := "", ""
	if !m.Card.Published.IsZero() {
		year = m.Card.Published.Format("2006")
	}
	if m.Card.Image != "" {
		picture = "picture"
	}
	parts := []string{m.Card.Title.String(), m.Card.Summary.String(), strings.Join(m.Card.Authors, " | "), m.Card.Source, year, picture, m.Card.Note.String()}
	if !m.Text.Empty() {
		parts = append([]string{m.Text.String()}, parts...)
	}
	return strings.Join(parts, "|")
}

func TestCorrection_SaysWhatWasAdded(t *testing.T) {
	was := bot.Article{Title: "Outage", Summary: "Looking into it."}
	for _, test := range []struct {
		how          bot.Corrections
		want, answer string
	}{
		{bot.CorrectQuietly, "", ""},
		{bot.CorrectByReply, "Updated\nFixed.", "12"},
		{bot.CorrectByPost, "Updated: Outage\nFixed.", ""},
	} {
		dl := &bot.Delivery{
			Action: bot.Edit, Corrections: test.how, Posted: &was, Message: bot.Receipt{MessageID: "12"},
			Article: bot.Article{Title: "Outage", Summary: "Fixed. Looking into it.", URL: "https://status.example/1"},
		}
		m, ok := correction(dl, time.UTC)
		if m.Text.String() != test.want || m.ReplyTo != test.answer || ok != (test.want != "") {
			t.Errorf("%q: %q in reply to %q, %t; want %q in reply to %q", test.how, m.Text.String(), m.ReplyTo, ok, test.want, test.answer)
		}
		if note := alertOf(dl).Card.Note.String(); !strings.HasPrefix(note, "Updated ") {
			t.Errorf("%q: the alert notes %q, want that it was updated", test.how, note)
		}
	}
}
