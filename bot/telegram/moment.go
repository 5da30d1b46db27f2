package telegram

import (
	"strconv"
	"time"

	"tidings/bot"
	"tidings/internal/lazyregexp"
)

const (
	// momentFormat shows a day in full and a time in short, in the reader's own zone and language.
	// core.telegram.org/bots/api#date-time-entity-formatting
	momentFormat = "Dt"
	// maxEntities is how many parts of a message Telegram sets apart at most; the rest it drops.
	maxEntities = 100
	// momentsAgain is how long a server is believed to know no moments, as those before Bot API 10.1 don't.
	momentsAgain = time.Hour
)

// momentTags are the tags around moments. No text has them: it is escaped.
var momentTags = lazyregexp.New(`</?tg-time[^>]*>`)

// withoutMoments returns markup that says moments in words alone.
func withoutMoments(html string) string { return momentTags.ReplaceAllString(html, "") }

// openMoment returns the tag that begins a moment, or "" if a span is none: nothing else can be within a link.
func openMoment(s bot.Span) string {
	if s.Link != "" || s.Time.Unix() <= 0 {
		return ""
	}
	return `<tg-time unix="` + strconv.FormatInt(s.Time.Unix(), 10) + `" format="` + momentFormat + `">`
}

// dated returns a text with its moments, or without them if there is too much in it that is set apart.
func dated(t bot.Text) bot.Text {
	n := 0
	for _, s := range t {
		if s.Style != 0 || s.Link != "" {
			n++
		}
		if openMoment(s) != "" {
			n++
		}
	}
	if n <= maxEntities {
		return t
	}
	out := make(bot.Text, len(t))
	for i, s := range t {
		s.Time = time.Time{}
		out[i] = s
	}
	return out
}

// html returns a text as markup, with moments if the server knows them.
func (a *Adapter) html(t bot.Text) string {
	html := markup(dated(t))
	if until := a.noMoments.Load(); until > 0 && a.now().Unix() < until {
		return withoutMoments(html)
	}
	return html
}

// refusesMoments reports whether the server refuses markup because it knows no moments, and remembers that.
func (a *Adapter) refusesMoments(err error) bool {
	refused := badRequestSays(err, `unsupported start tag "tg-time"`)
	if refused {
		a.noMoments.Store(a.now().Add(momentsAgain).Unix())
	}
	return refused
}
