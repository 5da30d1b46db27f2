package discord

import "time"

// timings are the waits of the gateway and of interactions. Tests shorten them.
type timings struct {
	open        time.Duration // for a session to begin or be resumed
	backoffMin  time.Duration
	backoffMax  time.Duration
	refusedMin  time.Duration // after a session that Discord called invalid
	refusedMax  time.Duration
	steady      time.Duration // after which a connection counts as sound
	identifyGap time.Duration // between two identifies of a group of shards
	settle      time.Duration // for other processes to see that this one is about to identify

	deferAfter    time.Duration // without an answer until Discord learns that one will come
	suggestWithin time.Duration // for suggestions
	callback      time.Duration // for one try of a first response
	answerWithin  time.Duration // for the whole answer
	claim         time.Duration // for the inbox to decide whether to answer
	finish        time.Duration // for answers in hand when the end has been asked for
	replyWithin   time.Duration // for getting an answer through
}

func defaultTimings() timings {
	return timings{
		open:       30 * time.Second,
		backoffMin: time.Second,
		backoffMax: 2 * time.Minute,
		// Discord asks for 1 to 5 s before the first try.
		refusedMin: 5 * time.Second,
		refusedMax: 10 * time.Minute,
		steady:     time.Minute,
		// Discord says 5 s; the rest is for what the network does to them.
		identifyGap: 5500 * time.Millisecond,
		settle:      100 * time.Millisecond,

		// Of the 3 s that Discord waits for the first response;
		// discord.com/developers/docs/interactions/receiving-and-responding
		deferAfter:    1200 * time.Millisecond,
		suggestWithin: 2 * time.Second,
		callback:      time.Second,
		// Of the 15 min that an interaction's token is good for.
		answerWithin: 14 * time.Minute,
		claim:        time.Second,
		finish:       3 * time.Second,
		replyWithin:  10 * time.Second,
	}
}
