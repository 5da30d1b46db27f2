package telegram

import "time"

// The limits of core.telegram.org/bots/faq: "My bot is hitting limits, how do I avoid this?".
const (
	botRate    = 30 // messages a second, all chats together
	chatRate   = 1  // messages a second in one chat
	chatBurst  = 3  // "short bursts" of the FAQ, which gives no number
	groupRate  = 20 // messages a minute in one group; channels count as groups
	groupFrame = time.Minute
)

// bucket is a token bucket on a clock that is handed in. The zero moment is a full bucket.
type bucket struct {
	perSecond, burst float64
	spent            float64 // tokens missing at last
	last             time.Time
}

// wait is how long until one token is there; 0 means now.
func (b *bucket) wait(now time.Time) time.Duration {
	missing := b.missing(now) + 1 - b.burst
	if missing <= 0 {
		return 0
	}
	return time.Duration(missing / b.perSecond * float64(time.Second))
}

func (b *bucket) take(now time.Time) {
	b.spent = b.missing(now) + 1
	b.last = now
}

func (b *bucket) missing(now time.Time) float64 {
	return max(0, b.spent-max(0, now.Sub(b.last).Seconds())*b.perSecond)
}

// pace is the limit of one chat.
type pace struct {
	bucket bucket
	recent []time.Time // sends of the last minute, oldest first
}

func newPace() pace {
	return pace{bucket: bucket{perSecond: chatRate, burst: chatBurst}}
}

// wait is how long until chat may receive; only chats with negative ids have a limit by the minute.
func (p *pace) wait(now time.Time, chat int64) time.Duration {
	for len(p.recent) > 0 && now.Sub(p.recent[0]) >= groupFrame {
		p.recent = p.recent[1:]
	}
	wait := p.bucket.wait(now)
	if chat < 0 && len(p.recent) >= groupRate {
		wait = max(wait, p.recent[0].Add(groupFrame).Sub(now))
	}
	return wait
}

func (p *pace) take(now time.Time) {
	p.bucket.take(now)
	p.recent = append(p.recent, now)
}
