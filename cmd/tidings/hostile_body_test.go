package main

import (
	"context"
	"fmt"
	"math"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"

	"tidings/bot"
)

// heldStore stores nothing, and looks how much memory is in use when it is handed something.
type heldStore struct{ held *uint64 }

func (heldStore) Ready(context.Context) error                                 { return nil }
func (heldStore) Stats(context.Context) (bot.Stats, error)                    { return bot.Stats{}, nil }
func (heldStore) OldestPending(context.Context) (map[string]time.Time, error) { return nil, nil }
func (heldStore) Size(context.Context) (bot.DatabaseSize, error)              { return bot.DatabaseSize{}, nil }

func (s heldStore) Publish(_ context.Context, p bot.Publication) ([]bot.Published, error) {
	*s.held = inUse()
	return make([]bot.Published, len(p.Articles)), nil
}

// inUse returns how many bytes of memory are in use.
func inUse() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// bodySize is what the publish API accepts, nearly.
const bodySize = 240 << 10

// hostileBodies are bodies of bodySize that want to cost much, by name, and the status that answers them.
func hostileBodies() map[string]struct {
	body   string
	status int
} {
	many := func(s string) string { return strings.Repeat(s, bodySize/len(s)) }
	var fields, articles strings.Builder
	for i := 0; fields.Len() < bodySize; i++ {
		fmt.Fprintf(&fields, `"n%d":1,`, i)
	}
	for i := range 500 {
		fmt.Fprintf(&articles, `{"title":"Article %d","url":"https://e.example/%d","summary":"%s"},`, i, i, strings.Repeat("é ", 120))
	}
	wide := `{"title":"` + strings.Repeat("ü", 200) + `","authors":["A","B","C"],"tags":["a","b"],"published":"2026-03-04T05:06:07Z"},`
	return map[string]struct {
		body   string
		status int
	}{
		"empty articles":       {"[" + many(`{},`) + "{}]", http.StatusRequestEntityTooLarge},
		"no articles":          {"[" + many(`1,`) + "1]", http.StatusRequestEntityTooLarge},
		"smallest articles":    {"[" + many(`{"title":"A"},`) + "{}]", http.StatusRequestEntityTooLarge},
		"as many as there may": {"[" + strings.TrimSuffix(articles.String(), ",") + "]", http.StatusAccepted},
		"all in one":           {"[" + strings.Repeat(wide, bodySize/len(wide)-100) + `{"title":"B"}]`, http.StatusAccepted},
		"faulty articles":      {"[" + strings.Repeat(`{"title":1,"tags":1,"status":1,"x":`+strings.Repeat("[", 200)+strings.Repeat("]", 200)+`},`, 499) + "{}]", http.StatusBadRequest},
		"depth":                {strings.Repeat("[", bodySize), http.StatusBadRequest},
		"depth of objects":     {strings.Repeat(`{"a":`, bodySize/5), http.StatusBadRequest},
		"fields":               {"{" + fields.String() + `"title":"A"}`, http.StatusBadRequest},
		"one field":            {"{" + many(`"title":"A",`) + `"title":"A"}`, http.StatusBadRequest},
		"tags":                 {`{"title":"A","tags":[` + many(`"",`) + `""]}`, http.StatusAccepted},
		"different tags":       {`{"title":"A","tags":[` + many(`"\u0061\u0062\u0063",`) + `""]}`, http.StatusAccepted},
		"a title":              {`{"title":"` + many("A") + `"}`, http.StatusAccepted},
		"a title of marks":     {`{"title":"A` + many("\u0301") + `"}`, http.StatusAccepted},
		"an address":           {`{"title":"A","url":"https://e.example/` + many("a") + `"}`, http.StatusBadRequest},
		"escapes":              {`{"title":"` + many(`\u0061`) + `"}`, http.StatusAccepted},
	}
}

// TestPublishAPI_CostsNoMoreThanFourTimesTheBody counts all that is taken of a body that is refused, and what is held of
// one that is not. One of some tries has to do: with the race detector, pools lose what is put back now and then.
func TestPublishAPI_CostsNoMoreThanFourTimesTheBody(t *testing.T) {
	var held uint64
	url := publishAPI(t, heldStore{&held}) + "/api/articles"
	ask(t, http.MethodPost, url, `{"title":"A"}`)
	for name, tt := range hostileBodies() {
		size, least := uint64(len(tt.body)), uint64(math.MaxUint64)
		for try := 0; try < 20 && least > 4*size; try++ {
			var before, after runtime.MemStats
			base := inUse()
			runtime.ReadMemStats(&before)
			status, answer := ask(t, http.MethodPost, url, tt.body)
			runtime.ReadMemStats(&after)
			took := after.TotalAlloc - before.TotalAlloc
			if status == http.StatusAccepted {
				took, held = held-min(base, held), 0
			}
			least = min(least, took)
			if status != tt.status {
				t.Errorf("%s: answered by %d %.200s, want %d", name, status, answer, tt.status)
			}
		}
		t.Logf("%s: %d.%d times %d bytes", name, least/size, least*10/size%10, size)
		if least > 4*size {
			t.Errorf("%s: takes %d bytes of memory for %d of JSON", name, least, size)
		}
	}
}
