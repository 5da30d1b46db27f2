package telegram

import (
	"cmp"
	"net/http"
	"strings"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"tidings/bot"
	"tidings/internal/lazyregexp"
)

// meaning is what a refusal to post means for a target.
type meaning struct {
	kind   bot.SendErrorKind
	reason string // for people
	// probe and threadOnly are those of [bot.SendError].
	probe, threadOnly bool
	code              string
}

// known is a refusal that the bot knows by its words, of which it has to contain the given ones.
type known struct {
	words string
	meaning
}

// Reasons that several refusals have in common.
const (
	mayNotWrite = "the bot may not write in the chat"
	mayNotPost  = "the bot may not post in the channel"
	notInChat   = "the chat does not exist, or the bot was never in it"
	badMessage  = "Telegram doesn't accept this message"
)

// What a refusal with the given words means: the place is gone, the bot lacks a right there, the topic is gone or
// closed, or this one message is at fault.

func gone(words, reason string) known {
	return known{words, meaning{kind: bot.TargetGone, reason: reason}}
}

func barred(words, reason string) known {
	return known{words, meaning{kind: bot.TargetGone, reason: reason, probe: true}}
}

func topicGone(words string) known {
	return known{words, meaning{kind: bot.TargetGone, reason: "the topic was deleted", threadOnly: true}}
}

func topicClosed(words string) known {
	return known{words, meaning{kind: bot.TargetGone, reason: "the topic is closed", threadOnly: true, probe: true}}
}

func content(words string) known {
	return known{words, meaning{kind: bot.Unsendable, reason: badMessage}}
}

// refusals are the known texts of Telegram's codes 400 and 403, which have no codes of their own. The first match
// counts. core.telegram.org/api/errors and the sources of telegram-bot-api.
func refusals() []known {
	return []known{
		gone("bot was blocked by the user", "the bot was blocked by the user"),
		gone("user_is_blocked", "the bot was blocked by the user"),
		gone("user is deactivated", "the account was deleted"),
		gone("input_user_deactivated", "the account was deleted"),
		gone("bot can't initiate conversation", "the user has not started the bot"),
		gone("bot can't send messages to bots", "the chat belongs to a bot"),
		gone("bot was kicked from the channel", "the bot was removed from the channel"),
		gone("bot was kicked", "the bot was removed from the group"),
		gone("the group chat was deleted", "the group was deleted"),
		gone("group chat was deactivated", "the group was closed"),
		gone("chat not found", notInChat),
		gone("peer_id_invalid", notInChat),

		// In an outage of October 2023, Telegram said so of channels that the bot was an administrator of.
		barred("bot is not a member of the channel", "the bot is not in the channel"),
		barred("bot is not a member", "the bot is not in the group"),
		barred("channel_private", "the bot is not in the chat"),
		barred("need administrator rights in the channel", mayNotPost),
		barred("chat_admin_required", mayNotPost),
		barred("not enough rights", mayNotWrite),
		barred("have no rights to send", mayNotWrite),
		barred("chat_write_forbidden", mayNotWrite),
		barred("chat_send_plain_forbidden", mayNotWrite),
		barred("chat_guest_send_forbidden", mayNotWrite),
		barred("chat_restricted", mayNotWrite),
		barred("user_banned_in_channel", "the bot may not write in groups for now"),

		topicGone("message thread not found"),
		topicGone("topic_deleted"),
		topicGone("topic_id_invalid"),
		topicClosed("topic_closed"),

		content("can't parse entities"),
		content("message is too long"),
		content("message_too_long"),
		content("entities_too_long"),
		content("text is empty"),
		content("text must be non-empty"),
		content("wrong http url"),
		content("webpage_url_invalid"),
		content("button_"),
		content("can't parse inline keyboard"),
		content("can't parse reply keyboard"),
		content("reply_markup_"),
		content("there is no text in the message to edit"),
	}
}

// classify returns the meaning of a refusal with code 400, 403 or 413. One that is not known has a code, by which the
// deliverer sees whether it is about the message or the target.
func classify(refusal *tgbotapi.Error) meaning {
	if refusal.Code == http.StatusRequestEntityTooLarge {
		return meaning{kind: bot.Unsendable, reason: badMessage}
	}
	text := strings.ToLower(refusal.Message)
	for _, k := range refusals() {
		if strings.Contains(text, k.words) {
			if k.kind == bot.TargetGone {
				k.code = code(refusal)
			}
			return k.meaning
		}
	}
	if refusal.Code == http.StatusForbidden {
		return meaning{
			kind: bot.TargetGone, reason: "Telegram doesn't let the bot into the chat", probe: true, code: code(refusal),
		}
	}
	return meaning{kind: bot.Unsendable, reason: badMessage, code: code(refusal)}
}

// digits are what differs between two refusals for the same cause: offsets, seconds and prices.
var digits = lazyregexp.New(`\d+`)

// maxCode bounds a code, in bytes.
const maxCode = 100

// code returns Telegram's own words for a refusal, the same for two messages that are refused for the same cause.
func code(refusal *tgbotapi.Error) string {
	text := strings.ToLower(refusal.Message)
	text = strings.TrimPrefix(strings.TrimPrefix(text, "bad request: "), "forbidden: ")
	return bot.CleanText(cmp.Or(digits.ReplaceAllString(text, "#"), http.StatusText(refusal.Code)), maxCode)
}
