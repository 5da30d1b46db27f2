// Package filter is the language in which people say which articles they want.
//
// A filter is one line of words, as in mail and search boxes:
//
//	missile                word, whole: not "dismissile"
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
//	url:/pro/              a piece of the address as it stands, never a regular expression; a pasted link is one too
//	/uranium|plutonium/    regular expression (RE2), on the title and the summary as they are, in any letter case
//
// OR, AND and NOT are operators in capitals only. A word without a field is looked for in title, summary, authors and
// tags; each word of a filter may be found in another of them, a phrase must stand in one. An empty filter takes
// everything, and a filter that only excludes takes everything else.
//
// # Words
//
// Text is cut into words the same way in filters and in articles (see Tokens), then folded (see Fold): letter case,
// accents, ligatures, width and invisible characters do not count. In Cyrillic ё is е, but й is not и and ї is not і.
//
// Whatever is not a letter or a digit separates words, and a term with several words in it is a phrase. So covid-19 finds
// "COVID 19" and COVID–19; kim finds Kim’s; o'carroll and carroll both find O’Carroll, ocarroll does not. A comma between
// thousands and the full stops of initials are left out: 13,259 and 13259 are the same word, and so are U.S. and US (and
// the pronoun us), while $11.6 is the phrase 11 6.
//
// Han, Kana, Thai, Lao, Khmer and Myanmar put no spaces between words; there each character is a word, and a term is found
// anywhere. A word in Hangul is found wherever a word begins with it, as if it had a star, because particles follow: 미사일
// finds 미사일을.
//
// # Promises
//
// A faulty filter is refused with a *SyntaxError, which shows the fault and says how to mend it. Nothing is guessed: a term
// that could never match anything, such as an emoji, is refused too.
//
// No filter runs long: neither Parse nor Match takes more than some milliseconds. Parse bounds length, terms, nesting and the
// size of regular expressions, which read the less of an article the larger they are, from 16 KiB down to half of one; words
// take time in proportion to the filter times the document.
//
// Filters and documents never change and may be shared by goroutines.
//
// # Many filters
//
// A Set finds those of many filters that take a document. It lists each filter under the word that it needs and that the
// fewest filters are listed under; under several, if it needs one of them. A document brings up the filters listed under its
// words, which are then checked, so a Set grows slower with more filters than the number of them. Phrases are listed under
// one of their words, beginnings of words and names of sources and languages stand beside words; regular expressions are
// listed under a word if one is sure to be in the text, as korea is for /north korea /. What needs no word at all, such as
// -drill, url:/pro/ and /uranium/, is checked for every document.
//
// A Set has most filters as a few numbers each, and equal ones once, however they are written: kim moon is moon KIM. Filters
// come and go while others match; those who match do not wait.
//
// # What it does not do
//
// There is no stemming (missile does not find missiles, missile* does), no synonyms, no ranking, no search for words near
// each other, and no test on dates.
package filter
