package answer

import (
	"context"
	"errors"
	"net/url"
	"strings"

	"tidings/bot"
)

// sourcesAdd answers /sources add. The address may be of a feed, or of a page that names feeds.
func (h *Handler) sourcesAdd(ctx context.Context, r bot.Request) (bot.Message, error) {
	if h.feeds == nil {
		return bot.Message{}, bot.UserErrorf("This bot doesn't read feeds.")
	}
	address := r.Args["url"]
	if !strings.Contains(address, "://") {
		address = "https://" + address
	}
	if u, err := url.Parse(address); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return bot.Message{}, bot.UserErrorf("“%s” isn't a web address. Type it as in /sources add https://example.com/feed.xml", clip(r.Args["url"]))
	}
	found, err := h.feeds.Check(ctx, address)
	if err != nil {
		return bot.Message{}, bot.UserErrorf("That can't be followed: %s", strings.TrimSpace(err.Error()+". "+bot.Advice(err)))
	}
	if len(found.Found) > 0 {
		return h.chooseFeed(ctx, found.Found)
	}
	if found.URL != "" {
		address = found.URL
	}
	name, err := h.addSource(ctx, address, found.Title)
	if errors.Is(err, bot.ErrExists) {
		return bot.Message{}, bot.UserErrorf("That feed is already followed; see /sources.")
	}
	if err != nil {
		return bot.Message{}, err
	}
	return bot.Message{Text: bot.Join(bot.Plain("Following "), bot.Styled(name, bot.Bold), bot.Plain(" ("+aboutFeed(&found)+"). "), h.newestOf(&found),
		bot.Plain("Its new articles will be posted as alerts. To get only those: "), bot.Styled("/subscribe source:"+name, bot.Code))}, nil
}

// aboutFeed says what a feed calls itself and how much it contains.
func aboutFeed(found *bot.FeedCheck) string {
	about := count(found.Articles, "article")
	if found.Title != "" {
		about = bot.CleanText(found.Title, bot.MaxName) + ", " + about
	}
	return about
}

// newestOf names the newest article of a feed, so that people see whether it is the one they meant.
func (h *Handler) newestOf(found *bot.FeedCheck) bot.Text {
	if found.Newest == "" {
		return nil
	}
	t := bot.Join(bot.Plain("Latest: "), bot.Styled(bot.CleanText(found.Newest, bot.MaxTitle), bot.Italic))
	if !found.NewestAt.IsZero() {
		t = bot.Join(t, bot.Plain(", "+ago(h.now(), found.NewestAt)))
	}
	return bot.Join(t, bot.Plain(". "))
}

// chooseFeed asks which of the feeds of a page to follow.
func (h *Handler) chooseFeed(ctx context.Context, feeds []bot.FeedLink) (bot.Message, error) {
	m := bot.Message{Text: bot.Plain("That page has several feeds. Which one should I follow?")}
	for _, f := range feeds {
		label := bot.CleanText(f.Title, maxFeedLabel)
		if label == "" {
			label = bot.CleanText(pathOf(f.URL), maxFeedLabel)
		}
		b, err := h.button(ctx, label, bot.PlainButton, "sources add", map[string]string{"url": f.URL})
		if err != nil {
			return bot.Message{}, err
		}
		m.Buttons = append(m.Buttons, []bot.Button{b})
	}
	return m, nil
}

// maxFeedLabel bounds the name of a feed on a button, in bytes; platforms show no more.
const maxFeedLabel = 60

// pathOf returns where on its site a feed is, without what may be secret.
func pathOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return "a feed"
	}
	return u.Host + u.Path
}

// addSource stores a feed under a name made from its address.
func (h *Handler) addSource(ctx context.Context, address, title string) (string, error) {
	sources, err := h.sourcesIn(ctx, "")
	if err != nil {
		return "", err
	}
	s, err := bot.NewFeed(address, title, sources, h.now())
	if err != nil {
		return "", err
	}
	return s.Name, h.store.AddSource(ctx, s)
}
