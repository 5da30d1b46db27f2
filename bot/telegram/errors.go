package telegram

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"net/http/httptrace"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"tidings/bot"
)

// goneWords are words of refusals that mean the bot cannot post in a chat, whatever it posts, each
// with the reason people are told. Telegram has no codes for them. The order matters
// only where one text holds another.
func goneWords() [][2]string {
	return [][2]string{
		{"bot was blocked by the user", "the bot was blocked by the user"},
		{"user is deactivated", "the account was deleted"},
		{"bot can't initiate conversation", "the user has not started the bot"},
		{"bot can't send messages to bots", "the chat belongs to a bot"},
		{"bot was kicked from the channel", "the bot was removed from the channel"},
		{"bot was kicked", "the bot was removed from the group"},
		{"bot is not a member of the channel", "the bot is not in the channel"},
		{"bot is not a member", "the bot is not in the group"},
		{"the group chat was deleted", "the group was deleted"},
		{"group chat was deactivated", "the group was closed"},
		{"chat not found", "the chat does not exist, or the bot was never in it"},
		{"message thread not found", "the topic was deleted"},
		{"topic_deleted", "the topic was deleted"},
		{"topic_closed", "the topic is closed"},
		{"need administrator rights in the channel", "the bot may not post in the channel"},
		{"not enough rights", "the bot may not write in the chat"},
		{"have no rights to send", "the bot may not write in the chat"},
		{"chat_write_forbidden", "the bot may not write in the chat"},
		{"chat_send_plain_forbidden", "the bot may not write in the chat"},
		{"chat_guest_send_forbidden", "the bot may not write in the chat"},
		{"chat_restricted", "the bot may not write in the chat"},
		{"chat_admin_required", "the bot may not post in the channel"},
		{"user_banned_in_channel", "the bot may not write in groups for now"},
		{"channel_private", "the bot is not in the chat"},
		{"peer_id_invalid", "the chat does not exist, or the bot was never in it"},
		{"user_is_blocked", "the bot was blocked by the user"},
		{"input_user_deactivated", "the account was deleted"},
	}
}

// sendError turns what a call failed with into what the deliverer acts on.
func sendError(ctx context.Context, err error, to bot.Target) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	refusal, ok := errors.AsType[*tgbotapi.Error](err)
	if !ok {
		_, uncertain := errors.AsType[*unansweredError](err)
		return &bot.SendError{Reason: "Telegram does not answer as it should", Uncertain: uncertain, Err: err}
	}
	out := &bot.SendError{Err: err}
	switch {
	case refusal.MigrateToChatID != 0:
		out.Kind, out.Reason = bot.TargetMoved, "the group became a supergroup"
		out.To = to
		out.To.Chat = strconv.FormatInt(refusal.MigrateToChatID, 10)
	case refusal.Code == http.StatusTooManyRequests:
		// The answer does not tell whether the limit is the chat's or the bot's.
		out.Kind, out.Reason = bot.RateLimited, "Telegram asks to slow down"
		out.After = retryAfter(err)
	case isUnauthorized(err):
		out.Reason = "Telegram refuses the bot's token"
	case goneReason(refusal) != "":
		out.Kind, out.Reason = bot.TargetGone, goneReason(refusal)
	case refusal.Code == http.StatusBadRequest || refusal.Code == http.StatusRequestEntityTooLarge:
		out.Kind, out.Reason = bot.Unsendable, "Telegram does not take this message"
	default:
		out.Reason = "Telegram has a fault"
	}
	return out
}

// editError turns what an edit failed with into what the deliverer acts on.
func editError(ctx context.Context, err error, to bot.Target, r bot.Receipt) error {
	failed := sendError(ctx, err, to)
	se, ok := errors.AsType[*bot.SendError](failed)
	if !ok {
		return failed
	}
	switch {
	case badRequestSays(err, "message to edit not found"), badRequestSays(err, "message_id_invalid"):
		se.Kind, se.Reason = bot.Unsendable, "the message was deleted"
	case badRequestSays(err, "message can't be edited"):
		se.Kind, se.Reason = bot.Unsendable, "the message can no longer be changed"
	case se.Kind == bot.TargetMoved && r.Chat != "" && r.Chat != to.Chat:
		// The target has moved already; messages from before do not.
		se.Kind, se.Reason = bot.Unsendable, "the message stayed behind when the group became a supergroup"
	}
	return se
}

// unansweredError is a request that was on its way when the connection failed: it may have arrived.
type unansweredError struct{ error }

// Unwrap returns what went wrong.
func (e *unansweredError) Unwrap() error { return e.error }

// tracing returns a context for requests, and what marks an error of theirs as unanswered unless it is
// Telegram's word, or none of them got as far as being written.
func tracing(ctx context.Context) (traced context.Context, mark func(error) error) {
	var written atomic.Bool
	traced = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{WroteHeaders: func() { written.Store(true) }})
	return traced, func(err error) error {
		_, refused := errors.AsType[*tgbotapi.Error](err)
		if err == nil || refused || !written.Load() {
			return err
		}
		return &unansweredError{err}
	}
}

// goneReason returns why the bot cannot post in a chat, or "" if the refusal means something else.
func goneReason(refusal *tgbotapi.Error) string {
	if refusal.Code != http.StatusForbidden && refusal.Code != http.StatusBadRequest {
		return ""
	}
	text := strings.ToLower(refusal.Message)
	for _, w := range goneWords() {
		if strings.Contains(text, w[0]) {
			return w[1]
		}
	}
	if refusal.Code == http.StatusForbidden {
		return "Telegram does not let the bot into the chat"
	}
	return ""
}

// isUnauthorized reports whether Telegram refuses the token.
func isUnauthorized(err error) bool {
	return hasCode(err, http.StatusUnauthorized) || errors.Is(err, bot.ErrUnauthorized)
}

// isRefusal reports whether Telegram understood a request and will not grant it, however often it is
// asked.
func isRefusal(err error) bool {
	refusal, ok := errors.AsType[*tgbotapi.Error](err)
	return ok && refusal.Code/100 == 4 && refusal.Code != http.StatusUnauthorized &&
		refusal.Code != http.StatusTooManyRequests
}

// hasCode reports whether Telegram answered with this code.
func hasCode(err error, code int) bool {
	refusal, ok := errors.AsType[*tgbotapi.Error](err)
	return ok && refusal.Code == code
}

// retryAfter returns how long a 429 asks to wait, at least a second; 0 for any other error.
func retryAfter(err error) time.Duration {
	refusal, ok := errors.AsType[*tgbotapi.Error](err)
	if !ok || refusal.Code != http.StatusTooManyRequests {
		return 0
	}
	return time.Duration(cmp.Or(refusal.RetryAfter, 1)) * time.Second
}

func refusesMarkup(err error) bool { return badRequestSays(err, "can't parse entities") }

// isUnmodified reports whether an edit failed because there was nothing to change.
func isUnmodified(err error) bool { return badRequestSays(err, "message is not modified") }

// badRequestSays reports whether Telegram refused a request with these words, for what it has no code for.
func badRequestSays(err error, words string) bool {
	refusal, ok := errors.AsType[*tgbotapi.Error](err)
	return ok && refusal.Code == http.StatusBadRequest &&
		strings.Contains(strings.ToLower(refusal.Message), words)
}
