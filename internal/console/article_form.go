package console

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"tidings/bot"
	"tidings/bot/deliver"
)

// articleForm is an article as somebody types it: moments in the zone of the console, lists in one line.
type articleForm struct {
	ID                                                string // of the one that is changed; empty for a new one
	Source, URL, Title, Summary, Authors, Tags, Image string
	Lang, Urgency, Published, Embargo                 string
	Corrected                                         bool // the change puts a mistake right
	publishedAt, embargoAt                            time.Time
}

// publishView is what the page with the form shows.
type publishView struct {
	Form    articleForm
	Fault   string
	Preview *preview
	Zone    string
	Levels  []urgencyChoice
}

// urgencyChoice is an urgency that can be picked.
type urgencyChoice struct{ Value, Name string }

// urgencies are those that make a difference.
func urgencies() []urgencyChoice {
	return []urgencyChoice{{"", "normal"}, {"1", "flash"}, {"3", "urgent"}, {"8", "low"}}
}

// preview is an alert as the platforms show it.
type preview struct {
	Card    *bot.Card
	Authors string
	Level   string
}

// formLayout is how browsers write moments in forms; html.spec.whatwg.org, local date and time.
const formLayout = "2006-01-02T15:04"

// showPublish is the page that publishes, empty.
func (c *Console) showPublish(*exchange) (any, error) {
	return c.publishView(articleForm{Source: "desk"}), nil
}

// showChange is the page that changes an article.
func (c *Console) showChange(x *exchange) (any, error) {
	a, err := c.article(x)
	if err != nil {
		return nil, err
	}
	return c.publishView(formOf(&a, c.cfg.Zone)), nil
}

func (c *Console) publishView(f articleForm) publishView {
	return publishView{Form: f, Zone: c.cfg.Zone.String(), Levels: urgencies()}
}

// formOf writes an article as a form does.
func formOf(a *bot.Article, zone *time.Location) articleForm {
	f := articleForm{
		ID: strconv.FormatInt(a.ID, 10), Source: a.Source, URL: a.URL, Title: a.Title, Summary: a.Summary, Authors: strings.Join(a.Authors, " | "),
		Tags: strings.Join(a.Tags, ", "), Image: a.Image, Lang: a.Lang, Published: a.Published.In(zone).Format(formLayout),
	}
	switch a.Level() {
	case bot.Flash:
		f.Urgency = "1"
	case bot.Urgent:
		f.Urgency = "3"
	case bot.Low:
		f.Urgency = "8"
	}
	if !a.Embargo.IsZero() {
		f.Embargo = a.Embargo.In(zone).Format(formLayout)
	}
	return f
}

// readForm reads what somebody typed.
func readForm(x *exchange, zone *time.Location) (articleForm, error) {
	text := func(name string) string { return strings.TrimSpace(x.PostFormValue(name)) }
	f := articleForm{
		ID: text("id"), Source: text("source"), URL: text("url"), Title: text("title"), Summary: text("summary"), Authors: text("authors"),
		Tags: text("tags"), Image: text("image"), Lang: text("lang"), Urgency: text("urgency"), Published: text("published"),
		Embargo: text("embargo"), Corrected: text("corrected") != "",
	}
	var err error
	if f.publishedAt, err = readMoment("When it was published", f.Published, zone); err == nil {
		f.embargoAt, err = readMoment("The embargo", f.Embargo, zone)
	}
	switch {
	case err != nil:
	case f.Title == "":
		err = bot.UserErrorf("The title is missing.")
	case f.Source == "":
		err = bot.UserErrorf("The source is missing: the name by which people filter, such as desk.")
	case f.URL != "" && bot.CleanURL(f.URL) == "":
		err = bot.UserErrorf("The address has to begin with https:// or http://.")
	case f.Image != "" && bot.CleanURL(f.Image) == "":
		err = bot.UserErrorf("The picture's address has to begin with https:// or http://.")
	}
	return f, err
}

func readMoment(what, text string, zone *time.Location) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	at, err := time.ParseInLocation(formLayout, text, zone)
	if err != nil {
		return time.Time{}, bot.UserErrorf("%s isn't a date and time: %s. Write it like 2026-03-09T08:00.", what, text)
	}
	return at, nil
}

// over returns an article with what the form says.
func (f *articleForm) over(a bot.Article) bot.Article {
	a.Source, a.URL, a.Title, a.Summary, a.Image, a.Lang = f.Source, f.URL, f.Title, f.Summary, f.Image, f.Lang
	a.Authors, a.Tags = listOf(f.Authors, "|"), listOf(f.Tags, ",")
	a.Urgency, _ = strconv.Atoi(f.Urgency) // the form offers numbers alone
	a.Embargo = f.embargoAt
	if !f.publishedAt.IsZero() && f.publishedAt.Format(formLayout) != a.Published.In(f.publishedAt.Location()).Format(formLayout) {
		a.Published, a.DateOnly = f.publishedAt, false
	}
	if f.Corrected {
		a.Status = bot.Corrected
	}
	return a
}

func listOf(text, separator string) []string {
	var list []string
	for s := range strings.SplitSeq(text, separator) {
		if s = strings.TrimSpace(s); s != "" {
			list = append(list, s)
		}
	}
	return list
}

// publish answers the form that publishes or changes an article: with a preview, with what is wrong, or by doing it.
func (c *Console) publish(ctx context.Context, x *exchange) {
	f, err := readForm(x, c.cfg.Zone)
	a, shown := bot.Article{}, bot.Article{}
	if err == nil && f.ID != "" {
		a, err = c.cfg.Store.Find(ctx, "", f.ID)
	}
	if err == nil {
		a = f.over(a)
		shown, err = c.fit(a)
	}
	v := c.publishView(f)
	fault, faulty := errors.AsType[*bot.UserError](err)
	switch {
	case faulty:
		v.Fault = fault.Error()
		c.render(ctx, x, http.StatusBadRequest, "publish", v)
	case err != nil:
		c.fail(ctx, x, err)
	case x.PostFormValue("do") != "publish":
		v.Preview = c.preview(&shown)
		c.render(ctx, x, http.StatusOK, "publish", v)
	default:
		c.store(ctx, x, a)
	}
}

// fit returns an article as people will see it, or in words for them why the store would refuse it.
func (c *Console) fit(a bot.Article) (bot.Article, error) {
	clean, err := a.Cleaned(c.cfg.Now())
	if err != nil {
		return a, bot.UserErrorf("That can't be published: %s.", err.Error())
	}
	return clean, nil
}

// preview shows an article that is fit as an alert.
func (c *Console) preview(a *bot.Article) *preview {
	card := deliver.Preview(a, c.cfg.Zone).Card
	return &preview{Card: card, Authors: strings.Join(card.Authors, " | "), Level: card.Level.String()}
}

// store stores what somebody published or changed, and leads to its page.
func (c *Console) store(ctx context.Context, x *exchange, a bot.Article) {
	said := "Published: alerts go out within seconds."
	var list []bot.Published
	var err error
	if a.ID == 0 {
		list, err = c.cfg.Store.Publish(ctx, bot.Publication{Articles: []bot.Article{a}})
	} else {
		_, err = c.cfg.Store.Put(ctx, []bot.Article{a})
		list, said = []bot.Published{{ID: a.ID}}, "Saved: alerts that are posted are edited within seconds."
	}
	c.cfg.Logger.InfoContext(ctx, "console action", "by", x.visitor.who, "path", x.URL.Path, "article", a.ID, "title", a.Title, "err", err)
	if err != nil {
		c.fail(ctx, x, err)
		return
	}
	if list[0].Outcome == bot.Unchanged {
		said = "That article is there already, just like this."
	}
	a.ID = list[0].ID
	c.sayOn(ctx, x, pathOf(&a), bot.Target{}, bot.Message{Text: bot.Plain(said)})
}

// withdraw takes an article back.
func (c *Console) withdraw(ctx context.Context, x *exchange) (bot.Message, error) {
	if _, err := c.cfg.Store.Retract(ctx, x.PostFormValue("article")); err != nil {
		return bot.Message{}, err
	}
	return bot.Message{Text: bot.Plain("Withdrawn: nothing of it stays to be read in the alerts that are posted.")}, nil
}
