package plan

import (
	"tidings/bot"
)

// shortestAwake is how many minutes a day quiet hours leave at least.
const shortestAwake = 60

// ParseQuiet reads quiet hours as people type them, such as "22:00-07:00", "10pm to 7am", "22-7 weekends", "mon-fri 22-7",
// "weekends", "22-7 and weekends", "22-7 except urgent" or "off". Hours from a time to the same are off. An error is a
// *[bot.UserError].
func ParseQuiet(typed string) (bot.Quiet, error) {
	q := quietReader{reader: read(typed)}
	if q.off() && q.done() {
		return bot.Quiet{}, nil
	}
	for q.skip(); !q.done(); q.skip() {
		ok, err := q.part()
		if err != nil {
			return bot.Quiet{}, err
		}
		if !ok {
			return bot.Quiet{}, q.unread()
		}
	}
	return q.quiet()
}

// quietReader gathers the parts of quiet hours.
type quietReader struct {
	*reader
	days         uint8
	from, to     int // to may be 1440
	window       bool
	and          bool // comes before the next part
	weekends     bool // are quiet besides
	urgentPasses bool
}

// skip passes over words that say nothing by themselves.
func (q *quietReader) skip() {
	q.pass("from", "between", "von", "quiet", "hours", "the", "at", ",", "every", "all")
	if q.take("and", "und", "et", "y", "plus", "+", "&") {
		q.and = true
		q.skip()
	}
}

// part reads the next part; ok is false if it isn't one.
func (q *quietReader) part() (ok bool, err error) {
	and := q.and
	q.and = false
	switch {
	case q.takeAll("except", "urgent"), q.takeAll("but", "urgent"), q.takeAll("urgent", "passes"), q.takeAll("not", "urgent"):
		q.urgentPasses = true
		return true, nil
	case q.take("day", "days"):
		q.days |= everyDay
		return true, nil
	case !q.window && q.take("night", "nights", "nightly", "nachts"):
		q.from, q.to, q.window = night, 7*60, true
		return true, nil
	}
	if days, ok := q.reader.days(); ok {
		if and && q.window && days == weekendDays {
			q.weekends = true
		} else {
			q.days |= days
		}
		return true, nil
	}
	if and && q.days == weekendDays {
		q.weekends, q.days = true, 0
	}
	return q.hours()
}

// hours reads from when to when.
func (q *quietReader) hours() (ok bool, err error) {
	from, ok, err := q.clock()
	if !ok || q.window {
		return false, err
	}
	if !q.take("-", "to", "until", "till", "bis", "a", "~", "and", "부터", "から", "到", "至") {
		return false, bot.UserErrorf("Quiet hours go from one time to another, such as %s.", likelyNight(from%minutesPerDay))
	}
	to, ok, err := q.clock()
	q.take("까지", "まで")
	q.from, q.to, q.window = from, to, ok
	return ok, err
}

// likelyNight completes a single time to quiet hours: in the morning they end, and later they begin.
func likelyNight(at int) string {
	if at <= minutesPerDay/2 {
		return bot.ClockTime(night) + "-" + bot.ClockTime(at)
	}
	return bot.ClockTime(at) + "-07:00"
}

// quiet returns what has been read.
func (q *quietReader) quiet() (bot.Quiet, error) {
	quiet := bot.Quiet{Weekends: q.weekends, UrgentPasses: q.urgentPasses}
	switch {
	case !q.window && q.days == weekendDays:
		quiet.Weekends = true
		return quiet, nil
	case !q.window && q.days == everyDay:
		return bot.Quiet{}, allDay()
	case !q.window:
		return bot.Quiet{}, q.unread()
	case q.days != everyDay:
		quiet.Days = q.days
	}
	quiet.From, quiet.To = q.from%minutesPerDay, q.to%minutesPerDay
	if quiet.From == quiet.To && q.from == q.to {
		return bot.Quiet{}, nil // equal ends are off
	}
	if length := (quiet.To - quiet.From + minutesPerDay) % minutesPerDay; length == 0 || length > minutesPerDay-shortestAwake {
		return bot.Quiet{}, allDay()
	}
	return quiet, nil
}

// allDay says that quiet hours may not fill the day.
func allDay() error {
	return bot.UserErrorf("Quiet all day would hold every alert for good. Leave at least an hour, as in %s, or use %s to hold alerts for a while.",
		"22:00-07:00", "/pause")
}

// unread says that what comes next can't be read.
func (q *quietReader) unread() error {
	if near := q.nearest("weekends", "weekdays", "nights", "until", "except", "midnight", "noon"); near != "" {
		return bot.UserErrorf("I can't read “%s” as quiet hours. Did you mean %s?", q.shown(), near)
	}
	return bot.UserErrorf("I can't read “%s” as quiet hours. Type them like %s, %s, %s or %s.",
		q.shown(), "22:00-07:00", "22:00-07:00 weekends", "weekends", "off")
}

// FormatQuiet returns quiet hours as they can be typed.
func FormatQuiet(q bot.Quiet) string {
	s := ""
	if q.From != q.To {
		s = bot.ClockTime(q.From) + "-" + bot.ClockTime(q.To)
		switch q.Days {
		case 0, everyDay:
		case weekendDays:
			s += " weekends"
		case workDays:
			s += " weekdays"
		default:
			s += " " + formatDays(q.Days)
		}
	}
	switch {
	case q.Weekends && s != "":
		s += " and weekends"
	case q.Weekends:
		s = "weekends"
	case s == "":
		return "off"
	}
	if q.UrgentPasses {
		s += " except urgent"
	}
	return s
}
