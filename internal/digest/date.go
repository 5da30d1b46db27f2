package digest

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"tidings/internal/lazyregexp"
)

const (
	weekday = `(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*\.?,?\s+)?`
	month   = `((?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*)\.?`
	day     = `(\d{1,2})(?:st|nd|rd|th|\.|er|º|o)?`
	clock   = `(?:,?\s+(?:at\s+)?\d{1,2}:\d{2}(?::\d{2})?(?:\s?[ap]\.?m\.?)?(?:\s+[A-Z]{2,5})?)?`
)

// What stands around a day in German, French, Spanish, Italian, Portuguese and Dutch, or in English.
const (
	foreignWeekday = `(?:\b(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*\.?|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonnabend|sonntag|(?:mo|di|mi|do|fr|sa|so)\.` +
		`|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|lunes|martes|miércoles|jueves|viernes|sábado|domingo` +
		`|lunedì|martedì|mercoledì|giovedì|venerdì|sabato|domenica|(?:segunda|terça|quarta|quinta|sexta)-feira` +
		`|maandag|dinsdag|woensdag|donderdag|vrijdag|zaterdag|zondag),?\s+)?`
	foreignOn    = `(?:\b(?:le|am|den|dem|il|el|em|op)\s+)?`
	foreignClock = `(?:,?\s+(?:um\s+|à\s+|às\s+|alle\s+|a\s+las\s+|om\s+)?\d{1,2}(?::|\.|\s?h\s?)\d{2}(?::\d{2})?(?:\s+(?:uhr|[A-Z]{2,5}))?)?`
)

// dateForm is one way to write a date.
type dateForm struct {
	last, first      *lazyregexp.Regexp // at the end of a line, and at its beginning
	year, month, day int                // which group holds what
}

func newDateForm(pattern string, year, month, day int) dateForm {
	return dateForm{lazyregexp.New(pattern + `$`), lazyregexp.New(`^` + pattern), year, month, day}
}

// dateForms lists the ways to write a date, each with an hour after it or not. The order matters:
// "3 March 2024" contains "March 20" too.
var dateForms = []dateForm{
	newDateForm(`(?i:`+weekday+month+`\s*`+day+`(?:,\s*|\s+)(\d{4})`+clock+`)`, 3, 1, 2),
	newDateForm(`(?i:`+foreignOn+foreignWeekday+foreignOn+day+`\s+(?:de\s+)?(\p{L}{3,13})\.?,?\s+(?:del?\s+)?(\d{4})(?:\s?г\.?)?(?:`+clock+`|`+foreignClock+`))`, 3, 2, 1),
	newDateForm(`(?i:`+weekday+`(\d{4})([-/])(\d{1,2})[-/](\d{1,2})`+clock+`)`, 1, 3, 4),
	newDateForm(`(?i:`+foreignOn+foreignWeekday+foreignOn+`(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})`+foreignClock+`)`, 3, 2, 1),
	newDateForm(`(?i:`+weekday+`(\d{1,2})-(\p{L}{3,9})-(\d{4})`+clock+`)`, 3, 2, 1),
	newDateForm(`(\d{4})\.\s?(\d{1,2})\.\s?(\d{1,2})\.?`+clock+``, 1, 2, 3),
	newDateForm(`(\d{4})년\s?(\d{1,2})월\s?(\d{1,2})일(?:\s?\(?[월화수목금토일](?:요일)?\)?)?`+clock+``, 1, 2, 3),
	newDateForm(`(\d{4})年\s?(\d{1,2})月\s?(\d{1,2})日(?:\s?[(（]?[月火水木金土日](?:曜日?)?[)）]?)?`+clock+``, 1, 2, 3),
}

// date is a day as a line names it; the calendar may not have it.
type date struct {
	year, day int
	month     time.Month
}

func (d date) in(zone *time.Location) time.Time {
	return time.Date(d.year, d.month, d.day, 0, 0, 0, 0, zone)
}

// isReal reports whether the calendar has the day.
func (d date) isReal() bool {
	t := d.in(time.UTC)
	return t.Year() == d.year && t.Month() == d.month && t.Day() == d.day
}

// maxDate bounds a date with its weekday and hour, in bytes.
const maxDate = 80

// hasYear reports whether a text has four digits in a row, as every date does.
func hasYear(s string) bool {
	const year = 4
	digits := 0
	for i := range len(s) {
		if digits++; s[i] < '0' || s[i] > '9' {
			digits = 0
		}
		if digits == year {
			return true
		}
	}
	return false
}

// cutDate splits a date off the end of a line.
func cutDate(line string) (before string, d date, ok bool) {
	start := max(0, len(line)-maxDate)
	tail := line[start:]
	if !hasYear(tail) {
		return line, date{}, false
	}
	for _, f := range dateForms {
		if m := f.last.FindStringSubmatchIndex(tail); m != nil {
			if d, ok := f.read(tail, m); ok {
				return line[:start+m[0]], d, true
			}
		}
	}
	return line, date{}, false
}

// cutDateOff splits a date off the beginning of a line.
func cutDateOff(line string) (d date, after string, ok bool) {
	head := line[:min(len(line), maxDate)]
	if !hasYear(head) {
		return date{}, line, false
	}
	for _, f := range dateForms {
		if m := f.first.FindStringSubmatchIndex(head); m != nil {
			if d, ok := f.read(head, m); ok {
				return d, line[m[1]:], true
			}
		}
	}
	return date{}, line, false
}

// read reads the date that a form has found.
func (f *dateForm) read(s string, m []int) (d date, ok bool) {
	group := func(i int) string { return s[m[2*i]:m[2*i+1]] }
	d.month = monthOf(group(f.month))
	d.year, _ = strconv.Atoi(group(f.year))
	d.day, _ = strconv.Atoi(group(f.day))
	return d, d.month != 0
}

// monthOf reads a month's number, its name, or the beginning of that; 0 means it is none. A number
// beyond 12 is left as it is, for isReal to refuse.
func monthOf(s string) time.Month {
	if n, err := strconv.Atoi(s); err == nil {
		return time.Month(n)
	}
	s = strings.ToLower(s)
	if s == "sept" {
		return time.September
	}
	for m := time.January; m <= time.December; m++ {
		if strings.HasPrefix(strings.ToLower(m.String()), s) {
			return m
		}
	}
	return foreignMonth(s)
}

// foreignMonth reads the name of a month in another language, or the beginning of just one where these are common; 0 means it
// is none.
func foreignMonth(s string) time.Month {
	const shortest = 3
	if m := wholeMonth(s); m != 0 || utf8.RuneCountInString(s) < shortest {
		return m
	}
	found := time.Month(0)
	for i, names := range foreignMonths {
		m := time.Month(i + 1)
		for name := range strings.FieldsSeq(names) {
			switch {
			case name == s:
				return m
			case strings.HasPrefix(name, s) && found != 0 && found != m:
				return 0
			case strings.HasPrefix(name, s):
				found = m
			}
		}
	}
	return found
}
