package bot

import (
	"context"
	"errors"
	"fmt"
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
	line := h.sourceLine
	if h.isOperator(r.Invocation) {
		if line, err = h.operatorLine(ctx); err != nil {
			return Message{}, err
		}
	}
	t := Plain("Articles come from:")
	for i := range sources {
		if i == maxSourceLines {
			t = Join(t, Plain(fmt.Sprintf("\n… and %s.", count(len(sources)-i, "other"))))
			break
		}
		t = Join(t, Plain("\n"), line(&sources[i]))
	}
	return Message{Text: Join(t, Plain("\n\nTo choose one, filter by it: "),
		Styled("source:"+sources[0].Name, Code))}, nil
}

// maxSourceLines is how many sources a message has room for.
const maxSourceLines = 30

// sourceLine describes a source to readers.
func (h *handler) sourceLine(s *Source) Text {
	t := Join(sourceName(s), articlesOf(s))
	if s.Kind != FeedSource {
		return t
	}
	switch f := &s.Fetch; {
	case f.Failures > 0:
		t = Join(t, Plain(" · cannot be read at present"))
	case f.LastSuccess.IsZero():
		t = Join(t, Plain(" · not read yet"))
	default:
		t = Join(t, Plain(" · read "+ago(h.now(), f.LastSuccess)))
	}
	return t
}

func sourceName(s *Source) Text {
	t := Styled(s.Name, Bold)
	if s.Title != "" {
		t = Join(t, Plain(" – "+s.Title))
	}
	return t
}

func articlesOf(s *Source) Text {
	if s.Articles == 0 {
		return Plain(" · no articles yet")
	}
	return Plain(" · " + count(int(s.Articles), "article"))
}

// operatorLine returns what describes a source to those who run the bot.
func (h *handler) operatorLine(ctx context.Context) (func(s *Source) Text, error) {
	now := h.now()
	recent, err := h.store.PublishedSince(ctx, now.AddDate(0, 0, -RateDays))
	if err != nil {
		return nil, fmt.Errorf("count articles by source: %w", err)
	}
	floods, err := h.store.BulkUpdates(ctx)
	if err != nil {
		return nil, fmt.Errorf("floods: %w", err)
	}
	held := map[string]int{}
	for _, f := range floods {
		held[f.Source] = f.Articles
	}
	return func(s *Source) Text {
		t := Join(sourceName(s), articlesOf(s))
		if n := recent[s.Name]; n > 0 {
			t = Join(t, Plain(", "+PerWeek(n)+" a week"))
		}
		t = Join(t, Plain(" · "+SourceState(s, now)))
		if n := held[s.Name]; n > 0 {
			t = Join(t, Plain(fmt.Sprintf(" · %s held back: ", count(n, "article"))),
				Styled("/sources release "+s.Name, Code), Plain(" or "), Styled("/sources forget "+s.Name, Code))
		}
		return t
	}, nil
}

// sourcesRemove answers /sources remove.
func (h *handler) sourcesRemove(ctx context.Context, r Request) (Message, error) {
	s, err := h.sourceNamed(ctx, r.Args["name"])
	switch {
	case err != nil:
		return Message{}, err
	case s.Configured:
		return Message{}, UserErrorf("%s is named in the FEEDS setting. Take it out there and restart the bot.", s.Name)
	case s.Kind != FeedSource:
		return Message{}, UserErrorf("%s is not a feed: its articles are handed to me, so there is nothing to stop following.", s.Name)
	}
	if err := h.store.RemoveSource(ctx, s.Name); err != nil {
		return Message{}, fmt.Errorf("remove source %s: %w", s.Name, err)
	}
	return Message{Text: Plain("No longer following " + s.Name + ". Its articles stay in the archive.")}, nil
}

// sourcesRefresh answers /sources refresh: the feed is asked now, if its server allows it.
func (h *handler) sourcesRefresh(ctx context.Context, r Request) (Message, error) {
	s, err := h.sourceNamed(ctx, r.Args["name"])
	if err != nil {
		return Message{}, err
	}
	refresher, ok := h.feeds.(Refresher)
	if !ok || s.Kind != FeedSource {
		return Message{}, UserErrorf("%s is not a feed that I read.", s.Name)
	}
	err = refresher.Refresh(ctx, s.Name)
	if errors.Is(err, ErrTooSoon) {
		return Message{}, UserErrorf("%s was asked a moment ago, or its server wants to be left alone for now (%s).", s.Name, SourceState(&s, h.now()))
	}
	if err != nil {
		return Message{}, fmt.Errorf("refresh source %s: %w", s.Name, err)
	}
	return Message{Text: Plain("Asking " + s.Name + " now. /sources shows what comes of it.")}, nil
}

// sourcesRelease answers /sources release: what was held back becomes alerts.
func (h *handler) sourcesRelease(ctx context.Context, r Request) (Message, error) {
	return h.endFlood(ctx, r, h.store.ApproveBulkUpdate, "Released %s of %s. What is still fresh is posted.")
}

// sourcesForget answers /sources forget: what was held back stays in the archive alone.
func (h *handler) sourcesForget(ctx context.Context, r Request) (Message, error) {
	return h.endFlood(ctx, r, h.store.DismissBulkUpdate, "%s of %s will not be posted. /latest finds them.")
}

func (h *handler) endFlood(
	ctx context.Context, r Request, end func(context.Context, string) (int, error), done string,
) (Message, error) {
	s, err := h.sourceNamed(ctx, r.Args["name"])
	if err != nil {
		return Message{}, err
	}
	n, err := end(ctx, s.Name)
	if err != nil {
		return Message{}, fmt.Errorf("end the flood of %s: %w", s.Name, err)
	}
	if n == 0 {
		return Message{Text: Plain("Nothing of " + s.Name + " is held back.")}, nil
	}
	return Message{Text: Plain(fmt.Sprintf(done, count(n, "article"), s.Name))}, nil
}

// sourceNamed returns the source of a name that somebody typed.
func (h *handler) sourceNamed(ctx context.Context, typed string) (Source, error) {
	sources, err := h.allSources(ctx)
	if err != nil {
		return Source{}, err
	}
	name := strings.ToLower(typed)
	i := slices.IndexFunc(sources, func(s Source) bool { return s.Name == name })
	switch {
	case len(sources) == 0:
		return Source{}, UserErrorf("There are no sources yet.")
	case i < 0:
		return Source{}, UserErrorf("There is no source “%s”. There are: %s.", clip(name), sourceNames(sources))
	}
	return sources[i], nil
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
