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
	ctx context.Context, r bot.Request, set func(context.Context, string) error, say func(*bot.Source) string,
) (bot.Message, error) {
	s, err := h.feedToManage(ctx, &r)
	if err != nil {
		return bot.Message{}, err
	}
	if err := set(ctx, s.ID); err != nil {
		return bot.Message{}, fmt.Errorf("pause or resume source %s: %w", s.ID, err)
	}
	return bot.Message{Text: bot.Plain(say(&s))}, nil
}

// SourcePauseText says what became of pausing a feed that was as s is.
func SourcePauseText(s *bot.Source) string {
	if !s.Paused.IsZero() {
		return s.Name + " is paused already."
	}
	return s.Name + " is paused: it isn't fetched until it's resumed. Its articles stay."
}

// SourceResumeText says what became of resuming a feed that was as s is.
func SourceResumeText(s *bot.Source) string {
	if s.Paused.IsZero() {
		return s.Name + " isn't paused."
	}
	return s.Name + " is fetched again. What it published meanwhile and still shows sends alerts."
}
