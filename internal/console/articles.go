package console

import (
	"cmp"
	"context"
	"errors"
	"net/url"
	"strconv"
	"strings"

	"tidings/bot"
	"tidings/bot/filter"
)

// ArticleStore is what the pages about articles, and the filter lab, are made from.
type ArticleStore interface {
	Search(ctx context.Context, q bot.Query) (bot.Page, error)
	// Find returns an article by its ID in decimal, or its address, if people in a place may know of it; bot.ErrNotFound
	// if there is none.
	Find(ctx context.Context, p bot.Place, ref string) (bot.Article, error)
	Trace(ctx context.Context, t bot.Target, article int64) (bot.Trace, error)
	// Retract withdraws the article that Find finds, whoever its source is.
	Retract(ctx context.Context, ref string) (bot.Article, error)
	// Publish stores what somebody wrote, and Put what was changed by hand.
	Publish(ctx context.Context, p bot.Publication) ([]bot.Published, error)
	Put(ctx context.Context, articles []bot.Article) (bot.IngestResult, error)
}

// articlesView is what the page Articles shows.
type articlesView struct {
	Text    string // the filter
	Mistake *mistake
	Place   bot.Place // whose private articles are among them
	Rows    []articleRow
	Partial bool // not all were looked at
	First   string
	Next    string
}

// articleRow is an article in a list, with what the filter found in it.
type articleRow struct {
	*bot.Article

	Shown bot.Text // the title
	Path  string
}

// mistake is what is wrong with a filter.
type mistake struct{ Reason, Hint, Before, At, After string }

// showArticles is the page Articles. A number or an address, rather than a filter, leads to the article itself.
func (c *Console) showArticles(x *exchange) (any, error) {
	v := articlesView{Text: strings.TrimSpace(x.FormValue("q")), Place: bot.Place(x.FormValue("place"))}
	if a, err := c.named(x.Context(), v.Place, v.Text); err == nil {
		return redirection(pathOf(&a)), nil
	} else if !errors.Is(err, bot.ErrNotFound) {
		return nil, err
	}
	f, wrong := parsed(v.Text)
	if wrong != nil {
		v.Mistake = wrong
		return v, nil
	}
	before, _ := strconv.ParseInt(x.FormValue("before"), 10, 64) // anything but a number is the first page
	page, err := c.cfg.Store.Search(x.Context(), bot.Query{Filter: f, Place: v.Place, Before: before, Limit: pageSize})
	if err != nil {
		return nil, err
	}
	for i := range page.Articles {
		v.Rows = append(v.Rows, newArticleRow(&page.Articles[i], f))
	}
	last := ""
	if page.Next != 0 {
		last = strconv.FormatInt(page.Next, 10)
	}
	v.Partial = page.Partial
	v.First, v.Next = turnPages(x.URL, "before", last)
	return v, nil
}

// named returns the article that a text names by number or address alone, or bot.ErrNotFound.
func (c *Console) named(ctx context.Context, p bot.Place, text string) (bot.Article, error) {
	_, err := strconv.ParseInt(text, 10, 64)
	if err != nil && bot.CleanURL(text) == "" {
		return bot.Article{}, bot.ErrNotFound
	}
	return c.cfg.Store.Find(ctx, p, text)
}

// parsed reads a filter, or says what is wrong with it.
func parsed(text string) (*filter.Filter, *mistake) {
	f, err := filter.Parse(text)
	fault, ok := errors.AsType[*filter.SyntaxError](err)
	switch {
	case err == nil:
		return f, nil
	case !ok:
		return nil, &mistake{Reason: err.Error(), Before: text}
	}
	at := min(max(fault.Pos, 0), len(text))
	end := at
	for end < len(text) && (end == at || text[end]&0xc0 == 0x80) { // to the end of a character
		end++
	}
	hint := fault.Hint
	if hint != "" { // a sentence of its own here
		hint = strings.ToUpper(hint[:1]) + hint[1:]
		if !strings.HasSuffix(hint, "?") {
			hint += "."
		}
	}
	return nil, &mistake{Reason: fault.Reason, Hint: hint, Before: text[:at], At: cmp.Or(text[at:end], " "), After: text[end:]}
}

func newArticleRow(a *bot.Article, f *filter.Filter) articleRow {
	hits, _ := f.Explain(filter.NewDocument(a.Fields()))
	return articleRow{Article: a, Shown: bot.Highlight(a.Title, hits, filter.Title, -1), Path: pathOf(a)}
}

// pathOf returns the address of an article's page.
func pathOf(a *bot.Article) string {
	path := "/articles/" + strconv.FormatInt(a.ID, 10)
	if a.Place != "" {
		path += "?place=" + url.QueryEscape(string(a.Place))
	}
	return path
}

// redirection is a page that is elsewhere.
type redirection string

// articleView is what the page of one article shows.
type articleView struct {
	articleRow

	Trace      bot.Trace
	Deliveries []bot.DeliveryRecord
	More       bool // there are more deliveries
	Chat       string
	Why        bot.Text // why the chat got it, or didn't
}

// Public reports whether the article can be changed from here: of a private one only its source tells.
func (v articleView) Public() bool { return v.Place == "" }

// articleDeliveries is how many deliveries the page of an article lists.
const articleDeliveries = 50

// showArticle is the page of one article: where it came from, and where it went.
func (c *Console) showArticle(x *exchange) (any, error) {
	a, err := c.article(x)
	if err != nil {
		return nil, err
	}
	v := articleView{articleRow: articleRow{Article: &a, Shown: bot.Plain(a.Title), Path: pathOf(&a)}, Chat: strings.TrimSpace(x.FormValue("chat"))}
	if v.Trace, err = c.cfg.Store.Trace(x.Context(), bot.Target{Platform: platformName}, a.ID); err != nil {
		return nil, err
	}
	q := bot.DeliveryQuery{Article: a.ID, Limit: articleDeliveries + 1}
	if v.Deliveries, err = c.cfg.Store.Deliveries(x.Context(), q); err != nil {
		return nil, err
	}
	if v.More = len(v.Deliveries) > articleDeliveries; v.More {
		v.Deliveries = v.Deliveries[:articleDeliveries]
	}
	if v.Chat != "" {
		v.Why, err = c.whyIn(x.Context(), x.visitor, v.Chat, a.ID)
	}
	return v, err
}

// article returns the article whose page it is.
func (c *Console) article(x *exchange) (bot.Article, error) {
	id, err := strconv.ParseInt(x.PathValue("id"), 10, 64)
	if err != nil {
		return bot.Article{}, bot.ErrNotFound
	}
	return c.cfg.Store.Find(x.Context(), bot.Place(x.FormValue("place")), strconv.FormatInt(id, 10))
}

// whyIn returns what /why says of an article in a chat.
func (c *Console) whyIn(ctx context.Context, v visitor, chat string, article int64) (bot.Text, error) {
	at, err := c.chatTyped(ctx, chat)
	if fault, ok := errors.AsType[*bot.UserError](err); ok {
		return fault.Text, nil
	}
	if err != nil {
		return nil, err
	}
	inv := onBehalf(v, command("why", at, map[string]string{"link": strconv.FormatInt(article, 10)}))
	return c.cfg.Bot.Handler().Invoke(ctx, inv).Text, nil
}

// relatedPath is the address of the page of a related article.
func relatedPath(r bot.Related) string { return "/articles/" + strconv.FormatInt(r.ID, 10) }
