package filter

import (
	"slices"
	"testing"
)

func TestWidened_DropsWidePrefixes(t *testing.T) {
	wide := func(prefix string) bool { return prefix == "in" || prefix == "con" }
	for _, tt := range []struct {
		filter, want string
		prefixes     []string
	}{
		{"", "all", nil},
		{`"kim"`, "any[kim]", nil},
		{"con*", "all", []string{"con"}},
		{`con* "kim"`, "any[kim]", []string{"con"}},
		{`con* OR "kim"`, "all", []string{"con"}},
		{`"kim" (con* OR "moon")`, "any[kim]", []string{"con"}},
		{`("kim" OR "moon") mis* in*`, "and(or(any[kim] any[moon]) any[mis*])", []string{"mis", "in"}},
		{"con* in*", "all", []string{"con", "in"}},
		{"미사일", "any[미사일*]", []string{"미사일"}},
	} {
		q := mustParse(t, tt.filter).Candidates()
		if got := q.Prefixes(); !slices.Equal(got, tt.prefixes) {
			t.Errorf("%s: prefixes %q, want %q", tt.filter, got, tt.prefixes)
		}
		if got := written(q.Widened(wide)); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.filter, got, tt.want)
		}
	}
}
