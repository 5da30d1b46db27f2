// Package deliver brings articles to the chats that asked for them.
//
// A [Watcher] follows the article log, matches each entry with every subscription's filter, and records the deliveries
// that follow. A [Sender] takes the due deliveries of one platform through these stages:
//
//	claim    lease a few due deliveries, one of each target   sender.go, lease.go
//	repeat   look for what may have arrived before            repeat.go
//	pace     wait for a slot within the platform's limits     stages.go
//	send     render, and post, edit or withdraw; what tells   stages.go, perform.go
//	         of an edit is looked for before it is repeated
//	decide   what follows from a failure: a pure function     decide.go, of health.go
//	effect   suspend, move, or pause                          effect.go
//	record   the outcome in the store, however long it takes  records.go
//
// A delivery ends only as sent, superseded, muted, or rejected, with its reason on record. The store hands out one delivery of a
// target at a time, which keeps the order within a target while targets do not wait for each other. A [Prober] tries
// suspended targets again.
//
// The package also says how alerts, lists of alerts and corrections read. It keeps nothing: what must outlast the
// process is in the store.
package deliver
