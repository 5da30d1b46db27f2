// Package feed follows news feeds and reads files of articles.
//
// # Reading
//
// [Parse] reads RSS 0.9x, 1.0 and 2.0, Atom, JSON Feed and news site maps as publishers really write
// them. A document becomes UTF-8 first; then a reader of its markup that no fault stops (markup, element,
// space, reference, xml), or one of JSON (jsonfeed), makes a draft of each item; and a translator (item,
// author, date) makes articles of drafts. It keeps to fixed bounds and saves the whole items of a document
// that is cut off. [ReadFile] takes such a document, JSON Lines, a digest or a list of feeds from a file;
// [UnmarshalStrict] takes what publishers send.
//
// # Fetching
//
// [Poller] fetches feeds over and over, as politely as a publisher may ask, and hands what they hold to a
// [Sink]. Its Run is one loop (run, queue, host) that decides what is fetched now; a fetch is a goroutine
// that asks (request, fetch), receives (body, room) and parses; and what it was answered decides when the
// next one is (schedule, freshness, memory, failure). All of that is kept by the Sink, so that a restart
// costs no request. [Poller.Check] tries an address once, and finds the feed of a page.
//
// [Hubs] asks the hubs that feeds name to push (subscribe, lease), and takes what they push (callback).
// Polling then is the backup.
//
// # Limits
//
// Whatever a server sends, a fetch ends in time, in memory that does not grow with the number of servers,
// and in an error that can be shown to people. [NewClient] dials no address that is not public, unless it
// is told to.
//
// The package decides nothing about what is news: whoever stores articles knows which are new.
package feed
