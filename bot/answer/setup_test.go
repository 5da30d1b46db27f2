package answer

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tidings/bot"
)

func TestNewSetup_NamesAddressesOfThePlacesOwnFeedsAloneAndNoPasswords(t *testing.T) {
	here := bot.Target{Platform: "paper", Chat: "room"}.Place()
	sources := []bot.Source{
		{Name: "public", Kind: bot.FeedSource, URL: "https://example.com/?key=secret"},
		{Name: "own", Kind: bot.FeedSource, URL: "https://example.com/own", Place: here, Title: "Own Wire"},
		{Name: "locked", Kind: bot.FeedSource, URL: "https://ann:secret@example.com/locked", Place: here},
		{Name: "unused", Kind: bot.FeedSource, URL: "https://example.com/unused", Place: here},
	}
	subs := []bot.Subscription{{Filter: "source:public OR source:Own"}, {Filter: "source:locked -source:unused", Stories: bot.Apart}}
	s := newSetup(phraseNow, here, subs, sources)
	want := []setupSource{{Name: "public"}, {Name: "own", Title: "Own Wire", Address: "https://example.com/own"}, {Name: "locked"}}
	if diff := cmp.Diff(want, s.Sources); diff != "" {
		t.Errorf("sources (-want +got):\n%s", diff)
	}
	f, err := s.file()
	if err != nil || strings.Contains(string(f.Content), "secret") {
		t.Errorf("the file is %s, %v", f.Content, err)
	}
	if back, err := readSetup(*f); err != nil || !cmp.Equal(back, s) {
		t.Errorf("read back it is %+v, %v, want %+v", back, err, s)
	}
}

func FuzzReadSetup_TakesWhatItWroteAndNeverPanics(f *testing.F) {
	f.Add([]byte(`{"tidings": 1, "subscriptions": [{"filter": "a"}]}`))
	f.Add([]byte(`{"tidings": 1, "subscriptions": [{"filter": 3}]}`))
	f.Add([]byte(`[]`))
	f.Fuzz(func(t *testing.T, content []byte) {
		s, err := readSetup(bot.File{Name: "x", Content: content})
		if err != nil {
			return
		}
		again, err := s.file()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := readSetup(*again); err != nil {
			t.Errorf("%s is read, and then not: %v", content, err)
		}
	})
}
