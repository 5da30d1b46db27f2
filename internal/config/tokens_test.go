package config

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tidings/internal/secret"
)

func TestPublishTokens_AreOneForASource(t *testing.T) {
	t.Parallel()
	one, two, three := strings.Repeat("1", 16), strings.Repeat("2:=", 16), strings.Repeat("3", 64)
	want := []PublishToken{{"wire", secret.New(one)}, {"asia-desk", secret.New(two)}, {"wire", secret.New(three)}}
	same := cmp.Comparer(func(a, b secret.Text) bool { return a.Reveal() == b.Reveal() })
	for _, list := range []string{
		"wire:" + one + ", asia-desk : " + two + ",wire:" + three + ",",
		"wire:" + one + "\nasia-desk:" + two + "\r\nwire:" + three + "\n", // as in a file
	} {
		if diff := cmp.Diff(want, mustLoad(t, "PUBLISH_TOKENS="+list).PublishTokens, same); diff != "" {
			t.Errorf("%q (-want +got):\n%s", list, diff)
		}
	}
}

func TestPublishTokens_SayWhatIsWrongAndWhere(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("k", 16)
	for list, want := range map[string]string{
		long:                                "entry 1 has no colon",
		"wire:" + long + ",:" + long:        "entry 2 doesn't begin with the name of a source",
		"My Wire:" + long:                   "entry 1 doesn't begin with the name of a source",
		long + "_:wire":                     "entry 1 doesn't begin with the name of a source",
		"wire:":                             "entry 1 (wire): there is no token after the colon",
		"wire:" + long[1:]:                  "entry 1 (wire): it is shorter than 16 characters",
		"wire:" + long + " x":               "entry 1 (wire): it contains white space",
		"wire:" + long + ",desk:" + long:    "entries 1 and 2 have the same token",
		"wire:" + strings.Repeat("any.", 8): "entry 1 (wire): it is also PUBLISH_TOKEN",
	} {
		_, err := load(t, "PUBLISH_TOKENS="+list, "PUBLISH_TOKEN="+strings.Repeat("any.", 8))
		if err == nil || !strings.Contains(err.Error(), "PUBLISH_TOKENS: "+want) || strings.Count(err.Error(), "\n") != 1 {
			t.Errorf("%q gives %v, want one fault: %s", list, err, want)
		} else if strings.Contains(err.Error(), long[1:]) {
			t.Errorf("a token is shown: %v", err)
		}
	}
}
