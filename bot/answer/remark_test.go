package answer

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"tidings/bot"
)

// sourceList is a store of sources alone. What reads all of them isn't there.
type sourceList struct {
	Store
	list []bot.Source
}

func (s *sourceList) SourceNamed(_ context.Context, _ bot.Place, name string) (bot.Source, error) {
	i := slices.IndexFunc(s.list, func(o bot.Source) bool { return o.Name == name })
	if i < 0 {
		return bot.Source{}, bot.ErrNotFound
	}
	return s.list[i], nil
}

func (s *sourceList) FirstSources(_ context.Context, _ bot.Place, n int) ([]bot.Source, int, error) {
	return s.list[:min(n, len(s.list))], len(s.list), nil
}

func TestSourceCalled_ReadsABoundedNumberOfSources(t *testing.T) {
	t.Parallel()
	few := []bot.Source{{Name: "a-first", Title: "The First"}, {Name: "gazette", Title: "The Gazette - RSS"}}
	many := slices.Clone(few)
	for i := range 2 * mostTitles {
		many = append(many, bot.Source{Name: fmt.Sprintf("s%d", i)})
	}
	for name, tt := range map[string]struct {
		list        []bot.Source
		words, want string
	}{
		"its name":                      {few, "gazette", "gazette"},
		"its outlet's name":             {few, "the gazette", "gazette"},
		"nothing":                       {few, "storm", ""},
		"its name among many":           {many, "s999", "s999"},
		"its outlet's name among many":  {many, "the gazette", ""},
		"no sources":                    {nil, "storm", ""},
		"its outlet's name among a few": {many[:mostTitles], "the first", "a-first"},
	} {
		got := bot.Source{}
		s, err := (&Handler{store: &sourceList{list: tt.list}}).sourceCalled(t.Context(), "", tt.words)
		if s != nil {
			got = *s
		}
		if err != nil || got.Name != tt.want {
			t.Errorf("%s: %q, %v, want %q", name, got.Name, err, tt.want)
		}
	}
}
