package telegram

import (
	"context"
	"strconv"
	"strings"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"tidings/bot"
)

// patience is by how much longer an answer with buttons stays: somebody is busy with it.
const patience = 10

var _ bot.Tidier = (*Adapter)(nil)

// Tidies says that answers can be removed here.
func (a *Adapter) Tidies() {}

// tidy removes an answer in a group after a while, and the command that it answers, if the chat wants that.
func (s *session) tidy(ctx context.Context, m *message, posted bot.Receipt, answer bot.Message) {
	if !answer.Tidy || posted.MessageID == "" {
		return
	}
	after := s.fadeAfter
	if len(answer.Buttons) > 0 {
		after *= patience
	}
	s.fade(ctx, fading{Chat: strconv.FormatInt(m.Chat.ID, 10), Message: posted.MessageID}, after)
	s.tidyCommand(ctx, m, answer)
}

// tidyCommand deletes the command that was answered, if the chat wants that and it is nothing else. It does so at once: what
// stands for a while may be answered. A command that failed stays, so that it can be corrected. Where the bot may not delete it,
// it stays too.
func (s *session) tidyCommand(ctx context.Context, m *message, answer bot.Message) {
	if !answer.Tidy || answer.Mistake || !s.isBareCommand(m) {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	err := s.client.call(ctx, "deleteMessage", tgbotapi.Params{
		"chat_id": strconv.FormatInt(m.Chat.ID, 10), "message_id": strconv.Itoa(m.MessageID),
	}, nil)
	if err != nil {
		s.log.DebugContext(ctx, "command not removed", "chat", m.Chat.ID, "err", err)
	}
}

// isBareCommand reports whether a message is exactly one command of the bot: a line of text, neither forwarded nor edited.
func (s *session) isBareCommand(m *message) bool {
	parts := commandForm.FindStringSubmatch(m.Text)
	return parts != nil && s.isCommand(strings.ToLower(parts[1])) && !strings.Contains(strings.TrimSpace(m.Text), "\n") &&
		m.Document == nil && m.Caption == "" && m.Forwarded == nil && m.EditDate == 0 && m.EphemeralID == 0
}
