package bot

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
)

// sources answers /sources. Addresses are not shown: they may hold a secret.
func (h *handler) sources(ctx context.Context, r Request) (Message, error) {
	sources, err := h.allSources(ctx)
	if err != nil {
		return Message{}, err
	}
	if len(sources) == 0 {
		return Message{Text: Plain("There are no sources yet. Those who run the bot name feeds in FEEDS, or add them here with /sources add.")}, nil
	}
	t := Plain("Articles come from:")
	for i := range sources {
		t = Join(t, Plain("\n"), h.sourceLine(&sources[i], h.isOperator(r.Invocation)))
	}
	return Message{Text: Join(t, Plain("\n\nTo choose one, filter by it: "),
		Styled("source:"+sources[0].Name, Code))}, nil
}

// sourceLine describes a source; operators see more than readers.
func (h *handler) sourceLine(s *Source, operator bool) Text {
	t := Styled(s.Name, Bold)
	if s.Title != "" {
		t = Join(t, Plain(" – "+s.Title))
	}
	if s.Articles == 0 {
		t = Join(t, Plain(" · no articles yet"))
	} else {
		t = Join(t, Plain(" · "+count(int(s.Articles), "article")))
	}
	if s.Kind != FeedSource {
		return t
	}
	f := &s.Fetch
	switch {
	case f.Failures > 0 && operator:
		t = Join(t, Plain(fmt.Sprintf(" · failed %s: %s", count(f.Failures, "time"), f.Error)))
	case f.Failures > 0:
		t = Join(t, Plain(" · cannot be read at present"))
	case f.LastSuccess.IsZero():
		t = Join(t, Plain(" · not read yet"))
	default:
		t = Join(t, Plain(" · read "+ago(h.now(), f.LastSuccess)))
	}
	return t
}

// sourcesAdd answers /sources add.
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
	title, articles := found.Title, found.Articles
	if err != nil {
		return Message{}, UserErrorf("I cannot follow that: %s.", err)
	}
	name, err := h.addSource(ctx, address, title)
	if errors.Is(err, ErrExists) {
		return Message{}, UserErrorf("I follow that feed already. /sources shows it.")
	}
	if err != nil {
		return Message{}, err
	}
	about := count(articles, "article")
	if title != "" {
		about = title + ", " + about
	}
	return Message{Text: Join(Plain("Following "), Styled(name, Bold), Plain(" ("+about+"). "),
		Plain("Its next articles become alerts; to get only those: "), Styled("/subscribe source:"+name, Code))}, nil
}

// addSource stores a feed under a name made from its address.
func (h *handler) addSource(ctx context.Context, address, title string) (string, error) {
	sources, err := h.allSources(ctx)
	if err != nil {
		return "", err
	}
	taken := map[string]bool{}
	for i := range sources {
		if sources[i].URL == address {
			return "", ErrExists
		}
		taken[sources[i].Name] = true
	}
	name := FreeSourceName(address, func(name string) bool { return taken[name] })
	err = h.store.AddSource(ctx, Source{Name: name, Kind: FeedSource, URL: address, Title: CleanText(title, MaxName), Added: h.now()})
	return name, err
}

// sourcesRemove answers /sources remove.
func (h *handler) sourcesRemove(ctx context.Context, r Request) (Message, error) {
	name := strings.ToLower(r.Args["name"])
	sources, err := h.allSources(ctx)
	if err != nil {
		return Message{}, err
	}
	i := slices.IndexFunc(sources, func(s Source) bool { return s.Name == name })
	switch {
	case len(sources) == 0:
		return Message{}, UserErrorf("There are no sources yet.")
	case i < 0:
		return Message{}, UserErrorf("There is no source “%s”. There are: %s.", clip(name), sourceNames(sources))
	case sources[i].Configured:
		return Message{}, UserErrorf("%s is named in the FEEDS setting. Take it out there and restart the bot.", name)
	case sources[i].Kind != FeedSource:
		return Message{}, UserErrorf("%s is not a feed: its articles are handed to me, so there is nothing to stop following.", name)
	}
	if err := h.store.RemoveSource(ctx, name); err != nil {
		return Message{}, fmt.Errorf("remove source %s: %w", name, err)
	}
	return Message{Text: Plain("No longer following " + name + ". Its articles stay in the archive.")}, nil
}

func sourceNames(sources []Source) string {
	names := make([]string, len(sources))
	for i := range sources {
		names[i] = sources[i].Name
	}
	return strings.Join(names, ", ")
}

// completeSource suggests the names of sources.
func (h *handler) completeSource(ctx context.Context, _ Invocation, typed string) ([]Choice, error) {
	sources, err := h.allSources(ctx)
	if err != nil {
		return nil, err
	}
	var choices []Choice
	for i := range sources {
		if name := sources[i].Name; strings.HasPrefix(name, strings.ToLower(typed)) {
			choices = append(choices, Choice{Label: name, Value: name})
		}
	}
	return choices, nil
}
