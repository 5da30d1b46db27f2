package digest

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

const (
	weekday = `(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*\.?,?\s+)?`
	month   = `((?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*)\.?`
	day     = `(\d{1,2})(?:st|nd|rd|th)?`
	clock   = `(?:,?\s+(?:at\s+)?\d{1,2}:\d{2}(?::\d{2})?(?:\s?[ap]\.?m\.?)?(?:\s+[A-Z]{2,5})?)?`
)

// dateForm is one way to write a date.
type dateForm struct {
	last, first      *regexp.Regexp // at the end of a line, and at its beginning
	year, month, day int            // which group holds what
}

func newDateForm(pattern string, year, month, day int) dateForm {
	return dateForm{regexp.MustCompile(pattern + `$`), regexp.MustCompile(`^` + pattern), year, month, day}
}

// dateForms lists the ways to write a date, each with an hour after it or not. The order matters:
// "3 March 2024" contains "March 20" too.
var dateForms = []dateForm{
	newDateForm(`(?i:`+weekday+month+`\s*`+day+`(?:,\s*|\s+)(\d{4})`+clock+`)`, 3, 1, 2),
	newDateForm(`(?i:`+weekday+day+`\s+`+month+`,?\s+(\d{4})`+clock+`)`, 3, 2, 1),
	newDateForm(`(?i:`+weekday+`(\d{4})([-/])(\d{1,2})[-/](\d{1,2})`+clock+`)`, 1, 3, 4),
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

// cutDate splits a date off the end of a line.
func cutDate(line string) (before string, d date, ok bool) {
	start := max(0, len(line)-maxDate)
	tail := line[start:]
	if !strings.ContainsAny(tail, "0123456789") {
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
	if !strings.ContainsAny(head, "0123456789") {
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
	return 0
}
