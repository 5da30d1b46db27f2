package answer

import (
	"context"

	"tidings/bot"
)

// correctionsCommand is the old name of a setting.
func (h *Handler) correctionsCommand() bot.Command {
	return bot.Command{
		Name: "corrections", Help: "How this chat hears of corrections", Former: true, Run: h.corrections, Access: bot.Managers,
		Args: []bot.Arg{{Name: "how", Help: "edit, reply or post"}},
	}
}

// corrections answers /corrections as the setting does, and names it.
func (h *Handler) corrections(ctx context.Context, r bot.Request) (bot.Message, error) {
	how := r.Args["how"]
	if how == "" {
		how = askFor
	}
	r.Args = map[string]string{"corrections": how}
	m, err := h.settings(ctx, r)
	return nowCalled(m, "/settings corrections"), err
}

// nowCalled adds to an answer what its command is called now.
func nowCalled(m bot.Message, name string) bot.Message {
	if m.Form == nil && !m.Text.Empty() {
		m.Text = joinLines(m.Text, bot.Say("(This is %s now.)", code(name)))
	}
	return m
}
