// Package telegram connects the bot to Telegram over the Bot API, by long polling or by a webhook.
//
// It serves private chats, groups, supergroups with topics, and channels. Of the library it uses
// the requests and the types; updates, errors and secrets are handled here. Every update is stored
// in a [bot.Inbox] before Telegram is told that it arrived, so that a crash loses none. Telegram
// has no key that makes sending idempotent: a message that was in flight when the program died may
// be sent twice.
//
// A text is asked for by a message to reply to, which is remembered over restarts for the one person it
// is for, and for an hour.
//
// Messages go out as HTML made from [bot.Text]. Text from outside can neither break the markup nor
// notify anyone: what Telegram would take for a mention or a command is kept apart by a word joiner,
// which nobody sees.
package telegram
