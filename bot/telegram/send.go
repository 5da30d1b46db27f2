package telegram

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"strconv"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"tidings/bot"
)

// Send posts a message. It waits for the answer until ctx ends, and doesn't retry, but for a message whose markup
// Telegram refuses: that goes out once more as plain text. Keys have no effect.
func (a *Adapter) Send(ctx context.Context, to bot.Target, m bot.Message) (bot.Receipt, error) {
	replyTo, err := strconv.Atoi(m.ReplyTo)
	if err != nil {
		replyTo = 0 // it isn't a message of this platform
	}
	r := a.render(m)
	r.silent = m.Silent
	return a.post(ctx, to, r, replyTo)
}

// post sends what has been rendered, as an answer to the message replyTo unless that is 0.
func (a *Adapter) post(ctx context.Context, to bot.Target, r rendered, replyTo int) (bot.Receipt, error) {
	params := tgbotapi.Params{"chat_id": to.Chat}
	params.AddNonEmpty("message_thread_id", to.Thread)
	if replyTo != 0 {
		params["reply_parameters"] = encode(replyParameters{MessageID: replyTo, AllowSendingWithoutReply: true})
	}
	params.AddBool("disable_notification", r.silent)
	var result json.RawMessage
	if r.file != nil {
		params["caption"], params["parse_mode"] = r.html, tgbotapi.ModeHTML
		ctx, sent := tracing(ctx)
		if err := sent.mark(a.sendDocument(ctx, params, r.file, &result)); err != nil {
			return bot.Receipt{}, sendError(ctx, err, to)
		}
		return receipt(result, to), nil
	}
	if err := a.submit(ctx, "sendMessage", params, r, &result); err != nil {
		return bot.Receipt{}, sendError(ctx, err, to)
	}
	return receipt(result, to), nil
}

// Edit puts m in the place of a message of the bot, buttons and preview included. Keys and ReplyTo
// have no effect.
func (a *Adapter) Edit(ctx context.Context, to bot.Target, r bot.Receipt, m bot.Message) error {
	return a.change(ctx, to, r, m)
}

// change edits a message. If it reads so already, that is fine.
func (a *Adapter) change(ctx context.Context, to bot.Target, r bot.Receipt, m bot.Message) error {
	params := tgbotapi.Params{"chat_id": cmp.Or(r.Chat, to.Chat), "message_id": r.MessageID}
	err := a.submit(ctx, "editMessageText", params, a.render(m), nil)
	if err == nil || isUnmodified(err) {
		return nil
	}
	return editError(ctx, err, to, r)
}

// receipt reads the answer to a post. The message is posted even if the answer can't be read: another try would post it
// twice.
func receipt(result json.RawMessage, to bot.Target) bot.Receipt {
	out := bot.Receipt{Chat: to.Chat}
	var sent message
	if json.Unmarshal(result, &sent) != nil {
		return out
	}
	if sent.MessageID != 0 {
		out.MessageID = strconv.Itoa(sent.MessageID)
	}
	if sent.Chat != nil && sent.Chat.ID != 0 {
		out.Chat = strconv.FormatInt(sent.Chat.ID, 10)
	}
	return out
}

// submit calls a method that shows r, and once more with plain text if the markup is refused.
func (a *Adapter) submit(ctx context.Context, method string, params tgbotapi.Params, r rendered, result any) error {
	params["text"] = r.html
	params["parse_mode"] = tgbotapi.ModeHTML
	params["link_preview_options"] = encode(r.preview)
	switch {
	case len(r.keyboard) > 0:
		params["reply_markup"] = encode(keyboard{Rows: r.keyboard})
	case r.force != nil:
		params["reply_markup"] = encode(r.force)
	}
	ctx, sent := tracing(ctx)
	err := a.client.call(ctx, method, params, result)
	if a.refusesMoments(err) {
		params["text"] = withoutMoments(r.html)
		err = a.client.call(ctx, method, params, result)
	}
	if refusesStyles(err) && len(r.keyboard) > 0 {
		params["reply_markup"] = encode(keyboard{Rows: plainButtons(r.keyboard)})
		err = a.client.call(ctx, method, params, result)
	}
	if !refusesMarkup(err) {
		return sent.mark(err)
	}
	a.log.WarnContext(ctx, "telegram refused the markup, sending plain text", "method", method, "err", err)
	params["text"] = r.plain
	delete(params, "parse_mode")
	return sent.mark(a.client.call(ctx, method, params, result))
}

// replyParameters is core.telegram.org/bots/api#replyparameters.
type replyParameters struct {
	MessageID                int  `json:"message_id,omitempty"`
	EphemeralID              int  `json:"ephemeral_message_id,omitempty"`
	AllowSendingWithoutReply bool `json:"allow_sending_without_reply,omitempty"`
}

// encode returns v, a struct of ours, as JSON, which can't fail.
func encode(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("telegram: encode %T: %v", v, err))
	}
	return string(b)
}
