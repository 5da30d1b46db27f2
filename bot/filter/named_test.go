package filter

import (
	"fmt"
	"strings"
	"testing"
)

func TestNamed_ListsTheValuesThatAreNeeded(t *testing.T) {
	for text, want := range map[string]string{
		`source:nknews missile`:                   "source:nknews",
		`missile source:nk* OR tag:"steel trade"`: `source:nk* tag:"steel trade"`,
		`author:("kim lee" OR cho) -tag:sport`:    `author:"kim lee" author:cho`,
		`lang:ko NOT (source:a OR -author:b)`:     "lang:ko",
		`title:kim summary:x url:/pro/ /a/ "b" c`: "",
		`source: "nk news"*`:                      `source:"nk news"*`,
		"":                                        "",
	} {
		var list []string
		for _, n := range mustParse(t, text).Named() {
			list = append(list, n.String())
		}
		if got := strings.Join(list, " "); got != want {
			t.Errorf("%q needs %s, want %s", text, got, want)
		}
	}
}

func TestReplace_PutsAnotherValueInItsPlace(t *testing.T) {
	for _, tt := range []struct{ text, value, want string }{
		{"a source:nosuch b", "nknews", "a source:nknews b"},
		{`author:lee`, "Ann Lee", `author:"Ann Lee"`},
		{`author:"lee" x`, `Ann "A" Lee`, `author:"Ann A Lee" x`},
		{`tag:(a OR b)`, "c", "tag:(c OR b)"},
		{"source:nk* x", "ab-c", "source:ab-c* x"},
	} {
		f := mustParse(t, tt.text)
		got := f.Replace(f.Named()[0], tt.value)
		if _, err := Parse(got); err != nil || got != tt.want {
			t.Errorf("%q with %q is %q, want %q (%v)", tt.text, tt.value, got, tt.want, fmt.Sprint(err))
		}
	}
}

func TestFilter_MentionsSource(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"source:kestrel-wire": true, `harbor OR source:"Kestrel-Wire"`: true, "harbor -source:kestrel-wire": true, "source:kestrel*": true,
		"source:gazette": false, "kestrel-wire": false, "author:kestrel-wire": false, "": false, "source:kestrel-wires": false,
	} {
		if got := mustParse(t, text).MentionsSource("kestrel-wire"); got != want {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
}
