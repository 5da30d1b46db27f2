// Package discord connects the bot to Discord: the gateway, the REST API and interactions, at version 10 of
// https://discord.com/developers/docs.
//
//	a, err := discord.New(discord.Config{Token: token, State: store, Inbox: store})
//	…
//	go a.Run(ctx, handler)
//	receipt, err := a.Send(ctx, target, message)
//
// A target's Space is a guild; its Chat is a channel or a thread, which to Discord is a channel too.
//
// An [Adapter] posts, edits and answers, and shows forms, replies and menus of messages. A message pings nobody but those whom
// it is told to mention, by their IDs: text from outside is escaped, and the list of allowed mentions has no others. No token
// enters an error or the log.
//
// In a forum each message becomes a post, and what belongs to an earlier one goes into that one's post. What is posted in an
// announcement channel is published afterwards, as far as Discord allows. Both are known by what kind of channel the gateway,
// a command there, or a refusal says it is (kind.go).
//
// Any number of processes may be connected at once. The inbox gives each interaction to one of them, and refuses a post
// that comes again. With a public key the adapter is an [net/http.Handler] too, to which Discord posts interactions, so
// that processes behind one address answer them; the gateway may then be left out.
//
// Some caveats:
//
//   - Discord opens a form only as the first answer to what somebody did. A form that comes later waits behind a button.
//   - Without a gateway the bot learns of a removal by sending, and of its return by the next command in a channel.
//   - More than 2500 guilds need several gateway connections, each with its shard of them.
//   - Discord knows no nonce for posts of forums, so the bot looks for its own before it repeats one.
//   - What is still to be published or renamed when the process is killed is left to the next one, which tries for an hour at most.
//   - There are no privileged intents, so the bot reads no messages, and no voice.
//
// The gateway connection, the requests and their rate limits are our own. Of discordgo there are only types and constants;
// see conn for why.
package discord
