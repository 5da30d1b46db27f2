// Package feed turns documents into articles: RSS 0.9x, 1.0 and 2.0, Atom, JSON Feed and news site maps as
// publishers really write them, lists of feeds (OPML), and articles in JSON.
//
// [Parse] reads one document from memory and returns its articles, oldest first, with what had to be passed
// over. A broken or truncated document gives the items that are whole. [ReadFile] reads whatever a file
// holds, [ReadPage] finds the feeds that a web page names, [ParseOPML] and [WriteOPML] read and write lists of
// feeds, and [UnmarshalArticle], [UnmarshalStrict] and [MarshalArticle] are the format of articles in JSON.
//
// A document becomes UTF-8 first (decode); then a reader of markup that no fault stops (markup, xml,
// element, namespace, reference), or one of JSON (jsonfeed), makes a draft of each item; and a translator (item,
// author, date) makes articles of drafts. All of it keeps to fixed bounds of size, depth and time, whatever
// the document holds.
//
// The package opens no connection and stores nothing, and it doesn't decide which articles are new.
package feed
