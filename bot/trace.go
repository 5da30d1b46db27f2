package bot

import (
	"time"
)

// Step is one delivery on an article's way to a target.
type Step struct {
	Action   Action
	Revision int // that called for an edit or a withdrawal; 0 for a post
	// State is where it stands. One that waits for the end of an embargo is Pending too.
	State    DeliveryState
	Enqueued time.Time
	// Due is when it may be sent at the earliest; zero if at once.
	Due time.Time
	// Wait is what a Pending one waits for until Due, by its target's choice, or what a Sent one had waited for; empty if it is nothing.
	Wait Wait
	// Mute is the name of the mute that left a Muted one out.
	Mute     string
	Settled  time.Time // zero while it waits
	Flood    bool      // the article is urgent, but had no precedence as one of too many of its source
	Attempts int       // sends that failed
	// Reason says why it failed last, or why it ended if it was not sent.
	Reason  string
	Receipt Receipt // if Sent
}

// Trace is what became of an article in one target.
type Trace struct {
	// Revisions are when each of the article's revisions came in, oldest first.
	Revisions []time.Time
	// Reports are how further sources reported it to those who follow them.
	Reports []Report
	// Seen says that the watcher has matched its newest revision with the filters.
	Seen bool
	// Steps are the deliveries, oldest first; none if no subscription of the target matched it.
	Steps []Step
	// Ahead is how many deliveries go to the target before the first that waits.
	Ahead int
	// Ready is when the target may be sent to next; zero if nothing is known to keep it.
	Ready time.Time
}
