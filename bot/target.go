package bot

import (
	"cmp"
	"strings"
	"time"
)

// Target is one place that receives messages. Two targets are the same if they are equal.
type Target struct {
	Platform string
	// Space is the server (guild) that a chat belongs to, where the platform has such a thing.
	Space string
	Chat  string
	// Thread is a thread or topic within the chat. Empty means the chat itself.
	Thread string
}

// Place is who may have sources of their own: a server (guild), or a chat that belongs to none. What is public is of the
// empty one, which is also who asks on behalf of nobody.
type Place string

// Place returns the place that the target belongs to.
func (t Target) Place() Place {
	if t.Chat == "" && t.Space == "" {
		return ""
	}
	return Place(t.Platform + ":" + cmp.Or(t.Space, t.Chat))
}

// String returns the target in a form for logs: platform:chat or platform:chat/thread.
func (t Target) String() string {
	var b strings.Builder
	b.WriteString(t.Platform)
	b.WriteByte(':')
	if t.Chat == "" {
		b.WriteString("space " + t.Space)
	}
	b.WriteString(t.Chat)
	if t.Thread != "" {
		b.WriteString("/" + t.Thread)
	}
	return b.String()
}

// Corrections says what a target hears when an alert's title or facts turn out wrong. The alert itself is
// corrected in any case.
type Corrections string

// What it may hear.
const (
	CorrectQuietly Corrections = ""      // nothing else
	CorrectByReply Corrections = "reply" // a reply to the alert that says what was corrected or added
	CorrectByPost  Corrections = "post"  // the same as a message of its own
)

// CatchUp is what a manager chose for the alerts on hold from while the bot was away.
type CatchUp string

// The choices.
const (
	CatchUpEach CatchUp = "each" // each as an alert of its own
	CatchUpList CatchUp = "list" // few messages that list them
	CatchUpNone CatchUp = "none" // none is posted
)

// Suspension is why nothing is sent to a target.
type Suspension struct {
	// Reason says it in a few words, fit for people: "the bot was removed".
	Reason string
	// Probe says that it may end without any event, so that the target is tried again every now and then.
	Probe bool
}

// Suspended is a target that is suspended and may be tried again.
type Suspended struct {
	Target
	Since time.Time
}

// TargetStatus is what a store knows of one target.
type TargetStatus struct {
	// Suspended is why nothing is sent at present, or empty.
	Suspended      string
	SuspendedSince time.Time
	// Waiting counts deliveries that are due or will be, OnHold those that wait for a manager's word
	// after the target came back.
	Waiting, OnHold int
	// Waits are what waits by the target's own choice, soonest first. Waiting leaves it out.
	Waits []Waits
	// Corrections is what managers want to hear of corrections.
	Corrections Corrections
	// Uncertain counts attempts that may have arrived, which can't be known, so that the message may be there
	// twice.
	Uncertain int
	// Rejected counts deliveries that could never be sent; LastRejected says why the last could not.
	Rejected     int
	LastRejected string
	// LastSent is when the last delivery arrived, and LastLag the time it took since the store had it.
	LastSent time.Time
	LastLag  time.Duration
}
