// Package store keeps everything that lasts: articles and their log, subscriptions, the outbox, what
// is known of targets and sources, and what platforms handed over. A [Store] has every role that
// package bot names; the tests in suite_*_test.go are its contract, run on each database.
//
//		Put ──> articles ── revisions: the log; its seq is bot.Entry.Seq, and what the cursor counts
//		          ├── search: the full-text index   ├── facets: what people type after author: and the like
//		          ├── aliases: every name it has had └── recent_titles: where alike titles are looked for
//		          v
//		Enqueue ──> batches (many targets) ──> deliveries ──> queue ──> Claim ──> Settle
//		              targets ── subscriptions ┘
//		article_counts: how many there are of each quarter of an hour     tombstones: what identifies articles that were pruned
//		sources ── batch_history: what a feed has shown so far     inbox, state, publications, counters
//
//	  - articles has the newest revision of each article. A log row carries the text of its revision only once a
//	    newer one has taken its place.
//	  - search has the tokens that package filter makes, so an index hit and a match mean the same, and its row
//	    numbers grow with the publication time, so newest first is the order in which it is read anyway. SQLite's gets new
//	    articles in batches; unindexed has those that wait, and a search looks at them too.
//	  - deliveries is the outbox. What many targets get lies in batches, a row for up to 512 neighbors, and becomes
//	    deliveries when its turn comes, or before anything else happens to one of its targets.
//	  - queue has one row for each target that has something to send and may be sent to; Claim reads nothing else to
//	    find work, however long the backlog. Whatever changes which deliveries are pending keeps queue right in the
//	    same transaction. A sender that found nothing waits in ClaimNext: what Enqueue queues for its platform it claims in
//	    its own transaction, as Claim would, and hands over once that is committed.
//
// Package database runs the SQL, on SQLite or PostgreSQL; the few statements that the two cannot share are a dialect
// here. What a transaction writes without waiting for an answer is queued, and travels together. What callers ask for at once shares a
// transaction where it can: outcomes, notes on feeds, and calls that store articles; see groupCommit.
//
// Times are UTC microseconds in integers, 0 for none. The package logs only what nobody else can
// report. It does not send, match or render anything.
package store
