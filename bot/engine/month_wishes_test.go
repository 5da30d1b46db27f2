package engine_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"tidings/bot"
)

// wishes are random ones of managers.
type wishes struct{ *rand.Rand }

func (w wishes) oneIn(n int) bool { return w.IntN(n) == 0 }

// preferences are how somebody wants one subscription's alerts.
func (w wishes) preferences() bot.Preferences {
	preferences := bot.Preferences{When: w.when(), Silent: w.oneIn(4)}
	switch w.IntN(12) {
	case 0:
		preferences.Level = bot.Flash
	case 1:
		preferences.Level = bot.Urgent
	}
	if w.oneIn(5) {
		preferences.Mentions = []bot.Mention{{Kind: bot.PersonMention, ID: "kim"}}
	}
	return preferences
}

func (w wishes) when() string {
	switch w.IntN(8) {
	case 0:
		return "hourly"
	case 1:
		return "daily " + w.times()
	case 2:
		return "daily 02:30" // which clocks show twice, or skip, when they change
	case 3:
		return "weekdays 08:00 18:00"
	case 4:
		return "weekly mon 08:00"
	}
	return ""
}

// times are one to three, in order.
func (w wishes) times() string {
	var times []string
	for h := w.IntN(8); h < 24 && len(times) < 3; h += 1 + w.IntN(16) {
		times = append(times, fmt.Sprintf("%02d:%02d", h, 5*w.IntN(12)))
	}
	return strings.Join(times, " ")
}

// settings are how somebody wants the alerts of a chat.
func (w wishes) settings() (s bot.Settings) {
	zones := []string{"", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Cairo", "UTC"}
	s.Zone = zones[w.IntN(len(zones))]
	if w.oneIn(2) {
		s.Quiet = w.quiet()
	}
	if w.oneIn(5) {
		s.Paused.Since = monthBegins().Add(time.Duration(w.IntN(24**simDays)) * time.Hour)
		s.Paused.Until = s.Paused.Since.Add(time.Duration(1+w.IntN(48)) * time.Hour)
	}
	if w.oneIn(6) {
		s.Limit = bot.Limit{Hour: 1 + w.IntN(3), Day: 5 + w.IntN(20)}
	}
	s.NoFlash = w.oneIn(6)
	return s
}

// quiet are some quiet hours, most of them by night.
func (w wishes) quiet() bot.Quiet {
	const step = 30
	q := bot.Quiet{From: 22 * 60, To: 7 * 60, Weekends: w.oneIn(4), UrgentPasses: w.oneIn(3)}
	if w.oneIn(3) {
		q.From = step * w.IntN(48)
		q.To = (q.From + step*w.IntN(40)) % (24 * 60)
	}
	if w.oneIn(4) {
		q.Days = uint8(1 + w.IntN(126))
	}
	return q
}
