package telegram

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"tidings/bot"
)

func TestSendError(t *testing.T) {
	to := bot.Target{Platform: Platform, Chat: "-5", Thread: "7"}
	for _, c := range []struct {
		code    int
		text    string
		more    tgbotapi.ResponseParameters
		kind    bot.SendErrorKind
		reason  string
		details func(*bot.SendError) bool
	}{
		{
			code: 429, text: "Too Many Requests: retry after 10072", more: tgbotapi.ResponseParameters{RetryAfter: 10072},
			kind: bot.RateLimited, reason: "Telegram asks to slow down",
			details: func(e *bot.SendError) bool { return e.After == 10072*time.Second && !e.Global },
		},
		{
			code: 429, text: "Too Many Requests", kind: bot.RateLimited, reason: "Telegram asks to slow down",
			details: func(e *bot.SendError) bool { return e.After == time.Second },
		},
		{
			code: 400, text: "Bad Request: group chat was upgraded to a supergroup chat",
			more: tgbotapi.ResponseParameters{MigrateToChatID: -100123}, kind: bot.TargetMoved, reason: "the group became a supergroup",
			details: func(e *bot.SendError) bool {
				return e.To == bot.Target{Platform: Platform, Chat: "-100123", Thread: "7"}
			},
		},
		{
			code: 401, text: "Unauthorized", reason: "Telegram refuses the bot's token",
			details: func(e *bot.SendError) bool { return errors.Is(e, bot.ErrUnauthorized) },
		},
		{code: 404, text: "Not Found: method not found", reason: "Telegram has a fault"},
		{code: 403, text: "Forbidden: bot was kicked from the supergroup chat", kind: bot.TargetGone, reason: "the bot was removed from the group"},
		{code: 403, text: "Forbidden: bot was kicked from the channel chat", kind: bot.TargetGone, reason: "the bot was removed from the channel"},
		{code: 403, text: "Forbidden: bot is not a member of the channel chat", kind: bot.TargetGone, reason: "the bot is not in the channel"},
		{code: 403, text: "Forbidden: bot was blocked by the user", kind: bot.TargetGone, reason: "the bot was blocked by the user"},
		{code: 403, text: "Forbidden: user is deactivated", kind: bot.TargetGone, reason: "the account was deleted"},
		{code: 403, text: "Forbidden: the group chat was deleted", kind: bot.TargetGone, reason: "the group was deleted"},
		{code: 403, text: "Forbidden: bot can't initiate conversation with a user", kind: bot.TargetGone, reason: "the user has not started the bot"},
		{code: 400, text: "Bad Request: group chat was deactivated", kind: bot.TargetGone, reason: "the group was closed"},
		{code: 400, text: "Bad Request: TOPIC_DELETED", kind: bot.TargetGone, reason: "the topic was deleted"},
		{code: 400, text: "Bad Request: have no rights to send a message", kind: bot.TargetGone, reason: "the bot may not write in the chat"},
		{code: 400, text: "Bad Request: USER_IS_BLOCKED", kind: bot.TargetGone, reason: "the bot was blocked by the user"},
		{code: 400, text: "Bad Request: CHANNEL_PRIVATE", kind: bot.TargetGone, reason: "the bot is not in the chat"},
		{code: 403, text: "Forbidden: something new", kind: bot.TargetGone, reason: "Telegram doesn't let the bot into the chat"},
		{code: 400, text: "Bad Request: chat not found", kind: bot.TargetGone, reason: "the chat does not exist, or the bot was never in it"},
		{code: 400, text: "Bad Request: message thread not found", kind: bot.TargetGone, reason: "the topic was deleted"},
		{code: 400, text: "Bad Request: TOPIC_CLOSED", kind: bot.TargetGone, reason: "the topic is closed"},
		{code: 400, text: "Bad Request: CHAT_WRITE_FORBIDDEN", kind: bot.TargetGone, reason: "the bot may not write in the chat"},
		{code: 400, text: "Bad Request: not enough rights to send text messages to the chat", kind: bot.TargetGone, reason: "the bot may not write in the chat"},
		{code: 400, text: "Bad Request: need administrator rights in the channel chat", kind: bot.TargetGone, reason: "the bot may not post in the channel"},
		{code: 400, text: "Bad Request: message is too long", kind: bot.Unsendable, reason: "Telegram doesn't accept this message"},
		{code: 400, text: "Bad Request: BUTTON_DATA_INVALID", kind: bot.Unsendable, reason: "Telegram doesn't accept this message"},
		{code: 500, text: "Internal Server Error", reason: "Telegram has a fault"},
	} {
		t.Run(c.text, func(t *testing.T) {
			cause := &tgbotapi.Error{Code: c.code, Message: c.text, ResponseParameters: c.more}
			var got *bot.SendError
			if !errors.As(sendError(t.Context(), fmt.Errorf("sendMessage: %w", cause), to), &got) {
				t.Fatal("no *bot.SendError")
			}
			if got.Kind != c.kind || got.Reason != c.reason || c.details != nil && !c.details(got) {
				t.Errorf("got %+v, want kind %d, reason %q", got, c.kind, c.reason)
			}
			if !errors.Is(got, cause) {
				t.Error("the cause is not in the chain")
			}
		})
	}
}

func TestSendError_IsTransientForAllElse(t *testing.T) {
	for _, cause := range []error{errors.New("connection reset"), &statusError{status: 502}, context.DeadlineExceeded} {
		var got *bot.SendError
		if !errors.As(sendError(t.Context(), cause, bot.Target{}), &got) || got.Kind != bot.Transient || got.Reason == "" {
			t.Errorf("%v becomes %+v, want a transient failure with a reason", cause, got)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := sendError(ctx, errors.New("x"), bot.Target{}); !errors.Is(err, context.Canceled) {
		t.Errorf("after the context ended: %v, want its error", err)
	}
}

func TestClassify_DistinguishesTheTargetsFaultFromTheMessages(t *testing.T) {
	const refusedHere, aboutTheMessage = true, false
	for _, c := range []struct {
		text              string
		target            bool // the code says that it is the target's
		probe, threadOnly bool
	}{
		{"Bad Request: CHAT_FORBIDDEN", refusedHere, false, false},
		{"Bad Request: BOT_GROUPS_BLOCKED", refusedHere, false, false},
		{"Bad Request: ALLOW_PAYMENT_REQUIRED_50", refusedHere, false, false},
		{"Bad Request: message is too long", aboutTheMessage, false, false},
		{"Bad Request: can't parse entities: Unsupported start tag \"x\" at byte offset 7", aboutTheMessage, false, false},
		{"Bad Request: BUTTON_URL_INVALID", aboutTheMessage, false, false},
		{"Bad Request: not enough rights to send text messages to the chat", refusedHere, true, false},
		{"Forbidden: bot is not a member of the channel chat", refusedHere, true, false},
		{"Forbidden: something new", refusedHere, true, false},
		{"Forbidden: bot was blocked by the user", refusedHere, false, false},
		{"Bad Request: message thread not found", refusedHere, false, true},
		{"Bad Request: TOPIC_ID_INVALID", refusedHere, false, true},
		{"Bad Request: TOPIC_CLOSED", refusedHere, true, true},
	} {
		refusal := &tgbotapi.Error{Code: 400, Message: c.text}
		if strings.HasPrefix(c.text, "Forbidden") {
			refusal.Code = 403
		}
		got := classify(refusal)
		if (got.code != "") != c.target || got.probe != c.probe || got.threadOnly != c.threadOnly {
			t.Errorf("%s: %+v, want the target's: %t, probe: %t, thread: %t", c.text, got, c.target, c.probe, c.threadOnly)
		}
	}
}

func TestCode_IsTheSameForTheSameCause(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"Bad Request: CHAT_FORBIDDEN", "chat_forbidden"},
		{"Bad Request: ALLOW_PAYMENT_REQUIRED_50", "allow_payment_required_#"},
		{"Forbidden: something\nnew at offset 123", "something new at offset #"},
		{"", "Bad Request"},
		{strings.Repeat("x", 1000), strings.Repeat("x", maxCode)},
	} {
		if got := code(&tgbotapi.Error{Code: 400, Message: c.text}); got != c.want {
			t.Errorf("the code of %q is %q, want %q", c.text, got, c.want)
		}
	}
}
