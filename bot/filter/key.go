package filter

import (
	"sync/atomic"
	"unicode/utf8"
)

// lexeme is one thing that an article may have and a filter may ask for.
type lexeme struct {
	kind kind
	text string // folded
}

// kind says what a lexeme is compared with.
type kind uint8

const (
	anything    kind = iota // every article has it
	wholeWord               // a word of a text, or the stem of several
	wordInY                 // the stem of words whose singular has a y after it
	wordStart               // how a word begins
	sourceName              // the source
	sourceStart             // how the source begins
	langTag                 // the language, or what stands before one of its hyphens
	langStart               // how the language begins
	kinds                   // their number
)

// longestStart bounds the lexemes of which an article has many, in bytes: an article looks up all beginnings of its words
// up to here. No word that people search for is longer.
const longestStart = 64

// indexable reports whether the lexeme may be a key.
func (x lexeme) indexable() bool {
	return x.kind == wholeWord || x.kind == wordInY || x.kind == sourceName || len(x.text) <= longestStart
}

func (w word) lexeme() lexeme {
	if w.sense == opening {
		return lexeme{kind: wordStart, text: w.text}
	}
	return stemOf(w.text).lexeme
}

// stem returns the lexeme of w and the ending that an article's word must have if it does not inflect.
func (w word) stem() stem {
	if w.sense == opening {
		return stem{lexeme: w.lexeme()}
	}
	return stemOf(w.text)
}

func (w whole) lexeme() lexeme {
	k := sourceName
	if w.field == Lang {
		k = langTag
	}
	if w.value.sense == opening {
		k++
	}
	return lexeme{kind: k, text: w.value.text}
}

// key is a lexeme that filters ask for, and the list of those filters that are looked at when an article has it.
type key struct {
	lexeme
	hash     uint64
	id       uint32                   // never used again
	uses     int                      // in programs and lists; only writers look at it, as at live
	live     int                      // postings that are not dead
	postings atomic.Pointer[postings] // never nil
}

// has reports whether it is the key of a lexeme with a hash.
func (k *key) has(x lexeme, hash uint64) bool { return k.hash == hash && k.lexeme == x }

// cost estimates what it costs to keep one more filter under the key: the filters to look at, by how often articles have
// the lexeme, which is a guess.
func (k *key) cost() int {
	return (k.live + 1) * k.frequency()
}

func (x lexeme) frequency() int {
	switch {
	case x.kind > wordStart, common(x.text):
		return 64
	case utf8.RuneCountInString(x.text) == 1:
		return 8
	case x.kind == wordStart:
		return 4
	default:
		return 1
	}
}

// common reports whether nearly every article has a word with this stem.
func common(word string) bool {
	switch word {
	case "the", "of", "to", "in", "a", "and", "for", "on", "is", "with", "by", "at", "from", "as", "s", "t", "it", "its",
		"that", "be", "are", "was", "has", "have", "an", "not", "but", "after", "over", "new", "say", "said", "will",
		"de", "la", "el", "en", "le", "les", "der", "die", "und", "das", "и", "в", "на", "с", "не", "по",
		"の", "に", "を", "は", "が", "と", "で", "た", "的", "是", "了", "一", "ー":
		return true
	default:
		return false
	}
}
