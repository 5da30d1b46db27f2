package engine_test

import (
	"strings"
	"testing"
	"time"

	"tidings/bot"
	"tidings/bot/bottest"
)

// punctual is an adapter whose platform has the world's own time, whatever the bot's clock says.
type punctual struct{ *bottest.Recorder }

func (punctual) PlatformTime() (time.Time, bool) {
	return time.Now().Round(0).Truncate(time.Second), true
}

// embargoed starts a bot on such a platform, with an article under embargo for half an hour.
func embargoed(w *world) (ends time.Time) {
	w.Helper()
	cfg := w.config()
	cfg.Adapters = []bot.Adapter{punctual{w.paper}}
	w.subscribe(room(), "")
	w.start(cfg)
	ends = time.Now().Add(30 * time.Minute)
	list := articles("secret", "public")
	list[0].Embargo = ends
	w.putArticles(list...)
	w.wantSent(w.settle(), "room: public")
	return ends
}

func TestClock_SetAheadEndsNoEmbargoEarly(t *testing.T) {
	inWorld(t, func(w *world) {
		ends := embargoed(w)
		w.skip(time.Hour)
		late := articles("another secret") // which comes while the clock is wrong
		late[0].Embargo = ends
		w.putArticles(late...)
		w.put("ordinary")
		w.wantSent(w.after(2*time.Minute), "room: public", "room: ordinary")
		latest := words(w.running().Invoke(w.Context(), bot.Invocation{Target: room(), Command: "latest"}))
		if strings.Contains(latest, "secret") {
			w.Errorf("/latest shows %q", latest)
		}
		w.skip(-time.Hour)
		w.wantSent(w.after(time.Until(ends)-time.Millisecond), "room: public", "room: ordinary")
		w.wantSent(w.after(2*time.Second), "room: public", "room: ordinary", "room: secret", "room: another secret")
		if log := w.log.String(); strings.Count(log, "wall clock differs") != 1 || strings.Count(log, "wall clock agrees") != 1 {
			w.Errorf("not every change is logged once:\n%s", log)
		}
	})
}

func TestClock_SetBackDelaysAnEmbargoUntilItIsRight(t *testing.T) {
	inWorld(t, func(w *world) {
		ends := embargoed(w)
		w.skip(-time.Hour)
		w.wantSent(w.after(time.Until(ends)+time.Minute), "room: public")
		w.skip(time.Hour)
		w.wantSent(w.after(5*time.Second), "room: public", "room: secret")
	})
}

func TestClock_MayDifferByAMinute(t *testing.T) {
	inWorld(t, func(w *world) {
		ends := embargoed(w)
		w.skip(-50 * time.Second)
		w.after(time.Until(ends) + 51*time.Second)
		w.wantSent(w.after(time.Minute), "room: public", "room: secret")
	})
}

// TestClock_StepsCostSeconds: nothing is lost or sent twice, whatever the clock does while alerts go out.
func TestClock_StepsCostSeconds(t *testing.T) {
	for name, step := range map[string]time.Duration{
		"back a minute": -time.Minute, "back an hour": -time.Hour, "back a day": -24 * time.Hour,
		"ahead an hour": time.Hour, "ahead a day": 24 * time.Hour,
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.paper.Limit(func(bot.Target) (perBot, perTarget []bot.Rate) {
					return []bot.Rate{{N: 30, Per: time.Second}}, []bot.Rate{{N: 1, Per: time.Second}}
				})
				w.subscribe(room(), "")
				cfg := w.config()
				cfg.Adapters = []bot.Adapter{punctual{w.paper}}
				w.start(cfg)
				titles := numbered(12)
				w.put(titles[:6]...)
				w.after(2500 * time.Millisecond) // in the midst of them
				w.skip(step)
				w.put(titles[6:]...)
				w.wantSent(of(w.after(40*time.Second), "room"), titles...)
				w.after(10 * time.Minute)
				w.wantSent(of(w.settle(), "room"), titles...)
			})
		})
	}
}

func TestClock_LogsAStepAndWhatWasDone(t *testing.T) {
	inWorld(t, func(w *world) {
		w.start(w.config())
		w.after(2 * time.Minute)
		if log := w.log.String(); strings.Contains(log, "wall clock") {
			w.Errorf("nothing happened, and the log says:\n%s", log)
		}
		w.skip(-time.Hour)
		w.after(2 * time.Minute)
		w.skip(24 * time.Hour)
		w.after(2 * time.Minute)
		log := w.log.String()
		if strings.Count(log, "wall clock was set back; ") != 1 || !strings.Contains(log, "by=1h0m0s") {
			w.Errorf("the step back is not logged once:\n%s", log)
		}
		if strings.Count(log, "wall clock was set ahead, ") != 1 || !strings.Contains(log, "by=24h0m0s") {
			w.Errorf("the step ahead is not logged once:\n%s", log)
		}
	})
}
