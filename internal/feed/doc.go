// Package feed follows news feeds and reads files of articles.
//
// [Parse] reads RSS 0.9x, 1.0 and 2.0, Atom and JSON Feed as publishers really write them: it
// repairs what can be repaired before the parser sees it, keeps to fixed bounds, and saves the
// whole items of a document that is cut off. [ReadFile] takes such a document, JSON Lines, or a
// digest from a file. [Poller] fetches feeds over and over, as politely as a publisher may ask, and
// hands what they hold to a [Sink]; [Poller.Check] tries one once.
//
// The package decides nothing about what is news: whoever stores articles knows which are new.
package feed
