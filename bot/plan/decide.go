package plan

import (
	"sync"
	"time"

	"tidings/bot"
	"tidings/bot/filter"
)

// Planner decides for all targets of an installation. Safe for concurrent use.
type Planner struct {
	home  *time.Location
	zones sync.Map // name to *time.Location, of those met: there are some hundred names

	filters filters
}

// New returns a planner for an installation whose targets are in the home zone unless they say otherwise.
func New(home *time.Location) *Planner { return &Planner{home: home} }

// Zone returns the zone of a target. One that this program doesn't know is the installation's.
func (p *Planner) Zone(s *bot.Settings) *time.Location {
	if s.Zone == "" {
		return p.home
	}
	if zone, ok := p.zones.Load(s.Zone); ok {
		return zone.(*time.Location) //nolint:forcetypeassert // nothing else is stored
	}
	zone, err := time.LoadLocation(s.Zone)
	if err != nil {
		return p.home
	}
	p.zones.Store(s.Zone, zone)
	return zone
}

// Item is an article on its way to a target.
type Item struct {
	Article *bot.Article
	// Subscription is the ID of the subscription on record; it counts whatever its filter says by now.
	Subscription int64
	// Came is from when the article could have been sent there: schedules count from then.
	Came time.Time
	// Waited is what it waited for until its moment came. Empty for what is decided the first time, or anew because the
	// rhythm has changed.
	Waited bot.Wait
	// Flood says that it is one too many of its source's urgent articles, and counts as normal by itself.
	Flood bool
}

// ItemOf returns the item of a claimed post.
func ItemOf(d *bot.Delivery) Item {
	came := d.Enqueued
	if seen := d.Article.VisibleSince(); seen.After(came) {
		came = seen
	}
	return Item{Article: &d.Article, Subscription: d.Subscription, Came: came, Waited: d.Waited, Flood: d.Flood}
}

// Plan is what becomes of an item.
type Plan struct {
	// At is when it goes out: now, later, or [bot.Never] until somebody ends a pause.
	At time.Time
	// Wait is what it waits for until At; empty if it goes out now. What waits for the same moment goes out together.
	Wait bot.Wait
	// Late is the moment of the digest that it belongs to, if that had come before it was first decided; zero otherwise. It
	// is a part of that digest all the same.
	Late time.Time
	// Silent says that it makes no sound.
	Silent bool
	// Mentions are whom it notifies.
	Mentions []bot.Mention
	Level    bot.Level
	// Mute is what leaves it out for good, or nil. If it isn't, the plan says nothing else.
	Mute *bot.Mute
	// Subscription is the ID of the subscription whose plan counts.
	Subscription int64
	Why          Why
}

// Why explains a plan.
type Why struct {
	// Number is what people call the subscription whose plan counts; 0 if it has ended.
	Number int
	// Holds are what holds the item, one after the other; the last one ends at [Plan.At].
	Holds []Hold
	// Raised says that the subscription raised the level.
	Raised bool
	// Flooded says that the level is lower because of a flood, FlashOff that it is urgent because the chat wants no flash.
	Flooded, FlashOff bool
	// MentionsUsed says that it mentions nobody because as many alerts as may do so have done so today.
	MentionsUsed bool
}

// Hold is one of the reasons for which an item waits.
type Hold struct {
	By    bot.Wait
	Until time.Time
	// Schedule is the digest's, if By is [bot.ForDigest].
	Schedule string
	// Joins says that it waits for that digest only because it is due soon anyway.
	Joins bool
}

// decision is what one call of Decide works with.
type decision struct {
	rhythm   *bot.Rhythm
	item     Item
	now      time.Time
	zone     *time.Location
	document *filter.Document // nil until a filter asks for it
	filters  *filters
}

// Decide returns what becomes of an item at a moment. A nil rhythm is what everybody gets: at once and aloud.
func (p *Planner) Decide(r *bot.Rhythm, it Item, now time.Time) Plan {
	if r == nil {
		r = &bot.Rhythm{}
	}
	d := &decision{rhythm: r, item: it, now: now, zone: p.Zone(&r.Settings), filters: &p.filters}
	if m := d.mute(); m != nil {
		return Plan{At: now, Mute: m, Level: d.level(&bot.Preferences{})}
	}
	var best Plan
	none := true
	for i := range r.Subscriptions {
		s := &r.Subscriptions[i]
		if !d.counts(s) {
			continue
		}
		if plan := d.plan(s); none {
			best, none = plan, false
		} else {
			best = merge(best, plan)
		}
	}
	if none { // the subscription has ended meanwhile: what the chat says holds
		best = d.plan(&bot.Subscription{})
	}
	return best
}

// counts reports whether a subscription has a say in the item.
func (d *decision) counts(s *bot.Subscription) bool {
	return s.ID == d.item.Subscription || s.Fresh(d.item.Article) && d.matches(s.Filter)
}

// plan returns what one subscription wants.
func (d *decision) plan(s *bot.Subscription) Plan {
	level := d.level(&s.Preferences)
	p := Plan{
		Level: level, Subscription: s.ID,
		Silent: level < bot.Urgent && (s.Preferences.Silent || level == bot.Low),
		Why:    d.why(s, level),
	}
	if level > bot.Low {
		p.Mentions = s.Preferences.Mentions
	}
	if len(p.Mentions) > 0 && d.rhythm.Mentioned >= mentionsADay(&d.rhythm.Settings) {
		p.Mentions, p.Why.MentionsUsed = nil, true
	}
	p.At, p.Late, p.Why.Holds = d.when(s, level)
	if p.Wait = waitOf(p.Why.Holds); p.Wait == bot.ForQuietEnd && !p.Late.IsZero() {
		p.Wait = bot.ForDigest
	}
	return p
}

// merge returns the plan that counts of two: the earlier one, and of equally early ones the louder one, with the mentions of
// both.
func merge(a, b Plan) Plan {
	if b.At.Before(a.At) || b.At.Equal(a.At) && louder(b, a) {
		a, b = b, a
	}
	if !a.At.Equal(b.At) {
		return a
	}
	a.Late = lateFor(a.Late, b.Late)
	a.Silent = a.Silent && b.Silent
	a.Mentions = bot.AddMentions(a.Mentions, b.Mentions)
	return a
}

// lateFor returns the earlier of two digests that an item is late for. One that comes at once anyway is late for none.
func lateFor(a, b time.Time) time.Time {
	if a.Before(b) { // so is one that is zero
		return a
	}
	return b
}

func louder(a, b Plan) bool {
	if a.Level != b.Level {
		return a.Level > b.Level
	}
	return !a.Silent && b.Silent
}

func mentionsADay(s *bot.Settings) int {
	if s.Mentions > 0 {
		return s.Mentions
	}
	return bot.DefaultMentions
}
