package plan

import (
	"errors"
	"testing"
	"time"

	"tidings/bot"
)

// told returns what a person is told: the text of a UserError, or that it isn't one.
func told(err error) string {
	if err == nil {
		return ""
	}
	user, ok := errors.AsType[*bot.UserError](err)
	if !ok {
		return "not a UserError: " + err.Error()
	}
	return user.Error()
}

func TestParseTime_ReadsWhatPeopleType(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{
		"8": "08:00", "08": "08:00", "8h": "08:00", "8am": "08:00", "8 AM": "08:00", "8 a.m.": "08:00", "8pm": "20:00", "12am": "00:00", "12pm": "12:00",
		"20 Uhr": "20:00", "20 Uhr 30": "20:30", "20h30": "20:30", "noon": "12:00", "Midnight": "00:00", "8.30": "08:30", "8:30": "08:30",
		"at 8": "08:00", "every day at 8": "08:00", "0830": "08:30", "1830": "18:30", "24:00": "00:00", "０８：００": "08:00", "8 o'clock": "08:00",
		"오후 8시": "20:00", "오전 8시 30분": "08:30", "8時半": "08:30", "午後8時": "20:00", "下午8点": "20:00", "mittags": "12:00", "8 in the evening": "20:00", "8 in the morning": "08:00", "11 at night": "23:00", "evening": "18:00", "8 Uhr abends": "20:00", "3 in the afternoon": "15:00", "8:05pm": "20:05",
	} {
		got, err := ParseTime(typed)
		if err != nil || bot.ClockTime(got) != want {
			t.Errorf("%q is %s (%v), want %s", typed, bot.ClockTime(got), err, want)
		}
	}
}

func TestParseTime_TellsTheNearest(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{
		"25:00": "There's no 25:00; the nearest is 01:00. Times run from 00:00 to 23:59.",
		"8:75":  "There's no 08:75; the nearest is 08:59. Times run from 00:00 to 23:59.",
		"99:99": "There's no 99:99; the nearest is 23:59. Times run from 00:00 to 23:59.",
		"24:30": "There's no 24:30; the nearest is 00:30. Times run from 00:00 to 23:59.",
		"nooon": "I can't read “nooon” as a time. Did you mean noon?",
		"soon":  "I can't read “soon” as a time. Did you mean noon?",
		"later": "I can't read “later” as a time. Type one such as 08:00, 8pm or noon.",
		"":      "I can't read “” as a time. Type one such as 08:00, 8pm or noon.",
		"8 9":   "I can't read “8 9” as a time. Type one such as 08:00, 8pm or noon.",
	} {
		if _, err := ParseTime(typed); told(err) != want {
			t.Errorf("%q: %s\nwant %s", typed, told(err), want)
		}
	}
}

func TestParseWhen_ReadsWhatPeopleType(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{
		"now": "now", "at once": "now", "off": "now", "hourly": "hourly", "each hour": "hourly", "every hour": "hourly", "every 1 hour": "hourly",
		"every day at 8": "daily 08:00", "daily": "daily 08:00", "mornings": "daily 08:00", "every morning": "daily 08:00", "8": "daily 08:00",
		"weekdays 8 and 18": "weekdays 08:00 18:00", "weekdays": "weekdays 08:00", "mon 8": "weekly mon 08:00", "monday": "weekly mon 08:00",
		"every monday at 9am": "weekly mon 09:00", "weekly": "weekly mon 08:00", "weekly fri 18:00": "weekly fri 18:00", "8, 12, 18": "daily 08:00 12:00 18:00",
		"mon-fri 8": "weekdays 08:00", "sat-sun 10": "weekends 10:00", "fri to mon 7": "weekly mon fri sat sun 07:00", "weekends 10:00": "weekends 10:00",
		"daily 18 8 8": "daily 08:00 18:00", "Tuesdays and Thursdays at noon": "weekly tue thu 12:00", "every 8 hours": "daily 00:00 08:00 16:00",
		"jeden Tag um 8": "daily 08:00", "montags 8 Uhr": "weekly mon 08:00", "tous les jours 8h": "daily 08:00", "every evening at 8": "daily 20:00", "every morning at 7": "daily 07:00", "abends um 8": "daily 20:00",
		"once a day": "daily 08:00", "twice a day": "daily 08:00 18:00", "once a week": "weekly mon 08:00", "once an hour": "hourly", "mornings and evenings": "daily 08:00 18:00",
		"fridays at 4pm": "weekly fri 16:00", "every weekday at 9": "weekdays 09:00", "8 in the morning and 6 in the evening": "daily 08:00 18:00", "매일 오전 8시": "daily 08:00", "毎日8時": "daily 08:00",
		"每天8点": "daily 08:00", "월요일 8시": "weekly mon 08:00", "weekdays in the morning": "weekdays 08:00", "every evening": "daily 18:00", "24:00": "daily 00:00",
	} {
		got, err := ParseWhen(typed)
		if err != nil || got.String() != want {
			t.Errorf("%q is %q (%v), want %q", typed, got, err, want)
		}
	}
}

func TestParseWhen_TellsWhatCanBeTyped(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{
		"":                              "When? Type now, hourly, daily 08:00, weekdays 08:00 18:00 or weekly mon 08:00.",
		"dayly 8":                       "I can't read “dayly 8” as a schedule. Did you mean daily?",
		"hourlly":                       "I can't read “hourlly” as a schedule. Did you mean hourly?",
		"monthly":                       "I can't read “monthly” as a schedule. Type now, hourly, daily 08:00, weekdays 08:00 18:00 or weekly mon 08:00.",
		"daily 25:00":                   "There's no 25:00; the nearest is 01:00. Times run from 00:00 to 23:59.",
		"now 8":                         "A subscription has one schedule: now, hourly, or times such as daily 08:00.",
		"hourly 8":                      "A subscription has one schedule: now, hourly, or times such as daily 08:00.",
		"every 5 minutes":               "Digests come once an hour at most. Type hourly, or now for alerts as they come.",
		"every 5 hours":                 "A day can't be split into digests every 5 hours. Every 2, 3, 4, 6, 8 or 12 hours works, and so does hourly.",
		"every 0 hours":                 "A day can't be split into digests every 0 hours. Every 2, 3, 4, 6, 8 or 12 hours works, and so does hourly.",
		"1 2 3 4 5 6 7 8 9 10 11 12 13": "A digest can come 12 times a day at most. For more, type hourly.",
	} {
		if _, err := ParseWhen(typed); told(err) != want {
			t.Errorf("%q: %s\nwant %s", typed, told(err), want)
		}
	}
}

func TestParseQuiet_ReadsWhatPeopleType(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{
		"22:00-07:00": "22:00-07:00", "22-7": "22:00-07:00", "10pm to 7am": "22:00-07:00", "from 22 until 7": "22:00-07:00", "22 Uhr bis 7 Uhr": "22:00-07:00",
		"22:00 – 07:00": "22:00-07:00", "between 22 and 7": "22:00-07:00", "weekends": "weekends", "22:00-07:00 weekends": "22:00-07:00 weekends",
		"weekends 22-7": "22:00-07:00 weekends", "22-7 and weekends": "22:00-07:00 and weekends", "weekends and 22-7": "22:00-07:00 and weekends",
		"sat and sun 22-7": "22:00-07:00 weekends", "mon-fri 22-7": "22:00-07:00 weekdays", "mon-fri 22-7 and weekends": "22:00-07:00 weekdays and weekends",
		"fri 22-7": "22:00-07:00 fri", "off": "off", "none": "off", "8-8": "off", "22-24": "22:00-00:00", "nights": "22:00-07:00", "every day 22-7": "22:00-07:00",
		"22-7 except urgent": "22:00-07:00 except urgent", "22-7, weekends": "22:00-07:00 weekends", "00:00-08:00": "00:00-08:00", "오후 10시부터 오전 7시까지": "22:00-07:00",
		"12-14 weekdays": "12:00-14:00 weekdays",
	} {
		got, err := ParseQuiet(typed)
		if err != nil || FormatQuiet(got) != want {
			t.Errorf("%q is %q (%v), want %q", typed, FormatQuiet(got), err, want)
		}
	}
}

func TestParseQuiet_TellsWhatCanBeTyped(t *testing.T) {
	t.Parallel()
	const all = "Quiet all day would hold every alert for good. Leave at least an hour, as in 22:00-07:00, or use /pause to hold alerts for a while."
	const like = " Type them like 22:00-07:00, 22:00-07:00 weekends, weekends or off."
	for typed, want := range map[string]string{
		"00:00-24:00": all, "0-24": all, "00:00-23:59": all, "all day": all, "10:00-09:30": all,
		"":              "I can't read “” as quiet hours." + like,
		"22:00":         "Quiet hours go from one time to another, such as 22:00-07:00.",
		"8":             "Quiet hours go from one time to another, such as 22:00-08:00.",
		"8h":            "Quiet hours go from one time to another, such as 22:00-08:00.",
		"20 Uhr":        "Quiet hours go from one time to another, such as 20:00-07:00.",
		"noon":          "Quiet hours go from one time to another, such as 22:00-12:00.",
		"mon-fri":       "I can't read “mon-fri” as quiet hours." + like,
		"22-7 23-8":     "I can't read “22-7 23-8” as quiet hours." + like,
		"22-25":         "There's no 25:00; the nearest is 01:00. Times run from 00:00 to 23:59.",
		"22-7 weekend5": "I can't read “22-7 weekend5” as quiet hours." + like,
		"until 07:00":   "I can't read “until 07:00” as quiet hours." + like,
		"weekendss":     "I can't read “weekendss” as quiet hours. Did you mean weekends?",
	} {
		if _, err := ParseQuiet(typed); told(err) != want {
			t.Errorf("%q: %s\nwant %s", typed, told(err), want)
		}
	}
}

func TestParseLimit_ReadsWhatPeopleType(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{
		"10 an hour": "10 an hour", "10/h": "10 an hour", "10 per hour": "10 an hour", "30 a day": "30 a day", "30/day": "30 a day", "max 10/h": "10 an hour",
		"10 an hour, 30 a day": "10 an hour, 30 a day", "30 a day and 10 an hour": "10 an hour, 30 a day", "10/h 30/d": "10 an hour, 30 a day",
		"off": "off", "no limit": "off", "none": "off", "up to 10 an hour": "10 an hour", "10 pro Stunde": "10 an hour",
	} {
		got, err := ParseLimit(typed)
		if err != nil || FormatLimit(got) != want {
			t.Errorf("%q is %q (%v), want %q", typed, FormatLimit(got), err, want)
		}
	}
	for typed, want := range map[string]string{
		"0 an hour":           "A limit of 0 would hold every alert for good. Type off for no limit, or use /pause to hold alerts for a while.",
		"10":                  "10 an hour, or 10 a day? Type one of them, or both.",
		"10 an hour, 5 a day": "5 a day is less than 10 an hour. Make the limit of a day the higher one.",
		"99999999 an hour":    "That limit would hold nothing back. Type up to 1,000 an hour or 10,000 a day, or off for no limit.",
		"-5 an hour":          "I can't read “-5 an hour” as a limit. Type one such as 10 an hour, both as in 10 an hour, 30 a day, or off for none.",
		"":                    "I can't read “” as a limit. Type one such as 10 an hour, both as in 10 an hour, 30 a day, or off for none.",
		"ten a fortnight":     "I can't read “ten a fortnight” as a limit. Type one such as 10 an hour, both as in 10 an hour, 30 a day, or off for none.",
	} {
		if _, err := ParseLimit(typed); told(err) != want {
			t.Errorf("%q: %s\nwant %s", typed, told(err), want)
		}
	}
}

func TestParseUntil_ReadsWhatPeopleType(t *testing.T) {
	t.Parallel()
	berlin := zone(t, "Europe/Berlin")
	now := on(t, "2026-03-28 14:20 +0100") // a Saturday, the day before the clocks change
	for typed, want := range map[string]string{
		"2h": "2026-03-28 16:20 +0100", "for 2 hours": "2026-03-28 16:20 +0100", "90 min": "2026-03-28 15:50 +0100", "1h30": "2026-03-28 15:50 +0100",
		"1h 30m": "2026-03-28 15:50 +0100", "an hour": "2026-03-28 15:20 +0100", "half an hour": "2026-03-28 14:50 +0100", "3 days": "2026-03-31 14:20 +0200",
		"24h": "2026-03-29 15:20 +0200", "a day": "2026-03-29 14:20 +0200", "a week": "2026-04-04 14:20 +0200", "2 weeks": "2026-04-11 14:20 +0200",
		"until mon 08:00": "2026-03-30 08:00 +0200", "mon 8": "2026-03-30 08:00 +0200", "until Friday": "2026-04-03 08:00 +0200", "tomorrow": "2026-03-29 08:00 +0200",
		"until 8": "2026-03-29 08:00 +0200", "until 16": "2026-03-28 16:00 +0100", "20 Uhr": "2026-03-28 20:00 +0100", "tomorrow noon": "2026-03-29 12:00 +0200",
		"until sat 10:00": "2026-04-04 10:00 +0200", "sat 18:00": "2026-03-28 18:00 +0100", "2026-12-24": "2026-12-24 08:00 +0100",
		"until 2026-12-24 18:00": "2026-12-24 18:00 +0100", "day after tomorrow": "2026-03-30 08:00 +0200", "tomorrow 02:30": "2026-03-29 03:00 +0200",
		"1.5h": "2026-03-28 15:50 +0100", "2,5 Stunden": "2026-03-28 16:50 +0100", "next week": "2026-03-30 08:00 +0200", "tonight": "2026-03-28 18:00 +0100", "tonight at 8": "2026-03-28 20:00 +0100", "tomorrow morning": "2026-03-29 08:00 +0200", "tomorrow evening at 7": "2026-03-29 19:00 +0200", "in 2 hours": "2026-03-28 16:20 +0100", "bis morgen": "2026-03-29 08:00 +0200", "3 Tage": "2026-03-31 14:20 +0200", "2시간": "2026-03-28 16:20 +0100", "내일": "2026-03-29 08:00 +0200", "8am tomorrow": "2026-03-29 08:00 +0200",
	} {
		got, err := ParseUntil(typed, now, berlin)
		if err != nil || !got.Equal(on(t, want)) {
			t.Errorf("%q is %s (%v), want %s", typed, got, err, want)
		}
	}
	for _, typed := range []string{"", "for good", "until further notice", "forever"} {
		if got, err := ParseUntil(typed, now, berlin); err != nil || !got.IsZero() {
			t.Errorf("%q is %s (%v), want no end", typed, got, err)
		}
	}
}

func TestParseUntil_TellsWhatCanBeTyped(t *testing.T) {
	t.Parallel()
	seoul := zone(t, "Asia/Seoul")
	now := time.Date(2026, 5, 11, 5, 20, 0, 0, time.UTC)
	for typed, want := range map[string]string{
		"8":           "8 hours, or until 08:00? Type 8h or until 08:00.",
		"0 days":      "That's no time at all. Type something like 2h or 3 days.",
		"99999 days":  "That's more than a year ahead. Type something shorter, or leave it out: then it lasts until you end it.",
		"2026-02-30":  "There's no such date as 2026-02-30. Type one like 2026-05-11.",
		"2020-01-01":  "1 Jan 2020, 08:00 KST is over already. Type a moment to come, such as 2h or tomorrow 08:00.",
		"tomorow":     "I can't read “tomorow” as an end. Did you mean tomorrow?",
		"later":       "I can't read “later” as an end. Type one like 2h, 3 days, tomorrow or until mon 08:00.",
		"until 25:00": "There's no 25:00; the nearest is 01:00. Times run from 00:00 to 23:59.",
		"999999999h 999999999h 999999999h 999999999h": "That's more than a year ahead. Type something shorter, or leave it out: then it lasts until you end it.",
	} {
		if got, err := ParseUntil(typed, now, seoul); told(err) != want {
			t.Errorf("%q: %s %s\nwant %s", typed, got, told(err), want)
		}
	}
}

func TestParseUntil_DistinguishesWordsFromTimesThatThereArent(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 5, 11, 5, 20, 0, 0, time.UTC)
	for typed, unread := range map[string]bool{
		"until 25:00": false, "2026-02-30": false, "2020-01-01": false, "8": false, "0 days": false, "until tomorow": false,
		"later": true, "25 cents": true, "until dawn": true, "sale": true, "tomorow": true, "2h of it": true, "25:00 and more": true,
	} {
		if _, err := ParseUntil(typed, now, time.UTC); err == nil || errors.Is(err, ErrUnread) != unread {
			t.Errorf("%q: %v, unread %t, want %t", typed, err, !unread, unread)
		}
	}
}
