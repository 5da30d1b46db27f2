package store

import (
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"tidings/bot"
)

var seeds = flag.Int("rhythms", 2, "how many random weeks TestRhythm_EveryArticleIsSeenOnce lives through")

// TestRhythm_EveryArticleIsSeenOnce lives through random weeks, over the change of the clocks, of chats with random settings
// that change: each article that a chat wants is seen there once, by the latest moment that the settings allow, or is muted
// or was withdrawn on record; none comes earlier or louder than they allow. Sends fail, processes die and clocks are set.
func TestRhythm_EveryArticleIsSeenOnce(t *testing.T) {
	for seed := range *seeds {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			w := newRandomWeek(t, uint64(seed))
			for range 100 {
				w.step()
			}
			w.end()
		})
	}
}

// randomWeek is a store with some chats, and a platform that recognizes what it has by its key.
type randomWeek struct {
	*testing.T
	*Store
	url    string
	rng    *rand.Rand
	clock  *clock
	jumps  bool // the wall clock is set every now and then
	chats  []*randomChat
	killed bool // a process died in this step
	shown  map[string][]int64
	news   map[int64]bot.Article // as they came
	gone   map[int64]bool        // withdrawn
	alone  map[int64]bool        // were refused in a list, and come alone at once
}

// randomChat is what the test knows of a chat.
type randomChat struct {
	bot.Target
	subs  []int64
	want  map[int64]bool
	seen  map[int64]int
	sends []time.Time // that a limit counts
}

func newRandomWeek(t *testing.T, seed uint64) *randomWeek {
	t.Helper()
	url, _ := file(t)
	w := &randomWeek{
		T: t, url: url, rng: rand.New(rand.NewPCG(seed, 15)), clock: &clock{at: time.Date(2026, 3, 27, 5, 17, 0, 0, time.UTC)},
		jumps: seed%2 == 1, shown: map[string][]int64{}, news: map[int64]bot.Article{}, gone: map[int64]bool{}, alone: map[int64]bool{},
	}
	w.open()
	t.Cleanup(func() { _ = w.Close() })
	for i := range 3 {
		c := &randomChat{Target: chat(fmt.Sprint(i)), want: map[int64]bool{}, seen: map[int64]int{}}
		for _, f := range []string{"", "alpha"}[:1+w.rng.IntN(2)] {
			sub, err := w.Subscribe(t.Context(), bot.Subscription{Target: c.Target, Filter: f, Stories: bot.Apart})
			w.must(err)
			w.must(w.SetStories(t.Context(), sub.ID, bot.Apart))
			c.subs = append(c.subs, sub.ID)
		}
		w.chats = append(w.chats, c)
		w.change(c)
	}
	return w
}

func (w *randomWeek) open() {
	var err error
	w.Store, err = Open(w.Context(), Config{URL: w.url, Now: w.clock.now})
	w.must(err)
}

func (w *randomWeek) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

func pick[T any](w *randomWeek, from ...T) T { return from[w.rng.IntN(len(from))] }

// step lets some time pass, something happen, and the bot send what is due.
func (w *randomWeek) step() {
	w.killed = false
	w.clock.advance(time.Duration(1+w.rng.IntN(100)) * time.Minute)
	if w.jumps && w.rng.IntN(12) == 0 {
		w.clock.advance(pick(w, 3*time.Hour, -3*time.Hour, 30*time.Hour, -30*time.Hour))
	}
	for range 1 + w.rng.IntN(3) {
		switch w.rng.IntN(10) {
		case 0:
			w.change(pick(w, w.chats...))
		case 1:
			w.mute(pick(w, w.chats...))
		case 2:
			w.revise()
		default:
			w.publish()
		}
	}
	w.drain(true)
	if !w.killed {
		w.checkWaiting()
	}
}

// change changes something of a chat's settings.
func (w *randomWeek) change(c *randomChat) {
	now := w.clock.now()
	if w.rng.IntN(2) == 0 {
		_, err := w.ChangePreferences(w.Context(), pick(w, c.subs...), func(preferences *bot.Preferences) {
			preferences.When = pick(w, "", "hourly", "daily 08:00", "daily 02:30 17:15", "weekdays 12:30")
			preferences.Silent = w.rng.IntN(3) == 0
			preferences.Level = pick(w, bot.Normal, bot.Normal, bot.Normal, bot.Urgent, bot.Flash)
		})
		w.must(err)
		return
	}
	_, err := w.ChangeSettings(w.Context(), c.Target, func(set *bot.Settings) {
		set.Zone = pick(w, "", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe")
		set.Quiet = pick(w, bot.Quiet{}, bot.Quiet{From: 22 * 60, To: 7 * 60}, bot.Quiet{From: 60, To: 5 * 60, UrgentPasses: true}, bot.Quiet{Weekends: true})
		set.Limit = pick(w, bot.Limit{}, bot.Limit{}, bot.Limit{Hour: 2}, bot.Limit{Day: 5})
		set.NoFlash = w.rng.IntN(4) == 0
		set.DigestMost = pick(w, 0, 2)
		set.Paused = pick(w, bot.Pause{}, bot.Pause{}, bot.Pause{Since: now, Until: now.Add(5 * time.Hour)})
	})
	w.must(err)
}

func (w *randomWeek) mute(c *randomChat) {
	r, err := w.RhythmOf(w.Context(), c.Target)
	w.must(err)
	for _, m := range r.Mutes {
		w.must(w.EndMute(w.Context(), c.Target, m.ID))
		return
	}
	_, err = w.AddMute(w.Context(), c.Target, pick(w,
		bot.Mute{Kind: bot.MuteSource, Value: "gazette"}, bot.Mute{Kind: bot.MuteWords, Value: "alpha", Until: w.clock.now().Add(4 * time.Hour)},
	))
	w.must(err)
}

// publish stores an article and has the chats get it that want it.
func (w *randomWeek) publish() {
	a := bot.Article{
		Source: pick(w, "wire", "gazette"), GUID: fmt.Sprint(len(w.news)), Published: w.clock.now(), Urgency: pick(w, 0, 0, 0, 0, 3, 8, 1),
		Title: fmt.Sprintf("%s %x %x %x", pick(w, "alpha", "beta"), w.rng.Uint64(), w.rng.Uint64(), w.rng.Uint64()),
	}
	_, err := w.Put(w.Context(), []bot.Article{a})
	w.must(err)
	w.enqueue(true)
}

// revise withdraws an article, or lets it become a flash.
func (w *randomWeek) revise() {
	for _, id := range slices.Sorted(maps.Keys(w.news)) {
		a := w.news[id]
		if w.gone[id] || w.rng.IntN(len(w.news)) > 0 {
			continue
		}
		if w.rng.IntN(2) == 0 {
			_, err := w.Withdraw(w.Context(), a.SourceID, []string{a.GUID})
			w.must(err)
			w.gone[id] = true
		} else {
			a.Urgency = 1
			_, err := w.Put(w.Context(), []bot.Article{{Source: a.Source, GUID: a.GUID, Title: a.Title, Published: a.Published, Urgency: 1}})
			w.must(err)
			w.news[id] = a
		}
		w.enqueue(false)
		return
	}
}

// enqueue does what the watcher does.
func (w *randomWeek) enqueue(fresh bool) {
	from, err := w.Cursor(w.Context())
	w.must(err)
	entries, err := w.EntriesAfter(w.Context(), from, 10)
	w.must(err)
	if len(entries) == 0 {
		return
	}
	var matches []bot.Match
	for i := range entries {
		a := &entries[i].Article
		for _, c := range w.chats {
			if !fresh {
				continue
			}
			w.news[a.ID] = *a
			for n, sub := range c.subs {
				if n == 0 || strings.Contains(a.Title, "alpha") {
					matches, c.want[a.ID] = append(matches, bot.Match{Article: a.ID, Subscription: sub}), true
				}
			}
		}
	}
	_, err = w.Enqueue(w.Context(), from, entries[len(entries)-1].Seq, matches)
	w.must(err)
}

// drain sends what is due.
func (w *randomWeek) drain(faults bool) {
	for range 1000 {
		list, err := w.Claim(w.Context(), platform, 3, time.Minute)
		w.must(err)
		if len(list) == 0 {
			return
		}
		for i := range list {
			if w.send(&list[i], faults) {
				return // the process died with what it had in hand
			}
		}
	}
	w.Fatal("there is always something due")
}

// send takes a delivery to the platform, and reports whether the process died with it.
func (w *randomWeek) send(d *bot.Delivery, faults bool) (killed bool) {
	c := w.chats[slices.IndexFunc(w.chats, func(c *randomChat) bool { return c.Target == d.Target })]
	luck := 99
	if faults {
		luck = w.rng.IntN(30)
	}
	w.check(c, d)
	switch luck {
	case 0:
		w.must(w.Settle(w.Context(), d, bot.Outcome{State: bot.Pending, Counted: true}))
		return false
	case 1, 2:
		if luck == 1 {
			w.show(c, d)
		}
		w.must(w.Settle(w.Context(), d, bot.Outcome{State: bot.Pending, Uncertain: true}))
		return false
	case 3, 4:
		if luck == 3 {
			w.show(c, d)
		}
		w.killed = true
		w.must(w.Close())
		w.open()
		w.clock.advance(2 * time.Minute)
		return true
	case 5:
		if d.IsList() && d.Unknown == 0 {
			for _, a := range entriesOf(d) {
				w.alone[a.ID] = true
			}
			w.must(w.Settle(w.Context(), d, bot.Outcome{State: bot.Rejected, Reason: "refused"}))
			return false
		}
	}
	w.show(c, d)
	w.must(w.Settle(w.Context(), d, bot.Outcome{State: bot.Sent, Receipt: bot.Receipt{MessageID: d.Key()}}))
	if d.Action == bot.Post && d.Rhythm != nil && (d.IsList() || d.Level() < bot.Flash) {
		c.sends = append(c.sends, w.clock.now())
	}
	return false
}

// entriesOf returns all articles of a message, the counted ones too.
func entriesOf(d *bot.Delivery) (list []*bot.Article) {
	for _, others := range [][]bot.Delivery{d.With, d.Rest} {
		for i := range others {
			list = append(list, &others[i].Article)
		}
	}
	return append(list, &d.Article)
}

// show is a message that arrives.
func (w *randomWeek) show(c *randomChat, d *bot.Delivery) {
	if d.Action != bot.Post {
		return
	}
	var ids []int64
	for _, a := range entriesOf(d) {
		ids = append(ids, a.ID)
	}
	if had, again := w.shown[d.Key()]; again {
		if !slices.Equal(had, ids) {
			w.Errorf("a message with %v has the key of one with %v", ids, had)
		}
		return
	}
	w.shown[d.Key()] = ids
	for _, id := range ids {
		if c.seen[id]++; c.seen[id] > 1 || !c.want[id] {
			w.Errorf("%s has seen article %d %d times, want it: %t", c.Target, id, c.seen[id], c.want[id])
		}
	}
}

// check reports what comes although the settings don't allow it now. What may have arrived already is repeated whenever.
func (w *randomWeek) check(c *randomChat, d *bot.Delivery) {
	if d.Action != bot.Post || d.Unknown > 0 {
		return
	}
	now := w.clock.now()
	r, err := w.RhythmOf(w.Context(), c.Target)
	w.must(err)
	loud := false
	for _, a := range entriesOf(d) {
		v := viewOf(&r, a)
		loud = loud || v.loud
		set := &r.Settings
		switch {
		case w.gone[a.ID]:
			w.Errorf("%s gets article %d, which was withdrawn", c.Target, a.ID)
		case v.muted:
			w.Errorf("%s gets article %d, which is muted", c.Target, a.ID)
		case w.alone[a.ID]:
		case v.level < bot.Flash && set.Paused.Holds(now):
			w.Errorf("%s gets article %d (%s) during a pause", c.Target, a.ID, v.level)
		case v.level < bot.Flash && isQuiet(set, now) && (v.level < bot.Urgent || !set.Quiet.UrgentPasses):
			w.Errorf("%s gets article %d (%s) in quiet hours, at %v: %s, waited %q, tried %d times", c.Target, a.ID, v.level, now, set.Encode(), d.Waited, d.Attempts)
		case v.level < bot.Urgent && !w.jumps && v.due().After(now):
			w.Errorf("%s gets article %d before its digest at %s", c.Target, a.ID, v.schedules)
		case v.level < bot.Urgent && d.Waited == "" && !w.jumps && !v.hadDigest(now) && c.isOver(set.Limit, now):
			w.Errorf("%s gets article %d over its limit", c.Target, a.ID)
		}
	}
	if !d.Silent && !loud {
		w.Errorf("%s gets article %d aloud", c.Target, d.Article.ID)
	}
}

func (c *randomChat) isOver(l bot.Limit, now time.Time) bool {
	count := func(span time.Duration) (n int) {
		for _, at := range c.sends {
			if at.After(now.Add(-span)) {
				n++
			}
		}
		return n
	}
	return l.Hour > 0 && count(time.Hour) >= l.Hour || l.Day > 0 && count(24*time.Hour) >= l.Day
}

// checkWaiting reports what waits for too long, or without need.
func (w *randomWeek) checkWaiting() {
	now := w.clock.now()
	for _, c := range w.chats {
		st, err := w.TargetStatus(w.Context(), c.Target)
		w.must(err)
		if st.Waiting > 0 {
			w.Errorf("%d alerts of %s could go out and don't", st.Waiting, c.Target)
		}
		r, err := w.RhythmOf(w.Context(), c.Target)
		w.must(err)
		list, err := w.Scheduled(w.Context(), c.Target, 1000)
		w.must(err)
		for i := range list {
			a := &list[i]
			most := w.latest(&r, viewOf(&r, &a.Article))
			if r.Settings.Limit != (bot.Limit{}) {
				// A day until the limit has room, the rest of that hour, and then a weekend in which the clocks are set back.
				most = most.Add(24*time.Hour + time.Hour + 49*time.Hour)
			}
			if !a.Due.After(now) || !w.jumps && a.Due.After(most) {
				w.Errorf("%s: article %d waits (%s) until %v, want at most until %v; it is %v, settings %s",
					c.Target, a.Article.ID, a.Wait, a.Due, most, now, r.Settings.Encode())
			}
		}
	}
}

// latest returns the latest moment at which the settings allow that an article still waits: the first at which its digest is
// due and nothing else holds, and what it may wait longer to join a digest.
func (w *randomWeek) latest(r *bot.Rhythm, v *view) time.Time {
	const joins = 2*time.Hour + time.Minute
	due := v.due()
	for at := w.clock.now().Truncate(time.Minute).Add(time.Minute); ; at = at.Add(time.Minute) {
		quiet := isQuiet(&r.Settings, at) && (v.level < bot.Urgent || !r.Settings.Quiet.UrgentPasses)
		if !quiet && !r.Settings.Paused.Holds(at) && !due.After(at) {
			return at.Add(joins)
		}
	}
}

// end lets everything out that waits, and looks for what was never seen.
func (w *randomWeek) end() {
	for _, c := range w.chats {
		_, err := w.ChangeSettings(w.Context(), c.Target, func(set *bot.Settings) { *set = bot.Settings{} })
		w.must(err)
		for _, sub := range c.subs {
			_, err := w.ChangePreferences(w.Context(), sub, func(preferences *bot.Preferences) { *preferences = bot.Preferences{} })
			w.must(err)
		}
	}
	for range 6 { // over the moments ahead of a clock that was set back
		w.clock.advance(24 * time.Hour)
		w.drain(false)
	}
	states := map[bot.DeliveryState]int{}
	for _, c := range w.chats {
		for id := range c.want {
			trace, err := w.Trace(w.Context(), c.Target, id)
			w.must(err)
			step := trace.Steps[0]
			states[step.State]++
			on := step.State == bot.Muted || step.State == bot.Superseded && w.gone[id]
			if (c.seen[id] == 1) == on {
				w.Errorf("%s has seen article %d %d times, and it is on record as %+v", c.Target, id, c.seen[id], step)
			}
		}
	}
	w.Logf("deliveries by state: %v", states)
}
