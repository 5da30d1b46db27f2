// Package telegram connects the bot to Telegram over the Bot API, https://core.telegram.org/bots/api, by long polling or
// by a webhook.
//
//	a, err := telegram.New(telegram.Config{Token: token, State: store, Inbox: store})
//	…
//	go a.Run(ctx, handler)
//	receipt, err := a.Send(ctx, target, message)
//
// An [Adapter] serves private chats, groups, supergroups with topics, and channels. It answers commands and pressed
// buttons through a [bot.Handler], and posts and edits the messages that the core hands it. It doesn't decide what to
// say, and doesn't wait for rate limits by itself.
//
// Every update is stored in a [bot.Inbox] before it is confirmed to Telegram, so a crash loses none. Messages go out as
// HTML made from [bot.Text]. Text from outside can't break the markup, and can't notify anyone: an invisible word joiner
// keeps Telegram from seeing mentions and commands in it.
//
// Some caveats:
//
//   - Telegram has no idempotency keys: a message that was in flight when the program died may be sent twice.
//   - A form is a message to reply to. It survives restarts, and waits an hour for the one person it is for.
//   - Messages of a group that became a supergroup can't be edited any more.
//
// Of the library, only requests and types are used; see client for why.
package telegram
