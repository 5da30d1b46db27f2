package answer

import (
	"context"
	"net/url"

	"tidings/bot"
)

// sourcesAdd answers /sources add. The address may be of a feed, or of a page that names feeds.
func (h *Handler) sourcesAdd(ctx context.Context, r bot.Request) (bot.Message, error) {
	if err := h.mayFollow(&r, []string{r.Args["url"]}); err != nil {
		return bot.Message{}, err
	}
	n, err := h.discover(ctx, &r, r.Args["url"])
	if err != nil {
		return bot.Message{}, err
	}
	if len(n.found.Found) > 0 {
		return h.chooseFeed(ctx, n.found.Found, "url", action{command: "sources add"})
	}
	if h.mustAsk(&r) {
		return h.askOperators(ctx, r, n, "")
	}
	s, fresh, err := h.follow(ctx, &r, n)
	if err != nil {
		return bot.Message{}, err
	}
	if !fresh {
		return bot.Message{}, bot.UserErrorf("That feed is already followed; see /sources.")
	}
	return bot.Message{Text: bot.Join(h.nowFollowing(&s, &n), bot.Say("Its new articles will be posted as alerts. To get only those: %s",
		bot.Styled("/subscribe source:"+s.Name, bot.Code)))}, nil
}

// newestOf names the newest article of a feed, so that people see whether it is the one they meant.
func (h *Handler) newestOf(found *bot.FeedCheck) bot.Text {
	if found.Newest == "" {
		return nil
	}
	title := bot.Styled(bot.CleanText(found.Newest, bot.MaxTitle), bot.Italic)
	t := bot.Say("Latest: %s.", title)
	if !found.NewestAt.IsZero() {
		t = bot.Say("Latest: %s, %s.", title, ago(h.now(), found.NewestAt))
	}
	return bot.Join(t, bot.Plain(" "))
}

// chooseFeed asks which of the feeds of a page to follow: a command that takes the address as the named argument does.
func (h *Handler) chooseFeed(ctx context.Context, feeds []bot.FeedLink, arg string, do action) (bot.Message, error) {
	m := bot.Message{Text: bot.Say("That page has several feeds. Which one should I follow?")}
	for _, f := range feeds {
		label := bot.CleanText(f.Title, maxFeedLabel)
		if label == "" {
			label = bot.CleanText(pathOf(f.URL), maxFeedLabel)
		}
		b, err := h.button(ctx, bot.Plain(label), bot.PlainButton, do.command, do.with(arg, f.URL))
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
