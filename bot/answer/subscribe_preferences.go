package answer

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"tidings/bot"
	"tidings/bot/plan"
	"tidings/internal/lazyregexp"
)

// What /subscribe takes beside the filter: how the subscription's alerts come.

// newPreferences are the options that a subscription can be made with.
func (h *Handler) newPreferences() []option[bot.Subscription] {
	return slices.DeleteFunc(h.preferenceOptions(), func(k option[bot.Subscription]) bool { return k.name == "filter" || k.name == "pause" })
}

// checkPreferences fails if one of a request's preferences can't be, before anything else is asked or done, and keeps who is mentioned in a
// form that buttons can carry.
func (h *Handler) checkPreferences(ctx context.Context, r *bot.Request) error {
	if _, err := readOptions(ctx, r, given(h.newPreferences(), r)); err != nil {
		return err
	}
	switch value, ok := r.Args["mention"]; {
	case ok && isMe(value): // whoever presses the button is another
		r.Args["mention"] = formatMentions([]bot.Mention{me(r)})
	case ok && len(r.Mentioned) > 0 && oneOf(value, "off", "none") == "":
		r.Args["mention"] = formatMentions(r.Mentioned)
	}
	return nil
}

// withPreferences adds the preferences of a request to the arguments of a button.
func withPreferences(r *bot.Request, args map[string]string) map[string]string {
	if args == nil {
		args = map[string]string{}
	}
	for _, name := range []string{"when", "sound", "mention", "level", "shape", "stories"} {
		if value := r.Args[name]; value != "" {
			args[name] = value
		}
	}
	return args
}

// takePreferences gives a subscription the preferences of a request. Where that is the first time of the clock in a chat, its time zone is
// guessed and kept, and guessed says so.
func (h *Handler) takePreferences(ctx context.Context, r *bot.Request, s *bot.Subscription) (guessed bot.Text, err error) {
	change, err := readOptions(ctx, r, given(h.newPreferences(), r))
	if err != nil {
		return nil, err
	}
	change(s)
	if isByTheClock(s.Preferences.When) {
		_, guessed, err = h.changeTimes(ctx, r, func(*bot.Settings) {})
	}
	return guessed, err
}

// subscribed says when the alerts of a new subscription come, and how: how says what the chat makes of each.
func (h *Handler) subscribed(ctx context.Context, s *bot.Subscription, how bot.Text) (bot.Text, error) {
	rhythm, err := h.rhythmOf(ctx, s.Target)
	if err != nil {
		return nil, err
	}
	number := strconv.Itoa(s.Number)
	done := bot.Join(bot.Say("Subscribed (%s): %s will be posted here.", number, about(s.Filter)), how)
	rest := preferences(s)
	if when := whenWords(s.Preferences.When); when != nil {
		done = bot.Say("Subscribed (%s): %s will come as a digest, %s.", number, about(s.Filter), scheduleWords(s.Preferences.When))
		rest = rest[1:]
	}
	notes := joinLines(plan.Notes(&rhythm.Settings, []bot.Subscription{*s})...)
	return joinLines(done, inARow(rest), h.firstDigest(&rhythm, s), notes, h.pausedLine(&rhythm)), nil
}

// inARow returns texts one beside the other.
func inARow(list []bot.Text) bot.Text {
	var t bot.Text
	for i, words := range list {
		if i > 0 {
			t = bot.Join(t, bot.Plain(" · "))
		}
		t = bot.Join(t, words)
	}
	return t
}

// scheduleAtEnd splits what may be a schedule off the end of a filter, as in “missile daily” and “missile every day at 8”. Words
// that news has too, such as a weekday alone, are none.
func scheduleAtEnd(typed string) (rest, when string) {
	words := strings.Fields(typed)
	for i := 1; i < len(words); i++ {
		when = strings.Join(words[i:], " ")
		if s, err := plan.ParseWhen(when); err == nil && !s.AtOnce() && clearlyWhen.MatchString(when) {
			return strings.Join(words[:i], " "), when
		}
	}
	return typed, ""
}

var clearlyWhen = lazyregexp.New(`(?i)^(hourly|daily|weekly|weekdays|every (day|hour|morning|week|weekday)|each day|täglich|stündlich|jeden tag|tous les jours|chaque jour|todos los días|cada día|cada hora|毎日|매일|每天|每日|每小时|at \d|um \d|a las \d|\d{1,2}(:\d\d)? ?[ap]m$)`)

// takeTrailingWhen takes "when daily 08:00" from the end of a filter that was typed without the colon: few would look for
// these words.
func takeTrailingWhen(r *bot.Request) {
	const name = " when "
	typed := r.Args["filter"]
	i := strings.LastIndex(" "+strings.ToLower(typed), name)
	if i < 0 || r.Args["when"] != "" || r.Pressed {
		return
	}
	when := typed[i+len(name)-1:]
	if s, err := plan.ParseWhen(when); err == nil && !s.AtOnce() {
		r.Args["filter"], r.Args["when"] = strings.TrimSpace(typed[:max(0, i-1)]), when
	}
}
