package discord

import (
	"cmp"
	"hash/fnv"
	"strings"
	"time"

	"tidings/bot"
)

// Limits of an embed, in UTF-16 units. Discord's for the description and the footer are higher; an
// alert is to be read at a glance.
// discord.com/developers/docs/resources/message#embed-object-embed-limits
const (
	maxTitle   = 256
	maxDek     = 600
	maxNote    = 600
	maxAuthors = 256
	maxFooter  = 256
)

// maxURL is the longest address that Discord takes. It documents none; what is longer, it refuses.
const maxURL = 2 << 10

// link returns an http(s) address in a form that Discord accepts, or "".
func link(s string) string { return bot.CleanLink(s, maxURL) }

// card renders an alert.
func (a *Adapter) card(c *bot.Card) embed {
	e := embed{
		Title:       fit(titleOf(c), maxTitle),
		URL:         link(c.URL),
		Description: fit(c.Summary, maxDek),
		Color:       colorOf(c),
	}
	if note := fit(c.Note, maxNote); note != "" {
		e.Description = strings.TrimSpace(e.Description + "\n\n" + note)
	}
	if names := shorten(strings.Join(c.Authors, " | "), maxAuthors); names != "" {
		e.Author = &embedAuthor{Name: names}
	}
	if image := link(c.Image); image != "" {
		e.Image = &embedImage{URL: image}
	}
	footer := shorten(c.Source, maxFooter)
	switch {
	case c.Published.IsZero():
	case c.DateOnly:
		day := dayOf(c, a.zone)
		if !c.Date.Empty() {
			day = c.Date.String()
		}
		footer = strings.TrimPrefix(shorten(c.Source, maxFooter-len(day)-len(footerGap))+footerGap+day, footerGap)
	default:
		e.Timestamp = c.Published.UTC().Format(time.RFC3339) // shown in the reader's own zone
	}
	if footer != "" {
		e.Footer = &embedFooter{Text: footer}
	}
	return e
}

// dayOf returns the day of a card of which no more is known.
func dayOf(c *bot.Card, zone *time.Location) string { return c.Published.In(zone).Format("2 Jan 2006") }

// footerGap parts the source from the day, as Discord parts it from the timestamp.
const footerGap = " • "

// titleOf returns a card's title as an embed shows it: on one line, and without links, which it cannot
// have. All of it is bold, so what is bold in the card needs no mark of its own.
func titleOf(c *bot.Card) bot.Text {
	t := oneLine(c.Title)
	for i := range t {
		t[i].Link = ""
		t[i].Style &^= bot.Bold
	}
	return t
}

// oneLine returns t without line breaks.
func oneLine(t bot.Text) bot.Text {
	out := make(bot.Text, len(t))
	for i, s := range t {
		s.Text = strings.NewReplacer("\r\n", " ", "\n", " ").Replace(s.Text)
		out[i] = s
	}
	return out
}

// The colors of what is more than an ordinary alert.
const (
	flashColor  = 0xe01e1e
	urgentColor = 0xf28c0f
)

// colorOf returns the color of an alert: by its level if that is a high one, or else its source's, which is always the
// same one from a palette that is readable on light and on dark.
func colorOf(c *bot.Card) int {
	switch c.Level {
	case bot.Flash:
		return flashColor
	case bot.Urgent:
		return urgentColor
	}
	palette := [...]int{
		0x1f77b4, 0xd1495b, 0x2a9d8f, 0xedae49, 0x6a4c93, 0x3d8b37, 0xe76f51, 0x00798c, 0xb5179e, 0x5c6bc0, 0x8d6e63, 0x43aa8b,
	}
	h := fnv.New32a()
	_, _ = h.Write([]byte(cmp.Or(c.Source, Platform))) // never fails
	return palette[h.Sum32()%uint32(len(palette))]
}
