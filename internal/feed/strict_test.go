package feed

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tidings/bot"
)

func TestUnmarshalStrict_NamesEveryFault(t *testing.T) {
	for _, tt := range []struct {
		name, data string
		want       []FieldError
	}{
		{"nothing wrong", `{"title":"One","urgency":2,"authors":["Ann"],"id":7}`, nil},
		{"a dek alone", `{"summary":"One"}`, nil},
		{"no object", `[1]`, []FieldError{{Reason: "is a JSON array; an article is an object"}}},
		{"null", `null`, []FieldError{{Reason: "is null; an article is an object"}}},
		{"nothing to show", `{"title":" \u200b "}`, []FieldError{{Field: "title", Reason: "is missing"}}},
		{"several", `{"titel":"One","status":"odd","tags":"x"}`, []FieldError{
			{Field: "status", Reason: `must be "live", "corrected" or "withdrawn", not "odd"`},
			{Field: "tags", Reason: `must be a list of strings, not "x"`},
			{Field: "titel", Reason: "isn't a field of an article", Unknown: true},
			{Field: "title", Reason: "is missing"},
		}},
		{"a field that is there twice", `{"title":"One","title":"Two","tags":[],"title":"Three"}`, []FieldError{
			{Field: "title", Reason: "is there more than once"},
		}},
		{"Latin-1", "{\"title\":\"Caf\xe9\"}", []FieldError{{Reason: "is not in UTF-8, which JSON has to be in"}}},
		{"a faulty title is not missing too", `{"title":1}`, []FieldError{{Field: "title", Reason: "must be a string, not 1"}}},
	} {
		if _, got := UnmarshalStrict([]byte(tt.data), nil); !cmp.Equal(tt.want, got) {
			t.Errorf("%s: %s", tt.name, cmp.Diff(tt.want, got))
		}
	}
	if _, got := UnmarshalStrict([]byte(`{"title":`), nil); len(got) != 1 || got[0].Field != "" {
		t.Errorf("broken JSON: %v, want one fault of the whole", got)
	}
}

// TestUnmarshal_CostsLittleMoreThanItIsLong shows that no part of an article takes much more memory than a copy of it. With
// the race detector pools lose what is put back now and then, which costs a third of a copy.
func TestUnmarshal_CostsLittleMoreThanItIsLong(t *testing.T) {
	many := func(s string) string { return strings.Repeat(s, (240<<10)/len(s)) }
	var fields strings.Builder
	for i := range 20_000 {
		fmt.Fprintf(&fields, `"n%d":1,`, i)
	}
	for name, parts := range map[string]string{
		"fields": fields.String(), "one field": many(`"title":"x",`), "depth": many(`"d":` + strings.Repeat("[", 5000) + strings.Repeat("]", 5000) + ","),
		"tags": `"tags":[` + many(`"",`) + `""],`, "numbers": `"tags":[` + many(`1,`) + `1],`, "authors": `"authors":[` + many(`"\u0061\u0061",`) + `""],`,
		"an address": `"url":"` + many("a") + `",`, "a time": `"embargo":"` + many("1") + `",`, "a number": `"id":` + many("1") + `,`,
	} {
		data := []byte("{" + parts + `"summary":"Dek"}`)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		UnmarshalStrict(data, nil)
		runtime.ReadMemStats(&after)
		if took := after.TotalAlloc - before.TotalAlloc; took > 3*uint64(len(data))/2 {
			t.Errorf("%s: takes %d bytes of memory for %d of JSON", name, took, len(data))
		}
	}
}

func TestFieldNames_AreThoseThatAreRead(t *testing.T) {
	for _, name := range FieldNames() {
		if known, _ := setField(new(bot.Article), name, []byte("null"), time.UTC); !known {
			t.Errorf("%s is not read", name)
		}
	}
}
