package telegram_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tidings/bot"
	"tidings/internal/sandbox"
)

func TestRun_DescribesTheBotOnceAndWhereItReadsOtherwise(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.tg.Faults.Inject(sandbox.Fault{Path: "/setMyShortDescription", Times: 1, Status: 400, Body: `{"ok":false,"error_code":400,"description":"Bad Request: no"}`})
	want := map[string]string{"description": bot.Description, "short_description": bot.ShortDescription}
	sets := func() (n int) {
		for _, r := range w.tg.Requests() {
			if r.Method == "setMyDescription" || r.Method == "setMyShortDescription" {
				n++
			}
		}
		return n
	}
	run := func(asked func() bool) {
		t.Helper()
		stop := w.run(t, w.adapter, newHandler())
		w.after(t, must(w.tg.Say(w.member.ID, w.member.ID, 0, "/help"))(t)) // it answers whatever becomes of the profile
		eventually(t, asked)
		check(t, stop())
	}
	run(func() bool { return sets() == 2 })
	run(func() bool {
		return cmp.Equal(want, w.tg.Profile()) && must(w.memory.State(t.Context(), fmt.Sprintf("telegram.profile.%d", w.tg.Bot().ID)))(t) != ""
	})
	if n := sets(); n != 3 {
		t.Errorf("texts were set %d times, want the first once and the refused one again", n)
	}
	run(func() bool { return true })
	if n := sets(); n != 3 {
		t.Errorf("texts were set %d times after a start that changes nothing", n)
	}
}

// eventually waits until something that the stand-in can't be asked to wait for has come true.
func eventually(t *testing.T, is func() bool) {
	t.Helper()
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	late := time.NewTimer(patience)
	defer late.Stop()
	for !is() {
		select {
		case <-tick.C:
		case <-late.C:
			t.Fatal("waited in vain")
		}
	}
}
