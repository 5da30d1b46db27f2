package plan

import (
	"slices"
	"time"

	"tidings/bot"
)

// ParseWhen reads a schedule as people type it, such as "now", "each hour", "every day at 8", "weekdays 8 and 18", "mon 8" or
// "mornings". A digest without a time comes at 08:00. An error is a *[bot.UserError].
func ParseWhen(typed string) (Schedule, error) {
	w := whenReader{reader: read(typed)}
	for w.skip(); !w.done(); w.skip() {
		ok, err := w.part()
		if err != nil {
			return Schedule{}, err
		}
		if !ok {
			return Schedule{}, w.unread()
		}
	}
	return w.schedule()
}

// whenReader gathers the parts of a schedule.
type whenReader struct {
	*reader
	now, hourly, weekly bool
	days                uint8
	times               []int
}

// skip passes over words that say nothing by themselves.
func (w *whenReader) skip() {
	w.pass("at", "on", "and", "und", "et", "y", ",", "&", "+", "/", ";", "the", "in", "a", "um", "o", "digest", "에", "に", "と")
}

// part reads the next part; ok is false if it isn't one.
func (w *whenReader) part() (ok bool, err error) {
	if w.often() {
		return true, nil
	}
	switch {
	case w.take("now", "once", "immediately", "instantly", "instant", "live", "off", "sofort", "ahora", "즉시", "지금", "すぐ", "立即"):
		w.now = true
		return true, nil
	case w.take("hourly", "stundlich", "매시간", "毎時", "每小时"):
		w.hourly = true
		return true, nil
	case w.take("weekly", "wochentlich", "매주", "毎週", "每周"):
		w.weekly = true
		return true, nil
	case w.take("every", "each", "jeden", "jede", "cada", "chaque", "alle"):
		return w.every()
	}
	if days, ok := w.reader.days(); ok {
		w.days |= days
		return true, nil
	}
	minute, ok, err := w.clock()
	if ok {
		w.times = append(w.times, minute%minutesPerDay)
	}
	return ok, err
}

// often reads how often.
func (w *whenReader) often() bool {
	switch {
	case w.takeAll("once", "an", "hour"):
		w.hourly = true
	case w.takeAll("once", "a", "day"):
		w.days = everyDay
	case w.takeAll("once", "a", "week"):
		w.weekly = true
	case w.takeAll("twice", "a", "day"), w.takeAll("twice", "daily"):
		w.times = append(w.times, morning, evening)
	default:
		return false
	}
	return true
}

// every reads what follows "every".
func (w *whenReader) every() (ok bool, err error) {
	n, counted := 1, w.peek(0).width > 0
	ahead := *w.reader
	if counted {
		n, _ = ahead.number()
	}
	switch {
	case ahead.take("hour", "hours", "h", "stunde", "stunden", "hora", "horas", "heure", "heures"):
		*w.reader = ahead
		return true, w.everyHours(n)
	case ahead.take("minute", "minutes", "min", "half", "quarter", "second", "seconds"):
		return false, bot.UserErrorf("Digests come once an hour at most. Type %s, or %s for alerts as they come.", "hourly", "now")
	case counted:
		return false, nil
	case ahead.take("day", "tag", "dia", "jour"):
		*w.reader, w.days = ahead, everyDay
		return true, nil
	case ahead.take("week", "woche", "semana", "semaine"):
		*w.reader, w.weekly = ahead, true
		return true, nil
	}
	return true, nil
}

// everyHours makes a schedule of every n hours.
func (w *whenReader) everyHours(n int) error {
	switch {
	case n == 1:
		w.hourly = true
		return nil
	case n == 24:
		w.days = everyDay
		return nil
	case n == 0 || n > 24 || 24%n != 0:
		return bot.UserErrorf("A day can't be split into digests every %d hours. Every 2, 3, 4, 6, 8 or 12 hours works, and so does %s.", n, "hourly")
	}
	for h := 0; h < 24; h += n {
		w.times = append(w.times, h*60)
	}
	return nil
}

// schedule returns what has been read.
func (w *whenReader) schedule() (Schedule, error) {
	digest := w.weekly || w.days != 0 || len(w.times) > 0
	switch {
	case w.now && (w.hourly || digest), w.hourly && digest:
		return Schedule{}, bot.UserErrorf("A subscription has one schedule: %s, %s, or times such as %s.", "now", "hourly", "daily 08:00")
	case w.now:
		return Schedule{}, nil
	case w.hourly:
		return Schedule{hourly: true}, nil
	case !digest:
		return Schedule{}, w.unread()
	}
	if len(w.times) == 0 {
		w.times = []int{morning}
	}
	if w.days == 0 && w.weekly {
		w.days = 1 << time.Monday
	} else if w.days == 0 {
		w.days = everyDay
	}
	slices.Sort(w.times)
	if w.times = slices.Compact(w.times); len(w.times) > MaxTimes {
		return Schedule{}, bot.UserErrorf("A digest can come %d times a day at most. For more, type %s.", MaxTimes, "hourly")
	}
	return digestAt(w.days, w.times), nil
}

// unread says that what comes next can't be read.
func (w *whenReader) unread() error {
	near := w.nearest("now", "hourly", "daily", "weekdays", "weekends", "weekly", "mornings", "evenings", "every",
		"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "noon", "midnight")
	if near != "" {
		return bot.UserErrorf("I can't read “%s” as a schedule. Did you mean %s?", w.shown(), near)
	}
	if w.typed == "" {
		return bot.UserErrorf("When? Type %s, %s, %s, %s or %s.", "now", "hourly", "daily 08:00", "weekdays 08:00 18:00", "weekly mon 08:00")
	}
	return bot.UserErrorf("I can't read “%s” as a schedule. Type %s, %s, %s, %s or %s.",
		w.shown(), "now", "hourly", "daily 08:00", "weekdays 08:00 18:00", "weekly mon 08:00")
}
