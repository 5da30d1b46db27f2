package plan

import (
	"time"

	"tidings/bot"
)

// freeAt returns when a limit has room for one more message: at a moment, or later. Its windows roll.
func freeAt(l bot.Limit, sent []time.Time, at time.Time) time.Time {
	free := at
	wait := func(most int, window time.Duration) {
		if most == 0 || len(sent) < most {
			return
		}
		if t := sent[len(sent)-most].Add(window); t.After(free) {
			free = t
		}
	}
	wait(l.Hour, time.Hour)
	wait(l.Day, 24*time.Hour)
	return free
}
