package filter

import (
	"math/rand/v2"
	"slices"
	"strings"
)

// workload writes articles and filters as they come: the words of articles are spread as Zipf found them, filters have
// those that say something.
type workload struct {
	*rand.Rand
	odds []float64 // of a word or a more frequent one
}

const (
	vocabulary  = 50_000
	titleWords  = 10
	dekWords    = 25
	unsearched  = 100 // the most frequent words, for which nobody looks
	phraseShare = 0.20
	notShare    = 0.15
)

func newWorkload() *workload {
	w := &workload{Rand: rand.New(rand.NewPCG(7, 8)), odds: make([]float64, vocabulary)}
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

// word returns a word of those from a rank on.
func (w *workload) word(from int) string {
	least := 0.0
	if from > 0 {
		least = w.odds[from-1]
	}
	rank, _ := slices.BinarySearch(w.odds, least+w.Float64()*(1-least))
	return spelling(min(rank, vocabulary-1))
}

// spelling returns the word of a rank. Every fourth is the plural of the one before it.
func spelling(rank int) string {
	plural := rank%4 == 3
	if plural {
		rank--
	}
	const digits = "bcdfghjklmnpqrtvwz"
	s := []byte("w")
	for n := rank*7919 + 1; n > 0; n /= len(digits) {
		s = append(s, digits[n%len(digits)], 'a')
	}
	if plural {
		s = append(s, 's')
	}
	return string(s)
}

func (w *workload) words(n, from int) string {
	list := make([]string, n)
	for i := range list {
		list[i] = w.word(from)
	}
	return strings.Join(list, " ")
}

func (w *workload) article() Fields {
	return Fields{
		Title: w.words(titleWords, 0), Summary: w.words(dekWords, 0), Authors: []string{"Jane Doe"},
		Source: "nknews", Lang: "en", URL: "https://example.org/2021/01/a",
	}
}

// filter returns one of one to three terms.
func (w *workload) filter() string {
	n := 1 + w.IntN(3)
	s := w.words(n, unsearched)
	if n > 1 && w.Float64() < phraseShare*3/2 {
		s = `"` + s + `"`
	}
	if w.Float64() < notShare {
		s += " -" + w.word(unsearched)
	}
	return s
}
