// Package demo is what `tidings demo` shows: the invented newsroom of the Kestrel Islands, whose feed
// never ends, and a page with two chats side by side, one that looks like Discord and one that looks like
// Telegram.
//
// The chats are the stand-ins of package sandbox. The bot reaches them at the addresses that a [Demo] names,
// with the adapters and protocols that it uses for real; the page lets a visitor play a person in
// those chats. Nothing leaves the machine: the page loads nothing from elsewhere, and links to the newsroom
// lead to a page of the demo itself.
//
//	d, err := demo.New(ctx, demo.Config{Every: 6 * time.Second})
//	defer d.Close()
//	// … start a bot with d.DiscordURL(), d.TelegramURL() and d.FeedURL(); serve d.Page() …
//	err = d.Run(ctx)
//
// All visitors of a page share one world and are the same person in it. It is a toy for one's own machine,
// and refuses what another website sends it.
package demo
