package telegram

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"tidings/bot"
)

// sendError turns the error of a call into what the deliverer acts on.
func sendError(ctx context.Context, err error, to bot.Target) *bot.SendError {
	_, uncertain := errors.AsType[*unansweredError](err)
	refusal, ok := errors.AsType[*tgbotapi.Error](err)
	switch {
	case !ok && ctx.Err() != nil:
		return &bot.SendError{Reason: "Telegram did not answer in time", Uncertain: uncertain, Err: ctx.Err()}
	case !ok:
		return &bot.SendError{Reason: "Telegram doesn't answer as it should", Uncertain: uncertain, Err: err}
	}
	out := refused(refusal, to)
	if out.Err = err; isUnauthorized(err) {
		out.Err = fmt.Errorf("%w: %w", bot.ErrUnauthorized, err)
	}
	return out
}

// refused returns what a refusal means for a target.
func refused(refusal *tgbotapi.Error, to bot.Target) *bot.SendError {
	switch {
	case refusal.MigrateToChatID != 0:
		to.Chat = strconv.FormatInt(refusal.MigrateToChatID, 10)
		return &bot.SendError{Kind: bot.TargetMoved, Reason: "the group became a supergroup", To: to}
	case refusal.Code == http.StatusTooManyRequests:
		// The answer does not say whether the limit is the chat's or the bot's.
		return &bot.SendError{Kind: bot.RateLimited, Reason: "Telegram asks to slow down", After: retryAfter(refusal)}
	case refusal.Code == http.StatusUnauthorized:
		return &bot.SendError{Reason: "Telegram refuses the bot's token"}
	case refusal.Code == http.StatusBadRequest, refusal.Code == http.StatusForbidden,
		refusal.Code == http.StatusRequestEntityTooLarge:
		m := classify(refusal)
		return &bot.SendError{Kind: m.kind, Reason: m.reason, Code: m.code, Probe: m.probe, ThreadOnly: m.threadOnly}
	}
	return &bot.SendError{Reason: "Telegram has a fault"}
}

// editError turns the error of an edit into what the deliverer acts on.
func editError(ctx context.Context, err error, to bot.Target, r bot.Receipt) *bot.SendError {
	out := sendError(ctx, err, to)
	out.Uncertain = false // an edit that is made twice shows nothing twice
	var reason string
	switch {
	case badRequestSays(err, "message to edit not found"), badRequestSays(err, "message_id_invalid"):
		reason = "the message was deleted"
	case badRequestSays(err, "message can't be edited"):
		reason = "the message can no longer be changed"
	case out.Kind == bot.TargetMoved && r.Chat != "" && r.Chat != to.Chat:
		// The target has moved already; messages from before do not.
		reason = "the message stayed behind when the group became a supergroup"
	default:
		return out
	}
	return &bot.SendError{Kind: bot.Unsendable, Reason: reason, Err: err}
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

// refusesStyles reports whether a server refuses a button for its style. Those before Bot API 10.1 pass over it.
func refusesStyles(err error) bool { return badRequestSays(err, "button style") }

// isUnmodified reports whether an edit failed because there was nothing to change.
func isUnmodified(err error) bool { return badRequestSays(err, "message is not modified") }

// badRequestSays reports whether Telegram refused a request in these words, which have no code of their own.
func badRequestSays(err error, words string) bool {
	refusal, ok := errors.AsType[*tgbotapi.Error](err)
	return ok && refusal.Code == http.StatusBadRequest &&
		strings.Contains(strings.ToLower(refusal.Message), words)
}
