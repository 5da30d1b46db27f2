// Package sandbox holds what the two fake platforms share. Its packages discord and telegram are local servers that
// speak the protocols of Discord and Telegram over real sockets, so that `tidings demo` and the tests run the real
// adapters without a token, an account or a network.
//
// A stand-in is an [net/http.Handler]: serve it with [net/http/httptest] or a server of your own, and give the adapter
// its address instead of the platform's. It is strict. What the platform refuses, it refuses with the same status, code
// and words: lengths, markup, permissions, rate limits, broken JSON. What it doesn't know it answers with 501 or "not
// found", never with an invented success.
//
//	d := discord.New(discord.Config{Token: "secret"})
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
// The methods of a stand-in play everyone but the bot: administrators who add and remove it, people who type commands
// and press buttons, and the platform itself on a bad day ([Faults], dropped connections, outages). They also read back
// what the bot did: as people see it, and as a log of requests.
//
// Nothing is kept on disk, and no request leaves the process.
package sandbox
