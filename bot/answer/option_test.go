package answer

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tidings/bot"
	"tidings/bot/plan"
)

// tidier is a platform where answers can be removed.
type tidier struct{ bot.Adapter }

func (tidier) Tidies() {}

// checkComesBack checks that an option reads a value if it offers it, and that what it then writes it reads as the same.
func checkComesBack[T any](t *testing.T, k *option[T], r *bot.Request, value string) {
	t.Helper()
	var s, again T
	change, err := k.read(t.Context(), r, value)
	if err != nil {
		if slices.ContainsFunc(k.offers, func(own offer) bool { return own.value == value }) {
			t.Errorf("%s doesn't read what it offers, %q: %v", k.name, value, err)
		}
		return
	}
	change(&s)
	if written := k.value(&s); written != "" {
		if change, err = k.read(t.Context(), r, written); err != nil {
			t.Errorf("%s wrote %q and doesn't read it: %v", k.name, written, err)
			return
		}
		change(&again)
	}
	if diff := cmp.Diff(s, again); diff != "" {
		t.Errorf("%s %q comes back as another (-was +is):\n%s", k.name, value, diff)
	}
}

// Whatever a form offers can be read, and what is set is written so that it can be read again: /export and /import rest on it.
func TestOptions_ReadWhatTheyOfferAndWhatTheyWrite(t *testing.T) {
	h := &Handler{now: func() time.Time { return phraseNow }, zone: time.UTC, planner: plan.New(time.UTC), adapters: map[string]bot.Adapter{"": tidier{}}}
	r := &bot.Request{}
	for _, k := range h.settingOptions() {
		for _, o := range append(k.offers, offered("Berlin", "22:00-07:00", "10 an hour", "brief +tags", "reply", "off", "3", "A line")...) {
			checkComesBack(t, &k, r, o.value)
		}
	}
	for _, k := range h.newPreferences() {
		for _, o := range k.offers {
			if o.value != "me" { // which the platform is asked about
				checkComesBack(t, &k, r, o.value)
			}
		}
	}
}

func FuzzReadShape_ComesBackAsItWas(f *testing.F) {
	for _, s := range []string{"brief +tags -authors", "full without picture", "headline", "no dek", "default", "brief, with tags"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		shape, err := readShape(typed, bot.Shape{})
		if err != nil {
			return
		}
		again, err := readShape(shapeWords(shape), bot.Shape{})
		if err != nil || shapeWords(again) != shapeWords(shape) {
			t.Errorf("%q is %q, and that %q, %v", typed, shapeWords(shape), shapeWords(again), err)
		}
	})
}

func FuzzParseMentions_NeverMentionsWhatItDidNotWrite(f *testing.F) {
	f.Add("role/1/desk\nperson/2/A/nn")
	f.Add("everyone")
	f.Fuzz(func(t *testing.T, s string) {
		for _, m := range parseMentions(s) {
			if m.Kind != bot.RoleMention && m.Kind != bot.PersonMention || !strings.Contains(s, string(m.Kind)+"/"+m.ID+"/") {
				t.Errorf("%q mentions %+v", s, m)
			}
		}
	})
}
