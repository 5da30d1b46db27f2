package engine_test

import (
	"strings"
	"testing"

	"tidings/bot"
	"tidings/bot/answer"
)

func TestSources_AreRenamedByWhomTheyBelongTo(t *testing.T) {
	t.Parallel()
	w := newWalled(t, databases(t)["sqlite"](), answer.Following{Feeds: kestrel{}})
	w.furnish()
	w.say(owners(), "manager", "/sources add https://kestrel.example/feed")
	w.say(owners(), "manager", "/subscribe source:kestrel-wire uranium")
	w.say(others(), "manager", "/subscribe source:kestrel-wire")
	for _, tt := range []struct{ who, text, want string }{
		{"manager", "/sources rename gazette herald", "only the bot's operators"},
		{"manager", "/sources rename kestrel-wire", "/sources rename NAME NEW"},
		{"manager", "/sources rename kestrel-wire Kestrel!", "can't be a source's name. Use up to 32"},
		{"manager", "/sources rename kestrel-wire gazette", "The name gazette is taken"},
		{"manager", "/sources rename kestrel-wire kestrel-wire", "called kestrel-wire already"},
		// One of theirs, and not the one of others.
		{"manager", "/sources rename kestrel-wire Falcon", "kestrel-wire is falcon from now on, with all its articles. 1 subscription still says source:kestrel-wire"},
		{"manager", "/sources", "falcon"},
		{"manager", "/sources rename kestrel-wire x", "There is no source “kestrel-wire”"},
		{"op", "/sources rename gazette herald", "No subscription names it."},
	} {
		if got := show(w.say(owners(), tt.who, tt.text)); !strings.Contains(got, tt.want) {
			t.Errorf("%s:\n%s\nwant %q", tt.text, got, tt.want)
		}
	}
	if got := show(w.say(others(), "manager", "/sources")); strings.Contains(got, "falcon") || !strings.Contains(got, "herald") {
		t.Errorf("others see:\n%s", got)
	}
}

func TestSources_MoveAndHaveIntervals(t *testing.T) {
	t.Parallel()
	w := newWalled(t, databases(t)["sqlite"](), answer.Following{Feeds: kestrel{}, PerHost: 1})
	w.furnish()
	w.must(w.store.AddSource(w.Context(), bot.Source{Name: "files", Kind: bot.ImportSource}))
	w.must(w.store.AddSource(w.Context(), bot.Source{Name: "fixed", Kind: bot.FeedSource, URL: "https://fixed.example/", Configured: true}))
	w.say(owners(), "manager", "/sources add https://kestrel.example/feed")
	w.say(others(), "manager", "/sources add https://falcon.example/feed")
	for _, tt := range []struct{ who, text, want string }{
		{"manager", "/sources move gazette https://x.example/", "only the bot's operators"},
		{"op", "/sources move files https://x.example/", "isn't a feed"},
		{"op", "/sources move fixed https://x.example/", "in the FEEDS setting"},
		{"manager", "/sources move kestrel-wire https://gazette.example/feed", "That address is followed already"},
		{"manager", "/sources move kestrel-wire https://falcon.example/2", "can't take that feed at the moment"},
		{"manager", "/sources move kestrel-wire https://new.example/feed", "read at its new address from now on, and keeps its articles. Latest: _Uranium ledger found_"},
		{"op", "/sources move gazette https://new.gazette.example/feed", "gazette is read at its new address"},
		{"manager", "/sources interval kestrel-wire 1m", "Only the bot's operators"},
		{"op", "/sources interval gazette 1s", "isn't an interval. Use 1m to 168h"},
		{"op", "/sources interval files 1h", "isn't a feed"},
		{"op", "/sources interval gazette 1h30m", "At most 1h30m pass between two looks at gazette"},
		{"op", "/sources interval gazette default", "as often as other feeds"},
	} {
		if got := show(w.say(owners(), tt.who, tt.text)); !strings.Contains(got, tt.want) {
			t.Errorf("%s:\n%s\nwant %q", tt.text, got, tt.want)
		}
	}
	all, err := w.store.Sources(w.Context())
	w.must(err)
	urls := map[string]bool{}
	for _, s := range all {
		urls[s.URL] = true
	}
	if !urls["https://new.example/feed"] || !urls["https://new.gazette.example/feed"] || urls["https://gazette.example/feed"] {
		t.Errorf("addresses %v", urls)
	}
}

func TestSources_ArePausedAndResumed(t *testing.T) {
	t.Parallel()
	w := newWalled(t, databases(t)["sqlite"](), answer.Following{Feeds: kestrel{}})
	w.furnish()
	w.must(w.store.AddSource(w.Context(), bot.Source{Name: "files", Kind: bot.ImportSource}))
	w.say(owners(), "manager", "/sources add https://kestrel.example/feed")
	for _, tt := range []struct{ who, text, want string }{
		{"manager", "/sources pause gazette", "only the bot's operators"},
		{"op", "/sources pause files", "isn't a feed"},
		{"manager", "/sources resume kestrel-wire", "kestrel-wire isn't paused"},
		{"manager", "/sources pause kestrel-wire", "kestrel-wire is paused: it isn't fetched until it's resumed"},
		{"manager", "/sources pause kestrel-wire", "is paused already"},
		{"anyone", "/sources", "· paused"},
		{"op", "/sources", "paused just now"},
		{"op", "/sources refresh kestrel-wire", "/sources resume kestrel-wire has it fetched again"},
		{"manager", "/sources resume kestrel-wire", "is fetched again"},
		{"op", "/sources pause gazette", "gazette is paused"},
	} {
		if got := show(w.say(owners(), tt.who, tt.text)); !strings.Contains(got, tt.want) {
			t.Errorf("%s:\n%s\nwant %q", tt.text, got, tt.want)
		}
	}
}
