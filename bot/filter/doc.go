// Package filter is the query language with which people say which articles they want: Parse reads a filter, Filter.Match
// tests one article against it, and a Set finds, among a million filters, those that match an article.
//
// A filter is one line of words, as in mail and search boxes:
//
//	missile                whole word, and its plural or singular: missiles, missile's; not "dismissile"
//	"missile"              exactly this word
//	"ballistic missile"    phrase; typographic quotes do too
//	nuclear missile        both; also AND, &
//	moon OR yoon           either; also |
//	-drill, NOT drill      without
//	(a OR b) -c            grouping; NOT binds closest, then AND, then OR
//	sanction*              prefix, of at least 2 letters; also the end of a phrase: "ballistic miss*"
//	title:kim              words of the title only
//	title:(kim OR yoon)    a group in one field; values may also be phrases, prefixes and regular expressions
//	summary:drill          the dek; dek: is the same
//	author:"jane doe"      one of the authors
//	tag:economy            one of the tags
//	source:nknews          the whole short name of the source
//	lang:en                the language, en-US included
//	url:/pro/              part of the address, literally; a pasted link is one too
//	/uranium|plutonium/    regular expression (RE2) on the original title and summary, in any letter case
//
// OR, AND and NOT are operators in capitals only. A word without a field is looked for in title, summary, authors and
// tags; each word of a filter may be found in a different one, a phrase must be in one. An empty filter matches
// everything, and a filter that only excludes matches everything else.
//
// # Words
//
// Filters and articles are split into words in the same way (see Tokens), then folded (see Fold): letter case, accents,
// ligatures, width and invisible characters do not count. In Cyrillic ё is е, but й is not и and ї is not і.
//
// Anything but a letter or a digit separates words, and a term of several words is a phrase. So covid-19 finds
// "COVID 19" and COVID–19; kim and kim's find Kim’s; o'carroll and carroll both find O’Carroll, ocarroll does not. The comma between
// thousands and the full stops of initials are ignored: 13,259 and 13259 are the same word, and so are U.S. and US (and
// the pronoun us), while $11.6 is the phrase 11 6.
//
// Han, Kana, Thai, Lao, Khmer and Myanmar put no spaces between words; there each character is a word, and a term is found
// anywhere. A word in Hangul is found wherever a word begins with it, as if it had a star, because particles follow: 미사일
// finds 미사일을.
//
// # Plurals
//
// In title and summary, where the article is in English or doesn't say, a word without quotes or star also finds its plural or
// singular, and excludes it after a minus sign: missile and missiles, crash and crashes, city and cities, each finds both. A
// rule decides, no dictionary: words of three letters or fewer, those that end in ss, us or is, and news, series, species,
// arms, aids, customs, goods, mars and means stay as they are; else -ies becomes y and any other -s goes; then an e goes after
// s, x, z, ch and sh, -oe becomes o and -ie becomes y. Words with equal results are the same. Words with letters beyond a to z,
// or with digits, have no plural. Authors, tags, sources, addresses and other languages are compared word by word.
//
// # Promises
//
// A faulty filter is refused with a *SyntaxError, which shows the fault and says how to correct it. Nothing is guessed: a
// term that could never match anything, such as an emoji, is refused too.
//
// No filter runs long: Parse and Match run for milliseconds at most. Parse limits length, terms, nesting and the size of
// regular expressions, which read less of an article the larger they are, from 16 KiB down to half of one; words take time
// in proportion to filter times document.
//
// Filters and documents never change and may be shared by goroutines.
//
// # Many filters
//
// A Set finds the filters that match a document without trying them all. Each filter is listed under one word that it needs,
// the one with the fewest filters listed; under several, if it needs any one of them. A document brings up the filters
// listed under its words, and only those are checked, so matching slows down much less than the number of filters grows.
// Phrases are listed under one of their words; prefixes and the names of sources and languages are listed as words are;
// regular expressions are listed under a word if every match must contain one, as korea for /north korea /. Filters that
// need no particular word, such as -drill, url:/pro/ and /uranium/, are checked for every document.
//
// A Set stores most filters as a few numbers each, and equal ones once, however they are written: kim moon is moon KIM.
// Filters can be added and removed while others match; matching never waits. An article that only some may see is matched
// among their filters alone (MatchAmong).
//
// # What it does not do
//
// There is no stemming beyond plurals (sanction does not find sanctioned, sanction* does; NearMisses names what was missed), no synonyms, no
// ranking, no proximity search, and no test on dates.
package filter
