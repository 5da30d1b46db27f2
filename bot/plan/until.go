package plan

import (
	"errors"
	"time"

	"tidings/bot"
)

// ErrUnread is in the chain of an error about words that say nothing of time, rather than name a time that there isn't.
var ErrUnread = errors.New("not an end")

// maxPause is how far ahead a pause may end.
const maxPause = 366 // days

// ParseUntil reads when something ends as people type it: after a while, such as "2h", "90 min" or "3 days", or at a moment, such
// as "until mon 08:00", "tomorrow", "until 8" or "2026-12-24 18:00". Days and weeks are those of the calendar. A day without a
// time means its morning, 08:00. What is empty has no end, which is the zero time. An error is a *[bot.UserError];
// see [ErrUnread].
func ParseUntil(typed string, now time.Time, zone *time.Location) (time.Time, error) {
	u := untilReader{reader: read(typed), now: now.In(zone), zone: zone}
	if u.done() || u.forever() {
		return time.Time{}, nil
	}
	end, ok, err := u.end()
	switch {
	case err != nil && !u.done():
		return time.Time{}, &bot.UserError{Text: textOf(err), Err: ErrUnread}
	case err != nil:
		return time.Time{}, err
	case !ok || !u.done():
		return time.Time{}, u.unread()
	case !end.After(now):
		return time.Time{}, bot.UserErrorf("%s is over already. Type a moment to come, such as %s or %s.", bot.Moment(end, zone), "2h", "tomorrow 08:00")
	case dayOf(end, zone)-dayOf(now, zone) > maxPause:
		return time.Time{}, bot.UserErrorf("That's more than a year ahead. Type something shorter, or leave it out: then it lasts until you end it.")
	}
	return end, nil
}

// untilReader reads an end.
type untilReader struct {
	*reader
	now   time.Time // in zone
	zone  *time.Location
	until bool // it began with that word
}

// textOf returns what an error says to people.
func textOf(err error) bot.Text {
	if u, ok := errors.AsType[*bot.UserError](err); ok {
		return u.Text
	}
	return bot.Plain(err.Error())
}

// forever reads words for what has no end.
func (u *untilReader) forever() bool {
	ahead := *u.reader
	forever := ahead.takeAll("for", "good") || ahead.takeAll("until", "further", "notice") || ahead.takeAll("until", "i", "resume") ||
		ahead.take("forever", "indefinitely")
	return forever && ahead.done()
}

// end reads an end; ok is false if it isn't one.
func (u *untilReader) end() (end time.Time, ok bool, err error) {
	u.until = u.take("until", "till", "til", "bis", "hasta", "jusqu", "up")
	if u.until {
		u.pass("to", "'", "a", "au", "zu", "zum", "the", "el", "le", "end")
	}
	if !u.until {
		u.pass("for", "in", "fur", "pendant", "por", "durante")
		if end, ok, err = u.after(); ok || err != nil {
			return end, ok, err
		}
		if t := u.peek(0); t.width > 0 && t.width < 3 && len(u.tokens) == 1 {
			u.drop(1)
			return end, false, bot.UserErrorf("%s hours, or until %s? Type %s or %s.", t.text, bot.ClockTime(t.n%24*60), t.text+"h", "until "+bot.ClockTime(t.n%24*60))
		}
	}
	return u.moment()
}

// after reads a while, of one or more units: 1h 30m.
func (u *untilReader) after() (end time.Time, ok bool, err error) {
	const tooLong = 2 * maxPause
	days, span := 0, time.Duration(0)
	parts := 0
	for ; ; parts++ {
		tenths, unit, ok := u.part(span)
		if !ok {
			break
		}
		span = min(span+unit.clock/10*time.Duration(tenths), tooLong*24*time.Hour)
		days = min(days+unit.days*tenths/10, tooLong)
	}
	switch {
	case parts == 0:
		return end, false, nil
	case span == 0 && days == 0:
		return end, false, bot.UserErrorf("That's no time at all. Type something like %s or %s.", "2h", "3 days")
	}
	end = u.now
	if days > 0 {
		end = later(u.now, days, u.zone)
	}
	return end.Add(span), true, nil
}

// part reads one more part of a while: so many tenths of a unit. After hours, minutes may go without: 1h30.
func (u *untilReader) part(before time.Duration) (tenths int, unit unitOf, ok bool) {
	u.pass("and", "und", ",")
	if u.takeAll("half", "an", "hour") {
		return 5, unitOf{clock: time.Hour}, true
	}
	ahead := *u.reader
	if tenths, ok = ahead.amount(); !ok {
		return 0, unit, false
	}
	if unit, ok = ahead.unit(); !ok && before > 0 && before%time.Hour == 0 && ahead.done() {
		unit, ok = unitOf{clock: time.Minute}, true
	}
	if ok = ok && (unit.days == 0 || tenths%10 == 0); ok {
		*u.reader = ahead
	}
	return tenths, unit, ok
}

// amount reads how many units, in tenths: a number like 2 or 1.5, or "an".
func (r *reader) amount() (tenths int, ok bool) {
	if r.take("a", "an", "one", "ein", "eine", "einen", "une", "un", "una") {
		return 10, true
	}
	n, ok := r.number()
	tenths = 10 * n
	if mark, tenth := r.peek(0), r.peek(1); ok && (mark.text == "." || mark.text == ",") && mark.glued && tenth.glued && tenth.width == 1 {
		r.drop(2)
		tenths += tenth.n
	}
	return tenths, ok
}

// unitOf is a unit of time: of elapsed time, or of the calendar.
type unitOf struct {
	clock time.Duration
	days  int
}

// unit reads a unit if one comes next.
func (r *reader) unit() (unitOf, bool) {
	switch {
	case r.take("m", "min", "mins", "minute", "minutes", "minuten", "minuto", "minutos", "분", "分钟", "分"):
		return unitOf{clock: time.Minute}, true
	case r.take("h", "hr", "hrs", "hour", "hours", "std", "stunde", "stunden", "heure", "heures", "hora", "horas", "시간", "時間", "小时"):
		return unitOf{clock: time.Hour}, true
	case r.take("d", "day", "days", "tag", "tage", "jour", "jours", "dia", "dias", "일", "日", "天"):
		return unitOf{days: 1}, true
	case r.take("w", "wk", "week", "weeks", "woche", "wochen", "semaine", "semaines", "semana", "semanas", "주", "週間", "周"):
		return unitOf{days: 7}, true
	}
	return unitOf{}, false
}

// later returns the same time of the day some days later.
func later(t time.Time, days int, zone *time.Location) time.Time {
	t = t.In(zone)
	into := time.Duration(t.Second())*time.Second + time.Duration(t.Nanosecond())
	return (dayOf(t, zone) + day(days)).at(t.Hour()*60+t.Minute(), zone).Add(into)
}

// moment reads a moment: a day, a time, or both in any order.
func (u *untilReader) moment() (end time.Time, ok bool, err error) {
	today := dayOf(u.now, u.zone)
	date, weekday, dated, err := u.date(today)
	if err != nil {
		return end, false, err
	}
	minute, timed, err := u.clock()
	if err != nil {
		return end, false, err
	}
	if timed && !dated {
		if date, weekday, dated, err = u.date(today); err != nil {
			return end, false, err
		}
	}
	switch {
	case !timed && !dated:
		return end, false, nil
	case !timed:
		minute = morning
	case !dated:
		date = today
	}
	end = date.at(minute, u.zone)
	switch {
	case end.After(u.now):
	case weekday:
		end = (date + 7).at(minute, u.zone)
	case !dated:
		end = (date + 1).at(minute, u.zone)
	}
	return end, true, nil
}

// date reads a day if one comes next; weekday says that it is one that comes every week.
func (u *untilReader) date(today day) (date day, weekday, ok bool, err error) {
	if u.takeAll("next", "week") {
		return (today + 1).next(time.Monday), true, true, nil
	}
	u.pass("on", "next", "this", "am", "nachsten", ",")
	switch {
	case u.takeAll("day", "after", "tomorrow"), u.take("ubermorgen", "모레", "明後日", "后天"):
		return today + 2, false, true, nil
	case u.take("tomorrow", "tmrw", "morgen", "demain", "manana", "내일", "明日", "明天"):
		return today + 1, false, true, nil
	case u.take("today", "heute", "hoy", "오늘", "今日", "今天"):
		return today, false, true, nil
	}
	if date, ok, err = u.isoDate(); ok || err != nil {
		return date, false, ok, err
	}
	if u.take("weekend") {
		return today.next(time.Saturday), true, true, nil
	}
	d, ok := u.reader.weekday()
	return today.next(d), ok, ok, nil
}

// next returns the first day from this one on that is a day of the week.
func (d day) next(w time.Weekday) day { return d + day((int(w)-int(d.weekday())+7)%7) }

// isoDate reads a date like 2026-12-24.
func (u *untilReader) isoDate() (date day, ok bool, err error) {
	y, m, d := u.peek(0), u.peek(2), u.peek(4)
	if y.width != 4 || u.peek(1).text != "-" || m.width == 0 || u.peek(3).text != "-" || d.width == 0 {
		return 0, false, nil
	}
	u.drop(5)
	t := time.Date(y.n, time.Month(m.n), d.n, 0, 0, 0, 0, time.UTC)
	if m.n > 12 || t.Day() != d.n || y.n < 1970 {
		return 0, false, bot.UserErrorf("There's no such date as %s. Type one like %s.", u.shown(), u.now.Format(time.DateOnly))
	}
	u.take("t") // 2026-12-24T18:00
	return day(t.Unix() / secondsPerDay), true, nil
}

// unread says that what comes next can't be read.
func (u *untilReader) unread() error {
	near := u.nearest("until", "tomorrow", "today", "hours", "minutes", "weeks", "noon", "midnight", "forever",
		"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
	err := bot.UserErrorf("I can't read “%s” as an end. Type one like %s, %s, %s or %s.",
		u.shown(), "2h", "3 days", "tomorrow", "until mon 08:00")
	if near != "" {
		err = bot.UserErrorf("I can't read “%s” as an end. Did you mean %s?", u.shown(), near)
	}
	if near == "" || !u.until { // else it is a slip
		err.Err = ErrUnread
	}
	return err
}
