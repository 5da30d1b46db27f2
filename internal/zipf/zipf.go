// Package zipf invents words for benchmarks, each as often as Zipf found that texts have words. Tests alone use it, those of a
// module of their own too.
package zipf

import (
	"math/rand/v2"
	"slices"
)

// vocabulary is how many words there are.
const vocabulary = 50_000

// Words is a source of words. It isn't safe for concurrent use.
type Words struct {
	*rand.Rand
	odds  []float64 // of a word or a more frequent one
	spell func(rank int) string
}

// New returns a source of words as spell writes that of each rank, from 0, the most frequent one.
func New(source rand.Source, spell func(rank int) string) *Words {
	w := &Words{Rand: rand.New(source), odds: make([]float64, vocabulary), spell: spell}
	sum := 0.0
	for i := range w.odds {
		sum += 1 / float64(i+1)
		w.odds[i] = sum
	}
	for i := range w.odds {
		w.odds[i] /= sum
	}
	return w
}

// Word returns a word of those from a rank on.
func (w *Words) Word(from int) string {
	least := 0.0
	if from > 0 {
		least = w.odds[from-1]
	}
	rank, _ := slices.BinarySearch(w.odds, least+w.Float64()*(1-least))
	return w.spell(min(rank, vocabulary-1))
}

// Words returns n words of those from a rank on.
func (w *Words) Words(n, from int) []string {
	list := make([]string, n)
	for i := range list {
		list[i] = w.Word(from)
	}
	return list
}

// Spelling returns the word of a rank. None is the plural of another.
func Spelling(rank int) string {
	const letters = "bcdfghjklmnpqrtvwz"
	s := []byte("w")
	for n := rank*7919 + 1; n > 0; n /= len(letters) {
		s = append(s, letters[n%len(letters)], 'a')
	}
	return string(s)
}
