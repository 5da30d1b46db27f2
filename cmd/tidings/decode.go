package main

import (
	"time"

	"tidings/bot"
	"tidings/internal/feed"
	"tidings/internal/typo"
	"tidings/internal/web"
)

// decodeStrict returns the reader of articles that others publish over the network. Their ids are the
// store's to give.
func decodeStrict(zone *time.Location) func(data []byte) (bot.Article, []web.Fault) {
	return func(data []byte) (bot.Article, []web.Fault) {
		a, wrong := feed.UnmarshalStrict(data, zone)
		a.ID = 0
		faults := make([]web.Fault, len(wrong))
		for i, f := range wrong {
			detail := f.Reason
			if f.Unknown {
				detail += meant(f.Field)
			}
			faults[i] = web.Fault{Field: f.Field, Detail: detail, LeftOut: f.LeftOut}
		}
		return a, faults
	}
}

const (
	lettersATypo = 3  // of a name that is guessed: one slip in title, two in summary
	maxGuessed   = 40 // bytes of a name that anything is made of
)

// meant guesses which field somebody mistyped, in parentheses.
func meant(name string) string {
	if len(name) > maxGuessed {
		return ""
	}
	nearest, least := "", len(name)/lettersATypo+1
	for _, field := range feed.FieldNames() {
		if n := typo.Distance(name, field); n < least {
			nearest, least = field, n
		}
	}
	if nearest == "" {
		return ""
	}
	return " (did you mean " + nearest + "?)"
}
