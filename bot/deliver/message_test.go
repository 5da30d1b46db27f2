package deliver

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tidings/bot"
)

func TestList_KeepsItsEntriesShort(t *testing.T) {
	day := time.Date(2026, 3, 9, 0, 0, 0, 0, time.UTC)
	dl := &bot.Delivery{
		Article: bot.Article{Title: "Short", Source: "wire", URL: "https://news.example/short", Published: day.Add(9 * time.Hour)},
		With: []bot.Delivery{{Article: bot.Article{
			Title: strings.Repeat("words ", 100), Source: "wire", URL: "https://news.example/" + strings.Repeat("x", 300),
			Published: day, DateOnly: true,
		}}},
	}
	want := "These alerts had to wait:\n\n" + strings.Repeat("words ", 18) + "words…\nwire · March 9, 2026\n\nShort\nwire · 9 Mar 2026, 09:00 UTC"
	text := listMessage(dl, time.UTC).Text
	if diff := cmp.Diff(want, text.String()); diff != "" {
		t.Errorf("list (-want +got):\n%s", diff)
	}
	var links []string
	for _, s := range text {
		if s.Link != "" {
			links = append(links, s.Link)
		}
	}
	if diff := cmp.Diff([]string{"https://news.example/short"}, links); diff != "" {
		t.Errorf("links (-want +got):\n%s", diff)
	}
}

func TestList_MarksEntriesByTheirLevelInItsChat(t *testing.T) {
	entry := func(id int64, title string, urgency int) bot.Delivery {
		return bot.Delivery{
			ID: id, Place: int(id), Subscription: id, Article: bot.Article{Title: title, Source: "wire", Urgency: urgency},
			Rhythm: &bot.Rhythm{Subscriptions: []bot.Subscription{{ID: 3, Preferences: bot.Preferences{Level: bot.Urgent}}}},
		}
	}
	dl := entry(4, "Fourth", 8)
	dl.Action, dl.With = bot.Post, []bot.Delivery{entry(1, "First", 1), entry(2, "Second", 2), entry(3, "Third", 0)}
	got := alertOf(&dl).Text.String()
	for _, want := range []string{"🔴 FLASH: First", "🟠 URGENT: Second", "🟠 URGENT: Third", "\n\nFourth"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q isn't in %q", want, got)
		}
	}
}

func TestCorrection_SaysAllThatChanged(t *testing.T) {
	day := time.Date(2026, 3, 9, 0, 0, 0, 0, time.UTC)
	was := bot.Article{Title: "Two hurt", Summary: "At the port.", Authors: []string{"Ann Lee"}, Published: day, DateOnly: true}
	dl := &bot.Delivery{
		ID: 7, Action: bot.Edit, Corrections: bot.CorrectByReply, Posted: &was, Message: bot.Receipt{MessageID: "12"},
		Article: bot.Article{
			Title: "Three hurt", Authors: []string{"Ann Lee", "Joe Smith"}, Published: day.AddDate(0, 0, -1), DateOnly: true,
		},
	}
	m, ok := correction(dl, time.UTC)
	want := "Corrected\nTitle: Two hurt\nThree hurt\nSummary: removed\nAuthors: Ann Lee | Joe Smith\nPublished: March 8, 2026"
	if diff := cmp.Diff(want, m.Text.String()); !ok || diff != "" {
		t.Errorf("reply, %t (-want +got):\n%s", ok, diff)
	}
	if m.Key != dl.Key() || m.Key == "" || m.ReplyTo != "12" {
		t.Errorf("the reply has key %q and replies to %q, want the delivery's and the alert", m.Key, m.ReplyTo)
	}
}
