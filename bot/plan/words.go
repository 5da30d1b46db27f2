package plan

import (
	"time"

	"tidings/bot"
)

// Words returns the schedule for people to read, in words that other languages have too. In English it can be typed so.
func (s Schedule) Words() bot.Text {
	switch {
	case s.hourly:
		return bot.Say("hourly")
	case s.AtOnce():
		return bot.Say("at once")
	}
	clock := make([]bot.Text, len(s.times))
	for i, t := range s.times {
		clock[i] = bot.Plain(bot.ClockTime(t))
	}
	times := bot.Row(clock...)
	switch s.days {
	case everyDay:
		return bot.Say("daily %s", times)
	case workDays:
		return bot.Say("weekdays %s", times)
	case weekendDays:
		return bot.Say("weekends %s", times)
	}
	return bot.Say("weekly %s %s", dayNames(s.days), times)
}

// QuietWords returns quiet hours likewise; they are not off.
func QuietWords(q bot.Quiet) bot.Text {
	var t bot.Text
	if q.From != q.To {
		t = quietHours(bot.ClockTime(q.From)+"-"+bot.ClockTime(q.To), q.Days)
	}
	switch {
	case q.Weekends && t != nil:
		t = bot.Say("%s and weekends", t)
	case q.Weekends:
		t = bot.Say("weekends")
	}
	if q.UrgentPasses {
		t = bot.Say("%s except urgent", t)
	}
	return t
}

// quietHours are hours of the day on some days, all if there are none.
func quietHours(hours string, days uint8) bot.Text {
	switch days {
	case 0, everyDay:
		return bot.Plain(hours)
	case weekendDays:
		return bot.Say("%s weekends", hours)
	case workDays:
		return bot.Say("%s weekdays", hours)
	}
	return bot.Join(bot.Plain(hours+" "), dayNames(days))
}

// dayNames names days, from Monday.
func dayNames(days uint8) bot.Text {
	monday := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
	var names []bot.Text
	for i := range 7 {
		if day := monday.AddDate(0, 0, i); days>>day.Weekday()&1 == 1 {
			names = append(names, bot.Day(day, bot.DayNameLayout))
		}
	}
	return bot.Row(names...)
}
