package answer

import (
	"context"
	"strings"
	"unicode"

	"tidings/bot"
	"tidings/bot/filter"
)

// term is the end of a filter that somebody is typing.
type term struct {
	before string // what stays as it is, with the signs before the term
	field  string // as typed, with its colon; empty if there is none
	value  string // without quotation marks
}

// lastTerm splits the last term off what has been typed. A quotation mark that is not closed belongs to it.
func lastTerm(typed string) term {
	start, quoted := 0, false
	for i, r := range typed {
		switch {
		case r == '"' || r == '“' || r == '”':
			quoted = !quoted
		case !quoted && (unicode.IsSpace(r) || r == '(' || r == '|'):
			start = i + len(string(r))
		}
	}
	word := strings.TrimLeft(typed[start:], "-–—")
	t := term{before: typed[:len(typed)-len(word)]}
	if name, value, ok := strings.Cut(word, ":"); ok && fieldOf(name) != filter.Any {
		t.field, word = strings.ToLower(name)+":", value
	}
	t.value = strings.Trim(word, `"“”`)
	return t
}

// fieldOf returns the field of a name whose values can be suggested, or Any.
func fieldOf(name string) filter.Field {
	for _, f := range suggestable() {
		if strings.EqualFold(f.String(), name) {
			return f
		}
	}
	return filter.Any
}

// suggestable are the fields with values that people can choose from.
func suggestable() []filter.Field {
	return []filter.Field{filter.Source, filter.Tag, filter.Author, filter.Lang}
}

// completeFilter suggests how to go on with the term that is being typed, and keeps what was typed before it. For
// a subscription whose number is known, it begins with the filter that it has.
func (h *Handler) completeFilter(ctx context.Context, inv bot.Invocation, typed string) ([]bot.Choice, error) {
	var choices []bot.Choice
	if strings.TrimSpace(typed) != "" {
		choices = append(choices, bot.Choice{Label: typed, Value: typed})
	} else if present := h.presentFilter(ctx, inv); present != "" {
		choices = append(choices, bot.Choice{Label: present, Value: present})
	}
	last := lastTerm(typed)
	if last.value == "" && last.field == "" {
		return h.suggest(ctx, inv.Target.Place(), choices, last, filter.Source)
	}
	if f := fieldOf(strings.TrimSuffix(last.field, ":")); f != filter.Any {
		return h.suggest(ctx, inv.Target.Place(), choices, last, f)
	}
	for _, f := range suggestable() {
		var err error
		if choices, err = h.suggestField(ctx, inv.Target.Place(), choices, last, f); err != nil {
			return choices, err
		}
	}
	return choices, nil
}

// suggestField adds values of a field for a term that names none, or begins to name this one.
func (h *Handler) suggestField(ctx context.Context, p bot.Place, choices []bot.Choice, last term, f filter.Field) ([]bot.Choice, error) {
	value := filter.Fold(last.value)
	switch {
	case strings.HasPrefix(f.String(), value):
		last.value = "" // sou: all sources
	case f == filter.Lang: // two letters, which begin too many words
		return choices, nil
	}
	return h.suggest(ctx, p, choices, last, f)
}

// suggest adds values of a field in place of the last term.
func (h *Handler) suggest(ctx context.Context, p bot.Place, choices []bot.Choice, last term, f filter.Field) ([]bot.Choice, error) {
	values, err := h.valuesOf(ctx, p, f, last.value, maxChoices)
	for _, v := range values {
		text := last.before + f.String() + ":" + quote(v)
		choices = append(choices, bot.Choice{Label: text, Value: text})
	}
	return choices, err
}

// valuesOf returns what a field can be, as far as people in a place may know: up to n sources, which are suggested before their
// first article, or some other values.
func (h *Handler) valuesOf(ctx context.Context, p bot.Place, f filter.Field, prefix string, n int) ([]string, error) {
	if f != filter.Source {
		return h.store.Suggest(ctx, p, f, prefix, maxChoices)
	}
	return h.store.SourceNames(ctx, p, filter.Fold(prefix), n)
}

// quote puts a value in quotation marks if it is not a single word.
func quote(s string) string {
	single := !strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '-' })
	if single {
		return s
	}
	return `"` + strings.ReplaceAll(s, `"`, "") + `"`
}

// presentFilter returns the filter of the subscription whose number stands beside the filter that is typed.
func (h *Handler) presentFilter(ctx context.Context, inv bot.Invocation) string {
	subs, err := h.store.SubscriptionsOf(ctx, inv.Target)
	r := bot.Request{Invocation: inv, Args: inv.Options}
	number := r.Number("number", 0)
	if err != nil || number == 0 {
		return ""
	}
	for i := range subs {
		if subs[i].Number == number {
			return subs[i].Filter
		}
	}
	return ""
}
