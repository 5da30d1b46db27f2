package bot

import "time"

// MaxSubscriptions bounds how many subscriptions one target may have.
const MaxSubscriptions = 100

// Subscription asks for alerts in a target about the articles that its filter matches.
type Subscription struct {
	ID int64
	// Number is what people in the target call it: from 1, kept while others come and go.
	Number int
	Target Target
	Filter string // in the filter language; empty matches everything
	// After is the newest ID of a public article that the store had when the subscription was made, and AfterPrivate that
	// of one that belongs to a place: these count for themselves, so that gaps reveal nothing.
	After, AfterPrivate int64

	Created time.Time
	// CreatedBy is the platform's identifier of the person who made it.
	CreatedBy string
	// Stories says what becomes of further articles of a story that the target has an alert of.
	Stories Stories
	// Preferences are how it wants its alerts.
	Preferences Preferences
}

// Stories says what becomes of an article if the target has an alert of the same story already.
type Stories string

// What may become of it.
const (
	Grouped Stories = ""      // the alert names it, and it gets none of its own
	Apart   Stories = "apart" // it gets an alert of its own
)

// Follows reports whether the subscription was made after the store had a.
func (s *Subscription) Follows(a *Article) bool {
	since := s.Since()
	if a.Place != "" {
		since.After = s.AfterPrivate
	}
	return since.follow(a)
}

// Fresh reports whether a is news to the subscription: the store had it only after the subscription was made, and it may
// raise alerts. Whether it is news or history was judged when it came, by what its source had shown before.
func (s *Subscription) Fresh(a *Article) bool { return !s.Follows(a) && a.alerts() }

// FreshIn reports likewise whether a further source's report of a is news to the subscription: it came after the
// subscription was made.
func (s *Subscription) FreshIn(a *Article, r *Report) bool { return s.Since().FreshIn(a, r) }

// Since returns from when public articles are news to the subscription.
func (s *Subscription) Since() Since { return Since{After: s.After, Created: s.Created} }

// Since is from when articles are news to a subscription: [Subscription.After] and [Subscription.Created].
type Since struct {
	After   int64
	Created time.Time
}

// Fresh is [Subscription.Fresh].
func (s Since) Fresh(a *Article) bool { return !s.follow(a) && a.alerts() }

// follow reports whether the store had a before the subscription was made. One that was private has a number of its own kind.
func (s Since) follow(a *Article) bool {
	if a.Place == "" && a.ID >= FirstPrivateID {
		return !a.FirstSeen.After(s.Created)
	}
	return a.ID <= s.After
}

// FreshIn is [Subscription.FreshIn].
func (s Since) FreshIn(a *Article, r *Report) bool { return r.At.After(s.Created) && a.alerts() }

// Interest is what matching needs to know of a subscription. There may be a million.
type Interest struct {
	ID     int64  // of the subscription
	Filter string // in the filter language
	Since  Since
	Ended  bool // the subscription is no more
}

// alerts reports whether the article may raise alerts.
func (a *Article) alerts() bool { return a.Suppressed == "" || a.Suppressed == InBulk }
