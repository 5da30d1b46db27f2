package store

import (
	"slices"
	"time"

	"tidings/bot"
)

func planTests() []storeTest {
	return []storeTest{
		{"a digest comes at its moment, once, the newest first", digestComesAtItsMoment},
		{"what quiet hours held comes as one list, or alone", quietComesAsOneList},
		{"urgent articles pass a digest", urgentPassesDigests},
		{"changed settings move what waits at once", changesMoveWhatWaits},
		{"what a mute leaves out is on record", mutedIsOnRecord},
		{"what is over the limit comes later as one list", limitComesAsOneList},
		{"what a pause held waits for a manager's word", pauseWaitsForAWord},
		{"a long digest comes in parts, and counts the rest", digestComesInParts},
		{"a part that may have arrived is repeated as it was", partIsRepeatedAsItWas},
		{"a withdrawn article is not in the digest, or taken from it", withdrawnLeavesDigests},
		{"a digest that is refused becomes alerts at once", refusedDigestBecomesAlerts},
		{"what becomes urgent is planned anew", raisedIsPlannedAnew},
		{"a clock set back holds nothing longer", clockSetBackHoldsNothing},
		{"a subscription that makes urgent goes first", subscriptionMakesUrgent},
		{"what waits moves with its chat, and is planned there", waitingMoves},
		{"what waits moves to a chat that subscribed to the same later", waitingMovesToTwin},
		{"what waits for the digest of an ended subscription ends", endedEndsWhatWaits},
		{"a list of what is late leaves out what is to wait", lateListsObeySettings},
		{"urgent news of a story doesn't wait for a digest of it", urgentStoryPasses},
		{"a digest that came due while a chat was away waits for a word", digestOfAChatThatWasAway},
		{"what is planned after its digest's moment is part of that digest", lateForItsDigest},
	}
}

// digestAt is a moment of the digests below, which come daily at 08:00, and the first of them in the suite.
func (s *storeHarness) digestAt() time.Time { return time.Date(2026, 3, 15, 8, 0, 0, 0, time.UTC) }

// daily makes a subscription with a digest.
func (s *storeHarness) daily(t bot.Target) bot.Subscription {
	s.Helper()
	sub, err := s.Subscribe(s.Context(), bot.Subscription{Target: t, Preferences: bot.Preferences{When: "daily 08:00"}})
	s.must(err)
	return sub
}

func (s *storeHarness) until(t time.Time) {
	s.Helper()
	s.clock.advance(t.Sub(s.clock.now()))
}

// news stores articles that come a second after each other and returns their IDs.
func (s *storeHarness) news(n int) (ids []int64) {
	s.Helper()
	for range n {
		s.clock.advance(time.Second)
		ids = append(ids, s.stories(1)...)
	}
	return ids
}

func reversed(ids []int64) []int64 {
	ids = slices.Clone(ids)
	slices.Reverse(ids)
	return ids
}

func (s *storeHarness) wantArticles(d bot.Delivery, want ...int64) {
	s.Helper()
	if got := articlesOf(&d); !slices.Equal(got, want) {
		s.Errorf("a message with %v, want %v", got, want)
	}
}

func digestComesAtItsMoment(s *storeHarness) {
	sub := s.daily(chat("1"))
	ids := s.news(3)
	s.enqueue(sub.ID, ids...)
	s.claimNone()
	if got, want := s.status(chat("1")).Waits, (bot.Waits{Wait: bot.ForDigest, Due: s.digestAt(), Alerts: 3}); len(got) != 1 || got[0] != want {
		s.Errorf("waits %+v, want %+v", got, want)
	}
	if step := s.trace(chat("1"), ids[0]).Steps[0]; step.Wait != bot.ForDigest || !step.Due.Equal(s.digestAt()) || step.State != bot.Pending {
		s.Errorf("trace %+v", step)
	}
	if list, err := s.Scheduled(s.Context(), chat("1"), 2); err != nil || len(list) != 2 || list[0].Article.ID != ids[2] {
		s.Errorf("scheduled %+v, %v", list, err)
	}
	s.until(s.digestAt().Add(-time.Microsecond))
	s.claimNone()
	s.until(s.digestAt())
	d := s.claimOne()
	s.wantArticles(d, reversed(ids)...)
	if !d.Digest || d.Waited != bot.ForDigest || !d.Due.Equal(s.digestAt()) {
		s.Errorf("digest %t, waited %q until %v", d.Digest, d.Waited, d.Due)
	}
	s.settle(d, sentAs("digest"))
	s.claimNone()
	late := s.news(1)
	s.enqueue(sub.ID, late...)
	s.claimNone()
	s.until(s.digestAt().Add(40 * time.Hour)) // the bot was down for a digest
	d = s.claimOne()
	s.wantArticles(d, late...)
	if !d.Digest {
		s.Error("a digest of one article is none")
	}
	s.settle(d, sentAs("digest 2"))
	s.claimNone()
}

func quietComesAsOneList(s *storeHarness) {
	sub := s.subscribe(chat("1"), "")
	s.set(chat("1"), func(set *bot.Settings) { set.Quiet = bot.Quiet{From: 9 * 60, To: 11 * 60} })
	ids := s.news(3)
	s.enqueue(sub.ID, ids...)
	s.claimNone()
	s.until(time.Date(2026, 3, 14, 11, 0, 0, 0, time.UTC))
	d := s.claimOne()
	s.wantArticles(d, reversed(ids)...)
	if d.Digest || d.Waited != bot.ForQuietEnd || d.Rhythm == nil {
		s.Errorf("digest %t, waited %q", d.Digest, d.Waited)
	}
	s.settle(d, sentAs("list"))
	s.until(time.Date(2026, 3, 15, 9, 0, 0, 0, time.UTC))
	ids = s.news(1)
	s.enqueue(sub.ID, ids...)
	s.claimNone()
	s.until(time.Date(2026, 3, 15, 11, 0, 0, 0, time.UTC))
	if d := s.claimOne(); d.IsList() || d.Article.ID != ids[0] {
		s.Errorf("one article is a list: %+v", d)
	}
}

func urgentPassesDigests(s *storeHarness) {
	sub := s.daily(chat("1"))
	urgent := s.story("u")
	urgent.Urgency = 2
	s.put(urgent)
	s.enqueue(sub.ID, 1)
	if d := s.claimOne(); d.IsList() || !d.Urgent {
		s.Errorf("%+v", d)
	}
}

func changesMoveWhatWaits(s *storeHarness) {
	sub := s.daily(chat("1"))
	ids := s.news(2)
	s.enqueue(sub.ID, ids...)
	s.claimNone()
	_, err := s.ChangePreferences(s.Context(), sub.ID, func(w *bot.Preferences) { w.When = "hourly" })
	s.must(err)
	s.claimNone()
	if got := s.status(chat("1")).Waits; len(got) != 1 || !got[0].Due.Equal(time.Date(2026, 3, 14, 10, 0, 0, 0, time.UTC)) {
		s.Errorf("waits %+v", got)
	}
	_, err = s.ChangePreferences(s.Context(), sub.ID, func(w *bot.Preferences) { w.When = "" })
	s.must(err)
	d := s.claimOne()
	s.wantArticles(d, reversed(ids)...)
	s.settle(d, sentAs("list"))
	s.claimNone()
}

func mutedIsOnRecord(s *storeHarness) {
	sub := s.daily(chat("1"))
	ids := s.news(2)
	s.enqueue(sub.ID, ids[0])
	s.claimNone()
	mute, err := s.AddMute(s.Context(), chat("1"), bot.Mute{Kind: bot.MuteSource, Value: "wire", Name: "The Wire"})
	s.must(err)
	s.enqueue(sub.ID, ids[1])
	s.claimNone()
	for _, id := range ids {
		if step := s.trace(chat("1"), id).Steps[0]; step.State != bot.Muted || step.Mute != "The Wire" {
			s.Errorf("trace of %d: %+v", id, step)
		}
	}
	if got := s.rhythm(chat("1")).Mutes[0].Muted; got != 2 {
		s.Errorf("it left %d out, want 2", got)
	}
	s.must(s.EndMute(s.Context(), chat("1"), mute.ID))
	s.until(s.digestAt())
	s.claimNone()
}

func limitComesAsOneList(s *storeHarness) {
	sub := s.subscribe(chat("1"), "")
	s.set(chat("1"), func(set *bot.Settings) { set.Limit.Hour = 2 })
	ids := s.news(4)
	for _, id := range ids {
		s.enqueue(sub.ID, id)
	}
	for _, id := range ids[:2] {
		d := s.claimOne()
		s.wantArticles(d, id)
		s.settle(d, sentAs("alert"))
	}
	s.claimNone()
	waits := s.status(chat("1")).Waits
	if len(waits) != 1 || waits[0].Wait != bot.ForLimit || waits[0].Alerts != 2 {
		s.Fatalf("waits %+v", waits)
	}
	s.until(waits[0].Due)
	d := s.claimOne()
	s.wantArticles(d, reversed(ids[2:])...)
	s.settle(d, sentAs("list"))
	if got := len(s.rhythm(chat("1")).Sent); got != 3 {
		s.Errorf("%d messages count, want 3", got)
	}
	s.clock.advance(24 * time.Hour)
	if got := len(s.rhythm(chat("1")).Sent); got != 0 {
		s.Errorf("%d messages count after a day", got)
	}
}

func pauseWaitsForAWord(s *storeHarness) {
	sub := s.subscribe(chat("1"), "")
	s.set(chat("1"), func(set *bot.Settings) { set.Paused.Since = s.clock.now() })
	ids := s.news(2)
	s.enqueue(sub.ID, ids...)
	s.clock.advance(100 * 24 * time.Hour)
	s.claimNone()
	if got := s.status(chat("1")).Waits; len(got) != 1 || !got[0].Due.Equal(bot.Never()) || got[0].Wait != bot.ForPauseEnd {
		s.Errorf("waits %+v", got)
	}
	n, err := s.HoldPaused(s.Context(), chat("1"), 0)
	if err != nil || n != 2 {
		s.Fatalf("held %d, %v", n, err)
	}
	s.set(chat("1"), func(set *bot.Settings) { set.Paused = bot.Pause{} })
	s.claimNone()
	_, err = s.Release(s.Context(), chat("1"), bot.CatchUpList)
	s.must(err)
	d := s.claimOne()
	s.wantArticles(d, ids...)
	s.settle(d, sentAs("list"))
	s.claimNone()
	until := s.clock.now().Add(time.Hour)
	s.set(chat("1"), func(set *bot.Settings) { set.Paused = bot.Pause{Since: s.clock.now(), Until: until} })
	ids = s.news(2)
	s.enqueue(sub.ID, ids...)
	s.claimNone()
	s.until(until)
	d = s.claimOne()
	s.wantArticles(d, reversed(ids)...)
	if d.Waited != bot.ForPauseEnd {
		s.Errorf("waited for %q", d.Waited)
	}
}

func raisedIsPlannedAnew(s *storeHarness) {
	sub := s.daily(chat("1"))
	ids := s.news(2)
	s.enqueue(sub.ID, ids...)
	s.claimNone()
	raise := func(id int64, urgency int) {
		a := s.entries(0)[id-1].Article
		s.put(bot.Article{Source: "wire", GUID: a.GUID, Title: a.Title + "!", Published: a.Published, Urgency: urgency})
		s.enqueue(sub.ID)
	}
	raise(ids[0], 2)
	d := s.claimOne()
	if d.IsList() || d.Article.ID != ids[0] || !d.Urgent {
		s.Errorf("%+v, want an alert of %d", d, ids[0])
	}
	s.settle(d, sentAs("alert"))
	_, err := s.AddMute(s.Context(), chat("1"), bot.Mute{Kind: bot.MuteSource, Value: "wire"})
	s.must(err)
	s.claimNone()
	raise(ids[1], 1)
	if d := s.claimOne(); d.Article.ID != ids[1] {
		s.Errorf("%+v, want the flash of a source that is muted", d)
	}
}

func clockSetBackHoldsNothing(s *storeHarness) {
	sub := s.daily(chat("1"))
	s.clock.advance(240 * time.Hour)
	ids := s.news(1)
	s.enqueue(sub.ID, ids...)
	s.claimNone()
	s.clock.advance(-240 * time.Hour)
	s.claimNone()
	if got := s.status(chat("1")).Waits; len(got) != 1 || got[0].Due.After(s.digestAt().Add(241*time.Hour)) {
		s.Errorf("waits %+v", got)
	}
}

func subscriptionMakesUrgent(s *storeHarness) {
	sub, err := s.Subscribe(s.Context(), bot.Subscription{Target: chat("1"), Preferences: bot.Preferences{Level: bot.Urgent}})
	s.must(err)
	other := s.subscribe(chat("2"), "")
	id := s.stories(1)[0]
	_, err = s.Enqueue(s.Context(), 0, s.head(), []bot.Match{{Article: id, Subscription: sub.ID}, {Article: id, Subscription: other.ID}})
	s.must(err)
	for _, d := range s.claim(10) {
		if d.Urgent != (d.Target == chat("1")) {
			s.Errorf("urgent in %s: %t", d.Target, d.Urgent)
		}
	}
}

func waitingMoves(s *storeHarness) {
	sub := s.daily(chat("1"))
	ids := s.news(2)
	s.enqueue(sub.ID, ids...)
	s.claimNone()
	s.subscribe(chat("2"), "b")
	s.set(chat("2"), func(set *bot.Settings) { set.Zone = "Europe/Berlin" })
	s.must(s.Move(s.Context(), chat("1"), chat("2")))
	s.claimNone()
	due := s.digestAt().Add(-time.Hour) // in the zone of that chat
	if got := s.status(chat("2")).Waits; len(got) != 1 || got[0].Alerts != 2 || !got[0].Due.Equal(due) {
		s.Errorf("waits %+v, want two until %v", got, due)
	}
}

func endedEndsWhatWaits(s *storeHarness) {
	sub := s.daily(chat("1"))
	s.subscribe(chat("1"), "nothing")
	ids := s.news(1)
	s.enqueue(sub.ID, ids...)
	s.claimNone()
	s.must(s.Unsubscribe(s.Context(), sub.ID))
	_, err := s.ChangeSettings(s.Context(), chat("1"), func(set *bot.Settings) { set.Limit.Day = 9 })
	s.must(err)
	s.claimNone()
	if step := s.trace(chat("1"), ids[0]).Steps[0]; step.State != bot.Superseded {
		s.Errorf("trace %+v", step)
	}
}

func urgentStoryPasses(s *storeHarness) {
	sub := s.daily(chat("1"))
	first := bot.Article{Source: "wire", GUID: "1", Title: "Ferry sinks off Busan port, ten people missing", Published: s.clock.now()}
	s.put(first)
	s.enqueue(sub.ID, 1)
	s.claimNone()
	second := bot.Article{Source: "gazette", GUID: "2", Title: "Ferry sinks off Busan port with ten people missing", Published: s.clock.now(), Urgency: 2}
	s.put(second)
	if s.entries(0)[1].Article.Story == 0 {
		s.Fatal("the two are no story")
	}
	s.enqueue(sub.ID, 2)
	if d := s.claimOne(); d.Article.ID != 2 {
		s.Errorf("%+v", d)
	}
}

func waitingMovesToTwin(s *storeHarness) {
	sub := s.daily(chat("1"))
	ids := s.news(2)
	s.enqueue(sub.ID, ids...)
	s.claimNone()
	s.clock.advance(time.Minute)
	s.daily(chat("2"))
	s.must(s.Move(s.Context(), chat("1"), chat("2")))
	s.claimNone()
	s.until(s.digestAt())
	s.wantArticles(s.claimOne(), reversed(ids)...)
}
