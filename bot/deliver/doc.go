// Package deliver brings articles to the chats that asked for them. A [Watcher] follows the article log, matches each
// entry against every subscription's filter and records the deliveries that follow. A [Sender] claims what is due on one
// platform, waits for a slot, sends it through the platform's adapter and records how that went.
//
// A delivery ends only as sent, superseded, or rejected with its reason on record. What a failed send means is decided
// in one place by a pure function; the store hands out one delivery of a target at a time, which keeps its order and
// lets targets not wait for each other.
//
// The package also says how alerts, lists of alerts and corrections read. It keeps nothing: what must outlast the
// process is in the store.
package deliver
