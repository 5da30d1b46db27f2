package engine_test

import (
	"strings"
	"testing"

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
