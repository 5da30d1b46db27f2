package deliver

import (
	"strings"

	"tidings/bot"
)

// shaped returns the message of a card as its target wants it to look.
func shaped(c *bot.Card, dl *bot.Delivery) bot.Message {
	shape := dl.Shape()
	c.Level = dl.Level()
	if shape.OneLine() {
		return bot.Message{Text: oneLine(c, shape)}
	}
	trim(c, &dl.Article, shape)
	c.Title = bot.Join(c.Level.Mark(), c.Title)
	m := bot.Message{Card: c}
	if shape.Line != "" {
		m.Text = bot.Plain(shape.Line)
	}
	return m
}

// oneLine is an alert in the form of a headline: what leads to the article, and whose it is.
func oneLine(c *bot.Card, shape bot.Shape) bot.Text {
	title := bot.CleanText(c.Title.String(), listTitle)
	if len(title) < len(c.Title.String()) {
		title = strings.TrimRight(title, " ") + bot.Ellipsis
	}
	t := bot.Join(c.Level.Mark(), bot.Linked(title, c.URL), bot.Plain(" · "+c.Source))
	if shape.Line != "" {
		t = bot.Join(bot.Plain(shape.Line+"\n"), t)
	}
	return newLine(t, c.Note)
}

// trim leaves out of a card what its shape doesn't show. A card without a title begins with the dek, if there is one.
func trim(c *bot.Card, a *bot.Article, shape bot.Shape) {
	if !shape.Shows(bot.ShowTitle) && shape.Shows(bot.ShowSummary) && !c.Summary.Empty() {
		c.Title, c.Summary = c.Summary, nil
	}
	c.Summary = shown(shape, bot.ShowSummary, c.Summary)
	c.Source = shown(shape, bot.ShowSource, c.Source)
	c.Authors = shown(shape, bot.ShowAuthors, c.Authors)
	c.Published = shown(shape, bot.ShowTime, c.Published)
	c.Image = shown(shape, bot.ShowPicture, c.Image)
	c.Preview = shape.Shows(bot.ShowPreview)
	if shape.Shows(bot.ShowTags) && len(a.Tags) > 0 {
		c.Note = newLine(bot.Plain(strings.Join(a.Tags, " · ")), c.Note)
	}
}

// shown returns what a part shows, or its zero value if the shape leaves it out.
func shown[T any](shape bot.Shape, p bot.Part, what T) T {
	if !shape.Shows(p) {
		var none T
		return none
	}
	return what
}
