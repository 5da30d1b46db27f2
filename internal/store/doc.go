// Package store keeps everything that lasts: articles and their log, subscriptions, the outbox, what
// is known of targets and sources, and what platforms handed over. A [Store] has every role that
// package bot names; bottest.Store is its contract, executable.
//
// SQLite is the database: one file in WAL mode, one writing connection and several reading ones. What
// another database does otherwise is data in a dialect; the rest of the SQL is shared and uses $1 … $n.
//
// How it hangs together:
//
//   - articles holds the newest revision of each article, revisions the log: its seq is what
//     bot.Entry.Seq and the watcher's cursor count. A log row carries the text of its revision only
//     once a newer one has taken its place in articles.
//   - search is the full-text index. It holds the tokens that package filter makes, so an index hit and
//     a match mean the same, and its row numbers grow with the publication time, so newest first is
//     the order in which it is read anyway.
//   - deliveries is the outbox. queue has one row for each target that has something to send and may
//     be sent to; Claim reads nothing else to find work, however long the backlog. Whatever changes
//     which deliveries are pending keeps queue right in the same transaction.
//
// Times are UTC microseconds in integers, 0 for none. The package logs only what nobody else can
// report. It does no pruning yet, and does not send, match or render anything.
package store
