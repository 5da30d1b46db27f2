package telegram_test

import (
	"testing"
	"time"
)

func TestConnected_FollowsThePolls(t *testing.T) {
	w := newWorld(t)
	is := func(want bool) {
		t.Helper()
		deadline := time.After(patience)
		for {
			if _, ok := w.adapter.Connected(); ok == want {
				return
			}
			select {
			case <-time.After(5 * time.Millisecond):
			case <-deadline:
				t.Fatalf("connected is not %v in time\n%s", want, w.log)
			}
		}
	}
	is(false)
	stop := w.run(t, w.adapter, newHandler())
	is(true)
	w.tg.GoOffline()
	is(false)
	if since, _ := w.adapter.Connected(); since.IsZero() {
		t.Error("it is not known since when Telegram is out of reach")
	}
	w.tg.GoOnline()
	is(true)
	check(t, stop())
	is(false)
}
