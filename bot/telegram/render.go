package telegram

import (
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"tidings/bot"
)

// Limits in the units of [units]; core.telegram.org/bots/api#sendmessage and #answercallbackquery.
const (
	maxText   = 4096
	maxNotice = 200
)

// The longest parts of a card. The dek gets the rest.
const (
	maxTitle   = 1024
	maxNote    = 1024
	maxAuthors = 400
	maxSource  = 100
)

// maxLabel bounds a button's label; clients show far less.
const maxLabel = 64

// Limits of addresses, in bytes. Telegram documents none. Few servers accept an address that is too long for a preview.
const (
	maxLink    = 8 << 10
	maxPreview = 2 << 10
)

// link returns an http(s) address in the form that Telegram accepts, or "".
func link(s string) string { return bot.CleanLink(s, maxLink) }

// maxRaw bounds a message in bytes of markup, with its tags and addresses.
const maxRaw = 30_000

// rendered is a message in Telegram's terms.
type rendered struct {
	html     string
	plain    string // in place of html, if Telegram should refuse the markup
	preview  linkPreview
	keyboard [][]button
	silent   bool
	file     *bot.File   // sent with the text as its caption; or nil
	force    *forceReply // asks for a reply, if there is no keyboard
}

// linkPreview is core.telegram.org/bots/api#linkpreviewoptions.
type linkPreview struct {
	Disabled    bool   `json:"is_disabled,omitempty"`
	URL         string `json:"url,omitempty"`
	PreferLarge bool   `json:"prefer_large_media,omitempty"`
}

// keyboard is core.telegram.org/bots/api#inlinekeyboardmarkup.
type keyboard struct {
	Rows [][]button `json:"inline_keyboard"`
}

// button is core.telegram.org/bots/api#inlinekeyboardbutton.
type button struct {
	Text  string `json:"text"`
	Style string `json:"style,omitempty"`
	URL   string `json:"url,omitempty"`
	Data  string `json:"callback_data,omitempty"`
}

// styleOf returns how Telegram calls the weight of a button, or "" for an ordinary one.
func styleOf(s bot.ButtonStyle) string {
	switch s {
	case bot.PrimaryButton:
		return "primary"
	case bot.DangerButton:
		return "danger"
	}
	return ""
}

// plainButtons returns a keyboard whose buttons all weigh the same.
func plainButtons(rows [][]button) [][]button {
	out := make([][]button, len(rows))
	for i, row := range rows {
		out[i] = slices.Clone(row)
		for j := range out[i] {
			out[i][j].Style = ""
		}
	}
	return out
}

// render returns m as it is sent.
func (a *Adapter) render(m bot.Message) rendered {
	r := rendered{preview: linkPreview{Disabled: true}, keyboard: buttons(m.Buttons), file: m.File}
	heading := mentions(m.Mentions)
	room := maxText - length(heading)
	if m.Card == nil {
		if m.File != nil {
			room = maxCaption - length(heading)
		}
		text := bot.Join(heading, guarded(shorten(tidy(m.Text), room, a.isCommand), a.isCommand))
		r.html, r.plain = a.html(text), text.String()
	} else {
		if line := part(m.Text, bot.MaxLine); len(line) > 0 {
			heading = bot.Join(heading, line, bot.Plain("\n"))
			room = maxText - length(heading)
		}
		card := *m.Card
		if r.preview = preview(&card); card.Preview && !r.preview.Disabled { // which says the dek
			card.Summary = nil
		}
		text := bot.Join(heading, a.card(&card, room))
		r.html, r.plain = a.html(text), text.String()
		if address := link(m.Card.URL); address != "" && units(r.plain)+1+units(address) <= maxText {
			r.plain += "\n" + address
		}
	}
	if len(r.html) > maxRaw {
		r.html = markup(bot.Plain(r.plain))
	}
	return r
}

// preview returns what Telegram shows below a card: the picture alone, because a page's preview would say title and dek a
// second time, or the page's if that is asked for.
func preview(c *bot.Card) linkPreview {
	address, picture := link(c.URL), link(c.Image)
	switch {
	case c.Preview && address != "" && len(address) <= maxPreview:
		return linkPreview{URL: address, PreferLarge: picture != ""}
	case !c.Preview && picture != "" && len(picture) <= maxPreview:
		return linkPreview{URL: picture, PreferLarge: true}
	}
	return linkPreview{Disabled: true}
}

// shorten cuts text so that it fits once its word joiners are in place, whatever its neighbors are.
func shorten(t bot.Text, limit int, keep func(string) bool) bot.Text {
	return t.Shorten(limit, func(s bot.Span) int { return units(guard(' ', s, 'a', keep)) })
}

// guard returns the text of a span, disarmed. Inside code, Telegram finds no mentions.
func guard(prev rune, s bot.Span, next rune, keep func(string) bool) string {
	switch {
	case s.Link != "":
		return disarm(prev, s.Text, next, nil)
	case s.Style&(bot.Code|bot.Pre) != 0:
		return s.Text
	}
	return disarm(prev, s.Text, next, keep)
}

// guarded disarms text across its spans, none of which is empty.
func guarded(t bot.Text, keep func(string) bool) bot.Text {
	out := make(bot.Text, len(t))
	prev := ' '
	for i, s := range t {
		next := ' '
		if i+1 < len(t) {
			next, _ = utf8.DecodeRuneInString(t[i+1].Text)
		}
		out[i] = s
		out[i].Text = guard(prev, s, next, keep)
		prev, _ = utf8.DecodeLastRuneInString(s.Text)
	}
	return out
}

// card lays an article out in at most so many units:
//
//	Title, in bold and leading to the article; what was bold in it is underlined
//	Dek
//
//	Author | Author
//	Source · date
//
//	Note
func (a *Adapter) card(c *bot.Card, most int) bot.Text {
	title, address := part(c.Title, maxTitle), link(c.URL)
	for i := range title {
		if title[i].Style&bot.Bold != 0 { // what stands out of a title that is bold as it is
			title[i].Style |= underline
		}
		title[i].Style |= bot.Bold
		title[i].Link = address
	}
	about, note := a.about(c), part(c.Note, maxNote)
	room := most - length(title) - length(about) - length(note) - len("\n\n\n\n\n")
	dek := part(c.Summary, room)
	out := title
	add := func(space string, t bot.Text) {
		if len(t) > 0 && len(out) > 0 {
			out = append(out, bot.Span{Text: space})
		}
		out = append(out, t...)
	}
	add("\n", dek)
	if len(dek) > 0 {
		add("\n\n", about)
	} else {
		add("\n", about)
	}
	add("\n\n", note)
	return out
}

// about returns the lines with an article's authors, source and date.
func (a *Adapter) about(c *bot.Card) bot.Text {
	authors := make([]string, 0, len(c.Authors))
	for _, name := range c.Authors {
		authors = append(authors, oneLine(name))
	}
	byline := part(bot.Plain(strings.Join(authors, " | ")), maxAuthors)
	from := part(bot.Styled(oneLine(c.Source), bot.Italic), maxSource)
	var date bot.Text
	switch {
	case c.Published.IsZero():
	case !c.Date.Empty():
		date = c.Date
	case c.DateOnly:
		date = bot.Day(c.Published.In(a.zone), bot.DayLayout)
	default:
		date = bot.Moment(c.Published, a.zone)
	}
	if len(from) > 0 && len(date) > 0 {
		from = append(from, bot.Span{Text: " · "})
	}
	from = append(from, date...)
	if len(byline) > 0 && len(from) > 0 {
		byline = append(byline, bot.Span{Text: "\n"})
	}
	return append(byline, from...)
}

// oneLine returns s without line ends.
func oneLine(s string) string { return bot.CleanText(s, len(s)) }

// part prepares text from outside for a message: clean, disarmed, within limit.
func part(t bot.Text, limit int) bot.Text {
	t = tidy(t)
	if t.Empty() || limit <= 0 {
		return nil
	}
	return guarded(shorten(t, limit, nil), nil)
}

func length(t bot.Text) int {
	n := 0
	for _, s := range t {
		n += units(s.Text)
	}
	return n
}

// buttons returns a keyboard, without buttons for which Telegram would refuse the whole message.
func buttons(rows [][]bot.Button) [][]button {
	var out [][]button
	for _, row := range rows {
		var list []button
		for _, b := range row {
			label := shorten(tidy(bot.Plain(b.Label)), maxLabel, nil).String()
			address := link(b.URL)
			if label == "" || b.URL != "" && !opens(address) {
				continue
			}
			list = append(list, button{Text: label, Style: styleOf(b.Style), URL: address, Data: b.Data})
		}
		if len(list) > 0 {
			out = append(out, list)
		}
	}
	return out
}

// opens reports whether Telegram accepts an address for a button: its host needs a dot.
func opens(address string) bool {
	u, err := url.Parse(address)
	return err == nil && strings.ContainsAny(u.Hostname(), ".:")
}

// notice returns the text shown to whoever pressed a button.
func notice(t bot.Text) string {
	return shorten(tidy(t), maxNotice, nil).String()
}
