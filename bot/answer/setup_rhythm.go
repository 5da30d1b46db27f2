package answer

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"tidings/bot"
)

// addRhythm adds to a setup how the chat wants its alerts. What is muted by a story stays behind: it ends by itself, and no
// other installation knows it.
func (h *Handler) addRhythm(s *setup, t bot.Target, rhythm *bot.Rhythm) {
	s.Platform = t.Platform
	s.Settings = values(h.settingOptions(), &rhythm.Settings)
	for i := range rhythm.Subscriptions {
		sub := &rhythm.Subscriptions[i]
		for n := range s.Subscriptions {
			if s.Subscriptions[n].Filter == sub.Filter {
				s.Subscriptions[n].Preferences = values(h.newPreferences(), sub)
				delete(s.Subscriptions[n].Preferences, "stories") // which has its own place
			}
		}
	}
	for _, m := range holding(rhythm.Mutes, h.now()) {
		switch m.Kind {
		case bot.MuteWords:
			s.Mutes = append(s.Mutes, setupMute{Words: m.Value, Until: m.Until})
		case bot.MuteSource:
			s.Mutes = append(s.Mutes, setupMute{Source: m.Name, Until: m.Until})
		case bot.MuteStory:
		}
	}
}

// takeSettings takes over a setup's settings and mutes, one by one, if any of its subscriptions was.
func (i *intake) takeSettings(ctx context.Context, s *setup) error {
	if len(i.taken) == 0 {
		return nil
	}
	given := s.Settings
	if s.Corrections != "" {
		given = map[string]string{"corrections": s.Corrections}
	}
	var changes []func(*bot.Settings)
	for _, k := range i.h.settingOptions() {
		value, ok := given[k.name]
		if !ok {
			continue
		}
		change, err := k.read(ctx, &i.r, value)
		if fault, ok := errors.AsType[*bot.UserError](err); ok {
			i.refuse("/settings "+k.name+" "+value, fault.Text)
			continue
		}
		if err != nil {
			return err
		}
		changes = append(changes, change)
	}
	if len(changes) > 0 {
		i.settings = true
		_, err := i.h.changeSettings(ctx, &i.r, func(set *bot.Settings) {
			for _, change := range changes {
				change(set)
			}
		})
		if err != nil {
			return err
		}
	}
	return i.takeMutes(ctx, s.Mutes)
}

// takeMutes mutes what a setup mutes, as far as it is known here.
func (i *intake) takeMutes(ctx context.Context, list []setupMute) error {
	for _, line := range list[:min(len(list), maxImport)] {
		m, err := i.readMute(ctx, &line)
		if fault, ok := errors.AsType[*bot.UserError](err); ok {
			i.refuse("/mute "+cmp.Or(line.Source, line.Words), fault.Text)
			continue
		}
		if err != nil {
			return err
		}
		if m.Until, m.Created = line.Until, i.h.now(); !m.Holds(m.Created) {
			continue
		}
		if _, err := i.h.store.AddMute(ctx, i.r.Target, m); err != nil {
			return fmt.Errorf("mute in %s: %w", i.r.Target, err)
		}
	}
	return nil
}

// readMute reads a mute of a setup. What it calls a source is one: as words it would mute something else.
func (i *intake) readMute(ctx context.Context, line *setupMute) (bot.Mute, error) {
	if line.Source == "" {
		m, _, err := i.h.readMute(ctx, &i.r, line.Words, nil)
		return m, err
	}
	s, err := i.h.sourceToMute(ctx, i.r.Target.Place(), line.Source)
	if err != nil {
		return bot.Mute{}, err
	}
	if s == nil {
		return bot.Mute{}, bot.UserErrorf("There's no source %s.", code(clip(line.Source)))
	}
	return muteOfSource(s, i.r.User.ID), nil
}

// takePreferences gives a subscription the preferences that a line of a setup says, each checked again.
func (i *intake) takePreferences(ctx context.Context, line *setupFilter, s *bot.Subscription) {
	for _, k := range i.h.newPreferences() {
		value, ok := line.Preferences[k.name]
		if !ok {
			continue
		}
		if k.name == "mention" && i.platform != i.r.Target.Platform {
			i.refuse(k.name, bot.Say("people and roles of another platform can't be mentioned here"))
			continue
		}
		change, err := k.read(ctx, &i.r, value)
		if fault, ok := errors.AsType[*bot.UserError](err); ok {
			i.refuse(k.name+" "+value, fault.Text)
		} else if err != nil {
			i.refuse(k.name+" "+value, bot.Say("that can't be checked now"))
		} else {
			change(s)
		}
	}
}

// refuse notes what isn't taken over, and why.
func (i *intake) refuse(what string, why bot.Text) {
	i.refused = append(i.refused, bot.Join(bot.Plain("\n"), bot.Labeled(code(clip(what)), why)))
}
