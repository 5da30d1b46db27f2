package answer

import (
	"cmp"
	"context"
	"errors"
	"strconv"
	"strings"

	"tidings/bot"
	"tidings/bot/plan"
)

// settingOptions are what /settings shows and changes, in this order.
func (h *Handler) settingOptions() []option[bot.Settings] {
	list := []option[bot.Settings]{h.zoneOption()}
	if k, ok := h.languageOption(); ok {
		list = append(list, k)
	}
	return append(list, quietOption(), limitOption(), shapeOption(), lineOption(), h.correctionsOption(), flashOption(), mentionsOption(), digestOption(), h.tidyOption())
}

// zoneOption is the chat's time zone.
func (h *Handler) zoneOption() option[bot.Settings] {
	parse := func(words string) (string, error) { return plan.ParseZone(words, h.now()) }
	return option[bot.Settings]{
		name: "timezone", names: []string{"zone", "tz", "time"}, help: "A city or an offset: Berlin, Asia/Seoul, UTC+9",
		title: bot.Say("Time zone"), hint: bot.Say("A city or an offset, as in %s or %s.", code("Berlin"), code("UTC+9")),
		takes:    parsedBy(parse),
		complete: func(typed string) []plan.Suggestion { return plan.CompleteZones(typed, h.now()) },
		read: func(_ context.Context, _ *bot.Request, value string) (func(*bot.Settings), error) {
			zone, err := parse(value)
			return func(s *bot.Settings) { s.Zone = zone }, err
		},
		value: func(s *bot.Settings) string { return s.Zone },
		line: func(s *bot.Settings) bot.Text {
			return bot.Say("Time zone: %s, where it's %s", h.zoneName(s), h.now().In(h.zoneOf(s)).Format("15:04"))
		},
		done: func(s *bot.Settings) bot.Text {
			return bot.Say("This chat's time zone is %s, where it's %s now.", h.zoneName(s), h.now().In(h.zoneOf(s)).Format("15:04"))
		},
	}
}

// quietOption is when alerts wait.
func quietOption() option[bot.Settings] {
	return option[bot.Settings]{
		name: "quiet", names: []string{"quiet-hours", "quiethours", "hours", "dnd"}, help: "When alerts wait: 22:00-07:00, weekends, off",
		title: bot.Say("Quiet hours"), hint: bot.Say("As in %s or %s.", code("22:00-07:00"), code("22:00-07:00 and weekends, except urgent")),
		takes: parsedBy(plan.ParseQuiet), complete: plan.CompleteQuiet,
		offers: []offer{
			{"off", bot.Say("None")},
			{"22:00-07:00", bot.Plain("22:00–07:00")},
			{"23:00-08:00", bot.Plain("23:00–08:00")},
			{"weekends", bot.Say("Weekends")},
			{"22:00-07:00 and weekends", bot.Say("Nights and weekends")},
		},
		read: func(_ context.Context, _ *bot.Request, value string) (func(*bot.Settings), error) {
			quiet, err := plan.ParseQuiet(value)
			return func(s *bot.Settings) { s.Quiet = quiet }, err
		},
		value: func(s *bot.Settings) string { return unlessZero(s.Quiet, plan.FormatQuiet) },
		line: func(s *bot.Settings) bot.Text {
			if s.Quiet == (bot.Quiet{}) {
				return bot.Say("Quiet hours: none")
			}
			return bot.Say("Quiet hours: %s", plan.QuietWords(s.Quiet))
		},
		done: quietDone,
	}
}

// quietDone says what quiet hours come to.
func quietDone(s *bot.Settings) bot.Text {
	hours := plan.QuietWords(s.Quiet)
	switch {
	case s.Quiet == (bot.Quiet{}):
		return bot.Say("There are no quiet hours: alerts come at any time.")
	case s.NoFlash && !s.Quiet.UrgentPasses:
		return bot.Say("Quiet hours: %s. What comes then waits, and arrives as one list when they end.", hours)
	case s.Quiet.UrgentPasses:
		return bot.Say("Quiet hours: %s. What comes then waits, and arrives as one list when they end. Urgent alerts come all the same.", hours)
	}
	return bot.Say("Quiet hours: %s. What comes then waits, and arrives as one list when they end. Flashes come all the same.", hours)
}

// limitOption is how many messages with alerts may come.
func limitOption() option[bot.Settings] {
	return option[bot.Settings]{
		name: "limit", names: []string{"max", "budget"}, help: "How many alerts at most: 10 an hour, 30 a day, off",
		title: bot.Say("Limit"), hint: bot.Say("As in %s or %s.", code("10 an hour"), code("10 an hour, 30 a day")),
		takes: parsedBy(plan.ParseLimit), complete: plan.CompleteLimit,
		offers: []offer{
			{"off", bot.Say("None")},
			{"5 an hour", bot.Say("5 an hour")},
			{"10 an hour", bot.Say("10 an hour")},
			{"30 a day", bot.Say("30 a day")},
			{"10 an hour, 30 a day", bot.Say("10 an hour, 30 a day")},
		},
		read: func(_ context.Context, _ *bot.Request, value string) (func(*bot.Settings), error) {
			if n, err := strconv.Atoi(strings.TrimSpace(value)); err == nil && n == 0 {
				return nil, bot.UserErrorf("A limit of 0 would hold every alert. To have no limit: %s. To hold alerts for a while: %s.",
					code("/settings limit off"), code("/pause 2h"))
			}
			limit, err := plan.ParseLimit(value)
			return func(s *bot.Settings) { s.Limit = limit }, err
		},
		value: func(s *bot.Settings) string { return unlessZero(s.Limit, plan.FormatLimit) },
		line: func(s *bot.Settings) bot.Text {
			if s.Limit == (bot.Limit{}) {
				return bot.Say("Limit: none")
			}
			return bot.Say("Limit: %s", limitWords(s.Limit))
		},
		done: func(s *bot.Settings) bot.Text {
			if s.Limit == (bot.Limit{}) {
				return bot.Say("There's no limit: every alert comes when it's due.")
			}
			return bot.Say("Limit: %s. Alerts beyond it wait, and arrive as one list; nothing is lost. Flashes and urgent alerts come all the same.",
				limitWords(s.Limit))
		},
	}
}

// limitWords returns a limit in words.
func limitWords(l bot.Limit) bot.Text {
	switch {
	case l.Day == 0:
		return bot.Count(l.Hour, "%d alert an hour", "%d alerts an hour")
	case l.Hour == 0:
		return bot.Count(l.Day, "%d alert a day", "%d alerts a day")
	}
	return bot.Say("%d alerts an hour and %d a day", l.Hour, l.Day)
}

// correctionsOption is how the chat hears of corrections.
func (h *Handler) correctionsOption() option[bot.Settings] {
	return option[bot.Settings]{
		name: "corrections", names: []string{"correction", "updates"}, help: "When an article is corrected: edit its alert; also reply to it, or post",
		title: bot.Say("Corrections"), takes: isWord("edit", "reply", "post"),
		offers: []offer{{"edit", bot.Say("Edit the alert")}, {"reply", bot.Say("Edit, and reply to it")}, {"post", bot.Say("Edit, and post a message")}},
		read: func(_ context.Context, _ *bot.Request, value string) (func(*bot.Settings), error) {
			to := bot.CorrectQuietly
			switch oneOf(value, "edit", "off", "quietly", "silent", "reply", "on", "post") {
			case "reply", "on":
				to = bot.CorrectByReply
			case "post":
				to = bot.CorrectByPost
			case "":
				return nil, bot.UserErrorf("Corrections can be “edit”, “reply” or “post”, not “%s”.", clip(value))
			}
			return func(s *bot.Settings) { s.Corrections = to }, nil
		},
		value: func(s *bot.Settings) string { return string(s.Corrections) },
		line: func(s *bot.Settings) bot.Text {
			switch s.Corrections {
			case bot.CorrectByReply:
				return bot.Say("Corrections: alerts are edited, with a reply that says what changed")
			case bot.CorrectByPost:
				return bot.Say("Corrections: alerts are edited, with a message that says what changed")
			}
			return bot.Say("Corrections: alerts are edited silently")
		},
		done: func(s *bot.Settings) bot.Text {
			switch s.Corrections {
			case bot.CorrectByReply:
				return bot.Say("When an article's title or facts are corrected, its alert is edited, and a reply to it says what changed.")
			case bot.CorrectByPost:
				return bot.Say("When an article's title or facts are corrected, its alert is edited, and a message says what changed.")
			}
			return bot.Say("When an article is corrected, its alert is edited silently.")
		},
	}
}

// flashOption is whether flashes pass everything.
func flashOption() option[bot.Settings] {
	return option[bot.Settings]{
		name: "flash", names: []string{"flashes"}, help: "Whether flashes pass quiet hours, pauses and limits: on, off",
		title: bot.Say("Flashes"), takes: isWord("on", "off"),
		offers: []offer{{"on", bot.Say("Always come at once")}, {"off", bot.Say("Like urgent alerts")}},
		read: func(_ context.Context, _ *bot.Request, value string) (func(*bot.Settings), error) {
			on, ok := onOff(value)
			if !ok {
				return nil, bot.UserErrorf("Flashes can be “on” or “off”, not “%s”.", clip(value))
			}
			return func(s *bot.Settings) { s.NoFlash = !on }, nil
		},
		value: func(s *bot.Settings) string { return switchedOff(s.NoFlash) },
		line: func(s *bot.Settings) bot.Text {
			if s.NoFlash {
				return bot.Say("Flashes: like urgent alerts")
			}
			return bot.Say("Flashes: always come at once")
		},
		done: func(s *bot.Settings) bot.Text {
			if s.NoFlash {
				return bot.Say("Flashes are treated like urgent alerts: they wait for the end of quiet hours and pauses.")
			}
			return bot.Say("Flashes, the rare news of first importance, come at once: quiet hours, pauses and limits don't hold them.")
		},
	}
}

// mostMentions and mostInDigest bound two settings.
const (
	mostMentions = 100
	mostInDigest = 50
)

// mentionsOption is how many alerts a day may notify somebody by name.
func mentionsOption() option[bot.Settings] {
	return option[bot.Settings]{
		name: "mentions", help: "How many alerts a day may mention somebody: 1 to 100",
		title: bot.Say("Mentions"), hint: bot.Say("A number from 1 to %d.", mostMentions), offers: offered("1", "3", "10", "30"),
		read: func(_ context.Context, _ *bot.Request, value string) (func(*bot.Settings), error) {
			n, err := readCount(value, mostMentions)
			return func(s *bot.Settings) { s.Mentions = unless(n, bot.DefaultMentions) }, err
		},
		value: func(s *bot.Settings) string { return unlessZero(s.Mentions, strconv.Itoa) },
		line: func(s *bot.Settings) bot.Text {
			return bot.Count(cmp.Or(s.Mentions, bot.DefaultMentions), "Mentions: in at most %d alert a day", "Mentions: in at most %d alerts a day")
		},
		done: func(s *bot.Settings) bot.Text {
			return bot.Count(cmp.Or(s.Mentions, bot.DefaultMentions), "At most %d alert a day mentions somebody; others come without.",
				"At most %d alerts a day mention somebody; others come without.")
		},
	}
}

// digestOption is how many articles a digest shows.
func digestOption() option[bot.Settings] {
	return option[bot.Settings]{
		name: "digest", names: []string{"digests", "top"}, help: "How many articles a digest or list shows in full: 1 to 50",
		title: bot.Say("Digests"), hint: bot.Say("A number from 1 to %d.", mostInDigest), offers: offered("5", "10", "20", "50"),
		read: func(_ context.Context, _ *bot.Request, value string) (func(*bot.Settings), error) {
			n, err := readCount(value, mostInDigest)
			if fault, ok := errors.AsType[*bot.UserError](err); ok {
				err = &bot.UserError{Text: joinLines(fault.Text, bot.Say("When digests come is set for each subscription: %s", code("/subscription 1 when daily 08:00")))}
			}
			return func(s *bot.Settings) { s.DigestMost = unless(n, bot.DefaultDigestMost) }, err
		},
		value: func(s *bot.Settings) string { return unlessZero(s.DigestMost, strconv.Itoa) },
		line: func(s *bot.Settings) bot.Text {
			return bot.Count(cmp.Or(s.DigestMost, bot.DefaultDigestMost), "Digests: %d article in full", "Digests: %d articles in full")
		},
		done: func(s *bot.Settings) bot.Text {
			return bot.Count(cmp.Or(s.DigestMost, bot.DefaultDigestMost), "Digests and lists show %d article in full, and count the others.",
				"Digests and lists show %d articles in full, and count the others.")
		},
	}
}

// readCount reads a number from 1 on.
func readCount(value string, most int) (int, error) {
	word, _ := cutWord(value)
	n, err := strconv.Atoi(strings.TrimPrefix(word, "#"))
	if err != nil || n < 1 || n > most {
		return 0, bot.UserErrorf("Type a whole number from 1 to %d, not “%s”.", most, clip(value))
	}
	return n, nil
}

// unless returns n, or 0 if it is what holds anyway.
func unless(n, usual int) int {
	if n == usual {
		return 0
	}
	return n
}

func code(s string) bot.Text { return bot.Styled(s, bot.Code) }
