package plan

import (
	"strconv"
	"strings"

	"tidings/bot"
)

// The highest limits. One that is higher would hold nothing.
const (
	maxHourLimit = 1000
	maxDayLimit  = 10_000
)

// ParseLimit reads a limit as people type it, such as "10 an hour", "30/day", "10 an hour, 30 a day" or "off". It states the
// whole limit. An error is a *[bot.UserError].
func ParseLimit(typed string) (bot.Limit, error) {
	r := read(typed)
	if r.off() && r.done() {
		return bot.Limit{}, nil
	}
	var l bot.Limit
	for r.skipLimit(); !r.done(); r.skipLimit() {
		n, ok := r.number()
		if !ok {
			return bot.Limit{}, r.noLimit()
		}
		r.pass("alerts", "messages", "a", "an", "per", "/", "each", "every", "in", "pro", "par", "por", "je", "one", "1")
		switch {
		case r.take("h", "hr", "hour", "hours", "hourly", "stunde", "heure", "hora", "시간", "時間", "小时"):
			l.Hour = n
		case r.take("d", "day", "days", "daily", "24h", "tag", "jour", "dia", "일", "日", "天"):
			l.Day = n
		case r.done():
			return bot.Limit{}, bot.UserErrorf("%d an hour, or %d a day? Type one of them, or both.", n, n)
		default:
			return bot.Limit{}, r.noLimit()
		}
		if n == 0 {
			return bot.Limit{}, bot.UserErrorf("A limit of 0 would hold every alert for good. Type %s for no limit, or use %s to hold alerts for a while.", "off", "/pause")
		}
	}
	return l, checkLimit(r, l)
}

// checkLimit refuses limits that mean nothing.
func checkLimit(r *reader, l bot.Limit) error {
	switch {
	case l == (bot.Limit{}):
		return r.noLimit()
	case l.Hour > maxHourLimit || l.Day > maxDayLimit:
		return bot.UserErrorf("That limit would hold nothing back. Type up to %d an hour or %d a day, or %s for no limit.", maxHourLimit, maxDayLimit, "off")
	case l.Day > 0 && l.Day < l.Hour:
		return bot.UserErrorf("%d a day is less than %d an hour. Make the limit of a day the higher one.", l.Day, l.Hour)
	}
	return nil
}

func (r *reader) skipLimit() {
	r.pass(",", "and", "und", "et", "y", ";", "+", "limit", "max", "maximum", "at", "most", "up", "to")
}

// noLimit says that what comes next can't be read.
func (r *reader) noLimit() error {
	return bot.UserErrorf("I can't read “%s” as a limit. Type one such as %s, both as in %s, or %s for none.", r.shown(), "10 an hour", "10 an hour, 30 a day", "off")
}

// FormatLimit returns a limit as it can be typed.
func FormatLimit(l bot.Limit) string {
	var parts []string
	if l.Hour > 0 {
		parts = append(parts, strconv.Itoa(l.Hour)+" an hour")
	}
	if l.Day > 0 {
		parts = append(parts, strconv.Itoa(l.Day)+" a day")
	}
	if len(parts) == 0 {
		return "off"
	}
	return strings.Join(parts, ", ")
}
