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
//	a command to a reply
//	 the adapter acknowledges in time ─> Invocation ─> Handler.Invoke
//	   ─> find the command ─> access ─> arguments ─> Run ─> Message ─> the adapter, privately if it can
//
//	a stop
//	 signal ─> stop taking ─> finish the sends in hand, bounded ─> settle ─> close the store last
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
// # The arrows
//
// Adapters and the store import bot, never each other; only the program's main package names them
// all. A further platform is one package, one import and one if there. The packages are
//
//	bot/filter         the filter language
//	bot/bottest        conformance suites for adapters and stores
//	bot/discord        the Discord adapter
//	bot/telegram       the Telegram adapter
//	internal/store     the article store and everything else that lasts
//	internal/feed      fetches feeds politely and parses them
//	internal/digest    reads and writes digests: plain text, pages, mails
//	internal/htmltext  turns HTML of the wild into Text
//	internal/web       health, metrics and the publish API
//	internal/sandbox   local stand-ins for the platforms
//	internal/demo      an invented newsroom and a page with both chats
//	internal/config    the environment, understood
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
