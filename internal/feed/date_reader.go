package feed

import (
	"strconv"
	"strings"
	"time"
)

// dateReader understands the tokens of a date: a time of day with its zone, and a day before or behind it.
type dateReader struct {
	tokens []dateToken
	at     int

	hasTime                        bool
	hour, minute, second, fraction int
	zone                           *time.Location // nil if none is named
	month                          time.Month     // 0 if none is named
	numbers                        []dayNumber    // of the day, in order
}

// dayNumber is a number of a day, with the mark before it.
type dayNumber struct {
	value, digits int
	mark          byte
}

// peek returns the token that comes n after the one at hand.
func (r *dateReader) peek(n int) dateToken {
	if r.at+n >= len(r.tokens) {
		return dateToken{}
	}
	return r.tokens[r.at+n]
}

func (r *dateReader) isMark(n int, marks string) bool {
	t := r.peek(n)
	return t.kind == dateMark && strings.Contains(marks, t.text)
}

// read reports whether all of the date was understood.
func (r *dateReader) read() bool {
	mark := byte(0)
	for r.at < len(r.tokens) {
		t := r.peek(0)
		switch {
		case t.kind == dateNumber && !r.hasTime && r.readTime():
			if !r.readZone() {
				return false
			}
		case t.kind == dateNumber:
			r.numbers = append(r.numbers, dayNumber{t.value, len(t.text), mark})
			r.at++
		case t.kind == dateWord && !r.readWord(t.text):
			return false
		case t.kind == dateMark && !strings.Contains(" ,.'/-ºª|·•;", t.text):
			return false
		default:
			r.at++
		}
		mark = 0
		if t.kind == dateMark {
			mark = t.text[0]
		}
	}
	return true
}

// readTime reads a time of day, if one begins here: 15:04, 15:04:05.9, 15h04, 3 pm, 15.04 Uhr.
func (r *dateReader) readTime() bool {
	const half = 12
	hour, next := r.peek(0), r.peek(1)
	if len(hour.text) > 2 {
		return false
	}
	dotted := r.isMark(1, ".") && r.peek(2).kind == dateNumber && (isHourWord(r.peek(3).text) || r.at > 0 && comesBeforeHour(r.tokens[r.at-1].text))
	switch {
	case (next.text == ":" || next.text == "h" || dotted) && r.peek(2).kind == dateNumber && len(r.peek(2).text) == 2:
		r.hour, r.minute = hour.value, r.peek(2).value
		r.at += 3
		r.readSeconds()
	case isHourWord(next.text), r.halfAt(1) != "":
		r.hour = hour.value
		r.at++
	default:
		return false
	}
	r.hasTime = true
	if isHourWord(r.peek(0).text) {
		r.at++
	}
	if name := r.halfAt(0); name != "" {
		r.at++
		if r.peek(0).text == "m" {
			r.at++
		}
		if r.hour <= half {
			r.hour %= half
			if name == "p" {
				r.hour += half
			}
		}
	}
	return true
}

func (r *dateReader) readSeconds() {
	if !r.isMark(0, ":") && r.peek(0).text != "m" || r.peek(1).kind != dateNumber {
		return
	}
	r.second = r.peek(1).value
	r.at += 2
	if r.isMark(0, ".,") && r.peek(0).glued && r.peek(1).kind == dateNumber && r.peek(1).glued {
		r.fraction, _ = strconv.Atoi((r.peek(1).text + "000000000")[:9])
		r.at += 2
	}
	if r.peek(0).text == "s" {
		r.at++
	}
}

// comesBeforeHour reports whether a time of day follows the word, as in "om 10.30".
func comesBeforeHour(word string) bool {
	switch word {
	case "um", "om", "kl", "klo", "ore", "alle", "às", "à":
		return true
	}
	return false
}

func isHourWord(s string) bool { return s == "uhr" || s == "uur" || s == "h" }

// halfAt returns "a" or "p" if that half of the day is named n tokens on.
func (r *dateReader) halfAt(n int) string {
	switch t := r.peek(n).text; {
	case t == "am", t == "a" && r.peek(n+1).text == "m":
		return "a"
	case t == "pm", t == "p" && r.peek(n+1).text == "m":
		return "p"
	}
	return ""
}

// readWord reads the name of a month or a day, or a word that says nothing.
func (r *dateReader) readWord(word string) bool {
	month := months[word]
	switch {
	case month != 0 && (r.month == 0 || !weekdays[word]): // "mar" is both, and the month comes later
		r.month = month
	case month == 0 && !weekdays[word] && !isFiller(word):
		return false
	}
	return true
}

// date returns the moment, or the midnight in a zone. It isn't ok if that does not exist, or may be one of two.
func (r *dateReader) date(zone *time.Location, order dateOrder) (when time.Time, ok bool) {
	year, month, day, ok := r.day(order)
	if !ok || month < time.January || month > time.December || day < 1 {
		return time.Time{}, false
	}
	if r.zone != nil {
		zone = r.zone
	}
	t := time.Date(year, month, day, 0, 0, 0, 0, zone)
	if t.Day() != day && t.Day() != day-1 { // midnight may not exist, but the day has to
		return time.Time{}, false
	}
	const endOfDay = 24
	midnight := r.hour == endOfDay && r.minute == 0 && r.second == 0
	if r.hour >= endOfDay && !midnight || r.minute > 59 || r.second > 60 {
		return time.Time{}, false
	}
	if !r.hasTime {
		return t, true
	}
	return time.Date(year, month, day, r.hour, r.minute, r.second, r.fraction, zone).UTC(), true
}

// day makes out which of the numbers is what.
func (r *dateReader) day(order dateOrder) (year int, month time.Month, day int, ok bool) {
	n := r.numbers
	if r.month != 0 {
		if len(n) != 2 {
			return 0, 0, 0, false
		}
		if n[0].digits == 4 {
			return n[0].value, r.month, n[1].value, true
		}
		return fullYear(n[1]), r.month, n[0].value, n[1].digits%2 == 0
	}
	const compact = 8 // digits of 20060102
	if len(n) == 1 && n[0].digits == compact {
		return n[0].value / 10000, time.Month(n[0].value / 100 % 100), n[0].value % 100, true
	}
	if len(n) != 3 {
		return 0, 0, 0, false
	}
	a, b := n[0].value, n[1].value
	switch {
	case n[2].digits < 4 && order == yearFirst:
		return fullYear(n[0]), time.Month(b), n[2].value, true
	case n[0].digits == 4:
		return a, time.Month(b), n[2].value, true
	case n[2].digits != 4 && (n[2].digits != 2 || n[1].mark == '-'):
		return 0, 0, 0, false
	case n[1].mark != '/' || a > 12:
		return fullYear(n[2]), time.Month(b), a, true
	case b > 12 || order == monthFirst:
		return fullYear(n[2]), time.Month(a), b, true
	}
	return fullYear(n[2]), time.Month(b), a, order != unknownOrder || a == b
}

// fullYear reads a year of two digits as one from 1970 to 2069.
func fullYear(n dayNumber) int {
	const pivot, century = 70, 100
	switch {
	case n.digits > 2:
		return n.value
	case n.value < pivot:
		return 20*century + n.value
	}
	return 19*century + n.value
}
