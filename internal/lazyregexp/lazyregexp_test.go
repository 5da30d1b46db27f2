package lazyregexp_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tidings/internal/lazyregexp"
)

func TestRegexp_FindsWhatAnEagerOneFinds(t *testing.T) {
	t.Parallel()
	const pattern, text = `(\w)(\d)`, "a1 b2, c3"
	lazy, eager := lazyregexp.New(pattern), regexp.MustCompile(pattern)
	for name, pair := range map[string][2]any{
		"MatchString":                {lazy.MatchString("a"), eager.MatchString("a")},
		"FindString":                 {lazy.FindString(text), eager.FindString(text)},
		"FindStringIndex":            {lazy.FindStringIndex(text), eager.FindStringIndex(text)},
		"FindStringSubmatch":         {lazy.FindStringSubmatch(text), eager.FindStringSubmatch(text)},
		"FindStringSubmatchIndex":    {lazy.FindStringSubmatchIndex(text), eager.FindStringSubmatchIndex(text)},
		"FindAllStringIndex":         {lazy.FindAllStringIndex(text, 2), eager.FindAllStringIndex(text, 2)},
		"FindAllStringSubmatch":      {lazy.FindAllStringSubmatch(text, 2), eager.FindAllStringSubmatch(text, 2)},
		"FindAllStringSubmatchIndex": {lazy.FindAllStringSubmatchIndex(text, 2), eager.FindAllStringSubmatchIndex(text, 2)},
		"ReplaceAllString":           {lazy.ReplaceAllString(text, "$2$1"), eager.ReplaceAllString(text, "$2$1")},
		"ReplaceAllStringFunc":       {lazy.ReplaceAllStringFunc(text, strings.ToUpper), eager.ReplaceAllStringFunc(text, strings.ToUpper)},
		"Split":                      {lazy.Split(text, -1), eager.Split(text, -1)},
	} {
		if diff := cmp.Diff(pair[1], pair[0]); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestNew_NoticesAFaultyPatternUnderTest(t *testing.T) {
	t.Parallel()
	defer func() {
		if recover() == nil {
			t.Error("no panic")
		}
	}()
	lazyregexp.New(`(`)
}
