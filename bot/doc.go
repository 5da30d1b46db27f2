// Package bot holds the words of the product and its loops: it watches an article store, delivers
// what is new to the chats that asked for it, and answers commands. It names no platform, and knows
// neither SQL nor HTTP.
//
// # The words
//
// An [Article] comes from a [Source]. A [Target] is one place that receives messages: a chat, or a
// thread or topic of one. A [Subscription] joins a target and a filter; choosing a source is part of
// the filter. A [Delivery] is one thing to do for one target about one article, however many of the
// target's subscriptions take it. A [Message] is what a platform shows, as spans of [Text] and never
// as markup: the [Adapter] escapes, measures in its platform's own units, and shortens spans. A
// [Command] is a value in one table, which menus, help and the parsing of arguments follow on every
// platform.
//
// # The shape
//
//	a feed's item to a chat message
//	 feed ── fetch ─> parse ─> Article ─> Put: one transaction, an entry in the article log
//	 watch    Wait ─> EntriesAfter(cursor) ─> filters ─> Enqueue: cursor and deliveries in one transaction
//	 deliver  Claim ─> pace ─> Adapter.Send ─> Settle: sent, again later, suspended or rejected
//
//	an alert that stays true
//	 Put of the same article, by its GUID, address or title ─> revision ─> watch ─> an edit for each target that shows it
//	   ─> deliver ─> Editor.Edit, and a reply that says what was corrected where managers ask for that
//	 another article of the same story ─> the first one's alert names it
//
//	what had to wait
//	 an embargo: until its moment   an outage of hours: as lists   a target that was lost: for a manager's word
//	 a crowd: an article that many targets take is packed, a row for many neighbors, and unpacked as they come due
//
//	a command to a reply
//	 the adapter acknowledges in time ─> Invocation ─> Handler.Invoke
//	   ─> find the command ─> access ─> arguments ─> Run ─> Message ─> the adapter, privately if it can
//
//	a stop
//	 signal ─> stop taking ─> finish the sends in hand, bounded ─> settle ─> give up the place
//	   ─> where two may listen, listen until the next does ─> finish the answers in hand ─> close the store last
//
// # The promises
//
//  1. Nothing is lost. The cursor moves and the deliveries are written in one transaction. A delivery
//     ends only as sent, superseded, or rejected with its reason on record. Limits, restarts, kicks
//     and outages delay; they never drop.
//  2. At least once, and once wherever the platform can help: every message of a delivery carries
//     the same [Message.Key]. On a platform without such keys, a crash may repeat the sends that were
//     in flight, and nothing else; they are on record as of unknown outcome.
//  3. Reading is truth, waking is a hint. A lost wake-up delays, it cannot lose.
//  4. Order within a target is oldest first; an urgent article may pass. Targets do not wait for each
//     other: a broken chat, a poisonous article or a slow platform holds up nobody else.
//  5. Correctness never rests on there being one process. Several may work on one store; the
//     cursor's compare-and-swap and the leases of deliveries decide between them.
//  6. Setup survives. Being removed from a place suspends its targets with the reason; coming back
//     resumes them and offers to catch up.
//  7. No secret leaves, and no address of a feed is shown to an audience.
//  8. No text from outside pings anyone.
//
// # The pace
//
// Every request that a platform's limits count has a slot first: alerts, edits and answers alike, handed
// out one at a time by one goroutine per platform. Answers go before urgent alerts and those before
// others; each class leaves a tenth to the next. A request counts until the limit's span has passed since
// the latest moment at which it can have arrived, which the time of its answer bounds; so the whole limit
// is used, and no jitter of the network overfills it. What the platform says, in a 429 or in headers,
// counts for more than what its adapter knew beforehand.
//
// # Past one machine
//
// Replicas are equal, and PostgreSQL decides who does what. All match articles, and the cursor's
// compare-and-swap lets one of them write the deliveries. Feeds are claimed one by one. Of each token one
// replica sends and listens, because the platforms' limits and connections are the token's: it has the
// place of [Leases], a row that it renews every 2 s and that ends 8 s after its last word by the server's
// clock; by its own it gives up a second sooner and breaks off what it is sending. Measured with three
// processes (go test ./cmd/tidings -run TestReplicas -v): a killed replica is replaced after 6.2 to 8.1 s,
// one that fell silent after 6.7 to 7.5 s, and a rolling restart held up no alert for more than 0.2 s. A
// delivery that was in hand at a crash goes out when its lease ends, 12 s after its claim.
//
// No restart and no crash loses a command. Telegram keeps those that come while the leadership changes hands.
// Discord's gateway keeps none, so all replicas are connected to it, and the inbox gives each interaction to one
// of them; a replica that cannot reach the inbox lets the others go first. The bounds of a stop are 10 s for the
// sends in hand and some seconds for the answers in hand, so allow 30 s before a kill. New gateway sessions are
// counted together, one in 5 s and a thousand a day for a token: three replicas of 16 shards use 48 when they start.
//
// What one token may send is the first limit. Telegram takes 30 messages a second, 2.6 million a day, one
// a second in a chat and 20 a minute in a group; Discord takes 50 requests a second, 4.3 million a day, and
// 5 messages in 5 s of a channel. No number of replicas changes that: an article that 100,000 Telegram
// chats take needs 56 minutes, on Discord 34.
//
// The database is the second. These were measured on two cores that the server shared with its clients, with
// every commit on disk; on a server of its own take them as the least (go test ./internal/store -run '^$'
// -bench 'Put|Enqueue100k|Claim' -benchtime 100x):
//
//	one article stored                   2.1 ms                    470 a second, one after the other
//	100,000 deliveries recorded          32 ms                     3 million a second
//	16 deliveries claimed and settled    23 ms                     700 a second for a sender
//	a feed claimed by one of three       0.8 ms                    1,300 fetches a second
//	article to request, over processes   5 ms, 10 ms of 99 in 100  -bench AlertFromOtherProcess/PostgreSQL ./cmd/tidings
//	a million filters, one article       91 µs, 57 MB a replica    -bench Set ./bot/filter
//
// So for 100,000 feeds and 1,000,000 subscriptions: at one fetch in five minutes the feeds make 333
// fetches a second, a quarter of the figure above, and what 256 connections of one replica bear if servers
// answer within 0.77 s; most feeds change rarely and are fetched every quarter of an hour or hour, which is
// 28 to 111 a second. Three replicas are enough to fetch, in three zones, near their database, with another
// 2 cores for it; each holds the filters, and 12 connections of the server's 100, so eight replicas are the
// most without a pooler. Ten articles a day and feed are 12 a second, a fortieth of what is stored one after
// the other, and cost a millisecond of matching a second. Three alerts a day and subscription are 35 a
// second: more than a Telegram token may send, and less than a Discord token may.
//
// What breaks first is thus, in this order: the token of Telegram, at 2.6 alerts a day and subscription,
// for which a second bot has to share the chats; the fetches of slow servers, which fill the connections of
// a replica and show as feeds that are read late (tidings sources), and which a further replica mends; the looks
// of each replica at all sources, which come every 200 s for 100,000, so that a source that is added is read after
// so long; and the claims of a sender at some 700 a second, fourteen times what a token may use. The sender is
// one process for each token, so it never gains from more of them.
//
// # The arrows
//
// Adapters and the store import bot, never each other; only the program's main package names them
// all. A further platform is one package, one import and one if there. The packages are
//
//	bot/filter         the filter language
//	bot/bottest        the suite that every adapter passes, and a recorder
//	bot/discord        the Discord adapter
//	bot/telegram       the Telegram adapter
//	internal/database  SQL on SQLite or PostgreSQL: transactions, wake-ups, leases, migrations
//	internal/store     the article store and everything else that lasts
//	internal/feed      reads documents into articles
//	internal/poll      fetches feeds politely, and takes what their hubs push
//	internal/digest    reads and writes digests: plain text, pages, mails
//	internal/htmltext  turns HTML of the wild into Text
//	internal/web       health, metrics and the publish API
//	internal/sandbox   local stand-ins for the platforms
//	internal/demo      an invented newsroom and a page with both chats
//	internal/config    the environment, understood
//	internal/retry     waiting between tries
//	internal/secret    tokens that no log shows
//	internal/typo      how far two words are apart
//	internal/pgtest    PostgreSQL servers for tests
//	internal/archtest  holds these rules
//
// # What is old is not news
//
// An article raises an alert for a subscription only if the store did not have it when the
// subscription was made, and if it was published since, with an hour's grace for feeds that lag and
// a day's for articles that only have a date; see [Subscription.Fresh]. So an import of an archive
// floods nobody.
package bot
