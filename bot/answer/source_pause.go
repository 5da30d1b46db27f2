package answer

import (
	"context"
	"fmt"

	"tidings/bot"
)

// sourcesPause answers /sources pause.
func (h *Handler) sourcesPause(ctx context.Context, r bot.Request) (bot.Message, error) {
	return h.switchSource(ctx, r, h.store.PauseSource, SourcePauseText)
}

// sourcesResume answers /sources resume.
func (h *Handler) sourcesResume(ctx context.Context, r bot.Request) (bot.Message, error) {
	return h.switchSource(ctx, r, h.store.ResumeSource, SourceResumeText)
}

func (h *Handler) switchSource(
	ctx context.Context, r bot.Request, set func(context.Context, string) error, say func(*bot.Source) bot.Text,
) (bot.Message, error) {
	s, err := h.feedToManage(ctx, &r)
	if err != nil {
		return bot.Message{}, err
	}
	if err := set(ctx, s.ID); err != nil {
		return bot.Message{}, fmt.Errorf("pause or resume source %s: %w", s.ID, err)
	}
	return bot.Message{Text: say(&s)}, nil
}

// SourcePauseText says what became of pausing a feed that was as s is.
func SourcePauseText(s *bot.Source) bot.Text {
	if !s.Paused.IsZero() {
		return bot.Say("%s is paused already.", s.Name)
	}
	return bot.Say("%s is paused: it isn't fetched until it's resumed. Its articles stay.", s.Name)
}

// SourceResumeText says what became of resuming a feed that was as s is.
func SourceResumeText(s *bot.Source) bot.Text {
	if s.Paused.IsZero() {
		return bot.Say("%s isn't paused.", s.Name)
	}
	return bot.Say("%s is fetched again. What it published meanwhile and still shows sends alerts.", s.Name)
}
