package plan

import (
	"math/bits"
	"slices"
	"strings"
	"time"

	"tidings/bot"
)

// MaxTimes bounds how many times a day a schedule may name.
const MaxTimes = 12

// Schedule says when the alerts of a subscription come. The zero value is at once. Its text is what [bot.Preferences] keep.
type Schedule struct {
	hourly bool
	days   uint8 // on which its times are, as bits 1 << time.Weekday; never 0 if there are times
	times  []int // minutes of the day, ascending; none unless it is a digest's
}

// Days of the week as bits, 1 << [time.Weekday].
const (
	everyDay    = uint8(1<<7 - 1)
	weekendDays = uint8(1<<time.Saturday | 1<<time.Sunday)
	workDays    = everyDay &^ weekendDays
)

// AtOnce reports whether alerts come as they are.
func (s Schedule) AtOnce() bool { return !s.hourly && len(s.times) == 0 }

// String returns the schedule as it is stored and can be typed: now, hourly, "daily 08:00 18:00", "weekdays 08:00",
// "weekends 10:00" or "weekly mon fri 08:00".
func (s Schedule) String() string {
	switch {
	case s.hourly:
		return "hourly"
	case s.AtOnce():
		return "now"
	}
	var b strings.Builder
	switch s.days {
	case everyDay:
		b.WriteString("daily")
	case workDays:
		b.WriteString("weekdays")
	case weekendDays:
		b.WriteString("weekends")
	default:
		b.WriteString("weekly " + formatDays(s.days))
	}
	for _, t := range s.times {
		b.WriteString(" " + bot.ClockTime(t))
	}
	return b.String()
}

// Next returns the first moment of the schedule after another, in a zone.
func (s Schedule) Next(after time.Time, zone *time.Location) time.Time {
	switch {
	case s.AtOnce():
		return after
	case s.hourly:
		return nextHour(after, zone)
	}
	for d := dayOf(after, zone); ; d++ {
		if s.days>>d.weekday()&1 == 0 {
			continue
		}
		for _, minute := range s.times {
			if t := d.at(minute, zone); t.After(after) {
				return t
			}
		}
	}
}

// digestAt returns a schedule of times on days.
func digestAt(days uint8, times []int) Schedule {
	times = slices.Clone(times)
	slices.Sort(times)
	return Schedule{days: days, times: slices.Compact(times)}
}

// formatDays returns days as words, from Monday: "mon wed".
func formatDays(days uint8) string {
	words := make([]string, 0, bits.OnesCount8(days))
	for i := range 7 {
		if d := (time.Monday + time.Weekday(i)) % 7; days>>d&1 == 1 {
			words = append(words, dayWord(d))
		}
	}
	return strings.Join(words, " ")
}

// dayWord returns a day's word in schedules: mon.
func dayWord(d time.Weekday) string { return strings.ToLower(d.String()[:3]) }

// scheduleOf returns the schedule of a [bot.Preferences]. One that this program doesn't know, as a newer one may have written,
// counts as at once: rather early than never.
func scheduleOf(when string) Schedule {
	if when == "" {
		return Schedule{}
	}
	s, _ := parseStored(when)
	return s
}

// parseStored reads what [Schedule.String] wrote, and nothing else.
func parseStored(when string) (s Schedule, ok bool) {
	kind, rest, _ := strings.Cut(when, " ")
	switch kind {
	case "now":
		return s, rest == ""
	case "hourly":
		return Schedule{hourly: true}, rest == ""
	case "daily":
		s.days = everyDay
	case "weekdays":
		s.days = workDays
	case "weekends":
		s.days = weekendDays
	case "weekly":
	default:
		return s, false
	}
	for word := range strings.SplitSeq(rest, " ") {
		if minute, ok := parseStoredTime(word); ok && s.days != 0 {
			s.times = append(s.times, minute)
		} else if bit := dayBit(word); bit != 0 && kind == "weekly" && len(s.times) == 0 {
			s.days |= bit
		} else {
			return Schedule{}, false
		}
	}
	if len(s.times) == 0 || s.String() != when {
		return Schedule{}, false
	}
	return s, true
}

// parseStoredTime reads what [bot.ClockTime] wrote.
func parseStoredTime(s string) (minute int, ok bool) {
	if len(s) != len("08:00") || s[2] != ':' {
		return 0, false
	}
	for i, c := range []byte(s) {
		if i != 2 && (c < '0' || c > '9') {
			return 0, false
		}
	}
	h, m := int(s[0]-'0')*10+int(s[1]-'0'), int(s[3]-'0')*10+int(s[4]-'0')
	return h*60 + m, h < 24 && m < 60
}

// dayBit returns the bit of a day's word, or 0.
func dayBit(word string) uint8 {
	for d := time.Sunday; d <= time.Saturday; d++ {
		if word == dayWord(d) {
			return 1 << d
		}
	}
	return 0
}
