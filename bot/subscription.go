package bot

import "time"

// MaxSubscriptions bounds how many subscriptions one target may hold.
const MaxSubscriptions = 100

const (
	// FreshGrace is how much earlier than a subscription an article may have been published and still be
	// news to it: sources stamp a story minutes before a feed shows it.
	FreshGrace = time.Hour
	// StaleAfter is the age at which an article that only now reached the store is history, not news: more
	// than the days a program may be down, less than an archive that somebody imports.
	StaleAfter = 7 * 24 * time.Hour
)

// Subscription asks for alerts in a target about the articles that its filter takes.
type Subscription struct {
	ID int64
	// Number is what people in the target call it: from 1, kept while others come and go.
	Number int
	Target Target
	Filter string // in the filter language; empty takes everything
	// After is the newest article ID the store had when the subscription was made.
	After   int64
	Created time.Time
	// CreatedBy is the platform's identifier of the person who made it.
	CreatedBy string
	// Stories says what becomes of further articles of a story that the target has an alert of.
	Stories Stories
	// Ended says that the subscription is no more. Only [Log.Changes] reports such.
	Ended bool
}

// Stories says what becomes of an article if the target has an alert of the same story already.
type Stories string

// What may become of it.
const (
	Grouped Stories = ""      // the alert names it, and it gets none of its own
	Apart   Stories = "apart" // it gets an alert of its own
)

// Fresh reports whether a is news to the subscription at time now, so that neither an import of an archive nor
// an edit of an old story raises an alert; a quiet article is none to anybody. An article that only has a date
// counts from the end of that day, and an embargoed one from the moment it may be seen.
func (s *Subscription) Fresh(a *Article, now time.Time) bool {
	if a.ID <= s.After || a.Suppressed != "" {
		return false
	}
	at := a.Published
	if a.DateOnly {
		at = at.Add(24 * time.Hour)
	}
	if a.Embargo.After(at) {
		at = a.Embargo
	}
	return !at.Before(s.Created.Add(-FreshGrace)) && !at.Before(now.Add(-StaleAfter))
}
