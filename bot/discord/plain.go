package discord

import (
	"strings"
	"sync"
	"time"

	"tidings/bot"
)

// maxPlainURL is the longest address that an alert in text carries, in UTF-16 units.
const maxPlainURL = 1000

// plain renders m without embeds, for channels in which the bot may not embed links.
func (a *Adapter) plain(m *bot.Message) string {
	heading, _ := mentions(m.Mentions)
	most := maxContent - units(heading) - len("\n")
	if m.Card == nil {
		return lines("\n", heading, fit(m.Text, most))
	}
	heading = lines("\n", heading, fit(m.Text, bot.MaxLine))
	most = maxContent - units(heading) - len("\n")
	return lines("\n", heading, a.plainCard(m.Card, most))
}

// plainCard renders a card as text of at most so many units.
func (a *Adapter) plainCard(c *bot.Card, most int) string {
	title := titleOf(c)
	for i := range title {
		title[i].Style |= bot.Bold
	}
	head := fit(title, maxTitle)
	address := link(c.URL)
	if units(address) > maxPlainURL {
		address = ""
	}
	foot := lines(" • ", shorten(strings.Join(c.Authors, " | "), maxAuthors), shorten(c.Source, maxFooter))
	foot = lines(" • ", fit(bot.Plain(foot), maxFooter), a.dated(c))
	last := fit(bot.Linked(address, address), maxPlainURL)
	room := most - units(lines("\n", head, foot, last)) - 3*len("\n")
	note := fit(c.Note, min(maxNote, room))
	room -= units(note)
	return lines("\n", head, fit(c.Summary, min(maxDek, room)), note, foot, last)
}

// dated returns when a card's article was published, in markdown.
func (a *Adapter) dated(c *bot.Card) string {
	switch {
	case c.Published.IsZero():
		return ""
	case !c.Date.Empty():
		return markdown(c.Date)
	case c.DateOnly:
		return dayOf(c, a.zone)
	}
	return markdown(bot.Moment(c.Published, a.zone))
}

// lines joins those of its parts that are not empty.
func lines(separator string, parts ...string) string {
	var list []string
	for _, p := range parts {
		if p != "" {
			list = append(list, p)
		}
	}
	return strings.Join(list, separator)
}

// useText replaces the embeds of a message with text.
func (b *messageBody) useText(content string) {
	b.Content = &content
	if b.Embeds != nil {
		b.Embeds = []embed{}
	}
}

const (
	// textOnlyFor is how long a channel is assumed to refuse embeds after it refused one, unless Discord reports
	// of changed rights, and maxTextOnly how many channels are remembered.
	textOnlyFor = time.Hour
	maxTextOnly = 1000
)

// textOnly remembers the channels in which the bot may not embed links, so that not every alert is refused
// first. Its methods may be called concurrently.
type textOnly struct {
	now func() time.Time

	mu    sync.Mutex // guards until
	until map[string]time.Time
}

// has reports whether embeds are refused in a channel.
func (t *textOnly) has(channel string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.until[channel].After(t.now())
}

// add notes that embeds are refused in a channel, and reports whether that is news.
func (t *textOnly) add(channel string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.until == nil || len(t.until) >= maxTextOnly {
		t.until = map[string]time.Time{}
	}
	_, known := t.until[channel]
	t.until[channel] = t.now().Add(textOnlyFor)
	return !known
}

// forget lets embeds be tried everywhere again, since rights have changed.
func (t *textOnly) forget() {
	t.mu.Lock()
	defer t.mu.Unlock()
	clear(t.until)
}
