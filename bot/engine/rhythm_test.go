package engine_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"tidings/bot"
)

// set changes the settings of the room.
func (w *world) set(change func(*bot.Settings)) {
	w.Helper()
	if _, err := w.store.ChangeSettings(w.Context(), room(), change); err != nil {
		w.Fatal(err)
	}
}

// preferences changes how a subscription wants its alerts.
func (w *world) preferences(sub bot.Subscription, change func(*bot.Preferences)) {
	w.Helper()
	if _, err := w.store.ChangePreferences(w.Context(), sub.ID, change); err != nil {
		w.Fatal(err)
	}
}

// until lets the world go on to a moment.
func (w *world) until(t time.Time) []string {
	w.Helper()
	return w.after(time.Until(t))
}

func TestRhythm_DigestIsSentAtItsMoment(t *testing.T) {
	inWorld(t, func(w *world) {
		sub := w.subscribe(room(), "")
		w.preferences(sub, func(preferences *bot.Preferences) {
			preferences.When, preferences.Mentions = "daily 08:00", []bot.Mention{{Kind: bot.RoleMention, ID: "7"}}
		})
		m := &meter{}
		cfg := w.config()
		cfg.Metrics = m
		w.start(cfg)
		at := time.Now().UTC().Truncate(24 * time.Hour).Add(8 * time.Hour)
		early := articles("calm", "storm")
		early[0].Summary, early[0].Authors = "A dek.", []string{"Ann Lee", "Bo"}
		w.putArticles(early...)
		if got := w.until(at.Add(-time.Second)); len(got) != 0 {
			w.Errorf("before its moment: %q", got)
		}
		got := w.until(at.Add(time.Second))
		if len(got) != 1 || !strings.HasPrefix(got[0], "room: "+at.Format(bot.DayLayout)+"\nLatest news from ") || !strings.Contains(got[0], "calm\nA dek.\nAnn Lee | Bo ") {
			w.Fatalf("the digest is %q", got)
		}
		sent := w.paper.Sent()[0].Message
		if len(sent.Mentions) != 1 || sent.Silent {
			w.Errorf("mentions %v, silent %t", sent.Mentions, sent.Silent)
		}
		if m.digests != 1 {
			w.Errorf("%d digests are counted", m.digests)
		}
		if got := w.until(at.Add(40 * time.Hour)); len(got) != 1 {
			w.Errorf("with nothing to tell: %q", got)
		}
	})
}

func TestRhythm_ALevelThatRisesToAFlashIsToldAloudOnce(t *testing.T) {
	inWorld(t, func(w *world) {
		_, a := shown(w, "")
		subs, err := w.store.SubscriptionsOf(w.Context(), room())
		if err != nil {
			t.Fatal(err)
		}
		w.preferences(subs[0], func(preferences *bot.Preferences) { preferences.Silent = true })
		a.Urgency = 1
		w.putArticles(a)
		got := w.after(time.Minute)
		sent := w.paper.Sent()
		last := sent[len(sent)-1].Message
		if !slices.Equal(got, []string{"room: Ten ferries sail", "room: 🔴 FLASH: Ten ferries sail"}) || last.ReplyTo != "1" || last.Silent {
			w.Errorf("told %q, in reply to %q, silent %t", got, last.ReplyTo, last.Silent)
		}
		before := len(w.paper.Sent())
		a.Summary = "More is known."
		w.putArticles(a)
		w.after(time.Minute)
		if n := len(w.paper.Sent()); n != before {
			w.Errorf("a later revision is told in %d messages", n-before)
		}
	})
}

func TestRhythm_AChatIsToldWhenAMuteEnds(t *testing.T) {
	inWorld(t, func(w *world) {
		w.subscribe(room(), "")
		_, err := w.store.AddMute(w.Context(), room(), bot.Mute{Kind: bot.MuteWords, Value: "storm", Name: "storm", Until: time.Now().Add(time.Hour)})
		if err != nil {
			t.Fatal(err)
		}
		w.start(w.config())
		w.put("storm", "calm")
		w.wantSent(w.after(50*time.Minute), "room: calm")
		const told = "room: No longer muted: what matches storm. It left out 1 article; /latest finds it."
		w.wantSent(w.after(time.Hour), "room: calm", told)
		w.put("storm again")
		w.wantSent(w.after(time.Hour), "room: calm", told, "room: storm again")
	})
}

func TestRhythm_OneBadArticleCostsADigestNoOther(t *testing.T) {
	inWorld(t, func(w *world) {
		sub := w.subscribe(room(), "")
		w.preferences(sub, func(preferences *bot.Preferences) { preferences.When = "daily 08:00" })
		w.start(w.config())
		w.put("calm", "storm", "wind")
		at := time.Now().UTC().Truncate(24 * time.Hour).Add(8 * time.Hour)
		w.until(at.Add(-time.Minute))
		refused := &bot.SendError{Kind: bot.Unsendable, Code: "bad", Reason: "it is refused"}
		w.paper.ScriptFor(room(), refused, refused) // the digest, and its plain form
		got := w.until(at.Add(time.Minute))
		if want := []string{"room: calm", "room: storm", "room: wind"}; !slices.Equal(got, want) {
			w.Errorf("after the digest was refused came %q, want %q", got, want)
		}
		if st := w.status(room()); st.Suspended != "" || st.Rejected != 0 || st.Waiting+len(st.Waits) != 0 {
			w.Errorf("status %+v", st)
		}
	})
}

func TestRhythm_QuietHoursEndInOneList(t *testing.T) {
	inWorld(t, func(w *world) {
		w.subscribe(room(), "")
		w.set(func(set *bot.Settings) { set.Quiet, set.DigestMost = bot.Quiet{From: 22 * 60, To: 7 * 60}, 2 })
		w.start(w.config())
		w.put("calm", "storm", "wind")
		flash := articles("fire")[0]
		flash.Urgency = 1
		w.putArticles(flash)
		w.wantSent(w.after(time.Minute), "room: 🔴 FLASH: fire")
		at := time.Now().UTC().Truncate(24 * time.Hour).Add(7 * time.Hour)
		got := w.until(at.Add(time.Second))
		if len(got) != 2 || !strings.HasPrefix(got[1], "room: While it was quiet (22:00–07:00):\n\nwind\n") || !strings.HasSuffix(got[1], "+1 more") {
			w.Fatalf("at seven came %q", got)
		}
		if b := w.paper.Sent()[1].Message.Buttons; len(b) != 1 || !strings.HasPrefix(b[0][0].Data, "more?list=") {
			w.Errorf("buttons %+v", b)
		}
	})
}
