package discord

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"

	"tidings/bot"
)

// Limits of a message, in UTF-16 units: Discord's server counts no more than that.
// discord.com/developers/docs/resources/message
const (
	maxContent       = 2000
	maxDescribe      = 4096
	maxRows          = 5
	maxButtonsPerRow = 5
	maxLabel         = 80
	maxButtonURL     = 512
)

// create renders a message to post.
func (a *Adapter) create(m bot.Message) *messageBody {
	body := a.update(m)
	if *body.Content == "" {
		body.Content = nil
	}
	if len(body.Embeds) == 0 {
		body.Embeds = nil
	}
	if len(body.Components) == 0 {
		body.Components = nil
	}
	return body
}

// update renders a message that replaces another: what it does not have is cleared. Text that is
// too long for a message stands in an embed.
func (a *Adapter) update(m bot.Message) *messageBody {
	heading, notify := mentions(m.Mentions)
	content := lines("\n", heading, markdown(m.Text))
	body := &messageBody{
		Content: &content, Embeds: []embed{}, Components: rows(m.Buttons), AllowedMentions: notify,
	}
	if units(content) > maxContent {
		content = heading
		body.Embeds = append(body.Embeds, embed{Description: fit(m.Text, maxDescribe)})
	}
	if m.Card != nil {
		body.Embeds = append(body.Embeds, a.card(m.Card))
	}
	body.attach(m.File)
	return body
}

// rows lays buttons out within Discord's limits. A row that is too long goes on in the next.
func rows(buttons [][]bot.Button) []row {
	list := []row{}
	for _, line := range buttons {
		var wire []button
		for _, b := range line {
			if w, ok := wireButton(b); ok {
				wire = append(wire, w)
			}
		}
		for len(wire) > 0 && len(list) < maxRows {
			n := min(len(wire), maxButtonsPerRow)
			list = append(list, row{Type: componentRow, Components: wire[:n]})
			wire = wire[n:]
		}
	}
	return list
}

func wireButton(b bot.Button) (button, bool) {
	w := button{Type: componentButton, Label: shorten(b.Label, maxLabel), Style: styleSecondary}
	if b.URL != "" {
		w.Style, w.URL = styleLink, link(b.URL)
		return w, w.Label != "" && w.URL != "" && units(w.URL) <= maxButtonURL
	}
	switch b.Style {
	case bot.PrimaryButton:
		w.Style = stylePrimary
	case bot.DangerButton:
		w.Style = styleDanger
	}
	w.CustomID = b.Data
	return w, w.Label != "" && w.CustomID != ""
}

// units counts what Discord counts.
func units(s string) int {
	n := 0
	for _, r := range s {
		n += utf16.RuneLen(r)
	}
	return n
}

// shorten cleans plain text and cuts it to limit units.
func shorten(s string, limit int) string {
	t := bot.Plain(bot.CleanText(s, 8*limit))
	return t.Shorten(limit, func(s bot.Span) int { return units(s.Text) }).String()
}

// slack is what a text may grow by when it is cut at another place than where it was measured: an
// escape that its last character needs, a mark between two spans.
const slack = 8

// fit renders t within limit units.
func fit(t bot.Text, limit int) string {
	s := markdown(t)
	if units(s) <= limit {
		return s
	}
	return markdown(t.Shorten(limit-slack, spanUnits))
}

// spanUnits counts a span's markdown, wherever the span stands.
func spanUnits(s bot.Span) int {
	if s.Text == "" {
		return 0
	}
	return units(markdown(bot.Text{s})) + 1 // a mark that parts it from the span before
}

// markdown renders t in Discord's markdown.
func markdown(t bot.Text) string {
	var w writer
	for _, s := range merge(t) {
		w.span(s)
	}
	return w.b.String()
}

// merge removes what is not shown and joins neighbors that look the same, because marks around
// nothing, and marks that close and open again, are not read as such.
func merge(t bot.Text) bot.Text {
	var out bot.Text
	for _, s := range t {
		if s.Text = strings.Map(visible, strings.ToValidUTF8(s.Text, "")); s.Text == "" {
			continue
		}
		if n := len(out); n > 0 && s.Time.IsZero() && out[n-1].Time.IsZero() &&
			out[n-1].Style == s.Style && out[n-1].Link == s.Link {
			out[n-1].Text += s.Text
			continue
		}
		out = append(out, s)
	}
	return out
}

func (w *writer) span(s bot.Span) {
	switch {
	case !s.Time.IsZero():
		w.raw("<t:" + strconv.FormatInt(s.Time.Unix(), 10) + ":f>")
		return
	case s.Style&bot.Pre != 0:
		w.raw("```\n" + strings.ReplaceAll(verbatim(s.Text), "``", "`"+zeroWidthSpace+"`") + "\n```")
		return
	case s.Style == 0 && s.Link == "":
		w.text(s.Text, freeText)
		return
	}
	// Marks are read only if they touch what they set apart.
	body := strings.TrimLeftFunc(s.Text, unicode.IsSpace)
	w.text(s.Text[:len(s.Text)-len(body)], freeText)
	tail := body
	body = strings.TrimRightFunc(body, unicode.IsSpace)
	tail = tail[len(body):]
	if body != "" {
		w.styled(body, s)
	}
	w.text(tail, freeText)
}

// raw writes what is complete in itself.
func (w *writer) raw(s string) {
	if w.marked && s[0] == '`' {
		w.mark(zeroWidthSpace)
	}
	w.mark(s)
	w.prev, w.line, w.marked = ' ', otherLine, true
}

// styled writes text, which has no white space around it, in the style of s.
func (w *writer) styled(text string, s bot.Span) {
	if (s.Style != bot.Code || s.Link != "") && strings.ContainsAny(text, "*~[]`") {
		s.Style &^= bot.Code // without escapes, these would end the marks around it
	}
	address := linkAddress(link(s.Link))
	if address != "" && address == linkAddress(text) {
		address = "" // it becomes a link by itself
	}
	before, after := marks(s.Style)
	if address != "" {
		before, after = "["+before, after+"](<"+address+">)"
	}
	if before != "" && w.marked {
		w.mark(zeroWidthSpace)
	}
	w.mark(before)
	switch {
	case s.Style&bot.Code != 0:
		w.mark(codeSpan(text))
		w.prev, w.line, w.marked = ' ', otherLine, true
	case address != "":
		w.text(text, labelText)
	default:
		w.text(text, freeText)
	}
	w.mark(after)
	if after != "" {
		w.prev, w.line, w.marked = ' ', otherLine, true
	}
}

func marks(style bot.Style) (before, after string) {
	if style&bot.Strike != 0 {
		before, after = before+"~~", "~~"+after
	}
	if style&bot.Bold != 0 {
		before, after = before+"**", "**"+after
	}
	if style&bot.Italic != 0 {
		before, after = before+"*", "*"+after
	}
	return before, after
}

// codeSpan returns text between backticks. There are no escapes there: two backticks enclose single
// ones, and more in a row are parted.
func codeSpan(text string) string {
	text = strings.ReplaceAll(verbatim(text), "\n", " ")
	text = strings.ReplaceAll(text, "``", "`"+zeroWidthSpace+"`")
	text = strings.ReplaceAll(text, "``", "`"+zeroWidthSpace+"`") // the second of three met the third
	if !strings.Contains(text, "`") {
		return "`" + text + "`"
	}
	return "`` " + text + " ``"
}

// verbatim returns text for places without escapes, where mentions are distinguished from text only by
// what is not in the text.
func verbatim(s string) string {
	return strings.NewReplacer(
		"@everyone", "@"+zeroWidthSpace+"everyone", "@here", "@"+zeroWidthSpace+"here", "<@", "<"+zeroWidthSpace+"@",
	).Replace(s)
}
