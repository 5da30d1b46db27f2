package filter

import (
	"math/rand/v2"

	"tidings/internal/zipf"
)

// workload writes articles and filters as they come: the words of articles are spread as Zipf found them, filters have
// those that say something.
type workload struct{ *zipf.Words }

func newWorkload() *workload { return &workload{zipf.New(rand.NewPCG(7, 8), spelling)} }

// spelling returns the word of a rank. Every fourth is the plural of the one before it.
func spelling(rank int) string {
	if rank%4 == 3 {
		return zipf.Spelling(rank-1) + "s"
	}
	return zipf.Spelling(rank)
}

func (w *workload) article() Fields {
	title, dek := w.Article()
	return Fields{
		Title: title, Summary: dek, Authors: []string{"Jane Doe"},
		Source: "nknews", Lang: "en", URL: "https://example.org/2021/01/a",
	}
}

// filter returns one of one to three terms.
func (w *workload) filter() string { return w.Condition().String() }
