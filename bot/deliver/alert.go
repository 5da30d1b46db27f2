package deliver

import (
	"strings"
	"time"

	"tidings/bot"
)

// alert returns the message that a delivery becomes, with the title and summary as its filter highlights them. The zone
// is that of times in it.
func alert(dl *bot.Delivery, title, summary bot.Text, zone *time.Location) bot.Message {
	if dl.IsList() {
		m := listMessage(dl, zone)
		m.Key = dl.Key()
		return m
	}
	// A post says so too, if an earlier try of it may have arrived.
	if dl.Action == bot.Withdraw || dl.Article.Status == bot.Withdrawn {
		return placed(dl, bot.Message{Card: withdrawal(dl, zone)})
	}
	card := bot.NewCard(&dl.Article)
	card.Title, card.Summary, card.Published = title, summary, card.Published.In(zone)
	card.Note = changeNote(dl, zone)
	if dl.Shape().Shows(bot.ShowRelated) {
		card.Note = withAlso(card.Note, &dl.Article)
	}
	m := shaped(card, dl)
	m.Name = card.Level.Mark().String() + dl.Article.Title
	return placed(dl, m)
}

// Preview returns the alert that an article becomes in a chat without wishes of its own, as it would be now.
func Preview(a *bot.Article, zone *time.Location) bot.Message {
	return alert(&bot.Delivery{Action: bot.Post, Article: *a}, bot.Plain(a.Title), bot.Plain(a.Summary), zone)
}

// placed says of an alert what decides where it goes in chats that consist of posts.
func placed(dl *bot.Delivery, m bot.Message) bot.Message {
	m.Key, m.Tags, m.Into = dl.Key(), dl.Article.Tags, dl.Earlier.Chat
	return m
}

// changeNote says of an edited alert what its article went through.
func changeNote(dl *bot.Delivery, zone *time.Location) bot.Text {
	if dl.Action != bot.Edit {
		return nil
	}
	if at := dl.CorrectedAt(); !at.IsZero() {
		return bot.Say("Corrected %s", bot.Moment(at, zone))
	}
	if dl.Posted != nil && dl.Article.ChangesFrom(dl.Posted).Added != "" {
		return bot.Say("Updated %s", bot.Moment(dl.Changed(), zone))
	}
	return nil
}

// withdrawal returns the card that takes the place of an alert whose article was withdrawn. Nothing of the story stays to
// be read.
func withdrawal(dl *bot.Delivery, zone *time.Location) *bot.Card {
	return &bot.Card{
		Title: bot.Say("Withdrawn by the source"), Source: dl.Article.From(), Note: bot.Moment(dl.Changed(), zone),
	}
}

// answer returns what takes the place of whatever answered an alert, as its article is withdrawn or is back: the headline then. What
// the answers said of it may be why it was withdrawn, so that doesn't come back.
func answer(dl *bot.Delivery, zone *time.Location) bot.Message {
	if dl.Action == bot.Withdraw {
		return bot.Message{Card: withdrawal(dl, zone)}
	}
	a := &dl.Article
	return shaped(&bot.Card{Title: bot.Plain(a.Title), URL: a.URL, Source: a.From(), Note: changeNote(dl, zone)}, dl)
}

// bareAlert returns the plainest message that still announces an article: its title, source and address.
func bareAlert(dl *bot.Delivery) bot.Message {
	if dl.IsList() {
		return bareList(dl)
	}
	return placed(dl, bot.Message{Text: bareText(&dl.Article)})
}

func bareText(a *bot.Article) bot.Text {
	if a.Status == bot.Withdrawn {
		return bot.Join(bot.Say("Withdrawn by the source"), bot.Plain("\n"+a.From()))
	}
	if a.URL == "" {
		return bot.Plain(a.Title + "\n" + a.From())
	}
	return bot.Plain(a.Title + "\n" + a.From() + "\n" + a.URL)
}

// maxAlso is how many headlines of others an alert shows.
const maxAlso = 5

// withAlso adds to a note what other sources call the story: the headline of each, once.
func withAlso(note bot.Text, a *bot.Article) bot.Text {
	seen := map[string]bool{a.Source: true}
	more := 0
	for i := range a.Related {
		r := &a.Related[i]
		switch {
		case seen[r.Source]:
			continue
		case len(seen) > maxAlso:
			more++
		default:
			note = newLine(note, bot.Say("Also: %s – %s", bot.Linked(bot.CleanText(r.Title, listTitle), r.URL), r.From()))
		}
		seen[r.Source] = true
	}
	if more > 0 {
		note = newLine(note, bot.Count(more, "and %d more", "and %d more"))
	}
	return note
}

// newLine adds a line to a text, if there is anything on it.
func newLine(t, line bot.Text) bot.Text {
	switch {
	case len(line) == 0:
		return t
	case len(t) == 0:
		return line
	}
	return bot.Join(t, bot.Plain("\n"), line)
}

// listTitle is how much of a title an alert shows on one line.
const listTitle = 120

// correction returns the message beside an edit that says what was corrected or added, and whether there is to be one.
func correction(dl *bot.Delivery, zone *time.Location) (bot.Message, bool) {
	if dl.Action != bot.Edit || dl.Corrections == bot.CorrectQuietly || dl.Posted == nil {
		return bot.Message{}, false
	}
	changes := dl.Article.ChangesFrom(dl.Posted)
	m := bot.Message{Key: dl.Key(), ReplyTo: dl.Message.MessageID, Into: dl.Message.Chat}
	switch {
	case changes.Substantive():
		m.Text = corrected(dl, changes, zone)
	case changes.Added != "":
		m.Text = updated(dl, changes)
	default:
		return bot.Message{}, false
	}
	if dl.Corrections == bot.CorrectByPost {
		m.ReplyTo = ""
	}
	return m, true
}

// corrected says what an alert said and what is right. A message of its own names the article first.
func corrected(dl *bot.Delivery, changes bot.Changes, zone *time.Location) bot.Text {
	old, a := dl.Posted, &dl.Article
	t := bot.Say("Corrected").Styled(bot.Bold)
	switch {
	case changes.Title:
		t = bot.Join(t, bot.Plain("\n"), bot.Say("Title: %s", bot.Styled(old.Title, bot.Strike)), bot.Plain("\n"), bot.Linked(a.Title, a.URL))
	case dl.Corrections == bot.CorrectByPost:
		t = bot.Labeled(t, bot.Linked(a.Title, a.URL))
	}
	switch {
	case changes.Summary && a.Summary == "":
		t = bot.Join(t, bot.Plain("\n"), bot.Say("Summary: removed"))
	case changes.Summary:
		t = bot.Join(t, bot.Plain("\n"), bot.Say("Summary: %s", a.Summary))
	}
	if changes.Added != "" {
		t = bot.Join(t, bot.Plain("\n"), bot.Say("Added: %s", changes.Added))
	}
	if changes.Authors {
		t = bot.Join(t, bot.Plain("\n"), bot.Say("Authors: %s", strings.Join(a.Authors, " | ")))
	}
	if changes.Day {
		t = bot.Join(t, bot.Plain("\n"), bot.Say("Published: %s", bot.Day(a.Published.In(zone), bot.DayLayout)))
	}
	return t
}

// updated says what an article says beyond what its alert does.
func updated(dl *bot.Delivery, changes bot.Changes) bot.Text {
	t := bot.Say("Updated").Styled(bot.Bold)
	if dl.Corrections == bot.CorrectByPost {
		t = bot.Labeled(t, bot.Linked(dl.Article.Title, dl.Article.URL))
	}
	return bot.Join(t, bot.Plain("\n"+changes.Added))
}
