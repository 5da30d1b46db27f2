package deliver

import (
	"slices"
	"strconv"
	"time"

	"tidings/bot"
	"tidings/bot/edition"
)

// editionOf returns what a delivery of several articles shows, or of a digest.
func editionOf(dl *bot.Delivery) edition.Edition {
	entries := slices.Concat(dl.With, []bot.Delivery{*dl})
	slices.SortStableFunc(entries, func(a, b bot.Delivery) int { return a.Place - b.Place })
	e := edition.Edition{Rest: len(dl.Rest), First: entries[0].Place <= 1, Wait: dl.Waited, Due: dl.Due}
	if dl.Digest {
		e.Form = edition.Digest
	}
	if dl.Rhythm != nil {
		e.Settings = dl.Rhythm.Settings
	}
	if dl.Article.Suppressed == bot.InBulk {
		e.Bulk = dl.Article.From()
	}
	for i := range entries {
		e.Entries = append(e.Entries, edition.Entry{ID: entries[i].ID, Article: &entries[i].Article, Level: entries[i].Level()})
	}
	return e
}

// listMessage returns the message of a list. What it only counts is a button away.
func listMessage(dl *bot.Delivery, zone *time.Location) bot.Message {
	e := editionOf(dl)
	m := bot.Message{Text: e.Text(zone), Name: e.Name(zone)}
	if e.Rest > 0 {
		label := bot.Count(e.Rest, "+%d more", "+%d more")
		more := bot.Button{Label: label.String(), Words: label, Data: MoreButton + strconv.FormatInt(listID(dl), 10)}
		m.Buttons = [][]bot.Button{{more}}
	}
	return m
}

// MoreButton begins the data of the button that asks for what a list only counts; the ID of the list follows.
const MoreButton = "more?list="

// listID returns the ID of the delivery that carries a list.
func listID(dl *bot.Delivery) int64 {
	if dl.Action != bot.Post {
		return dl.List
	}
	return dl.ID
}

// bareList is a list in plain text.
func bareList(dl *bot.Delivery) bot.Message {
	var t bot.Text
	for i, e := range editionOf(dl).Entries {
		if i > 0 {
			t = bot.Join(t, bot.Plain("\n\n"))
		}
		t = bot.Join(t, bareText(e.Article))
	}
	return bot.Message{Text: t, Key: dl.Key()}
}
