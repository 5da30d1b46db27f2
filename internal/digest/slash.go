package digest

import (
	"fmt"
	"strconv"
	"time"

	"tidings/internal/lazyregexp"
)

// slashed matches a date of three numbers, whose first two may be month and day or the reverse.
var slashed = lazyregexp.New(`\b(\d{1,2})/(\d{1,2})/(\d{4})\b`)

// withSlashedDates returns lines whose bylines have their dates, if these are numbers with slashes, in a form that says which is
// the month: what all of them allow and, if that's both, what brings them much nearer to each other. It may be neither.
func withSlashedDates(lines []line) []line {
	type found struct{ monthFirst, dayFirst line }
	all := map[int]found{}
	var monthFirst, dayFirst span
	for i, l := range lines {
		m := slashed.FindStringSubmatchIndex(l.text)
		if m == nil || l.kind == anchor {
			continue
		}
		number := func(n int) int { v, _ := strconv.Atoi(l.text[m[2*n]:m[2*n+1]]); return v }
		with := func(month, day int) line {
			return l.as(l.text[:m[0]]+fmt.Sprintf("%d-%02d-%02d", number(3), month, day)+l.text[m[1]:], "")
		}
		both := found{with(number(1), number(2)), with(number(2), number(1))}
		if both.monthFirst.kind != anchor {
			continue
		}
		all[i] = both
		monthFirst.add(both.monthFirst.byline.date)
		dayFirst.add(both.dayFirst.byline.date)
	}
	isMonth := monthFirst.isNearerThan(&dayFirst)
	if !isMonth && !dayFirst.isNearerThan(&monthFirst) {
		return lines
	}
	for i, both := range all {
		if lines[i] = both.dayFirst; isMonth {
			lines[i] = both.monthFirst
		}
	}
	return lines
}

// span is the time from the first of some days to the last.
type span struct {
	from, to time.Time
	unreal   bool // one of them is in no calendar
}

func (s *span) add(d date) {
	at := d.in(time.UTC)
	s.unreal = s.unreal || !d.isReal()
	if s.from.IsZero() || at.Before(s.from) {
		s.from = at
	}
	if at.After(s.to) {
		s.to = at
	}
}

// isNearerThan reports whether the days can be meant, and those that others would make of them can't or are more than twice as far
// apart: a few days more or less in months tell nothing.
func (s *span) isNearerThan(o *span) bool {
	return !s.unreal && (o.unreal || 2*s.to.Sub(s.from) < o.to.Sub(o.from))
}
