package answer

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"tidings/bot"
	"tidings/bot/filter"
	"tidings/internal/typo"
)

// unknownValue is a source, author, tag or language that a filter needs and no article has.
type unknownValue struct {
	filter.Named
	known   []string // values that there are, the most frequent first
	nearest string   // the one that was probably meant, or empty
}

// maxNamed is how many values of a filter are looked up.
const maxNamed = 5

// unknownValues returns the values that f needs and no article has that people in a place may know of. Where there are no values of a field at all, nobody
// can tell.
func (h *Handler) unknownValues(ctx context.Context, p bot.Place, f *filter.Filter) ([]unknownValue, error) {
	var list []unknownValue
	named := f.Named()
	for _, n := range named[:min(len(named), maxNamed)] {
		found, err := h.isKnown(ctx, p, n)
		if err != nil {
			return nil, err
		}
		if found {
			continue
		}
		known, err := h.valuesOf(ctx, p, n.Field, "", allSources)
		if err != nil {
			return nil, err
		}
		if len(known) == 0 {
			continue
		}
		v := unknownValue{Named: n, known: known}
		if v.nearest, err = h.nearestValue(ctx, p, &v); err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	return list, nil
}

// allSources is more than there are.
const allSources = math.MaxInt32

// isKnown reports whether an article has the value, or a source its name.
func (h *Handler) isKnown(ctx context.Context, p bot.Place, n filter.Named) (bool, error) {
	f, err := filter.Parse(n.String())
	if err != nil {
		return false, fmt.Errorf("look for %s: %w", n, err)
	}
	if n.Field == filter.Source {
		names, err := h.valuesOf(ctx, p, filter.Source, "", allSources)
		if err != nil {
			return false, err
		}
		return slices.ContainsFunc(names, func(name string) bool {
			return f.Match(filter.NewDocument(filter.Fields{Source: name}))
		}), nil
	}
	a, err := h.newest(ctx, p, f)
	return a != nil, err
}

// maxTypo is how much of a value may be mistyped for it to be guessed: a third of it.
const maxTypo = 3

// nearestValue returns the value that was probably meant: a source by its outlet's name, or one with few slips.
func (h *Handler) nearestValue(ctx context.Context, p bot.Place, v *unknownValue) (string, error) {
	typed := filter.Fold(v.Value)
	if v.Field == filter.Source {
		sources, err := h.sourcesIn(ctx, p)
		if err != nil {
			return "", err
		}
		for i := range sources {
			if title := filter.Fold(sources[i].Title); title != "" && strings.Contains(title, typed) {
				return sources[i].Name, nil
			}
		}
	}
	if v.Field == filter.Lang {
		if code, _, _ := strings.Cut(typed, "-"); slices.Contains(v.known, code) {
			return code, nil
		}
	}
	beginning := []rune(typed)
	beginning = beginning[:min(len(beginning), 2)]
	alike, err := h.valuesOf(ctx, p, v.Field, string(beginning), allSources)
	if err != nil {
		return "", err
	}
	nearest, fewest := "", len(typed)/maxTypo+1
	for _, value := range append(alike, v.known...) {
		if slips := slipsBetween(typed, filter.Fold(value)); slips < fewest {
			nearest, fewest = value, slips
		}
	}
	return nearest, nil
}

// slipsBetween counts the typing errors between a folded value that was typed and one that there is, or one of its words.
// None counts if one begins with the other.
func slipsBetween(typed, value string) int {
	fewest := typo.Distance(typed, value[:min(len(value), maxLabel)])
	for word := range strings.FieldsSeq(value) {
		fewest = min(fewest, typo.Distance(typed, word[:min(len(word), maxLabel)]))
	}
	const short = 3
	if len(typed) >= short && (strings.HasPrefix(value, typed) || strings.HasPrefix(typed, value) && len(value) >= short) {
		return 0
	}
	return fewest
}

// maxKnown is how many values are listed.
const maxKnown = 8

// missing says that no article has the value, and which there are.
func (v *unknownValue) missing() bot.Text {
	t := bot.Join(v.nowhere(), bot.Plain(" "))
	if v.nearest != "" {
		return bot.Join(t, bot.Say("Did you mean %s?", bot.Styled(v.Field.String()+":"+quote(v.nearest), bot.Code)))
	}
	if len(v.known) == 1 {
		return bot.Join(t, bot.Say("There is only %s.", v.known[0]))
	}
	list := bot.List(bot.Plains(v.known[:min(len(v.known), maxKnown)])...)
	if len(v.known) > maxKnown {
		return bot.Join(t, bot.Say("There are: %s and others.", list))
	}
	return bot.Join(t, bot.Say("There are: %s.", list))
}

// nowhere says that no article has the value.
func (v *unknownValue) nowhere() bot.Text {
	value := bot.Styled(v.Value, bot.Code)
	switch v.Field {
	case filter.Source:
		return bot.Say("There's no source %s.", value)
	case filter.Author:
		return bot.Say("No article so far is by %s.", value)
	case filter.Tag:
		return bot.Say("No article so far has the tag %s.", value)
	default:
		return bot.Say("No article so far has the language %s.", value)
	}
}

// meant returns the filter with the nearest value in place of the unknown one, or "" if none is near.
func (v *unknownValue) meant(f *filter.Filter) string {
	if v.nearest == "" {
		return ""
	}
	return f.Replace(v.Named, v.nearest)
}
