package plan

import (
	"strconv"
	"time"

	"tidings/bot"
)

// Notes returns what people should know of settings that meet: a digest within quiet hours, say. None of it is an error; it
// says what will happen. Each note is a sentence.
func Notes(set *bot.Settings, subscriptions []bot.Subscription) []bot.Text {
	var notes []bot.Text
	for i := range subscriptions {
		s := &subscriptions[i]
		number := strconv.Itoa(s.Number)
		schedule := scheduleOf(s.Preferences.When)
		if at, end, ok := withinQuiet(schedule, set.Quiet); ok {
			notes = append(notes, bot.Say("The digest of subscription %s that is due at %s comes at %s, when quiet hours end.", number, at, end))
		}
		if !schedule.AtOnce() && s.Preferences.Level >= bot.Urgent {
			notes = append(notes, bot.Say("Subscription %s makes everything urgent or a flash, so nothing of it waits for a digest.", number))
		}
		if s.Preferences.Silent && s.Preferences.Level >= bot.Urgent {
			notes = append(notes, bot.Say("Subscription %s is silent, but what is urgent or a flash makes a sound all the same.", number))
		}
		if !set.NoFlash && s.Preferences.Paused != (bot.Pause{}) {
			notes = append(notes, bot.Say("Subscription %s is paused, but flashes come all the same.", number))
		}
		if set.NoFlash && s.Preferences.Level == bot.Flash {
			notes = append(notes, bot.Say("Flashes are off here: what subscription %s makes a flash is urgent.", number))
		}
	}
	return notes
}

// withinQuiet returns a time of a digest that lies within quiet hours, and when these end.
func withinQuiet(s Schedule, q bot.Quiet) (at, end string, ok bool) {
	const aDay = 24 * time.Hour
	const aMonday = day(20458) // 5 January 2026; in UTC, where days have 24 hours
	for d := aMonday; d < aMonday+7; d++ {
		if s.days>>d.weekday()&1 == 0 {
			continue
		}
		for _, minute := range s.times {
			due := d.at(minute, time.UTC)
			t, holds := quietEnd(q, due, time.UTC)
			switch {
			case holds && t.Sub(due) >= aDay: // the time alone would say nothing
				return due.Format("Mon 15:04"), t.Format("Mon 15:04"), true
			case holds:
				return bot.ClockTime(minute), t.Format("15:04"), true
			}
		}
	}
	return "", "", false
}
