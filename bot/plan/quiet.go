package plan

import (
	"time"

	"tidings/bot"
)

// quietEnd returns when the quiet hours that hold at a moment end; ok is false if none do. Hours that follow each other
// without a gap, as a Friday night and a quiet weekend do, are one.
func quietEnd(q bot.Quiet, t time.Time, zone *time.Location) (end time.Time, ok bool) {
	end = t
	const longest = 8 // windows in a row: each day's night and the weekend
	for range longest {
		next, holds := windowEnd(q, end, zone)
		if !holds {
			break
		}
		end, ok = next, true
	}
	return end, ok
}

// windowEnd returns the end of the window that holds at a moment, the latest if several do.
func windowEnd(q bot.Quiet, t time.Time, zone *time.Location) (end time.Time, ok bool) {
	today := dayOf(t, zone)
	try := func(from, to time.Time) {
		if !t.Before(from) && t.Before(to) && to.After(end) {
			end, ok = to, true
		}
	}
	if q.From != q.To {
		for d := today - 1; d <= today; d++ {
			if q.Days == 0 || q.Days>>d.weekday()&1 == 1 {
				try(nightOf(q, d, zone))
			}
		}
	}
	if q.Weekends && weekendDays>>today.weekday()&1 == 1 {
		saturday := today
		if today.weekday() == time.Sunday {
			saturday--
		}
		try(saturday.at(0, zone), (saturday+2).at(0, zone))
	}
	return end, ok
}

// nightOf returns the quiet hours that begin on a day.
func nightOf(q bot.Quiet, d day, zone *time.Location) (from, to time.Time) {
	end := d
	if q.To < q.From {
		end++
	}
	return d.at(q.From, zone), end.at(q.To, zone)
}
