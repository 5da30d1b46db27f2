package bot

import (
	"context"
	"errors"
	"net/url"
	"strings"
)

// sourcesAdd answers /sources add. The address may be of a feed, or of a page that names feeds.
func (h *handler) sourcesAdd(ctx context.Context, r Request) (Message, error) {
	if h.feeds == nil {
		return Message{}, UserErrorf("This bot does not read feeds.")
	}
	address := r.Args["url"]
	if !strings.Contains(address, "://") {
		address = "https://" + address
	}
	if u, err := url.Parse(address); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return Message{}, UserErrorf("“%s” is not a web address. Type it as in: /sources add https://example.com/feed.xml", clip(r.Args["url"]))
	}
	found, err := h.feeds.Check(ctx, address)
	if err != nil {
		return Message{}, UserErrorf("I cannot follow that: %s", strings.TrimSpace(err.Error()+". "+Advice(err)))
	}
	if len(found.Found) > 0 {
		return h.chooseFeed(ctx, found.Found)
	}
	if found.URL != "" {
		address = found.URL
	}
	name, err := h.addSource(ctx, address, found.Title)
	if errors.Is(err, ErrExists) {
		return Message{}, UserErrorf("I follow that feed already. /sources shows it.")
	}
	if err != nil {
		return Message{}, err
	}
	return Message{Text: Join(Plain("Following "), Styled(name, Bold), Plain(" ("+aboutFeed(&found)+"). "), h.newestOf(&found),
		Plain("Its next articles become alerts; to get only those: "), Styled("/subscribe source:"+name, Code))}, nil
}

// aboutFeed says what a feed calls itself and how much it holds.
func aboutFeed(found *FeedCheck) string {
	about := count(found.Articles, "article")
	if found.Title != "" {
		about = CleanText(found.Title, MaxName) + ", " + about
	}
	return about
}

// newestOf names the newest article of a feed, so that people see whether it is the one they meant.
func (h *handler) newestOf(found *FeedCheck) Text {
	if found.Newest == "" {
		return nil
	}
	t := Join(Plain("Its newest: "), Styled(CleanText(found.Newest, MaxTitle), Italic))
	if !found.NewestAt.IsZero() {
		t = Join(t, Plain(", "+ago(h.now(), found.NewestAt)))
	}
	return Join(t, Plain(". "))
}

// chooseFeed asks which of the feeds of a page to follow.
func (h *handler) chooseFeed(ctx context.Context, feeds []FeedLink) (Message, error) {
	m := Message{Text: Plain("That page names several feeds. Which one shall I follow?")}
	for _, f := range feeds {
		label := CleanText(f.Title, maxFeedLabel)
		if label == "" {
			label = CleanText(pathOf(f.URL), maxFeedLabel)
		}
		b, err := h.button(ctx, label, PlainButton, "sources add", map[string]string{"url": f.URL})
		if err != nil {
			return Message{}, err
		}
		m.Buttons = append(m.Buttons, []Button{b})
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
func (h *handler) addSource(ctx context.Context, address, title string) (string, error) {
	sources, err := h.allSources(ctx)
	if err != nil {
		return "", err
	}
	s, err := NewFeed(address, title, sources, h.now())
	if err != nil {
		return "", err
	}
	return s.Name, h.store.AddSource(ctx, s)
}
