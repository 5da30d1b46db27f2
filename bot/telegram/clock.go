package telegram

import (
	"net/http"
	"sync/atomic"
	"time"

	"tidings/bot"
)

// dateKnownFor is how long an answer's date counts. Polls and looks at the webhook bring a new one every minute.
const dateKnownFor = 5 * time.Minute

var _ bot.Clock = (*Adapter)(nil)

// elapsed returns the time from t to now: by the monotonic clock, or by the wall clock where that says longer. The
// monotonic clock stands still while the machine sleeps, and the wall clock may be set back.
func elapsed(t, now time.Time) time.Duration {
	return max(now.Sub(t), now.Round(0).Sub(t.Round(0)))
}

// dates remembers the date of the newest answer. The zero value knows none.
type dates struct {
	last atomic.Pointer[date]
}

// date is what an answer said, and when it came by the monotonic clock.
type date struct{ said, came time.Time }

// note reads the Date of an answer's header. An answer without one changes nothing.
func (d *dates) note(header http.Header, now time.Time) {
	if said, err := http.ParseTime(header.Get("Date")); err == nil {
		d.last.Store(&date{said: said, came: now})
	}
}

// at returns the platform's time now, unless the last answer was too long ago.
func (d *dates) at(now time.Time) (time.Time, bool) {
	last := d.last.Load()
	if last == nil {
		return time.Time{}, false
	}
	since := now.Sub(last.came)
	return last.said.Add(since), since <= dateKnownFor
}

// PlatformTime returns the time by Telegram's clock, if an answer stated it within the last five minutes.
func (a *Adapter) PlatformTime() (now time.Time, ok bool) { return a.client.dates.at(time.Now()) }

// sentNow returns the current time by the clock that dates messages: Telegram's, if that is known.
func (a *Adapter) sentNow() time.Time {
	if now, ok := a.PlatformTime(); ok {
		return now
	}
	return a.now()
}
