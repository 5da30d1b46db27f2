package store

import (
	"strings"
	"sync"
	"time"

	"tidings/bot"
	"tidings/bot/filter"
	"tidings/bot/plan"
)

// view is what a chat wants of an article, told by the test in its own way.
type view struct {
	level       bot.Level
	muted, loud bool
	from        []time.Time // from when each of its subscriptions' schedules counts
	schedules   []string
	zone        *time.Location
}

func viewOf(r *bot.Rhythm, a *bot.Article) *view {
	v := &view{level: a.Level(), zone: zoneOf(r.Settings.Zone)}
	for i := range r.Subscriptions {
		s := &r.Subscriptions[i]
		if s.Filter != "" && !strings.Contains(a.Title, s.Filter) {
			continue
		}
		own := max(a.Level(), s.Preferences.Level)
		if s.Preferences.Level == bot.Normal {
			own = a.Level()
		}
		v.level = max(v.level, own)
		v.loud = v.loud || own >= bot.Urgent || own == bot.Normal && !s.Preferences.Silent
		v.schedules = append(v.schedules, s.Preferences.When)
		from := a.FirstSeen
		for _, at := range []time.Time{s.Preferences.WhenChanged, r.Settings.ZoneChanged} {
			if at.After(from) {
				from = at
			}
		}
		v.from = append(v.from, from)
	}
	if r.Settings.NoFlash {
		v.level = min(v.level, bot.Urgent)
	}
	for _, m := range r.Mutes {
		if !m.Holds(a.FirstSeen) {
			continue
		}
		switch m.Kind {
		case bot.MuteSource:
			v.muted = v.muted || a.Source == m.Value && v.level < bot.Flash
		case bot.MuteWords:
			f, err := filter.Parse(m.Value)
			v.muted = v.muted || err == nil && f.Match(filter.NewDocument(a.Fields()))
		case bot.MuteStory:
		}
	}
	return v
}

// zones are those of the chats; reading one takes longer than all else here.
var zones sync.Map

func zoneOf(name string) *time.Location {
	if zone, ok := zones.Load(name); ok {
		return zone.(*time.Location)
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		panic(err)
	}
	zones.Store(name, zone)
	return zone
}

// due returns when the first digest is due that an article waits for; the zero time if it waits for none.
func (v *view) due() (first time.Time) {
	for i, when := range v.schedules {
		if when == "" || v.level >= bot.Urgent {
			return time.Time{}
		}
		if next := nextOf(when, v.from[i], v.zone); first.IsZero() || next.Before(first) {
			first = next
		}
	}
	return first
}

// hadDigest reports whether a digest has been due for the article by a moment.
func (v *view) hadDigest(now time.Time) bool {
	for i, when := range v.schedules {
		if when != "" && !nextOf(when, v.from[i], v.zone).After(now) {
			return true
		}
	}
	return false
}

func nextOf(when string, after time.Time, zone *time.Location) time.Time {
	s, err := plan.ParseWhen(when)
	if err != nil {
		panic(err)
	}
	return s.Next(after, zone)
}

// isQuiet reports whether quiet hours hold at a moment, by the wall clock.
func isQuiet(set *bot.Settings, at time.Time) bool {
	local := at.In(zoneOf(set.Zone))
	minute, q := local.Hour()*60+local.Minute(), set.Quiet
	switch day := local.Weekday(); {
	case q.Weekends && (day == time.Saturday || day == time.Sunday):
		return true
	case q.From < q.To:
		return q.From <= minute && minute < q.To
	case q.From > q.To:
		return minute >= q.From || minute < q.To
	}
	return false
}
