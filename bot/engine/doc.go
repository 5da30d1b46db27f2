// Package engine runs the bot: [New] puts the rooms together over one store and the adapters, and [Engine.Run] watches,
// delivers and answers until its context ends.
//
// Several processes may run on one store. Each matches articles; of each token one at a time sends and, unless the
// platform allows several, listens: the leader, by a lease in the store. Nothing is lost or doubled if two think they
// lead: that rests on the deliveries' leases, the log's cursor and the inbox. On a stop the engine finishes the sends in
// hand and then releases the lease.
//
// It also does the daily chores, tells chats of subscriptions that have gone quiet, and notifies operators in private of what
// concerns only them.
package engine
