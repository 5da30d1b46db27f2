package plan

import "time"

// Units of local time.
const (
	minutesPerDay  = 24 * 60
	secondsPerDay  = 24 * 60 * 60
	epochWeekday   = time.Thursday // of 1 January 1970
	farthestOffset = 15 * time.Hour
)

// day is a date, counted from 1 January 1970.
type day int

// dayOf returns the local date of a moment.
func dayOf(t time.Time, zone *time.Location) day {
	y, m, d := t.In(zone).Date()
	return day(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / secondsPerDay)
}

// weekday returns the day of the week.
func (d day) weekday() time.Weekday { return time.Weekday(((int(d)+int(epochWeekday))%7 + 7) % 7) }

// at returns the moment at which the clocks of a zone show a minute of the day; 1440 is the end of the day. If they skip
// it, it is the first moment after the gap; if they show it twice, the first.
//
// time.Date promises neither: it takes one of the two offsets that come into question.
func (d day) at(minute int, zone *time.Location) time.Time {
	wall := int64(d)*secondsPerDay + int64(minute)*60
	t := time.Unix(wall, 0).Add(-farthestOffset).In(zone) // earlier than the clocks of any zone show it
	for {
		_, offset := t.Zone()
		start, end := t.ZoneBounds()
		if !end.IsZero() && wall >= end.Unix()+int64(offset) {
			t = end
			continue
		}
		moment := time.Unix(wall-int64(offset), 0).In(zone)
		if !start.IsZero() && moment.Before(start) {
			return start
		}
		return moment
	}
}

// nextHour returns the first full hour after a moment. Hours are of elapsed time: the one that comes twice counts twice. Where
// the clocks change by half an hour, the full hours before the change and those after it count.
func nextHour(after time.Time, zone *time.Location) time.Time {
	_, before := after.In(zone).Zone()
	next := fullHourAfter(after, before)
	_, then := next.In(zone).Zone()
	if other := fullHourAfter(after, then); then != before && other.Before(next) {
		if _, offset := other.In(zone).Zone(); offset == then {
			next = other
		}
	}
	return next.In(zone)
}

// fullHourAfter returns the first moment after one at which clocks with an offset, in seconds, show a full hour.
func fullHourAfter(after time.Time, offset int) time.Time {
	const hour = 60 * 60
	wall := after.Unix() + int64(offset)
	into := (wall%hour + hour) % hour
	return time.Unix(after.Unix()-into+hour, 0)
}
