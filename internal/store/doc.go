// Package store keeps everything that lasts: articles and their log, subscriptions, the outbox, what
// is known of targets and sources, and what platforms handed over. A [Store] has every role that
// package bot names; the tests in suite_*_test.go are its contract, run on each database.
//
//		Put ──> articles ── revisions: the log; its seq is bot.Entry.Seq, and what the cursor counts
//		          ├── search: the full-text index   ├── facets: what people type after author: and the like
//		          ├── aliases: every name it has had └── title_pairs: where alike titles are looked for
//		          v
//		Enqueue ──> packed (many targets) ──> deliveries ──> queue ──> Claim ──> Settle
//		              targets ── subscriptions ┘
//		sources ── arrivals: how a feed's articles use to come     inbox, state, places, publications, counters
//
//	  - articles holds the newest revision of each article. A log row carries the text of its revision only once a
//	    newer one has taken its place.
//	  - search holds the tokens that package filter makes, so an index hit and a match mean the same, and its row
//	    numbers grow with the publication time, so newest first is the order in which it is read anyway.
//	  - deliveries is the outbox. What many targets get is packed, a row for up to 512 neighbors, and becomes
//	    deliveries when its turn comes, or before anything else happens to one of its targets.
//	  - queue has one row for each target that has something to send and may be sent to; Claim reads nothing else to
//	    find work, however long the backlog. Whatever changes which deliveries are pending keeps queue right in the
//	    same transaction.
//
// SQLite is the default: one file in WAL mode, one writing connection and several reading ones. PostgreSQL is for
// several processes. What one database does otherwise than the other is data in a dialect; the rest of the SQL is
// shared and uses $1 … $n. A list goes in as one JSON parameter, and what a transaction writes without waiting for
// an answer goes out in batches: on PostgreSQL a trip to the server costs more than most statements.
//
// Times are UTC microseconds in integers, 0 for none. The package logs only what nobody else can
// report. It does not send, match or render anything.
package store
