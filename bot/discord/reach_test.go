package discord

import (
	"testing"

	sandboxdiscord "tidings/internal/sandbox/discord"
)

func TestConnected_FollowsTheGateway(t *testing.T) {
	w := newWorld(t, sandboxdiscord.Config{})
	is := func(want bool) {
		t.Helper()
		eventually(t, "the adapter notices", func() bool {
			_, ok := w.adapter.Connected()
			return ok == want
		})
	}
	is(false)
	stop := w.run(t, help())
	is(true)
	w.GoOffline()
	is(false)
	if since, _ := w.adapter.Connected(); since.IsZero() {
		t.Error("it is not known since when Discord is out of reach")
	}
	w.GoOnline()
	is(true)
	if err := stop(); err != nil {
		t.Error(err)
	}
	is(false)
}
