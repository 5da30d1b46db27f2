package bot

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"time"
)

// Action is what a delivery does to a target.
type Action string

// The actions.
const (
	Post     Action = "post"
	Edit     Action = "edit"
	Withdraw Action = "withdraw"
)

// Delivery is one thing to do for one target. A store keeps at most one post of an article for a
// target, however many of the target's subscriptions match it.
type Delivery struct {
	ID     int64
	Target Target
	Action Action
	// Article is the article in its newest revision at the time of the claim.
	Article Article
	// Filter is that of the target's subscription that matched the article, the lowest number if several
	// did. It decides which words to highlight; empty highlights none.
	Filter string
	// Posted is what the target shows of the article now, and Message where. An Edit and a Withdraw
	// have them; a Post does not.
	Posted  *Article
	Message Receipt
	// MayShow is the article as a Post of unknown outcome may show it, if it was another revision; nil where that isn't known.
	MayShow *Article
	// Replies are what answered the alert since, as corrections do. A Withdraw has them, and an Edit that takes one back.
	Replies []Receipt
	// Earlier is where a target that wants each article of a story shows the one before this one of its story; zero if it
	// shows none. A Post alone has it.
	Earlier Receipt
	// Corrected is when a correction that the target shows came; zero if it shows none.
	Corrected time.Time
	// With are further posts for the same target that go out in the same message, as a list, in the order of
	// reading and before this one. Rest are others that the message only counts. They share its lease, and settling
	// this one settles them alike. Of an edit they are what the list has beside.
	With, Rest []Delivery
	// Digest says that the message is a digest, maybe of this one alone.
	Digest bool
	// List is the ID of the delivery that carries the list which an Edit is about; 0 if it is about none.
	List int64
	// Place is that among all articles of a list, from 1; below 0 if the list only counts it.
	Place int
	// Corrections is what the target wants to hear of corrections.
	Corrections Corrections
	// Urgent says that it may pass others on their way to any chat.
	Urgent   bool
	Attempts int // sends that failed so far and count against it
	// Unknown counts its sends of unknown outcome, Unanswered those of them that nobody answered in time. UnknownFrom is a
	// moment before the first, and UnknownSince is when the last began or was settled. Such a post is repeated as it was: an
	// alert alone, a list with all its entries.
	Unknown, Unanswered       int
	UnknownFrom, UnknownSince time.Time
	// Enqueued is when the delivery was recorded; the lag counts from Article.FirstSeen.
	Enqueued time.Time
	// Rhythm is what its target asks for beyond what everybody gets; nil, as of nearly all, if that is nothing. A Post has
	// it, and an Edit.
	Rhythm *Rhythm
	// Subscription is the ID of the subscription that Filter is of.
	Subscription int64
	// Flood says that the article had no precedence, as one of too many urgent ones of its source.
	Flood bool
	// Waited is why it waited until now; empty if it did not. Due is until when.
	Waited Wait
	Due    time.Time
	// Silent says that the message makes no sound, Mentions whom it notifies.
	Silent   bool
	Mentions []Mention
	// Lease identifies the claim, so that one who lost its lease cannot undo another's work.
	Lease int64
	// LeasedAt is when the claim began, by the clock of the process that made it.
	LeasedAt time.Time
}

// IsList reports whether the message has several articles, or is a digest.
func (d *Delivery) IsList() bool { return d.Digest || len(d.With) > 0 || len(d.Rest) > 0 }

// Key returns the idempotency key of the delivery: the same for every try, different for every
// other delivery of this or any other installation. It has 22 characters of base64url.
func (d *Delivery) Key() string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\x00%s\x00%s\x00%s\x00%d",
		d.Target, d.Article.Source, d.Article.GUID, d.Action, d.Enqueued.UnixMicro()))
	return base64.RawURLEncoding.EncodeToString(sum[:16])
}

// DeliveryState is where a delivery stands.
type DeliveryState string

// The states. The last four are the only ends.
const (
	Pending    DeliveryState = "pending"    // due now or later
	OnHold     DeliveryState = "on_hold"    // waits for a manager's word after the target came back
	Sent       DeliveryState = "sent"       // the platform accepted it
	Superseded DeliveryState = "superseded" // nothing is left to do, with the reason on record
	Muted      DeliveryState = "muted"      // a mute left it out
	Rejected   DeliveryState = "rejected"   // can never be sent, with the reason on record
)

// Outcome is how a claimed delivery went.
type Outcome struct {
	// State is Pending to try again, or one of the ends.
	State   DeliveryState
	Receipt Receipt // if Sent
	// Reason says why, unless Sent.
	Reason string
	// NotBefore is when a Pending delivery may be tried again. The whole target waits, so that its
	// order stays. Zero means at once.
	NotBefore time.Time
	// Aside says that the delivery waits alone until NotBefore, and lets later ones of its target pass.
	Aside bool
	// Counted says that the try counts toward [Delivery.Attempts].
	Counted bool
	// Uncertain says that the message of a Pending delivery may have arrived all the same. It is on record,
	// and counted; another try may show it twice.
	Uncertain bool
	// Unanswered says of an Uncertain try that nobody answered it in time: most such messages have arrived.
	Unanswered bool
}

// Wait is what a delivery waits for, by its target's choice.
type Wait string

// What it may wait for.
const (
	ForDigest   Wait = "digest" // the next moment of its schedule
	ForQuietEnd Wait = "quiet"  // the end of quiet hours
	ForLimit    Wait = "limit"  // the limit has been reached
	ForPauseEnd Wait = "pause"  // the end of a pause
)

// Dispatch is a message that was sent.
type Dispatch struct {
	Target Target
	At     time.Time // when it was recorded, which is a little later
}

// Delay is how long alerts took recently, from the moment the store had the article to the moment the
// platform said that it has the message. It is right to a tenth.
type Delay struct {
	// Over is how many alerts it is taken over: those of the last quarter of an hour.
	Over int
	// P50 is what half of them took at most, P99 what 99 of 100 did.
	P50, P99 time.Duration
}
