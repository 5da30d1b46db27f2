package bot

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
)

// sources answers /sources. Addresses are not shown: they may hold a secret.
func (h *handler) sources(ctx context.Context, r Request) (Message, error) {
	sources, err := h.store.Sources(ctx)
	if err != nil {
		return Message{}, fmt.Errorf("sources: %w", err)
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
	t = Join(t, Plain(" · "+count(int(s.Articles), "article")))
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
	title, articles, err := h.feeds.Check(ctx, address)
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
	return Message{Text: Join(Plain("Following "), Styled(name, Bold), Plain(fmt.Sprintf(" (%s, %s). ",
		title, count(articles, "article"))), Plain("Its next articles become alerts; to get only those: "),
		Styled("/subscribe source:"+name, Code))}, nil
}

// maxSameName is how many sources of one host get a name of their own.
const maxSameName = 50

// addSource stores a feed under a name made from its address.
func (h *handler) addSource(ctx context.Context, address, title string) (string, error) {
	sources, err := h.store.Sources(ctx)
	if err != nil {
		return "", fmt.Errorf("sources: %w", err)
	}
	taken := map[string]bool{}
	for i := range sources {
		if sources[i].URL == address {
			return "", ErrExists
		}
		taken[sources[i].Name] = true
	}
	name := SourceName(address)
	for n := 2; taken[name] && n < maxSameName; n++ {
		name = fmt.Sprintf("%s-%d", SourceName(address), n)
	}
	err = h.store.AddSource(ctx, Source{Name: name, Kind: FeedSource, URL: address, Title: CleanText(title, MaxName), Added: h.now()})
	return name, err
}

// maxSourceName leaves room for a number within the 32 characters of a source's name.
const maxSourceName = 29

// SourceName returns a short name for a source, made from the host of its address.
func SourceName(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" {
		return "feed"
	}
	labels := strings.Split(strings.ToLower(u.Hostname()), ".")
	name := labels[0]
	for _, l := range labels[:max(len(labels)-1, 1)] {
		if name = l; l != "www" && l != "feeds" && l != "rss" && l != "feed" {
			break
		}
	}
	name = strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '-' {
			return r
		}
		return -1
	}, name)
	if name = strings.Trim(name[:min(len(name), maxSourceName)], "-"); name == "" {
		return "feed"
	}
	return name
}

// sourcesRemove answers /sources remove.
func (h *handler) sourcesRemove(ctx context.Context, r Request) (Message, error) {
	name := strings.ToLower(r.Args["name"])
	sources, err := h.store.Sources(ctx)
	if err != nil {
		return Message{}, fmt.Errorf("sources: %w", err)
	}
	var names []string
	for i := range sources {
		if sources[i].Name != name {
			names = append(names, sources[i].Name)
			continue
		}
		if sources[i].Configured {
			return Message{}, UserErrorf("%s is named in the FEEDS setting. Take it out there and restart the bot.", name)
		}
		if err := h.store.RemoveSource(ctx, name); err != nil {
			return Message{}, fmt.Errorf("remove source %s: %w", name, err)
		}
		return Message{Text: Plain("No longer following " + name + ". Its articles stay in the archive.")}, nil
	}
	return Message{}, UserErrorf("There is no source “%s”. There are: %s.", clip(name), strings.Join(names, ", "))
}

// completeSource suggests the names of sources.
func (h *handler) completeSource(ctx context.Context, _ Invocation, typed string) ([]Choice, error) {
	sources, err := h.store.Sources(ctx)
	if err != nil {
		return nil, fmt.Errorf("sources: %w", err)
	}
	var choices []Choice
	for i := range sources {
		if name := sources[i].Name; strings.HasPrefix(name, strings.ToLower(typed)) {
			choices = append(choices, Choice{Label: name, Value: name})
		}
	}
	return choices, nil
}
