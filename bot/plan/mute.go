package plan

import (
	"strconv"

	"tidings/bot"
	"tidings/bot/filter"
)

// mute returns the mute that leaves the article out, or nil. A flash passes the mute of a source.
func (d *decision) mute() *bot.Mute {
	for i := range d.rhythm.Mutes {
		m := &d.rhythm.Mutes[i]
		if m.Holds(d.item.Came) && d.mutes(m) && (m.Kind != bot.MuteSource || !d.flash()) {
			return m
		}
	}
	return nil
}

// mutes reports whether a mute is of the article.
func (d *decision) mutes(m *bot.Mute) bool {
	a := d.item.Article
	switch m.Kind {
	case bot.MuteStory:
		return m.Value == strconv.FormatInt(a.ID, 10) || a.Story != 0 && m.Value == strconv.FormatInt(a.Story, 10)
	case bot.MuteSource:
		return m.Value == a.SourceID
	case bot.MuteWords:
		return d.matches(m.Value)
	}
	return false
}

// flash reports whether the article is a flash to one of the subscriptions that count.
func (d *decision) flash() bool {
	for i := range d.rhythm.Subscriptions {
		s := &d.rhythm.Subscriptions[i]
		if d.counts(s) && d.level(&s.Preferences) == bot.Flash {
			return true
		}
	}
	return d.level(&bot.Preferences{}) == bot.Flash
}

// matches reports whether the article matches a filter. A faulty filter matches nothing.
func (d *decision) matches(text string) bool {
	f := d.filters.parse(text)
	if f == nil {
		return false
	}
	if d.document == nil {
		d.document = filter.NewDocument(d.item.Article.Fields())
	}
	return f.Match(d.document)
}
