package telegram

import (
	"context"
	"math"
	"strconv"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"tidings/bot"
)

const (
	// sorryEvery is how often somebody in a chat, or a whole group, hears that requests were dropped.
	sorryEvery = 10 * time.Minute
	onceARun   = time.Duration(math.MaxInt64)
	// maxSpareAcks is how many presses that come to nothing are acknowledged at a time, so that others have their
	// connections.
	maxSpareAcks = 16
)

// turnDown drops a task, with a word to its sender.
func (s *session) turnDown(ctx context.Context, t *task, why admission) {
	if why == repeated {
		s.acknowledge(ctx, t.ack, "")
		return
	}
	isFirst := s.turnedDown.first(t.key(), s.now(), sorryEvery)
	if isFirst {
		s.log.WarnContext(ctx, "too many requests, dropping some", "chat", t.chat, "user", t.sender)
	}
	switch {
	case t.ack != nil:
		s.acknowledge(ctx, t.ack, bot.Localize(ctx, s.handler, t.update.Callback.reader(), bot.Say("That's more than I can keep up with. Try again in a moment.")).String())
	case isFirst:
		s.queues.spawn(func() { s.apologize(ctx, t.update.message(), why) })
	}
}

// acknowledge answers a press that comes to nothing, in the background.
func (s *session) acknowledge(ctx context.Context, k *ack, text string) {
	s.queues.spawn(func() {
		select {
		case s.spareAcks <- struct{}{}:
			defer func() { <-s.spareAcks }()
			k.answer(ctx, text)
		case <-ctx.Done():
		}
	})
}

// apologize notifies the sender of a message that it is dropped: in private where Telegram allows that, else once for
// all in the group.
func (s *session) apologize(ctx context.Context, m *message, why admission) {
	ctx, cancel := context.WithTimeout(ctx, handleTimeout)
	defer cancel()
	words := bot.Say("You're asking faster than I can answer, so I skipped some of your messages. Please wait a minute.")
	if why == overChat {
		words = bot.Say("Too much is going on here for me to answer everything. Please try again in a minute, or ask me in private.")
	}
	words = bot.Localize(ctx, s.handler, m.reader(), words)
	switch {
	case m.Chat.Type == private:
		s.reply(ctx, m, bot.Message{Text: words}, 0)
	case m.isPersons() && s.answerPrivately(ctx, m.From, bot.Message{Text: bot.Join(bot.Plain("“"+oneLine(m.Chat.Title)+"”: "), words)}):
	case m.Chat.Type != channel && m.EphemeralID == 0 && s.turnedDown.first(memberKey{chat: m.Chat.ID}, s.now(), sorryEvery):
		s.reply(ctx, m, bot.Message{Text: words}, m.MessageID)
	}
}

// excuse explains to a person privately, once, why a group gets no answer.
func (s *session) excuse(ctx context.Context, m *message, reason string) {
	if m.Chat.Type == private || !m.isPersons() {
		return
	}
	who := memberKey{chat: m.Chat.ID, user: m.From.ID}
	if !s.excused.first(who, s.now(), onceARun) {
		return
	}
	sent := s.answerPrivately(ctx, m.From, bot.Message{Text: bot.Localize(ctx, s.handler, m.reader(),
		bot.Say("I can't answer you in “%s”: %s. Someone who manages it can let me write there.", oneLine(m.Chat.Title), bot.Known(reason)))})
	if !sent {
		s.excused.forget(who)
	}
}

// answerPrivately writes to somebody alone, and reports whether that worked. Telegram allows it only with
// those who have started the bot.
func (s *session) answerPrivately(ctx context.Context, to *tgbotapi.User, m bot.Message) bool {
	target := bot.Target{Platform: Platform, Chat: strconv.FormatInt(to.ID, 10)}
	err := s.inTurn(ctx, target, func(ctx context.Context) error {
		_, err := s.post(ctx, target, s.render(m), 0)
		return err
	})
	if err != nil {
		s.log.DebugContext(ctx, "private message not sent", "err", err)
		return false
	}
	return true
}
