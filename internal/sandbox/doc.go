// Package sandbox is the common part of the two fake platforms. Its packages discord and telegram are local servers that
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
// and press buttons, and the platform itself on a bad day. They also read back what the bot did: as people see it, and
// as a log of requests. Nothing is kept on disk, and no request leaves the process.
//
// # Bad days
//
// Both stand-ins have a list of [Faults] for requests. A [Fault] says what happens (its kind), how often (Times, or
// Always until it is lifted), and to which requests: of one channel, chat or server (In), to one path (To), about one
// text (About). In what follows s is either stand-in, d is Discord's and t is Telegram's.
//
//	An answer comes late         s.Faults.Inject(Fault{Kind: FaultLate, Delay: 30 * time.Second})
//	A message is delayed         s.Faults.Inject(Fault{Kind: FaultHold, Delay: time.Minute}), t.SetSlowMode(chat, delay)
//	An answer never comes        FaultHangAfter (the message is there), FaultHang (it isn't)
//	An answer is lost            FaultResetAfter (the message is there), FaultResetBefore (it isn't)
//	One place is down            s.Faults.Inject(discord.Outage().In(guild)), telegram.Outage().In(telegram.Place(chat))
//	A server is unavailable      d.GuildOutage(guild), often with Outage().In(guild), until d.ReturnGuild(guild); what is
//	                             deleted meanwhile is missing then
//	A refusal of any kind        discord.Refuse(400, 50024, "…").In(channel).Always(), discord.RefuseField(…),
//	                             telegram.Refuse(400, "Bad Request: CHAT_FORBIDDEN").About("Missile").Always()
//	A channel is lost            d.LoseChannel(channel) without an event, d.DeleteChannel(channel) with one
//	A thread closes              d.ArchiveThread(thread), d.LockThread(thread); by itself after a day without a message
//	A forum wants other tags     d.SetForum(forum, true, tags...)
//	Rights go without an event   d.SetBotPermissionsSilently(channel, bits), t.RestrictBotSilently(chat),
//	                             t.RestoreBotSilently(chat), t.CloseGroup(chat), t.OpenGroup(chat)
//	Rights go by a role          d.SetRoles(guild, everyone, bot)
//	Telegram denies rights that  telegram.Refuse(400, "Bad Request: not enough rights to send text messages to the chat")
//	getChat still grants         with .To("/send").Always()
//	A role event each second     go sandbox.Every(ctx, time.Second, func() { d.PaintRole(guild) })
//	Too many refusals            discord.Config.InvalidRequests; then the address is banned for a while
//	The token is revoked         s.ResetToken("another"); the gateway closes with 4004
//	The platform is unreachable  s.GoOffline(), s.GoOnline()
//	IDENTIFY is refused          d.RefuseIdentifies(-1); counted by discord.Busiest(d.Identifies(), 5*time.Second); one
//	                             more than Config.SessionStarts in a day resets the token
//	Opcode 9 every 20 s          go sandbox.Every(ctx, 20*time.Second, d.InvalidateSessions)
//	HELLO is insane, or missing  d.SetGreeting(`{"op":10,"d":{"heartbeat_interval":0}}`), d.HoldHello(-1)
//	Null frames and events       d.SendFrame("null"), d.SendNull("GUILD_CREATE")
//	A frame inflates to 200 MB   d.SendBomb(200 << 20)
//	The gateway goes away        d.DropConnections(), d.CloseConnections(4008, "…"), d.Reconnect(), d.HoldAcks(-1)
//	The clocks differ            s.SetSkew(-time.Hour), for everything that is dated, Date headers included
//	The nonce is forgotten       discord.Config.NonceLife
//	A press is too old           telegram.Config.CallbackLife
//	A person goes on and on      d.Command and d.Press, t.Say and t.Tap in a loop: none of them waits
package sandbox
