package bot

import "time"

// Waits counts the alerts of a target that wait, by its own choice, for one moment.
type Waits struct {
	Wait   Wait
	Due    time.Time // [Never] if somebody has to end the wait
	Alerts int
}

// ScheduledArticle is an article whose alert waits, by its target's choice.
type ScheduledArticle struct {
	Article Article
	Wait    Wait
	Due     time.Time // [Never] if somebody has to end the wait
	// Subscription is the ID of the one that matched it.
	Subscription int64
}

// Never is the moment for which waits what only a person can let go.
func Never() time.Time { return time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC) }

// EndedMute is a mute whose time is over.
type EndedMute struct {
	Target
	Mute Mute
}
