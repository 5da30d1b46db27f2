package plan

import (
	"math"
	"slices"
	"time"

	"tidings/bot"
)

// Forecast says how articles would have come.
type Forecast struct {
	// AtOnce, Digests, Lists and Muted count articles: those that would have come by themselves, in digests, in lists after
	// quiet hours or over the limit, and not at all.
	AtOnce, Digests, Lists, Muted int
	// Messages counts what would have been posted.
	Messages int
}

// Forecast returns how articles that a subscription's filter matches would have come, by its preferences and by
// the settings and digests that the target has now. A pause is passed over.
func (p *Planner) Forecast(r *bot.Rhythm, w bot.Preferences, articles []*bot.Article) Forecast {
	f := forecaster{planner: p, rhythm: usual(r, w), due: map[time.Time]bot.Wait{}}
	articles = slices.Clone(articles)
	slices.SortStableFunc(articles, func(a, b *bot.Article) int { return a.VisibleSince().Compare(b.VisibleSince()) })
	for _, a := range articles {
		f.add(a)
	}
	f.Messages += len(f.due)
	return f.Forecast
}

// forecaster goes through articles as they came.
type forecaster struct {
	Forecast

	planner *Planner
	rhythm  bot.Rhythm
	due     map[time.Time]bot.Wait // moments to come at which a message is due
}

// usual returns a rhythm with one subscription that matches, and without what passes.
func usual(r *bot.Rhythm, w bot.Preferences) bot.Rhythm {
	w.WhenChanged, w.Paused = time.Time{}, bot.Pause{}
	u := bot.Rhythm{Settings: r.Settings, Mutes: r.Mutes, Subscriptions: []bot.Subscription{{ID: math.MaxInt64, Preferences: w}}}
	u.Settings.Paused, u.Settings.ZoneChanged = bot.Pause{}, time.Time{}
	for _, s := range r.Subscriptions { // whose digests others join; what they match is another matter
		s.After, s.AfterPrivate = math.MaxInt64, math.MaxInt64
		u.Subscriptions = append(u.Subscriptions, s)
	}
	return u
}

// add decides about the next article.
func (f *forecaster) add(a *bot.Article) {
	now := a.VisibleSince()
	f.send(now)
	plan := f.planner.Decide(&f.rhythm, Item{Article: a, Subscription: math.MaxInt64, Came: now}, now)
	switch {
	case plan.Mute != nil:
		f.Muted++
		return
	case plan.Wait == "":
		f.AtOnce++
		f.sent(now, plan.Level)
		return
	case plan.Wait == bot.ForDigest:
		f.Digests++
	default:
		f.Lists++
	}
	if plan.Wait == bot.ForLimit {
		f.rhythm.Overflow = plan.At
	}
	f.due[plan.At] = plan.Wait
}

// send sends what is due by a moment.
func (f *forecaster) send(now time.Time) {
	var due []time.Time
	for at := range f.due {
		if !at.After(now) {
			due = append(due, at)
			delete(f.due, at)
		}
	}
	slices.SortFunc(due, time.Time.Compare)
	for _, at := range due {
		f.sent(at, bot.Normal)
	}
}

// sent counts a message, toward the limit too unless it was a flash.
func (f *forecaster) sent(at time.Time, level bot.Level) {
	f.Messages++
	if level == bot.Flash {
		return
	}
	f.rhythm.Sent = append(f.rhythm.Sent, at)
	if most := max(f.rhythm.Settings.Limit.Hour, f.rhythm.Settings.Limit.Day); len(f.rhythm.Sent) > most {
		f.rhythm.Sent = f.rhythm.Sent[len(f.rhythm.Sent)-most:]
	}
}
