// Package sandbox holds local stand-ins for Discord and Telegram. They speak the platforms' own protocols over real
// sockets, so that `tidings demo` and every test can run the real adapters without a token or a network.
//
// A stand-in is an [net/http.Handler]: serve it with [net/http/httptest] or a server of your own, and give its address to
// the adapter instead of the platform's. It is strict. What the platform refuses, it refuses, with the same status, code
// and words: lengths, markup, permissions, rate limits, broken JSON. What it does not know it answers with 501 or "not
// found", never with a success that it made up.
//
//	d := sandbox.NewDiscord(sandbox.DiscordConfig{Token: "secret"})
//	defer d.Close()
//	srv := httptest.NewServer(d)
//	defer srv.Close()
//	guild := d.AddGuild("Newsroom")
//	channel := d.AddChannel(guild, "alerts")
//	ann := d.AddUser("ann")
//	// … the bot connects to srv.URL …
//	it, err := d.Command(ctx, ann, channel, "latest", nil)
//	reply, err := it.Reply(ctx)
//
// The methods of a stand-in play everyone but the bot: administrators who add and remove it, people who type commands and
// press buttons, and the platform itself when it has a bad day ([Faults], dropped connections, outages). They read back
// what the bot did as people would see it, and as a ledger of requests.
//
// Nothing is kept on disk, and no request leaves the process.
package sandbox
