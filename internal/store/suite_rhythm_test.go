package store

import (
	"errors"
	"slices"
	"time"

	"github.com/google/go-cmp/cmp"

	"tidings/bot"
)

func rhythmTests() []storeTest {
	return []storeTest{
		{"settings are kept of a chat that has no subscription yet", settingsAreKept},
		{"preferences of a subscription are kept until it ends", preferencesAreKept},
		{"a change of zone or schedule is dated", changesAreDated},
		{"mutes are kept, replaced, ended and forgotten", mutesAreKept},
		{"a mute says what it would have left out", muteForetells},
		{"settings and mutes move and are forgotten with their chat", rhythmMoves},
	}
}

func (s *storeHarness) rhythm(t bot.Target) bot.Rhythm {
	s.Helper()
	r, err := s.RhythmOf(s.Context(), t)
	s.must(err)
	if set, err := s.SettingsOf(s.Context(), t); err != nil || !cmp.Equal(set, r.Settings) {
		s.Errorf("the settings are read as %+v, %v; those of the rhythm are %+v", set, err, r.Settings)
	}
	return r
}

func (s *storeHarness) set(t bot.Target, change func(*bot.Settings)) {
	s.Helper()
	_, err := s.ChangeSettings(s.Context(), t, change)
	s.must(err)
}

func (s *storeHarness) want(what string, got, want any) {
	s.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		s.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func settingsAreKept(s *storeHarness) {
	s.want("an unknown chat", s.rhythm(chat("1")), bot.Rhythm{})
	quiet := bot.Quiet{From: 22 * 60, To: 7 * 60}
	s.set(chat("1"), func(set *bot.Settings) { set.Quiet = quiet })
	s.set(chat("1"), func(set *bot.Settings) { set.Corrections = bot.CorrectByReply })
	s.want("settings", s.rhythm(chat("1")).Settings, bot.Settings{Quiet: quiet, Corrections: bot.CorrectByReply})
	s.set(chat("1"), func(set *bot.Settings) { *set = bot.Settings{} })
	s.want("settings taken back", s.rhythm(chat("1")), bot.Rhythm{})
}

func preferencesAreKept(s *storeHarness) {
	sub, err := s.Subscribe(s.Context(), bot.Subscription{Target: chat("1"), Filter: "a", Preferences: bot.Preferences{Silent: true}})
	s.must(err)
	_, err = s.ChangePreferences(s.Context(), sub.ID, func(w *bot.Preferences) { w.Level = bot.Flash })
	s.must(err)
	got := s.rhythm(chat("1")).Subscriptions
	s.want("preferences", got[0].Preferences, bot.Preferences{Silent: true, Level: bot.Flash})
	s.must(s.Unsubscribe(s.Context(), sub.ID))
	if _, err := s.ChangePreferences(s.Context(), sub.ID, func(*bot.Preferences) {}); !errors.Is(err, bot.ErrNotFound) {
		s.Errorf("preferences of a subscription that has ended: %v", err)
	}
}

func changesAreDated(s *storeHarness) {
	sub := s.subscribe(chat("1"), "")
	changed := s.clock.now().Truncate(time.Microsecond)
	set, err := s.ChangeSettings(s.Context(), chat("1"), func(set *bot.Settings) { set.Zone = "Asia/Seoul" })
	s.must(err)
	preferences, err := s.ChangePreferences(s.Context(), sub.ID, func(w *bot.Preferences) { w.When = "daily 08:00" })
	s.must(err)
	if !set.ZoneChanged.Equal(changed) || !preferences.WhenChanged.Equal(changed) {
		s.Errorf("changed at %v and %v, want %v", set.ZoneChanged, preferences.WhenChanged, changed)
	}
	s.clock.advance(time.Hour)
	preferences, err = s.ChangePreferences(s.Context(), sub.ID, func(w *bot.Preferences) { w.Silent = true })
	s.must(err)
	if !preferences.WhenChanged.Equal(changed) {
		s.Errorf("another change dates the schedule anew: %v", preferences.WhenChanged)
	}
}

func mutesAreKept(s *storeHarness) {
	until := s.clock.now().Truncate(time.Microsecond).Add(24 * time.Hour)
	mute := bot.Mute{Kind: bot.MuteWords, Value: "football", Name: "football", CreatedBy: "ann"}
	_, err := s.AddMute(s.Context(), chat("1"), mute)
	s.must(err)
	mute.Until = until
	mute, err = s.AddMute(s.Context(), chat("1"), mute)
	s.must(err)
	got := s.rhythm(chat("1")).Mutes
	if len(got) != 1 || got[0].ID != mute.ID || !got[0].Until.Equal(until) {
		s.Fatalf("mutes %+v, want one until %v", got, until)
	}
	s.clock.advance(24 * time.Hour)
	if got := s.rhythm(chat("1")).Mutes; len(got) != 0 {
		s.Errorf("mutes at its end: %+v", got)
	}
	ended, err := s.EndedMutes(s.Context(), platform, 10)
	s.must(err)
	if len(ended) != 1 || ended[0].Target != chat("1") || ended[0].Mute.ID != mute.ID {
		s.Errorf("ended mutes %+v", ended)
	}
	if err := s.EndMute(s.Context(), chat("2"), mute.ID); !errors.Is(err, bot.ErrNotFound) {
		s.Errorf("another chat ended it: %v", err)
	}
	s.must(s.EndMute(s.Context(), chat("1"), mute.ID))
	if ended, err := s.EndedMutes(s.Context(), platform, 10); err != nil || len(ended) != 0 {
		s.Errorf("ended mutes %+v, %v, want none", ended, err)
	}
}

func muteForetells(s *storeHarness) {
	sub := s.subscribe(chat("1"), "")
	s.enqueue(sub.ID, s.stories(3)...)
	for range 3 {
		s.settle(s.claimOne(), bot.Outcome{State: bot.Sent, Receipt: bot.Receipt{MessageID: "1"}})
	}
	for _, c := range []struct {
		mute bot.Mute
		want int
	}{
		{bot.Mute{Kind: bot.MuteStory, Value: "2"}, 1},
		{bot.Mute{Kind: bot.MuteSource, Value: "wire"}, 3},
		{bot.Mute{Kind: bot.MuteWords, Value: "story"}, 3},
		{bot.Mute{Kind: bot.MuteWords, Value: "nothing"}, 0},
	} {
		n, of, err := s.WouldMute(s.Context(), chat("1"), c.mute, s.clock.now().Add(-time.Hour))
		if err != nil || n != c.want || of != 3 {
			s.Errorf("%+v: %d of %d, %v, want %d of 3", c.mute, n, of, err, c.want)
		}
	}
}

func rhythmMoves(s *storeHarness) {
	sub := s.subscribe(chat("1"), "a")
	s.subscribe(chat("2"), "b")
	_, err := s.ChangePreferences(s.Context(), sub.ID, func(w *bot.Preferences) { w.Silent = true })
	s.must(err)
	s.set(chat("1"), func(set *bot.Settings) { set.Limit.Hour = 3 })
	_, err = s.AddMute(s.Context(), chat("1"), bot.Mute{Kind: bot.MuteSource, Value: "wire"})
	s.must(err)
	s.must(s.Move(s.Context(), chat("1"), chat("2")))
	got := s.rhythm(chat("2"))
	silent := slices.ContainsFunc(got.Subscriptions, func(sub bot.Subscription) bool { return sub.Filter == "a" && sub.Preferences.Silent })
	if got.Settings.Limit.Hour != 3 || len(got.Mutes) != 1 || !silent {
		s.Errorf("after a move: %+v", got)
	}
	_, err = s.Forget(s.Context(), chat("2"))
	s.must(err)
	s.subscribe(chat("2"), "c")
	if got := s.rhythm(chat("2")); got.Settings.Limit.Hour != 0 || len(got.Mutes) != 0 {
		s.Errorf("a chat that was forgotten: %+v", got)
	}
}
