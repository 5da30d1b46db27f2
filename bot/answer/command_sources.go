package answer

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"tidings/bot"
)

// sources answers /sources. Addresses are not shown: they may contain a secret.
func (h *Handler) sources(ctx context.Context, r bot.Request) (bot.Message, error) {
	sources, all, err := h.store.FirstSources(ctx, r.Target.Place(), maxSourceLines)
	if err != nil {
		return bot.Message{}, fmt.Errorf("sources: %w", err)
	}
	if all == 0 {
		return bot.Message{Text: bot.Say("There are no sources yet. The bot's operators name feeds in FEEDS, or add them here with /sources add.")}, nil
	}
	line := h.sourceLine
	if h.isOperator(r.Invocation) {
		if line, err = h.operatorLine(ctx); err != nil {
			return bot.Message{}, err
		}
	}
	t := bot.Say("Articles come from:")
	for i := range sources {
		t = bot.Join(t, bot.Plain("\n"), line(&sources[i]))
	}
	if others := all - len(sources); others > 0 {
		t = bot.Join(t, bot.Plain("\n"), bot.Count(others, "… and %d other.", "… and %d others."))
	}
	return bot.Message{Text: bot.Join(t, bot.Plain("\n\n"), bot.Say("To get only one of them, filter by it: %s",
		bot.Styled("source:"+sources[0].Name, bot.Code)))}, nil
}

// maxSourceLines is how many sources a message has room for.
const maxSourceLines = 30

// sourceLine describes a source to readers.
func (h *Handler) sourceLine(s *bot.Source) bot.Text {
	t := bot.Join(sourceName(s), bot.Plain(" · "), articlesOf(s))
	if s.Kind != bot.FeedSource {
		return t
	}
	switch f := &s.Fetch; {
	case !s.Paused.IsZero():
		t = bot.Join(t, bot.Plain(" · "), bot.Say("paused"))
	case f.Failures > 0:
		t = bot.Join(t, bot.Plain(" · "), bot.Say("can't be read at the moment"))
	case f.LastSuccess.IsZero():
		t = bot.Join(t, bot.Plain(" · "), bot.Say("not read yet"))
	default:
		t = bot.Join(t, bot.Plain(" · "), bot.Say("read %s", ago(h.now(), f.LastSuccess)))
	}
	return t
}

func sourceName(s *bot.Source) bot.Text {
	t := bot.Styled(s.Name, bot.Bold)
	if s.Title != "" {
		t = bot.Join(t, bot.Plain(" – "+s.Title))
	}
	return t
}

func articlesOf(s *bot.Source) bot.Text {
	if s.Articles == 0 {
		return bot.Say("no articles yet")
	}
	return bot.Count(int(s.Articles), "%d article", "%d articles")
}

// operatorLine returns what describes a source to those who run the bot.
func (h *Handler) operatorLine(ctx context.Context) (func(s *bot.Source) bot.Text, error) {
	now := h.now()
	recent, err := h.store.PublishedSince(ctx, now.AddDate(0, 0, -RateDays))
	if err != nil {
		return nil, fmt.Errorf("count articles by source: %w", err)
	}
	onHold, err := h.onHold(ctx)
	if err != nil {
		return nil, err
	}
	return func(s *bot.Source) bot.Text {
		articles := articlesOf(s)
		if n := recent[s.ID]; n > 0 {
			articles = bot.List(articles, PerWeek(n))
		}
		t := bot.Join(sourceName(s), bot.Plain(" · "), articles, bot.Plain(" · "), SourceState(s, now))
		if n := onHold[s.ID]; n > 0 {
			t = bot.Join(t, bot.Plain(" · "), onHoldOf(s.Name, n))
		}
		return t
	}, nil
}

// onHold returns how many articles of each source wait for an operator.
func (h *Handler) onHold(ctx context.Context) (map[string]int, error) {
	updates, err := h.store.BulkUpdates(ctx)
	if err != nil {
		return nil, fmt.Errorf("bulk updates: %w", err)
	}
	onHold := make(map[string]int, len(updates))
	for _, u := range updates {
		onHold[u.Source] = u.Articles
	}
	return onHold, nil
}

// onHoldOf says how many articles of a source wait, and how to decide.
func onHoldOf(source string, n int) bot.Text {
	return bot.Count(n, "%d article on hold: %s or %s", "%d articles on hold: %s or %s", bot.Styled("/sources approve "+source, bot.Code),
		bot.Styled("/sources dismiss "+source, bot.Code))
}

// sourcesShow answers /sources show and /sources NAME: how a source does, and what was decided about its last batches.
func (h *Handler) sourcesShow(ctx context.Context, r bot.Request) (bot.Message, error) {
	s, err := h.sourceNamed(ctx, r.Target.Place(), r.Args["name"])
	if err != nil {
		return bot.Message{}, err
	}
	line := h.sourceLine
	if h.isOperator(r.Invocation) {
		if line, err = h.operatorLine(ctx); err != nil {
			return bot.Message{}, err
		}
	}
	t := line(&s)
	for i := range slices.Backward(s.Batches) {
		t = bot.Join(t, bot.Plain("\n"), bot.List(BatchState(&s.Batches[i]), ago(h.now(), s.Batches[i].At)))
	}
	return bot.Message{Text: t}, nil
}

// sourcesRemove answers /sources remove.
func (h *Handler) sourcesRemove(ctx context.Context, r bot.Request) (bot.Message, error) {
	s, err := h.sourceToManage(ctx, &r)
	switch {
	case err != nil:
		return bot.Message{}, err
	case s.Configured:
		return bot.Message{}, bot.UserErrorf("%s is in the FEEDS setting. Remove it there and restart the bot.", s.Name)
	case s.Kind != bot.FeedSource:
		return bot.Message{}, bot.UserErrorf("%s isn't a feed: its articles are published or imported, so there's nothing to stop following.", s.Name)
	}
	if err := h.store.RemoveSource(ctx, s.ID); err != nil {
		return bot.Message{}, fmt.Errorf("remove source %s: %w", s.Name, err)
	}
	return bot.Message{Text: bot.Say("No longer following %s. Its articles stay in the archive.", s.Name)}, nil
}

// sourcesRefresh answers /sources refresh: the feed is asked now, if its server allows it.
func (h *Handler) sourcesRefresh(ctx context.Context, r bot.Request) (bot.Message, error) {
	s, err := h.sourceToManage(ctx, &r)
	if err != nil {
		return bot.Message{}, err
	}
	if !s.Paused.IsZero() {
		return bot.Message{}, bot.UserErrorf("%s is paused. /sources resume %s has it fetched again.", s.Name, s.Name)
	}
	refresher, ok := h.feeds.(Refresher)
	if !ok || s.Kind != bot.FeedSource {
		return bot.Message{}, bot.UserErrorf("%s isn't a feed.", s.Name)
	}
	err = refresher.Refresh(ctx, s.ID)
	if errors.Is(err, bot.ErrTooSoon) {
		return bot.Message{}, bot.UserErrorf("%s was fetched moments ago, or its server asked us to wait (%s).", s.Name, SourceState(&s, h.now()))
	}
	if err != nil {
		return bot.Message{}, fmt.Errorf("refresh source %s: %w", s.Name, err)
	}
	return bot.Message{Text: bot.Say("Fetching %s; see /sources for the result.", s.Name)}, nil
}

// sourcesApprove answers /sources approve: what is on hold becomes alerts.
func (h *Handler) sourcesApprove(ctx context.Context, r bot.Request) (bot.Message, error) {
	return h.endBulkUpdate(ctx, r, h.store.ApproveBulkUpdate, func(n int, name string) bot.Text {
		return bot.Count(n, "Approved: %d article of %s will be sent as a list.", "Approved: %d articles of %s will be sent as a list.", name)
	})
}

// sourcesDismiss answers /sources dismiss: what is on hold stays in the archive only.
func (h *Handler) sourcesDismiss(ctx context.Context, r bot.Request) (bot.Message, error) {
	return h.endBulkUpdate(ctx, r, h.store.DismissBulkUpdate, func(n int, name string) bot.Text {
		return bot.Count(n, "Dismissed: %d article of %s stays in the archive, without alerts.", "Dismissed: %d articles of %s stay in the archive, without alerts.", name)
	})
}

func (h *Handler) endBulkUpdate(
	ctx context.Context, r bot.Request, end func(context.Context, string) (int, error), done func(articles int, source string) bot.Text,
) (bot.Message, error) {
	s, err := h.sourceToManage(ctx, &r)
	if err != nil {
		return bot.Message{}, err
	}
	n, err := end(ctx, s.ID)
	if err != nil {
		return bot.Message{}, fmt.Errorf("end the bulk update of %s: %w", s.Name, err)
	}
	if n == 0 {
		return bot.Message{Text: bot.Say("No alerts of %s are on hold.", s.Name)}, nil
	}
	return bot.Message{Text: done(n, s.Name)}, nil
}

// sourceToManage returns the source of a name that somebody typed who wants to change it: managers what is their place's,
// operators what is public too, and any by its ID.
func (h *Handler) sourceToManage(ctx context.Context, r *bot.Request) (bot.Source, error) {
	operator := h.isOperator(r.Invocation)
	if operator {
		s, err := h.store.Source(ctx, r.Args["name"])
		switch {
		case err == nil && s.Place != "":
			return s, nil
		case err != nil && !errors.Is(err, bot.ErrNotFound):
			return bot.Source{}, fmt.Errorf("source by its ID: %w", err)
		}
	}
	s, err := h.sourceNamed(ctx, r.Target.Place(), r.Args["name"])
	if err == nil && s.Place == "" && !operator {
		return bot.Source{}, bot.UserErrorf("%s is for everybody, so only the bot's operators can change that.", s.Name)
	}
	return s, err
}

// sourcesShare answers /sources share.
func (h *Handler) sourcesShare(ctx context.Context, r bot.Request) (bot.Message, error) {
	s, err := h.sourceToManage(ctx, &r)
	if err != nil {
		return bot.Message{}, err
	}
	if s.Place == "" {
		return bot.Message{}, bot.UserErrorf("%s is public already.", s.Name)
	}
	name, err := h.store.ShareSource(ctx, s.ID)
	if errors.Is(err, bot.ErrExists) {
		return bot.Message{}, bot.UserErrorf("That feed is public already, beside the one that this place follows.")
	}
	if err != nil {
		return bot.Message{}, fmt.Errorf("share source %s: %w", s.ID, err)
	}
	return bot.Message{Text: bot.Say("%s is public from now on: everybody can subscribe to it and find its articles.", name)}, nil
}

// sourcesUnshare answers /sources unshare.
func (h *Handler) sourcesUnshare(ctx context.Context, r bot.Request) (bot.Message, error) {
	s, err := h.sourceNamed(ctx, r.Target.Place(), r.Args["name"])
	if err != nil {
		return bot.Message{}, err
	}
	switch {
	case s.Place != "":
		return bot.Message{}, bot.UserErrorf("%s is this place's alone already.", s.Name)
	case s.Configured:
		return bot.Message{}, bot.UserErrorf("%s is set in FEEDS, which makes it public. Remove it there first.", s.Name)
	}
	n, err := h.store.SubscriptionsNaming(ctx, "", s.Name)
	if err != nil {
		return bot.Message{}, fmt.Errorf("subscriptions naming %s: %w", s.Name, err)
	}
	err = h.store.UnshareSource(ctx, s.ID, r.Target.Place())
	switch {
	case errors.Is(err, bot.ErrExists):
		return bot.Message{}, bot.UserErrorf("This place follows that feed for itself already, or has a source called %s.", s.Name)
	case errors.Is(err, bot.ErrNotFound):
		return bot.Message{}, bot.UserErrorf("%s isn't a feed, so it can't become one place's own.", s.Name)
	case err != nil:
		return bot.Message{}, fmt.Errorf("unshare source %s: %w", s.ID, err)
	}
	text := bot.Say("%s is for this place alone from now on. What it brought so far was public and stays so.", s.Name)
	if n > 0 {
		text = bot.Join(text, bot.Plain(" "), bot.Count(n, "%d subscription named it, here and elsewhere; only those of this place still get its articles.",
			"%d subscriptions named it, here and elsewhere; only those of this place still get its articles."))
	}
	return bot.Message{Text: text}, nil
}

// sourceNamed returns the source of a name that somebody typed.
func (h *Handler) sourceNamed(ctx context.Context, p bot.Place, typed string) (bot.Source, error) {
	name := strings.ToLower(typed)
	s, err := h.store.SourceNamed(ctx, p, name)
	if err == nil {
		return s, nil
	}
	if !errors.Is(err, bot.ErrNotFound) {
		return bot.Source{}, fmt.Errorf("source of a name: %w", err)
	}
	names, err := h.store.SourceNames(ctx, p, "", maxSourceLines+1)
	switch {
	case err != nil:
		return bot.Source{}, fmt.Errorf("names of sources: %w", err)
	case len(names) == 0:
		return bot.Source{}, bot.UserErrorf("There are no sources yet.")
	case len(names) > maxSourceLines:
		names[maxSourceLines] = "…"
	}
	return bot.Source{}, bot.UserErrorf("There is no source “%s”. There are: %s.", clip(name), bot.List(bot.Plains(names)...))
}

// completeSource suggests the names of sources.
func (h *Handler) completeSource(ctx context.Context, inv bot.Invocation, typed string) ([]bot.Choice, error) {
	names, err := h.store.SourceNames(ctx, inv.Target.Place(), strings.ToLower(typed), maxChoices)
	if err != nil {
		return nil, fmt.Errorf("names of sources: %w", err)
	}
	var choices []bot.Choice
	for _, name := range names {
		choices = append(choices, bot.Choice{Label: name, Value: name})
	}
	return choices, nil
}
