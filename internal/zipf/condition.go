package zipf

import "strings"

const (
	titleWords  = 10
	dekWords    = 25
	unsearched  = 100 // the most frequent words, for which nobody looks
	mostTerms   = 3
	phraseShare = 0.20
	notShare    = 0.15
)

// Article returns the words of an article's title and of its dek.
func (w *Words) Article() (title, dek string) {
	return strings.Join(w.Words(titleWords, 0), " "), strings.Join(w.Words(dekWords, 0), " ")
}

// Condition is what somebody looks for: all of the terms, and not that word.
type Condition struct {
	Terms []string // each a word, or several that make a phrase
	Not   string   // or ""
}

// Condition returns one of up to three words that say something. A fifth are phrases.
func (w *Words) Condition() Condition {
	c := Condition{Terms: w.Words(1+w.IntN(mostTerms), unsearched)}
	if len(c.Terms) > 1 && w.Float64() < phraseShare*3/2 {
		c.Terms = []string{strings.Join(c.Terms, " ")}
	}
	if w.Float64() < notShare {
		c.Not = w.Word(unsearched)
	}
	return c
}

// String returns the condition as a filter of this bot.
func (c Condition) String() string {
	var words []string
	for _, term := range c.Terms {
		if strings.Contains(term, " ") {
			term = `"` + term + `"`
		}
		words = append(words, term)
	}
	if c.Not != "" {
		words = append(words, "-"+c.Not)
	}
	return strings.Join(words, " ")
}
