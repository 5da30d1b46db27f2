// Package poll keeps a store up to date with the news feeds that it follows. It fetches each one as often
// as is useful and as politely as its server asks, has [feed.Parse] read what came, and hands the articles
// to a [Sink].
//
// [Poller] is the whole of it: Run follows every feed of the Sink until it is stopped, and Check tries an
// address once and finds the feed of a web page. Run is one loop that asks the Sink every few seconds which feeds are due, holds
// those alone, and decides what is fetched now; each fetch is a goroutine that claims the feed, sends the request, reads the body
// within a budget of memory, and parses it. Several processes share the feeds of a Sink: a claim keeps each to one of them at a
// time, and each leaves the others those that they fetched last, unless they are late. When
// the next fetch is due follows from the answer: from its cache headers, from what the document itself
// asks for, from how often the feed changes, and from how it fails. All of that is kept by the Sink, so a
// restart costs no request.
//
// [Hubs] subscribes to feeds whose publisher offers WebSub and receives what the hubs push. Polling then is
// the backup.
//
// Whatever a server sends, a fetch ends in bounded time and memory, and in an error that can be shown to
// people. [NewClient] dials no address that isn't public unless it is configured to.
//
// The package decides nothing about what is news: the store knows which articles are new.
package poll
