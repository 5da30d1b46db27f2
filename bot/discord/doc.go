// Package discord connects the bot to Discord.
//
//	a, err := discord.New(discord.Config{Token: token, State: store, Inbox: store})
//	…
//	go a.Run(ctx, handler)
//	receipt, err := a.Send(ctx, target, message)
//
// A target's Space is a guild, its Chat a channel or a thread, which to Discord is a channel too.
//
// The package uses discordgo for the gateway connection and as HTTP transport, and for nothing else:
// payloads are structs of our own, and rate limits are kept by the transport below discordgo. Every
// message carries an empty list of allowed mentions, so no text pings anyone, and every text from
// outside is escaped. No token enters an error or the log.
//
// Edits, replies, dialogs and the menus of messages are spoken. Discord opens a dialog only as the first
// answer to what somebody did; one that comes later waits behind a button.
//
// With a public key the adapter is an [net/http.Handler] too, to which Discord posts interactions: any
// number of processes behind one address answer them. The gateway then reports only where the bot is, and
// may be left out: a removal is found out by sending, a return by the next command in a channel. More than
// 2500 guilds need several gateway connections, each with its shard of them.
//
// Any number of processes may be connected at once; the inbox gives each interaction to one of them, and refuses a
// post that comes again.
//
// Not here: privileged intents (the bot reads no messages), voice.
package discord
