package plan

import (
	"cmp"
	"fmt"
	"maps"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"tidings/bot"
)

// chance makes random rhythms and items.
type chance struct{ *rand.Rand }

func (c chance) oneIn(n int) bool { return c.IntN(n) == 0 }

func pick[T any](c chance, list ...T) T { return list[c.IntN(len(list))] }

// zoneNames are of zones with and without changes of the clock, by whole and half hours.
func zoneNames() []string {
	return []string{"", "UTC", "Europe/Berlin", "America/New_York", "Africa/Cairo", "Australia/Lord_Howe", "Africa/Casablanca", "Asia/Kolkata", "Pacific/Apia", "America/Havana"}
}

// when returns a random moment near a change of some clocks.
func (c chance) when() time.Time {
	around := pick(c, "2026-03-29 01:00 +0000", "2026-10-25 01:00 +0000", "2026-03-08 07:00 +0000", "2026-11-01 06:00 +0000",
		"2026-04-23 22:00 +0000", "2026-10-29 21:00 +0000", "2026-04-04 15:00 +0000", "2026-10-03 15:30 +0000", "2026-02-15 02:00 +0000", "2026-07-01 00:00 +0000")
	at, err := time.Parse("2006-01-02 15:04 -0700", around)
	if err != nil {
		panic(err)
	}
	return at.Add(time.Duration(c.IntN(96*60)-48*60) * time.Minute).Add(time.Duration(c.IntN(60_000)) * time.Millisecond)
}

func (c chance) schedule() Schedule {
	switch c.IntN(5) {
	case 0:
		return Schedule{}
	case 1:
		return Schedule{hourly: true}
	}
	times := []int{c.IntN(minutesPerDay)}
	for c.oneIn(2) && len(times) < MaxTimes {
		times = append(times, c.IntN(minutesPerDay))
	}
	return digestAt(pick(c, everyDay, workDays, weekendDays, uint8(1+c.IntN(int(everyDay)))), times)
}

func (c chance) quiet() bot.Quiet {
	if c.oneIn(3) {
		return bot.Quiet{}
	}
	q := bot.Quiet{From: c.IntN(minutesPerDay), Weekends: c.oneIn(4), UrgentPasses: c.oneIn(3)}
	q.To = (q.From + c.IntN(minutesPerDay-shortestAwake)) % minutesPerDay
	if q.From != q.To && c.oneIn(2) {
		q.Days = uint8(1 + c.IntN(int(everyDay)-1))
	}
	return q
}

func (c chance) pause(near time.Time) bot.Pause {
	if !c.oneIn(4) {
		return bot.Pause{}
	}
	p := bot.Pause{Since: near.Add(time.Duration(c.IntN(48)-24) * time.Hour)}
	if c.oneIn(2) {
		p.Until = p.Since.Add(time.Duration(1+c.IntN(72)) * time.Hour)
	}
	return p
}

func (c chance) preferences(near time.Time) bot.Preferences {
	w := bot.Preferences{When: c.schedule().String(), Silent: c.oneIn(3), Level: pick(c, 0, 0, 0, bot.Urgent, bot.Flash), Paused: c.pause(near)}
	if c.oneIn(3) {
		w.WhenChanged = near.Add(-time.Duration(c.IntN(48)) * time.Hour)
	}
	if c.oneIn(3) {
		w.Mentions = []bot.Mention{{Kind: bot.RoleMention, ID: fmt.Sprint(c.IntN(3))}}
	}
	return w
}

func (c chance) rhythm(near time.Time) *bot.Rhythm {
	r := &bot.Rhythm{Settings: bot.Settings{
		Zone: pick(c, zoneNames()...), Quiet: c.quiet(), NoFlash: c.oneIn(4), Paused: c.pause(near), Mentions: c.IntN(3),
		Limit: bot.Limit{Hour: pick(c, 0, 0, 1, 3), Day: pick(c, 0, 0, 5)},
	}, Mentioned: c.IntN(12)}
	for i := range 1 + c.IntN(3) {
		r.Subscriptions = append(r.Subscriptions, bot.Subscription{ID: int64(i + 1), Number: i + 1, Filter: pick(c, "", "missile", "drill"), Preferences: c.preferences(near)})
	}
	for range c.IntN(6) {
		r.Sent = append(r.Sent, near.Add(-time.Duration(c.IntN(24*60))*time.Minute))
	}
	slices.SortFunc(r.Sent, time.Time.Compare)
	return r
}

// cases calls try with many random rhythms, items and moments.
func cases(t *testing.T, try func(t *testing.T, p *Planner, r *bot.Rhythm, it Item, now time.Time)) {
	t.Helper()
	planner := New(zone(t, "Asia/Seoul"))
	for seed := range uint64(3000) {
		c := chance{rand.New(rand.NewPCG(seed, 15))}
		came := c.when()
		now := came
		if c.oneIn(2) {
			now = came.Add(time.Duration(c.IntN(72*60)) * time.Minute)
		}
		a := &bot.Article{ID: 77, Title: "Missile lands", Urgency: pick(c, 0, 1, 2, 5, 8)}
		try(t, planner, c.rhythm(came), Item{Article: a, Subscription: 1, Came: came, Flood: c.oneIn(5)}, now)
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
}

// TestDecide_IsNeitherEarlierNorLouderThanAllowed checks plans against each rule by itself, minute by minute where it has to.
func TestDecide_IsNeitherEarlierNorLouderThanAllowed(t *testing.T) {
	t.Parallel()
	cases(t, func(t *testing.T, p *Planner, r *bot.Rhythm, it Item, now time.Time) {
		got := p.Decide(r, it, now)
		if got.At.Before(now) || got.At.Equal(now) != (got.Wait == "") {
			t.Errorf("%+v is decided at %s to come at %s", it, now, got.At)
		}
		sub := &r.Subscriptions[got.Subscription-1]
		d := &decision{rhythm: r, item: it, now: now, zone: p.Zone(&r.Settings)}
		level, at := d.level(&sub.Preferences), got.At.In(d.zone)
		if got.Level != level && !slices.ContainsFunc(r.Subscriptions, func(s bot.Subscription) bool { return d.counts(&s) && d.level(&s.Preferences) == got.Level }) {
			t.Errorf("level %s", got.Level)
		}
		if got.At.Equal(bot.Never()) || level == bot.Flash {
			return
		}
		if r.Settings.Paused.Holds(at) || sub.Preferences.Paused.Holds(at) {
			t.Errorf("%s is in a pause", at)
		}
		q := r.Settings.Quiet
		if quietNow(q, at) && (level < bot.Urgent || !q.UrgentPasses) {
			t.Errorf("%s is in quiet hours %s", at, FormatQuiet(q))
		}
		if s := scheduleOf(sub.Preferences.When); level < bot.Urgent && s.Next(d.from(&sub.Preferences), d.zone).After(at) {
			t.Errorf("%s is before the first digest of %s", at, s)
		}
		if len(got.Mentions) > 0 && (level == bot.Low || r.Mentioned >= mentionsADay(&r.Settings)) {
			t.Errorf("it mentions %v", got.Mentions)
		}
	})
}

// quietNow reads quiet hours off the clock on the wall, as a person would.
func quietNow(q bot.Quiet, at time.Time) bool {
	minute := at.Hour()*60 + at.Minute()
	begins := func(w time.Weekday) bool { return q.Days == 0 || q.Days>>w&1 == 1 }
	today, yesterday := at.Weekday(), (at.Weekday()+6)%7
	switch {
	case q.Weekends && (today == time.Saturday || today == time.Sunday):
		return true
	case q.From < q.To:
		return begins(today) && q.From <= minute && minute < q.To && !nearChange(at)
	case q.From > q.To:
		return (begins(today) && minute >= q.From || begins(yesterday) && minute < q.To) && !nearChange(at)
	}
	return false
}

// nearChange reports whether the clocks change within a day and a half: the clock on the wall misleads then.
func nearChange(at time.Time) bool {
	start, end := at.ZoneBounds()
	return !start.IsZero() && at.Sub(start) < 36*time.Hour || !end.IsZero() && end.Sub(at) < 36*time.Hour
}

func TestDecide_AtItsMomentIsNow(t *testing.T) {
	t.Parallel()
	cases(t, func(t *testing.T, p *Planner, r *bot.Rhythm, it Item, now time.Time) {
		first := p.Decide(r, it, now)
		if first.At.Equal(bot.Never()) {
			return
		}
		it.Waited = cmp.Or(first.Wait, it.Waited)
		r.Overflow = time.Time{}
		if again := p.Decide(r, it, first.At); again.Wait != "" {
			t.Errorf("%+v: decided at %s for %s (%s); then for %s (%+v)", r.Settings, now, first.At, first.Wait, again.At, again.Why.Holds)
		}
	})
}

// TestDecide_EndsWithin says that nothing waits for longer than its settings can explain.
func TestDecide_EndsWithin(t *testing.T) {
	t.Parallel()
	cases(t, func(t *testing.T, p *Planner, r *bot.Rhythm, it Item, now time.Time) {
		got := p.Decide(r, it, now)
		paused := r.Settings.Paused != (bot.Pause{}) || slices.ContainsFunc(r.Subscriptions, func(s bot.Subscription) bool { return s.Preferences.Paused != (bot.Pause{}) })
		if most := 10 * 24 * time.Hour; !paused && got.At.Sub(now) > most {
			t.Errorf("%+v waits for %s: %+v", r.Settings, got.At.Sub(now), got.Why.Holds)
		}
	})
}

func TestSchedule_ComesOnceADayOverAYear(t *testing.T) {
	t.Parallel()
	for _, name := range append(zoneNames(), "America/Santiago", "Europe/London", "Asia/Gaza") {
		z := zone(t, name)
		for _, minute := range []int{0, 30, 90, 120, 150, 180, 8 * 60, 23*60 + 30} {
			s := digestAt(everyDay, []int{minute})
			at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
			last := dayOf(s.Next(at, z), z) - 1
			for range 365 {
				at = s.Next(at, z)
				if d := dayOf(at, z); d != last+1 {
					t.Fatalf("%s in %s: %s comes %d days after the one before", s, name, at, d-last)
				}
				last++
			}
		}
	}
}

// TestEverySetting_ChangesAPlan sets each field of settings and preferences to something, and looks for an item whose plan that
// changes. What isn't the plan's to read names who reads it.
func TestEverySetting_ChangesAPlan(t *testing.T) {
	t.Parallel()
	readElsewhere := map[string]string{
		"Settings.Language":         "bot/language puts what is said into it",
		"Settings.PlatformLanguage": "bot/language puts what is said into it",
		"Settings.Corrections":      "bot/deliver says corrections so",
		"Settings.DigestMost":       "internal/store makes up digests by it",
		"Settings.TidyAnswers":      "bot/answer tidies up",
		"Settings.Shape":            "bot.Delivery.Shape reads it",
		"Preferences.Shape":         "bot.Delivery.Shape reads it",
		"Shape.Preset":              "bot/deliver shapes alerts",
		"Shape.Parts":               "bot/deliver shapes alerts",
		"Shape.Line":                "bot/deliver shapes alerts",
	}
	set := map[string]func(*bot.Rhythm){
		"Settings.Zone":        func(r *bot.Rhythm) { r.Settings.Zone = "America/New_York" },
		"Settings.ZoneChanged": func(r *bot.Rhythm) { r.Settings.ZoneChanged = moment(t, "mon 12:00") },
		"Settings.Quiet":       func(r *bot.Rhythm) { r.Settings.Quiet = bot.Quiet{From: 9 * 60, To: 11 * 60} },
		"Settings.Limit":       func(r *bot.Rhythm) { r.Settings.Limit.Hour = 1 },
		"Settings.NoFlash":     func(r *bot.Rhythm) { r.Settings.NoFlash = true },
		"Settings.Paused":      func(r *bot.Rhythm) { r.Settings.Paused.Since = moment(t, "mon 00:00") },
		"Settings.Mentions":    func(r *bot.Rhythm) { r.Settings.Mentions = 1 },
		"Quiet.From":           func(r *bot.Rhythm) { r.Settings.Quiet.From = 9 * 60 },
		"Quiet.To":             func(r *bot.Rhythm) { r.Settings.Quiet.To = 11 * 60 },
		"Quiet.Days":           func(r *bot.Rhythm) { r.Settings.Quiet = bot.Quiet{From: 9 * 60, To: 11 * 60, Days: 1 << time.Monday} },
		"Quiet.Weekends":       func(r *bot.Rhythm) { r.Settings.Quiet.Weekends = true },
		"Quiet.UrgentPasses":   func(r *bot.Rhythm) { r.Settings.Quiet = bot.Quiet{From: 9 * 60, To: 11 * 60, UrgentPasses: true} },
		"Limit.Hour":           func(r *bot.Rhythm) { r.Settings.Limit.Hour = 1 },
		"Limit.Day":            func(r *bot.Rhythm) { r.Settings.Limit.Day = 1 },
		"Pause.Since":          func(r *bot.Rhythm) { r.Settings.Paused.Since = moment(t, "mon 00:00") },
		"Pause.Until": func(r *bot.Rhythm) {
			r.Settings.Paused = bot.Pause{Since: moment(t, "mon 00:00"), Until: moment(t, "mon 18:00")}
		},
		"Preferences.When":        func(r *bot.Rhythm) { r.Subscriptions[0].Preferences.When = "daily 18:00" },
		"Preferences.WhenChanged": func(r *bot.Rhythm) { r.Subscriptions[0].Preferences.WhenChanged = moment(t, "mon 12:00") },
		"Preferences.Silent":      func(r *bot.Rhythm) { r.Subscriptions[0].Preferences.Silent = true },
		"Preferences.Mentions":    func(r *bot.Rhythm) { r.Subscriptions[0].Preferences.Mentions = []bot.Mention{{ID: "other"}} },
		"Preferences.Level":       func(r *bot.Rhythm) { r.Subscriptions[0].Preferences.Level = bot.Flash },
		"Preferences.Paused":      func(r *bot.Rhythm) { r.Subscriptions[0].Preferences.Paused.Since = moment(t, "mon 00:00") },
	}
	used := maps.Clone(readElsewhere)
	for _, kind := range []reflect.Type{reflect.TypeFor[bot.Settings](), reflect.TypeFor[bot.Preferences](), reflect.TypeFor[bot.Quiet](), reflect.TypeFor[bot.Limit](), reflect.TypeFor[bot.Pause](), reflect.TypeFor[bot.Shape]()} {
		for field := range kind.Fields() {
			name := kind.Name() + "." + field.Name
			delete(used, name)
			if readElsewhere[name] == "" && (set[name] == nil || !changesAPlan(t, set[name])) {
				t.Errorf("%s changes no plan", name)
			}
		}
	}
	for name := range used {
		t.Errorf("%s is said to be read elsewhere, but there is no such setting", name)
	}
}

// changesAPlan reports whether a setting changes the plan of one of some items, of a target with a digest, or one without.
func changesAPlan(t *testing.T, set func(*bot.Rhythm)) bool {
	planner := New(zone(t, "Asia/Seoul"))
	for _, when := range []string{"", "daily 11:00"} {
		for _, urgency := range []int{flashNews, urgentNews, normalNews} {
			for _, came := range []string{"mon 10:00", "tue 10:30", "sun 10:00"} {
				target := func() *bot.Rhythm {
					return &bot.Rhythm{Mentioned: 5, Sent: []time.Time{moment(t, "mon 09:55")}, Subscriptions: []bot.Subscription{
						{ID: 1, Preferences: bot.Preferences{When: when, Mentions: []bot.Mention{{ID: "desk"}}}},
					}}
				}
				it := Item{Article: &bot.Article{ID: 7, Title: "News", Urgency: urgency}, Subscription: 1, Came: moment(t, came)}
				for _, now := range []string{came, "mon 12:30"} {
					before := target()
					after := target()
					set(after)
					at := moment(t, now)
					if at.Before(it.Came) {
						at = it.Came
					}
					if !reflect.DeepEqual(planner.Decide(before, it, at), planner.Decide(after, it, at)) {
						return true
					}
				}
			}
		}
	}
	return false
}
