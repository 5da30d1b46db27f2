package answer

import (
	"context"
	"strings"

	"tidings/bot"
	"tidings/bot/filter"
)

// understood is a filter that somebody typed, and how it is read.
type understood struct {
	*filter.Filter
	typed string
	// readings are the ways to read it, the one that was taken first. There are none if nothing is in doubt.
	readings []filter.Reading
	// why says why a less likely reading was taken, as a sentence; nil if none was.
	why bot.Text
}

// typed reports whether the request's filter was typed, in a command or a form. What a button carries is meant as it is.
func typed(r *bot.Request) bool { return !r.Pressed || r.Args[filledIn] != "" }

// understand reads the filter of a request. What other bots and search boxes taught people is read as they mean it.
func (h *Handler) understand(ctx context.Context, r *bot.Request) (understood, error) {
	text := r.Args["filter"]
	u := understood{typed: text}
	var err error
	if typed(r) {
		if u.readings, u.why, err = h.likeliest(ctx, r.Target.Place(), filter.Readings(text)); err != nil {
			return u, err
		}
	}
	if len(u.readings) > 0 {
		text = u.readings[0].Filter
	}
	u.Filter, err = parseFilter(text)
	return u, err
}

// likeliest puts the reading first that the archive and the sources speak for, and says why if that is not the usual one.
func (h *Handler) likeliest(ctx context.Context, p bot.Place, list []filter.Reading) ([]filter.Reading, bot.Text, error) {
	if len(list) == 0 {
		return nil, nil, nil
	}
	first, last := &list[0], list[len(list)-1]
	words := len(list) > 1 && last.Habit == filter.AsTyped
	switch first.Habit {
	case filter.Hashtag:
		nobody, err := h.unusedTag(ctx, p, first.Filter)
		if err != nil || nobody == "" || !words {
			return list, nil, err
		}
		return []filter.Reading{last, *first}, bot.Say("No article so far has the tag %s, so I look for the word.", nobody), nil
	case filter.Address:
		sources, unknown, err := h.sourcesAt(ctx, p, strings.Fields(first.Typed))
		if err != nil {
			return nil, nil, err
		}
		if len(unknown) > 0 || len(sources) == 0 {
			return list[1:], nil, nil
		}
		first.Filter = fromSources(sources, first.Filter)
	case filter.Mention, filter.Place:
		if first.Filter == "" && words {
			return []filter.Reading{last}, nil, nil
		}
		if first.Filter == "" {
			return nil, nil, bot.UserErrorf("“%s” isn't something to look for: a filter is made of words. /help filter shows how.", clip(first.Typed))
		}
	default:
	}
	return list, nil, nil
}

// unusedTag returns a tag that a filter needs and no article has, or "".
func (h *Handler) unusedTag(ctx context.Context, p bot.Place, text string) (string, error) {
	f, err := parseFilter(text)
	if err != nil {
		return "", err
	}
	for _, n := range f.Named() {
		if known, err := h.isKnown(ctx, p, n); err != nil || !known {
			return n.Value, err
		}
	}
	return "", nil
}

// note says how a filter is read, on a line of its own, if that is in doubt.
func (u *understood) note() bot.Text {
	if u.why != nil {
		return bot.Join(bot.Plain("\n"), u.why)
	}
	if len(u.readings) == 0 {
		return nil
	}
	r := &u.readings[0]
	means := bot.Known(r.Means)
	switch {
	case r.Habit == filter.Mention || r.Habit == filter.Place:
		return bot.Join(bot.Plain("\n"), bot.Say("I left out “%s”: %s.", clip(r.Typed), means))
	case r.Filter == "":
		return bot.Join(bot.Plain("\n"), bot.Say("I read “%s” as no filter: %s.", clip(u.typed), means))
	}
	return bot.Join(bot.Plain("\n"), bot.Say("I read “%s” as %s: %s.", clip(u.typed), bot.Styled(u.String(), bot.Code), means))
}

// maxLabel bounds the filter on a button, in bytes.
const maxLabel = 40

// label names a reading on a button.
func label(r *filter.Reading) bot.Text {
	switch r.Habit {
	case filter.AsTyped:
		words := filter.Tokens(r.Typed)
		switch {
		case filter.Fold(r.Typed) != filter.Fold(r.Filter):
			return bot.Plain(short(r.Filter))
		case len(words) == 1:
			return bot.Say("The word “%s”", short(words[0]))
		}
		return bot.Say("Just the words")
	case filter.Everything:
		return bot.Say("Every article")
	case filter.Either:
		return bot.Say("Any of them")
	case filter.Both:
		return bot.Say("All of them")
	default:
		return bot.Plain(short(r.Filter))
	}
}

// short returns a filter as a button shows it.
func short(text string) string {
	c := bot.CleanText(text, maxLabel)
	if c != bot.CleanText(text, len(text)) {
		c += bot.Ellipsis
	}
	return c
}
