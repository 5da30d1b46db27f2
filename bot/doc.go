// Package bot has the words and the contracts of Tidings, a bot that posts news alerts in chats: what an article, a
// filtered subscription, a delivery and a message are, and what a chat platform's adapter has to do. Nothing in it runs.
// Adapters and the store import it; the rooms below it do the work.
//
// # The words
//
// An [Article] comes from a [Source]. A [Target] is one place that receives messages: a chat, or a
// thread or topic of one. A [Subscription] joins a target and a filter; choosing a source is part of
// the filter. A [Delivery] is one thing to do for one target about one article, however many of the
// target's subscriptions match it. A [Message] is what a platform shows, as spans of [Text] and never
// as markup: the [Adapter] escapes, measures in its platform's own units, and shortens spans. A
// [Command] is a value in one table, which menus, help and the parsing of arguments follow on every
// platform.
//
// A target's [Settings], the [Preferences] of its subscriptions and its mutes are its [Rhythm]: when alerts come, how loudly, whom they
// mention and how they look. Alerts that waited go out as an edition: a digest by a schedule, or a list of what was held back. An
// edition takes as many messages as it needs. What the bot says is a [Text] made of phrases, by [Say] and [Count], which a
// [Localizer] puts into the reader's language.
//
// # The rooms
//
//	bot/filter            the filter language: parse, explain, match one article, index a million filters
//	bot/pace              the platforms' rate limits
//	bot/plan              when an alert comes, how loudly, and whom it mentions; reads what people type of that
//	bot/edition           what digests and lists look like, and how they are divided into messages
//	bot/deliver           watches the article log, matches, claims, sends, settles; how an alert reads
//	bot/answer            commands, buttons, forms, suggestions
//	bot/engine            starts and stops the loops; leadership, notices, chores
//	bot/language          what the bot says in other languages, in files for translators
//	bot/bottest           the suite that every adapter passes
//	bot/discord           the Discord adapter
//	bot/telegram          the Telegram adapter
//	internal/store        the article store and everything else that lasts
//	internal/database     SQL on SQLite and PostgreSQL: transactions, wake-ups, leases, migrations
//	internal/feed         documents to articles
//	internal/poll         fetches feeds politely
//	internal/digest       reads and writes digests: plain text, pages, mails
//	internal/htmltext     turns HTML of the wild into Text
//	internal/web          health, metrics and the publish API
//	internal/console      pages from which operators run the bot
//	internal/rawjson      JSON without copies, for what strangers send
//	internal/lazyregexp   compiles regular expressions when they are needed
//	internal/retry        waits between tries
//	internal/secret       tokens that no log shows
//	internal/typo         how far two words are apart
//	internal/sandbox      local stand-ins for the platforms
//	internal/demo         an invented newsroom and a page with both chats
//	internal/config       the environment, understood
//	internal/browsertest  a browser for tests of pages
//	internal/pgtest       PostgreSQL servers for tests
//	internal/zipf         words for benchmarks, as often as texts have words
//	internal/archtest     tests the arrows between them
//
// Arrows run one way: adapters and the store import bot and never each other; only the program's main package names them
// all. A further platform is one package, one import and one if there. Each room declares the few methods of a store
// that it calls.
//
// # The shape
//
//	a feed's item to a chat message
//	 feed ── fetch ─> parse ─> Article ─> Put: one transaction, an entry in the article log
//	 watch    News beyond the cursor ─> filters ─> Enqueue: cursor and deliveries in one transaction
//	 deliver  Claim: plan each by its target's rhythm: now, later, or muted ─> pace ─> Adapter.Send ─> decide
//	            ─> Settle: sent, again later, suspended or rejected
//
//	an alert that stays true
//	 Put of the same article, by its GUID, address or title ─> revision ─> watch ─> an edit for each target that shows it
//	   ─> deliver ─> Editor.Edit, and a reply that says what was corrected where managers ask for that
//	 another article of the same story ─> the first one's alert names it
//
//	what had to wait
//	 an embargo: until its moment   an outage of hours: as lists   a target that was lost: until a manager decides
//	 a chat's choice: scheduled until its digest is due, quiet hours or a pause end, or the limit has room; planned again if
//	   that choice changes. Then Claim makes an edition of all that is due, and notes which message has what: each is sent,
//	   and repeated, as it was
//	 a crowd: an article for many targets is stored in batches, a row for many neighbors, unpacked as they come due
//
//	a command to a reply
//	 the adapter acknowledges in time ─> Invocation ─> Handler.Invoke
//	   ─> find the command ─> access ─> arguments ─> Run ─> Message ─> Localizer ─> the adapter, privately if it can
//
//	a page of the console
//	 signed in by a link or a token ─> a form ─> the Invocation that a chat's command would be, with an operator's rights
//	   ─> the same Handler.Invoke ─> the next page says the answer
//
//	a stop
//	 signal ─> stop taking ─> finish sends and answers in hand, bounded ─> settle ─> release the lease ─> close the
//	   store last. Where several processes may listen, the others do all the while
//
// # The promises
//
//  1. Nothing is lost. The cursor moves and the deliveries are written in one transaction. A delivery
//     ends only as sent, superseded, muted, or rejected, with its reason on record. Limits, restarts,
//     kicks and outages delay; they never drop. Only a chat's own mute leaves an article out.
//  2. At least once, and once wherever the platform can help: every message of a delivery carries the
//     same [Message.Key]. Where it can't be known what became of a send, one copy goes out at most, and
//     it is on record; a crash may repeat the sends that were in flight, and nothing else.
//  3. Reading is truth, waking is a hint. A lost wake-up delays, it cannot lose.
//  4. Order within a target is oldest first; an urgent article may pass, a flood of them is passed, and what waits by
//     the target's choice lets others pass. Targets do not wait for each other: a broken chat, a poisonous article, a flood or a slow platform delays no one else.
//  5. Correctness never rests on leader election. Several processes may work on one store; the
//     cursor's compare-and-swap and the leases of deliveries decide between them.
//  6. Setup survives. Being removed from a place suspends its targets with the reason; coming back
//     resumes them and offers to catch up.
//  7. No secret leaves, and no address of a feed is shown to an audience.
//  8. No text from outside pings anyone.
//  9. Nothing is silent. What was decided about an article, a batch, a chat or a word can be read by those whom it
//     concerns; no answer promises what will not happen.
//  10. What may have been shown is repeated as it was, under its own key, or not at all. Nothing is edited or deleted by
//     a guess.
//
// # What is old is not news
//
// A source is public, or belongs to the [Place] whose managers follow it, a server or a chat, and is known there alone, with
// its articles. The store keeps them apart (its file wall.go says how): what anybody asks for is asked for on behalf of a
// place, and identity, stories and further sources stay on one side. The watcher matches a private article with its
// place's subscriptions alone, and a claim hands out nothing across the wall, whatever has led there.
//
// An article raises an alert for a subscription only if the store did not have it when the subscription was made; see
// [Subscription.Fresh]. Whether it is news at all was judged when it came, by evidence: the first document of a feed is
// not, nor is what a later one dates days before the last fetch or shows at the end of the old, nor a story that the
// source reported under another name. An imported archive raises no alerts.
//
// What operators of several processes need to know, with the figures behind it, is in .github/REPLICAS.md.
package bot
