package telegram

import (
	"context"
	"errors"
	"strconv"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"tidings/bot"
)

// ephemeralLife is how long an ephemeral command or a press may be answered by a bot that isn't an administrator.
// core.telegram.org/bots/api#ephemeral-messages-and-commands
const ephemeralLife = 15 * time.Second

// occasion is an ephemeral command, or a press on an ephemeral message.
type occasion struct {
	message *message       // the command, or the message with the button
	person  *tgbotapi.User // who sees the answer
	query   string         // of the press, if it is one
}

// whisper answers in the group so that the person alone sees it, or else in private. It never answers for all to see,
// and never after the occasion has passed.
func (s *session) whisper(ctx context.Context, o occasion, answer bot.Message) {
	answer = s.picksAlone(answer)
	if answer.Form != nil {
		answer = bot.Message{Text: s.say(answer, bot.Say("I can't ask you that here. Please send me the command in our private chat."))}
	}
	if answer.File != nil {
		s.answerPrivately(ctx, o.person, answer)
		return
	}
	if isEmpty(answer) {
		return
	}
	inTime, cancel := context.WithTimeout(ctx, ephemeralLife)
	defer cancel()
	to := o.message.target()
	err := s.insist(inTime, to, func(ctx context.Context) error {
		return s.postEphemeral(ctx, to, o, s.render(answer))
	})
	if err == nil {
		return
	}
	s.log.InfoContext(ctx, "ephemeral answer not sent", "target", to.String(), "err", err)
	if se, ok := errors.AsType[*bot.SendError](err); ok && !se.Uncertain {
		s.answerPrivately(ctx, o.person, answer)
	}
}

// postEphemeral sends one ephemeral message. Bot API 10.3 has the parameters of 10.2 in one of its own.
func (s *session) postEphemeral(ctx context.Context, to bot.Target, o occasion, r rendered) error {
	params := tgbotapi.Params{"chat_id": to.Chat, "receiver_user_id": strconv.FormatInt(o.person.ID, 10)}
	params.AddNonEmpty("message_thread_id", to.Thread)
	params.AddNonEmpty("callback_query_id", o.query)
	params["ephemeral_message_parameters"] = encode(ephemeralParameters{Receiver: o.person.ID, Query: o.query})
	if o.query == "" {
		params["reply_parameters"] = encode(replyParameters{EphemeralID: o.message.EphemeralID})
	}
	if err := s.submit(ctx, "sendMessage", params, r, nil); err != nil {
		return sendError(ctx, err, to)
	}
	return nil
}

// ephemeralParameters is EphemeralMessageParameters of Bot API 10.3.
type ephemeralParameters struct {
	Receiver int64  `json:"receiver_user_id"`
	Query    string `json:"callback_query_id,omitempty"`
}

// answerEphemeralPress answers a button of an ephemeral message.
func (s *session) answerEphemeralPress(ctx context.Context, o occasion, answer bot.Message) {
	answer = s.picksAlone(answer)
	if answer.Form != nil {
		s.whisper(ctx, o, answer)
		return
	}
	s.replaceEphemeral(ctx, o, answer)
}

// replaceEphemeral gives an ephemeral message with a button its new form, or else whispers the answer.
func (s *session) replaceEphemeral(ctx context.Context, o occasion, answer bot.Message) {
	if isEmpty(answer) {
		return
	}
	to := o.message.target()
	err := s.insist(ctx, to, func(ctx context.Context) error {
		params := tgbotapi.Params{
			"chat_id": to.Chat, "receiver_user_id": strconv.FormatInt(o.person.ID, 10),
			"ephemeral_message_id": strconv.Itoa(o.message.EphemeralID),
		}
		err := s.submit(ctx, "editEphemeralMessageText", params, s.render(answer), nil)
		if err == nil || isUnmodified(err) {
			return nil
		}
		return editError(ctx, err, to, bot.Receipt{})
	})
	if kindOf(err) == bot.Unsendable {
		s.whisper(ctx, o, answer)
		return
	}
	if err != nil {
		s.log.WarnContext(ctx, "ephemeral message not changed", "target", to.String(), "err", err)
	}
}

// picksAlone turns a form with options into a message with them: where nobody can reply, one can still be picked.
func (s *session) picksAlone(m bot.Message) bot.Message {
	if m.Form == nil || len(m.Form.Options) == 0 {
		return m
	}
	form := *m.Form
	form.Max = 0
	m.Form = &form
	return bot.Message{Language: m.Language, Text: s.questionText(question{Message: m}), Buttons: optionRows(m)}
}
