package store

import (
	"maps"
	"slices"

	"tidings/bot/filter"
)

// pairKey is the key of a pair of words among the titles of an owner.
func pairKey(owner int64, pair string) int64 {
	if owner == public {
		return key("pair", pair)
	}
	return key("pair of an owner", ownerWord(owner), pair)
}

// pairsOf returns what an item's title is looked for by.
func (in *ingest) pairsOf(it *item) []int64 {
	if it.pairs == nil {
		it.pairs = titlePairs(bareTitle(it.Title), in.owner)
	}
	return it.pairs
}

// titlePairs returns what a title is looked for by among those of an owner: pairs of words that say something and stand near
// each other, which are rare where words are not. Titles of one story that share none are too rare to look for.
func titlePairs(text string, owner int64) []int64 {
	list := make([]int64, 0, maxPairs)
	add := func(pair string) {
		if k := pairKey(owner, pair); len(list) < maxPairs && !slices.Contains(list, k) {
			list = append(list, k)
		}
	}
	words := filter.Tokens(text)
	if slices.ContainsFunc(words, isCJK) {
		t := newTitle(text)
		for _, gram := range slices.Sorted(maps.Keys(t.content)) {
			add(gram)
		}
		return list
	}
	words = slices.DeleteFunc(words, isFiller)
	for i, word := range words {
		words[i] = stem(word)
	}
	for _, gap := range []int{1, 2} {
		for i := gap; i < len(words) && len(list) < maxWordPairs; i++ {
			add(min(words[i-gap], words[i]) + " " + max(words[i-gap], words[i]))
		}
	}
	return list
}
