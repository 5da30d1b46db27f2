package telegram

import (
	"context"
	"strconv"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"
)

// removeButtons removes the buttons of a message of the bot, which work no longer, in the chat of m. If that fails, they say
// so when they are pressed.
func (s *session) removeButtons(ctx context.Context, m *message, messageID int) {
	if messageID == 0 || m.EphemeralID != 0 {
		return
	}
	err := s.inTurn(ctx, m.target(), func(ctx context.Context) error {
		params := tgbotapi.Params{"chat_id": strconv.FormatInt(m.Chat.ID, 10), "message_id": strconv.Itoa(messageID)}
		err := s.client.call(ctx, "editMessageReplyMarkup", params, nil)
		if err == nil || isRefusal(err) {
			return nil // it is gone, or has none
		}
		return sendError(ctx, err, m.target())
	})
	if err != nil && ctx.Err() == nil {
		s.log.DebugContext(ctx, "spent buttons not removed", "chat", m.Chat.ID, "err", err)
	}
}
