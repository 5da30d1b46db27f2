package plan

import (
	"fmt"

	"tidings/bot"
)

// Hours that words stand for.
const (
	midday    = 12 * 60
	morning   = 8 * 60 // also of a day that is named without a time
	afternoon = 15 * 60
	evening   = 18 * 60
	night     = 22 * 60
)

// ParseTime reads a time of the day as people type it, such as 8, 8.30, 8pm, 20 Uhr, 20h30, noon or "every day at 8", and
// returns it in minutes, 0 to 1439; 24:00 is 00:00. An error is a *[bot.UserError].
func ParseTime(typed string) (minute int, err error) {
	r := read(typed)
	r.pass("every", "each", "day", "daily", "everyday", "the", "in", "taglich", "jeden", "tag", "매일", "毎日", "每天")
	minute, ok, err := r.clock()
	switch {
	case err != nil:
		return 0, err
	case ok && r.done():
		return minute % minutesPerDay, nil
	}
	if near := r.nearest("noon", "midnight", "morning", "evening"); near != "" {
		return 0, bot.UserErrorf("I can't read “%s” as a time. Did you mean %s?", r.shown(), near)
	}
	return 0, bot.UserErrorf("I can't read “%s” as a time. Type one such as %s, %s or %s.", r.shown(), "08:00", "8pm", "noon")
}

// clock reads a time of the day if one comes next, in minutes: 1440 is midnight as the end of the day. An error says that
// what looks like one isn't.
func (r *reader) clock() (minute int, ok bool, err error) {
	r.pass("at", "um", "gegen", "las", "la", "@")
	if minute, ok = r.namedTime(); ok {
		return minute, true, nil
	}
	half, usual := r.halfOfDay()
	r.pass("at", "um")
	if r.peek(0).width == 0 {
		return usual, usual > 0, nil
	}
	h, m := r.hourAndMinute()
	if half == 0 {
		half, _ = r.halfOfDay()
	}
	switch {
	case half == pm && h < 12:
		h += 12
	case half == am && h == 12:
		h = 0
	case half == am && h > 12:
		return 0, false, noSuchTime(h-12, m, h, m)
	}
	if h > 24 || m > 59 || h == 24 && m > 0 {
		return 0, false, noSuchTime(nearestHour(h), min(m, 59), h, m)
	}
	return h*60 + m, true, nil
}

// nearestHour returns the hour that somebody may have meant: 25:00 is an hour after midnight.
func nearestHour(h int) int {
	switch {
	case h < 24:
		return h
	case h < 30:
		return h - 24
	}
	return 23
}

// noSuchTime says that there is no hour h and minute m, and what is near.
func noSuchTime(nearHour, nearMinute, h, m int) error {
	return bot.UserErrorf("There's no %s; the nearest is %s. Times run from %s to %s.",
		fmt.Sprintf("%02d:%02d", h, m), bot.ClockTime(nearHour*60+nearMinute), "00:00", "23:59")
}

// hourAndMinute reads a number that comes next as an hour, with its minutes.
func (r *reader) hourAndMinute() (h, m int) {
	t := r.peek(0)
	r.drop(1)
	if t.width == 3 || t.width == 4 { // 0830
		return t.n / 100, t.n % 100
	}
	mark, minutes := r.peek(0), r.peek(1)
	switch {
	case (mark.text == ":" || mark.text == ".") && mark.glued && minutes.glued && minutes.width == 2:
		r.drop(2)
		return t.n, minutes.n
	case r.take("h", "hr", "hrs", "uhr", "heure", "heures", "hora", "horas", "시", "時", "时", "点", "點"):
		r.take("钟", "鐘")
		return t.n, r.minutesAfterHour()
	}
	return t.n, 0
}

// minutesAfterHour reads the 30 of 20h30 and of 20 Uhr 30.
func (r *reader) minutesAfterHour() int {
	if r.take("반", "半") {
		return 30
	}
	t := r.peek(0)
	if t.width != 2 || t.n > 59 {
		return 0
	}
	r.drop(1)
	r.take("m", "min", "minuten", "minutes", "minutos", "분", "分")
	return t.n
}

// Halves of the day.
const (
	am = 1
	pm = 2
)

// halfOfDay reads words like pm, evenings and "in the morning", with the time that they mean if none is named; 0 is neither.
func (r *reader) halfOfDay() (half, usual int) {
	words := *r
	words.pass("in", "the", "am", "de", "la", "le", "du", "every", "at")
	before := len(words.tokens)
	switch {
	case r.take("am", "오전", "午前", "上午"):
		return am, 0
	case r.take("pm", "오후", "午後", "下午"):
		return pm, 0
	case words.take("morning", "mornings", "morgens", "matin", "아침", "朝", "早上", "早晨"):
		half, usual = am, morning
	case words.take("afternoon", "afternoons", "nachmittags"):
		half, usual = pm, afternoon
	case words.take("evening", "evenings", "tonight", "abends", "soir", "저녁", "夕方", "傍晚", "晚上"):
		half, usual = pm, evening
	case words.take("night", "nights", "밤", "夜"):
		half, usual = pm, night
	}
	if len(words.tokens) < before {
		*r = words
	}
	return half, usual
}

// namedTime reads a word for a time.
func (r *reader) namedTime() (minute int, ok bool) {
	switch {
	case r.take("noon", "midday", "mittag", "mittags", "midi", "mediodia", "정오", "正午", "中午"):
		return midday, true
	case r.take("midnight", "mitternacht", "minuit", "medianoche", "자정", "午夜"):
		return minutesPerDay, true
	}
	return 0, false
}
