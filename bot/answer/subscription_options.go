package answer

import (
	"context"
	"strings"

	"tidings/bot"
	"tidings/bot/plan"
)

// preferenceOptions are what /subscription changes, in this order.
func (h *Handler) preferenceOptions() []option[bot.Subscription] {
	return []option[bot.Subscription]{
		h.whenOption(), soundOption(), h.mentionOption(), levelOption(), subscriptionShapeOption(), h.storiesOption(), h.filterOption(), h.pauseOption(),
	}
}

// whenOption is when alerts come: at once, or in digests.
func (h *Handler) whenOption() option[bot.Subscription] {
	return option[bot.Subscription]{
		name: "when", decidesWhen: true, names: []string{"schedule", "digest"}, help: "When alerts come: now, hourly, daily 08:00, weekdays 08:00, weekly mon 08:00",
		title: bot.Say("When"), hint: bot.Say("As in %s, %s or %s.", code("daily 08:00 18:00"), code("weekdays 08:00"), code("weekly mon 08:00")),
		takes: parsedBy(plan.ParseWhen), complete: plan.CompleteWhen,
		offers: []offer{
			{"now", bot.Say("At once")},
			{"hourly", bot.Say("Every hour")},
			{"daily 08:00", bot.Say("Daily at 08:00")},
			{"daily 08:00 18:00", bot.Say("Daily at 08:00 and 18:00")},
			{"weekdays 08:00", bot.Say("Weekdays at 08:00")},
			{"weekly mon 08:00", bot.Say("Mondays at 08:00")},
		},
		read: func(_ context.Context, _ *bot.Request, value string) (func(*bot.Subscription), error) {
			schedule, err := plan.ParseWhen(value)
			when := schedule.String()
			if schedule.AtOnce() {
				when = ""
			}
			return func(s *bot.Subscription) { s.Preferences.When = when }, err
		},
		value: func(s *bot.Subscription) string { return s.Preferences.When },
		line:  whenLine,
		done: func(s *bot.Subscription) bot.Text {
			switch s.Preferences.When {
			case "":
				return bot.Say("Its alerts come at once.")
			case "hourly":
				return bot.Say("Its alerts come in a digest every hour; urgent ones at once.")
			}
			return bot.Say("Its alerts come in a digest; urgent ones at once.")
		},
	}
}

// isByTheClock reports whether a schedule names times.
func isByTheClock(when string) bool { return strings.Contains(when, ":") }

// firstDigest says when the next digest of a subscription comes; nil if it has none.
func (h *Handler) firstDigest(rhythm *bot.Rhythm, s *bot.Subscription) bot.Text {
	schedule, err := plan.ParseWhen(s.Preferences.When)
	if s.Preferences.When == "" || err != nil || schedule.AtOnce() || s.Preferences.Level >= bot.Urgent {
		return nil
	}
	next := h.planner.Decide(rhythm, plan.Item{Article: &bot.Article{}, Subscription: s.ID, Came: h.now()}, h.now()).At
	if !next.Before(bot.Never()) {
		return bot.Say("None comes while alerts are paused.")
	}
	return bot.Say("The next digest: %s.", byTheClock(next, h.zoneOf(&rhythm.Settings)))
}

// soundOption is whether alerts make a sound.
func soundOption() option[bot.Subscription] {
	return option[bot.Subscription]{
		name: "sound", names: []string{"silent", "loud"}, help: "Whether alerts make a sound: on, off",
		title: bot.Say("Sound"), takes: isWord("on", "off", "silent", "loud"),
		offers: []offer{{"on", bot.Say("With sound")}, {"off", bot.Say("Silent")}},
		read: func(_ context.Context, _ *bot.Request, value string) (func(*bot.Subscription), error) {
			on, ok := onOff(value)
			switch oneOf(value, "silent", "silently", "quiet", "mute", "loud", "normal") {
			case "silent", "silently", "quiet", "mute":
				on, ok = false, true
			case "loud", "normal":
				on, ok = true, true
			}
			if !ok {
				return nil, bot.UserErrorf("Sound can be “on” or “off”, not “%s”.", clip(value))
			}
			return func(s *bot.Subscription) { s.Preferences.Silent = !on }, nil
		},
		value: func(s *bot.Subscription) string { return switchedOff(s.Preferences.Silent) },
		line:  soundWords,
		done: func(s *bot.Subscription) bot.Text {
			if s.Preferences.Silent {
				return bot.Say("Its alerts make no sound; urgent ones do.")
			}
			return bot.Say("Its alerts make a sound, as set on the platform and by each reader.")
		},
	}
}

// levelOption is how much articles count at least.
func levelOption() option[bot.Subscription] {
	return option[bot.Subscription]{
		name: "level", decidesWhen: true, names: []string{"urgency", "priority"}, help: "What its articles count as at least: normal, urgent, flash",
		title: bot.Say("Level"), takes: isWord("normal", "urgent", "flash"),
		offers: []offer{{"normal", bot.Say("As the source says")}, {"urgent", bot.Say("Urgent")}, {"flash", bot.Say("Flash")}},
		read: func(_ context.Context, _ *bot.Request, value string) (func(*bot.Subscription), error) {
			levels := map[string]bot.Level{"normal": bot.Normal, "off": bot.Normal, "none": bot.Normal, "urgent": bot.Urgent, "high": bot.Urgent, "flash": bot.Flash}
			level, ok := levels[strings.ToLower(strings.TrimSpace(value))]
			if !ok {
				return nil, bot.UserErrorf("A level is “normal”, “urgent” or “flash”, not “%s”.", clip(value))
			}
			return func(s *bot.Subscription) { s.Preferences.Level = level }, nil
		},
		value: func(s *bot.Subscription) string { return unlessZero(s.Preferences.Level, bot.Level.String) },
		line:  levelWords,
		done: func(s *bot.Subscription) bot.Text {
			switch s.Preferences.Level {
			case bot.Urgent:
				return bot.Say("What it matches is urgent here: it passes digests and the limit.")
			case bot.Flash:
				return bot.Say("What it matches is a flash here: it comes at once, whatever holds other alerts.")
			}
			return bot.Say("What it matches is as urgent as its source says.")
		},
	}
}

// subscriptionShapeOption is how a subscription's alerts look, if not as all of the chat's do.
func subscriptionShapeOption() option[bot.Subscription] {
	return option[bot.Subscription]{
		name: "shape", names: []string{"look", "format", "style"}, help: "How alerts look: headline, brief, full, with parts as in brief +tags; or default",
		title: bot.Say("Shape"), hint: shapeHint(), takes: takesShape,
		offers: append([]offer{{"default", bot.Say("As set for the chat")}}, shapeOffers()...),
		read: func(_ context.Context, _ *bot.Request, value string) (func(*bot.Subscription), error) {
			_, err := readShape(value, bot.Shape{})
			return func(s *bot.Subscription) {
				if shape, err := readShape(value, s.Preferences.Shape); err == nil {
					s.Preferences.Shape = shape
				}
			}, err
		},
		value: func(s *bot.Subscription) string { return shapeWords(s.Preferences.Shape) },
		line:  subscriptionShapeWords,
		done: func(s *bot.Subscription) bot.Text {
			if words := shapeWords(s.Preferences.Shape); words != "" {
				return bot.Say("Its alerts have this shape: %s.", words)
			}
			return bot.Say("Its alerts look as set for the chat.")
		},
	}
}

// storiesOption is what becomes of further articles of a story.
func (h *Handler) storiesOption() option[bot.Subscription] {
	return option[bot.Subscription]{
		name: "stories", names: []string{"story"}, help: "Later articles of a story: grouped on its first alert, or each apart",
		title: bot.Say("Stories"), takes: isWord("grouped", "apart"),
		offers: []offer{{"grouped", bot.Say("One alert for a story")}, {"apart", bot.Say("One for each article")}},
		read: func(_ context.Context, _ *bot.Request, value string) (func(*bot.Subscription), error) {
			to := bot.Grouped
			switch oneOf(value, "grouped", "group", "on", "together", "apart", "off", "each", "all") {
			case "":
				return nil, bot.UserErrorf("Stories can be “grouped” or “apart”, not “%s”.", clip(value))
			case "apart", "off", "each", "all":
				to = bot.Apart
			}
			return func(s *bot.Subscription) { s.Stories = to }, nil
		},
		value: func(s *bot.Subscription) string { return string(s.Stories) },
		line:  storiesWords,
		done: func(s *bot.Subscription) bot.Text {
			if s.Stories == bot.Apart {
				return bot.Say("Every article gets its own alert, even on the same story.")
			}
			return bot.Say("Later articles on the same story are added to the first alert.")
		},
	}
}

// filterOption is what a subscription matches.
func (h *Handler) filterOption() option[bot.Subscription] {
	return option[bot.Subscription]{
		name: "filter", help: "Keywords, for example: missile -drill",
		title: bot.Say("Filter"), hint: bot.Say("Keywords, as in %s; /help filter has more.", code("missile -drill")),
		read: func(ctx context.Context, r *bot.Request, value string) (func(*bot.Subscription), error) {
			read := *r
			read.Args = map[string]string{"filter": value}
			u, err := h.understand(ctx, &read)
			if err != nil {
				return nil, err
			}
			text := u.String()
			return func(s *bot.Subscription) { s.Filter = text }, nil
		},
		value: func(s *bot.Subscription) string { return s.Filter },
		line:  func(*bot.Subscription) bot.Text { return nil },
		done:  func(s *bot.Subscription) bot.Text { return bot.Say("It now sends %s.", about(s.Filter)) },
	}
}

// pauseOption holds a subscription's alerts.
func (h *Handler) pauseOption() option[bot.Subscription] {
	return option[bot.Subscription]{
		name: "pause", decidesWhen: true, names: []string{"paused"}, help: "Hold its alerts: 2h, until mon 08:00, on; or off",
		title: bot.Say("Pause"), hint: bot.Say("As in %s or %s.", code("2h"), code("until mon 08:00")), complete: func(typed string) []plan.Suggestion { return plan.CompleteUntil(typed, h.now(), h.zone) },
		offers: []offer{
			{"off", bot.Say("Off")}, {"2h", bot.Say("2 hours")}, {"1d", bot.Say("A day")}, {"7d", bot.Say("A week")}, {"on", bot.Say("Until resumed")},
		},
		read: func(ctx context.Context, r *bot.Request, value string) (func(*bot.Subscription), error) {
			if on, ok := onOff(value); ok && !on {
				return func(s *bot.Subscription) { s.Preferences.Paused = bot.Pause{} }, nil
			}
			pause, err := h.readPause(ctx, r, value)
			return func(s *bot.Subscription) { s.Preferences.Paused = pause }, err
		},
		value: func(*bot.Subscription) string { return "" },
		line:  pauseWords,
		done: func(s *bot.Subscription) bot.Text {
			if s.Preferences.Paused == (bot.Pause{}) {
				return bot.Say("Its alerts come again.")
			}
			return bot.Say("Its alerts wait: nothing is lost.")
		},
	}
}
