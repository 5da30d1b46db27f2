package answer

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"tidings/bot"
	"tidings/bot/filter"
)

// muteName names what a mute leaves out.
func muteName(m *bot.Mute) bot.Text {
	switch m.Kind {
	case bot.MuteStory:
		return bot.Say("the story “%s”", clip(m.Name))
	case bot.MuteSource:
		return bot.Say("all from %s", clip(m.Name))
	}
	return bot.Say("what matches %s", code(clip(m.Name)))
}

// mutedLine counts the mutes that hold; nil if there are none.
func mutedLine(list []bot.Mute, now time.Time) bot.Text {
	n := len(holding(list, now))
	if n == 0 {
		return nil
	}
	return bot.Count(n, "Muted: %d, see /mute", "Muted: %d, see /mute")
}

// holding returns the mutes that hold.
func holding(list []bot.Mute, now time.Time) []bot.Mute {
	var out []bot.Mute
	for i := range list {
		if list[i].Holds(now) {
			out = append(out, list[i])
		}
	}
	return out
}

// mutes lists what is muted, below what was done to it.
func (h *Handler) mutes(ctx context.Context, r bot.Request, done bot.Text) (bot.Message, error) {
	rhythm, err := h.rhythmOf(ctx, r.Target)
	if err != nil {
		return bot.Message{}, err
	}
	list := holding(rhythm.Mutes, h.now())
	if len(list) == 0 {
		none := bot.Say("Nothing is muted here. Reply to an alert with %s, or give words, as in %s.", code("/mute"), code("/mute earthquake for a week"))
		if !done.Empty() {
			none = nil
		}
		return bot.Message{Text: joinLines(done, none)}, nil
	}
	m := bot.Message{Text: joinLines(done, bot.Say("Muted here:"))}
	zone := h.zoneOf(&rhythm.Settings)
	for i := range list {
		mute := &list[i]
		until := bot.Say("for good")
		if !mute.Until.IsZero() {
			until = bot.Say("until %s", bot.Moment(mute.Until, zone))
		}
		line := bot.Join(bot.Styled(strconv.Itoa(i+1)+".", bot.Bold), bot.Plain(" "), muteName(mute), bot.Plain(" · "), until)
		if mute.Muted > 0 {
			line = bot.Join(line, bot.Plain(" · "), bot.Count(mute.Muted, "%d article so far", "%d articles so far"))
		}
		m.Text = joinLines(m.Text, line)
		b, err := h.button(ctx, bot.Say("Unmute %s", strconv.Itoa(i+1)), bot.PlainButton, "endmute", map[string]string{"id": strconv.FormatInt(mute.ID, 10)})
		if err != nil {
			return m, err
		}
		m.Buttons = intoRows(m.Buttons, b)
	}
	return m, nil
}

// unmute answers /unmute.
func (h *Handler) unmute(ctx context.Context, r bot.Request) (bot.Message, error) {
	rhythm, err := h.rhythmOf(ctx, r.Target)
	if err != nil {
		return bot.Message{}, err
	}
	list := holding(rhythm.Mutes, h.now())
	which := r.Args["which"]
	n := r.Number("which", 0)
	switch {
	case oneOf(which, "all", "everything") != "" && len(list) > 0:
		return h.endMutes(ctx, r, list)
	case which == "" && len(list) == 1:
		n = 1
	case n == 0 && which != "":
		n = 1 + slices.IndexFunc(list, func(m bot.Mute) bool { return filter.Fold(m.Name) == filter.Fold(which) })
	}
	switch {
	case which == "" && n == 0:
		return h.mutes(ctx, r, nil)
	case n < 1:
		return h.mutes(ctx, r, bot.Say("Nothing here is muted as “%s”.", clip(which)))
	case n > len(list):
		return h.mutes(ctx, r, bot.Say("There's no mute %d here.", n))
	}
	r.Args["id"] = strconv.FormatInt(list[n-1].ID, 10)
	return h.endMute(ctx, r)
}

// endMutes ends several mutes, and says what each did.
func (h *Handler) endMutes(ctx context.Context, r bot.Request, list []bot.Mute) (bot.Message, error) {
	var done bot.Text
	for i := range list {
		err := h.store.EndMute(ctx, r.Target, list[i].ID)
		if err != nil && !errors.Is(err, bot.ErrNotFound) {
			return bot.Message{}, fmt.Errorf("end a mute in %s: %w", r.Target, err)
		}
		if err == nil {
			done = joinLines(done, MuteEnded(&list[i]))
		}
	}
	return h.mutes(ctx, r, done)
}

// endMute answers the button that ends a mute, and says what it did.
func (h *Handler) endMute(ctx context.Context, r bot.Request) (bot.Message, error) {
	rhythm, err := h.rhythmOf(ctx, r.Target)
	if err != nil {
		return bot.Message{}, err
	}
	id, _ := strconv.ParseInt(r.Args["id"], 10, 64)
	err = h.store.EndMute(ctx, r.Target, id)
	if errors.Is(err, bot.ErrNotFound) {
		return h.mutes(ctx, r, bot.Say("That isn't muted any more."))
	}
	if err != nil {
		return bot.Message{}, fmt.Errorf("end a mute in %s: %w", r.Target, err)
	}
	for i := range rhythm.Mutes {
		if m := &rhythm.Mutes[i]; m.ID == id {
			return h.mutes(ctx, r, MuteEnded(m))
		}
	}
	return h.mutes(ctx, r, bot.Say("That isn't muted any more."))
}

// MuteEnded says what a mute that has ended did.
func MuteEnded(m *bot.Mute) bot.Text {
	if m.Muted == 0 {
		return bot.Say("No longer muted: %s. It left out nothing.", muteName(m))
	}
	return bot.Count(m.Muted, "No longer muted: %[2]s. It left out %[1]d article; /latest finds it.",
		"No longer muted: %[2]s. It left out %[1]d articles; /latest finds them.", muteName(m))
}

// completeMute suggests what is muted.
func (h *Handler) completeMute(ctx context.Context, inv bot.Invocation, _ string) ([]bot.Choice, error) {
	rhythm, err := h.rhythmOf(ctx, inv.Target)
	if err != nil {
		return nil, err
	}
	var choices []bot.Choice
	for i, m := range holding(rhythm.Mutes, h.now()) {
		n := strconv.Itoa(i + 1)
		choices = append(choices, bot.Choice{Label: strings.TrimSpace(n + ". " + muteName(&m).String()), Value: n})
	}
	return choices, nil
}
