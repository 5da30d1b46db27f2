package answer

import (
	"context"

	"tidings/bot"
)

// tidies reports whether the answer to an invocation is to be removed after a while: to a command that was typed where
// everybody reads the answer, if the chat wants that.
func (h *Handler) tidies(ctx context.Context, inv bot.Invocation) bool {
	if _, can := h.adapters[inv.Target.Platform].(bot.Tidier); !can || inv.Private || inv.Direct || inv.Data != "" {
		return false
	}
	set, err := h.store.SettingsOf(ctx, inv.Target)
	if err != nil {
		h.logger.WarnContext(ctx, "settings of a chat not read", "target", inv.Target.String(), "err", err)
	}
	return set.TidyAnswers
}

// tidyOption is whether what people type here and are answered disappears.
func (h *Handler) tidyOption() option[bot.Settings] {
	return option[bot.Settings]{
		name: "tidy", names: []string{"clean", "cleanup"}, help: "Whether answers, and the commands they answer, are removed after a while: on, off",
		title: bot.Say("Tidy"), takes: isWord("on", "off"),
		offers: []offer{{"on", bot.Say("Remove commands and answers")}, {"off", bot.Say("Keep them")}},
		read: func(_ context.Context, r *bot.Request, value string) (func(*bot.Settings), error) {
			on, ok := onOff(value)
			_, can := h.adapters[r.Target.Platform].(bot.Tidier)
			switch {
			case !ok:
				return nil, bot.UserErrorf("Tidy can be “on” or “off”, not “%s”.", clip(value))
			case on && (!can || r.Direct):
				return nil, bot.UserErrorf("Nobody else reads my answers here, so there's nothing to tidy.")
			}
			return func(s *bot.Settings) { s.TidyAnswers = on }, nil
		},
		value: func(s *bot.Settings) string {
			if s.TidyAnswers {
				return "on"
			}
			return ""
		},
		line: func(s *bot.Settings) bot.Text {
			if s.TidyAnswers {
				return bot.Say("Tidy: commands, and my answers to them, are removed after a while")
			}
			return nil
		},
		done: func(s *bot.Settings) bot.Text {
			if s.TidyAnswers {
				return bot.Say("My answers here are removed after a while, and with them messages that are nothing but a command of mine, if I may delete those of others.")
			}
			return bot.Say("Commands and my answers to them stay.")
		},
	}
}
