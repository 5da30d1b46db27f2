package bot

import "time"

// TargetQuery asks for the targets that the bot knows, in the order of their IDs. It is for those who run the bot.
type TargetQuery struct {
	After int64 // those whose IDs come after it
	Limit int
	// Platform, if set, is theirs.
	Platform string
	// Chat and Name, if set, are the ID of their chat, and words in what they are called. One of both is enough.
	Chat, Name string
	// Suspended leaves out those that are sent to.
	Suspended bool
}

// KnownTarget is a target as those who run the bot see it.
type KnownTarget struct {
	ID     int64
	Target Target
	// Name is what its platform called it when a manager last used a command there; empty if that isn't known. It may have
	// changed since, and anything can stand in it.
	Name string
	// Subscriptions counts those that have not ended.
	Subscriptions int
	TargetStatus
}

// DeliveryQuery asks for deliveries, the newest first. It is for those who run the bot.
type DeliveryQuery struct {
	Target  Target // theirs; the zero value is any
	Article int64  // theirs; 0 is any
	// Since leaves out what ended before. What waits is listed in any case.
	Since time.Time
	// Sent, Waiting and Refused choose what is listed: what arrived, what has not ended, and what can never be sent. With
	// none of them, all three are; of an article, also what ended otherwise.
	Sent, Waiting, Refused bool
	// Limit bounds how many are returned.
	Limit int
}

// Wants reports whether the query asks for deliveries in a state.
func (q *DeliveryQuery) Wants(state DeliveryState) bool {
	switch state {
	case Sent:
		return q.Sent || !q.Waiting && !q.Refused
	case Rejected:
		return q.Refused || !q.Sent && !q.Waiting
	case Superseded, Muted:
		return q.Article != 0 && !q.Sent && !q.Waiting && !q.Refused
	default:
		return q.Waiting || !q.Sent && !q.Refused
	}
}

// DeliveryRecord is one delivery as it stands.
type DeliveryRecord struct {
	ID      int64
	Target  Target
	Article int64  // its ID
	Title   string // the article's
	Source  string // the article's, by name
	Step
}

// At is when it ended, or came if it waits.
func (r *DeliveryRecord) At() time.Time {
	if r.Settled.IsZero() {
		return r.Enqueued
	}
	return r.Settled
}
