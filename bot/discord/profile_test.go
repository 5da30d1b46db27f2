package discord

import (
	"net/http"
	"testing"

	"tidings/bot"
	"tidings/internal/sandbox"
	sandboxdiscord "tidings/internal/sandbox/discord"
)

func TestRun_DescribesTheBotOnceAndWhereItReadsOtherwise(t *testing.T) {
	w := unlimited(t)
	w.Faults.Inject(sandbox.Fault{Path: "/applications/@me", Times: 20, Status: 403, Body: `{"code":50001,"message":"Missing Access"}`})
	edits := func() (n int) {
		for _, r := range w.Requests() {
			if r.Method == http.MethodPatch && r.Path == apiPath+ownApplication {
				n++
			}
		}
		return n
	}
	stop := w.run(t, help())
	w.serves(t) // whatever becomes of the profile
	_ = stop()
	w.Faults.Clear()
	stop = w.run(t, help())
	eventually(t, "the profile is set", func() bool { return w.Profile().Description == bot.Description })
	eventually(t, "that is kept", func() bool {
		hash, _ := w.state.State(t.Context(), "discord/profile/"+w.ApplicationID())
		return hash != ""
	})
	_ = stop()
	if p := w.Profile(); p.Install == nil || p.Install.Permissions != "274877991936" || edits() != 1 {
		t.Errorf("after %d edits the installation asks for %+v", edits(), p.Install)
	}
	w.SetProfile(sandboxdiscord.Profile{Description: "the owner's own words"})
	stop = w.run(t, help())
	w.serves(t)
	_ = stop()
	if n := edits(); n != 1 {
		t.Errorf("the profile was edited %d times, want once: what the owner writes stays", n)
	}
}
