package filter

import (
	"math/rand/v2"
	"strings"

	"tidings/internal/zipf"
)

// workload writes articles and filters as they come: the words of articles are spread as Zipf found them, filters have
// those that say something.
type workload struct{ *zipf.Words }

const (
	titleWords  = 10
	dekWords    = 25
	unsearched  = 100 // the most frequent words, for which nobody looks
	phraseShare = 0.20
	notShare    = 0.15
)

func newWorkload() *workload { return &workload{zipf.New(rand.NewPCG(7, 8), spelling)} }

// spelling returns the word of a rank. Every fourth is the plural of the one before it.
func spelling(rank int) string {
	if rank%4 == 3 {
		return zipf.Spelling(rank-1) + "s"
	}
	return zipf.Spelling(rank)
}

func (w *workload) words(n, from int) string { return strings.Join(w.Words.Words(n, from), " ") }

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
		s += " -" + w.Word(unsearched)
	}
	return s
}
