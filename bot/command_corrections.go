package bot

import (
	"context"
	"errors"
	"fmt"
)

// correctionsCommand says what a chat hears when an article is corrected.
func (h *handler) correctionsCommand() Command {
	return Command{
		Name: "corrections", Help: "Whether corrections of an alert are posted as replies to it",
		Sub: []Command{
			{
				Name: "on", Help: "Say below an alert what was corrected in it", Example: "corrections on",
				Access: Managers, Run: h.correctionsOn,
			},
			{
				Name: "off", Help: "Correct alerts where they stand, and say nothing", Example: "corrections off",
				Access: Managers, Run: h.correctionsOff,
			},
		},
	}
}

// correctionsOn answers /corrections on.
func (h *handler) correctionsOn(ctx context.Context, r Request) (Message, error) {
	return h.setCorrections(ctx, r, CorrectByReply,
		"When an article is corrected in its title or facts, I correct its alert and say below it what was corrected.")
}

// correctionsOff answers /corrections off.
func (h *handler) correctionsOff(ctx context.Context, r Request) (Message, error) {
	return h.setCorrections(ctx, r, CorrectQuietly, "When an article is corrected, I correct its alert where it stands and say nothing.")
}

func (h *handler) setCorrections(ctx context.Context, r Request, to Corrections, done string) (Message, error) {
	err := h.store.SetCorrections(ctx, r.Target, to)
	if errors.Is(err, ErrNotFound) {
		return Message{}, &UserError{Text: noSubscriptions()}
	}
	if err != nil {
		return Message{}, fmt.Errorf("set corrections in %s: %w", r.Target, err)
	}
	return Message{Text: Plain(done)}, nil
}
