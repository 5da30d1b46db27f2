package console

import (
	"fmt"
	"html/template"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"tidings/bot"
)

// functions are what templates can call.
func (c *Console) functions() template.FuncMap {
	return template.FuncMap{
		"ago":       func(t time.Time) moment { return moment{t, ago(c.cfg.Now(), t), c.cfg.Zone} },
		"at":        func(t time.Time) moment { return moment{t, t.In(c.cfg.Zone).Format("2 Jan 15:04"), c.cfg.Zone} },
		"took":      took,
		"number":    func(n any) string { return number(whole(n)) },
		"count":     func(n any, noun string, other ...string) string { return count(whole(n), noun, other...) },
		"title":     title,
		"reference": reference,
		"inSection": inSection,
		"related":   relatedPath,
		"platforms": func() []string { return c.cfg.Platforms },
		"spans":     func(t bot.Text) []span { return spans(t, c.cfg.Zone) },
	}
}

// moment is a time as a page shows it.
type moment struct {
	Time  time.Time
	Words string
	zone  *time.Location
}

// Machine is the moment for programs, and Full for people who want to know it exactly.
func (m moment) Machine() string { return m.Time.UTC().Format(time.RFC3339) }

// Full names the zone.
func (m moment) Full() string { return m.Time.In(m.zone).Format("2 January 2006, 15:04:05 MST") }

// ago returns how long ago a moment was, or how long it is to it, in few characters.
func ago(now, t time.Time) string {
	d := now.Sub(t)
	switch {
	case t.IsZero():
		return "never"
	case d.Abs() < 2*time.Second:
		return "now"
	case d < 0:
		return "in " + roughly(-d)
	}
	return roughly(d) + " ago"
}

func roughly(d time.Duration) string {
	switch {
	case d < 2*time.Minute:
		return strconv.Itoa(int(d.Seconds())) + " s"
	case d < 2*time.Hour:
		return strconv.Itoa(int(d.Minutes())) + " min"
	case d < 48*time.Hour:
		return strconv.Itoa(int(d.Hours())) + " h"
	}
	return strconv.Itoa(int(d.Hours()/24)) + " days"
}

// took returns a duration in few characters.
func took(d time.Duration) string {
	switch {
	case d < time.Second:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	case d < 2*time.Minute:
		return fmt.Sprintf("%.1f s", d.Seconds())
	}
	return roughly(d)
}

// Bytes returns a size in few characters.
func Bytes(n int64) string {
	const kilo = 1000
	switch {
	case n < kilo*kilo:
		return fmt.Sprintf("%d kB", (n+kilo-1)/kilo)
	case n < kilo*kilo*kilo:
		return fmt.Sprintf("%.1f MB", float64(n)/kilo/kilo)
	}
	return fmt.Sprintf("%.1f GB", float64(n)/kilo/kilo/kilo)
}

// whole returns a number of either kind.
func whole(n any) int64 {
	if small, ok := n.(int); ok {
		return int64(small)
	}
	large, _ := n.(int64)
	return large
}

// number writes a number with its thousands apart.
func number[N int | int64](n N) string { return bot.Thousands(int64(n)) }

// count returns n and a noun in the right number: with an s if there is no other.
func count[N int | int64](n N, noun string, other ...string) string {
	switch {
	case n == 1:
		return "1 " + noun
	case len(other) > 0:
		return number(n) + " " + other[0]
	}
	return number(n) + " " + noun + "s"
}

// title returns a word with a capital, as the name of a platform has.
func title(s string) string {
	r, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r)) + s[size:]
}

// span is a piece of an answer as a page shows it.
type span struct {
	Text, Link         string
	Moment             *moment
	Bold, Italic, Code bool
}

// spans returns what the bot said, for a template: line by line.
func spans(t bot.Text, zone *time.Location) []span {
	list := make([]span, 0, len(t))
	for _, s := range t {
		p := span{
			Text: s.Text, Bold: s.Style&bot.Bold != 0, Italic: s.Style&bot.Italic != 0, Code: s.Style&(bot.Code|bot.Pre) != 0,
		}
		if strings.HasPrefix(s.Link, "https://") || strings.HasPrefix(s.Link, "http://") {
			p.Link = s.Link
		}
		if !s.Time.IsZero() {
			p.Moment = &moment{s.Time, s.Time.In(zone).Format("2 Jan 2006, 15:04 MST"), zone}
		}
		list = append(list, p)
	}
	return list
}
