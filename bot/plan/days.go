package plan

import (
	"strings"
	"time"
	"unicode/utf8"
)

// days reads days of the week that come next: one, several from one to another, or a word for several.
func (r *reader) days() (days uint8, ok bool) {
	r.pass("on", "am", "le", "los", "el")
	switch {
	case r.takeAll("tous", "les", "jours"), r.takeAll("todos", "los", "dias"), r.take("daily", "everyday", "taglich", "quotidien", "diario", "매일", "毎日", "每天"):
		return everyDay, true
	case r.take("weekday", "weekdays", "workday", "workdays", "werktags", "평일", "平日", "工作日"):
		return workDays, true
	case r.take("weekend", "weekends", "wochenende", "wochenenden", "주말", "週末", "周末"):
		return weekendDays, true
	}
	first, ok := r.weekday()
	if !ok {
		return 0, false
	}
	days = 1 << first
	if dash := r.peek(0).text; dash != "-" && dash != "to" && dash != "bis" && dash != "~" {
		return days, true
	}
	ahead := *r
	ahead.drop(1)
	if last, ok := ahead.weekday(); ok {
		*r = ahead
		for d := first; d != last; d = (d + 1) % 7 {
			days |= 1 << d
		}
		days |= 1 << last
	}
	return days, true
}

// weekdayNames are words for a day of the week, from Sunday: English and German ones may be typed from two letters on, French
// and Spanish ones from three, others as they are.
func weekdayNames() [7]string {
	return [7]string{
		"sunday sonntag dimanche domingo 일요일 日曜日 日曜 星期日 星期天 周日 週日",
		"monday montag lundi lunes 월요일 月曜日 月曜 星期一 周一 週一",
		"tuesday dienstag mardi martes 화요일 火曜日 火曜 星期二 周二 週二",
		"wednesday mittwoch mercredi miercoles 수요일 水曜日 水曜 星期三 周三 週三",
		"thursday donnerstag jeudi jueves 목요일 木曜日 木曜 星期四 周四 週四",
		"friday freitag vendredi viernes 금요일 金曜日 金曜 星期五 周五 週五",
		"saturday samstag samedi sabado 토요일 土曜日 土曜 星期六 周六 週六",
	}
}

// weekday reads a day of the week if one comes next.
func (r *reader) weekday() (time.Weekday, bool) {
	for d, names := range weekdayNames() {
		for i, name := range strings.Fields(names) {
			if name[0] >= utf8.RuneSelf {
				if r.take(name) {
					return time.Weekday(d), true
				}
				continue
			}
			least := 2
			if i >= 2 {
				least = 3
			}
			word := r.peek(0).text
			if single := strings.TrimSuffix(word, "s"); len(single) >= least && (strings.HasPrefix(name, single) || name == word) {
				r.drop(1)
				return time.Weekday(d), true
			}
		}
	}
	return 0, false
}
