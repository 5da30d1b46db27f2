package digest

import (
	"errors"
	"fmt"
	"slices"

	"tidings/bot"
)

// ErrPairs says that a digest has no bylines, but as many lines as titles with a dek each would have.
var ErrPairs = errors.New("digest has no bylines")

// pairs reads a digest without bylines: under its edition and last heading, every other line is a
// title. Its articles are of the day of the edition, or of none.
func (r *reader) pairs(paragraphs []paragraph) (*Digest, error) {
	lines := flatten(r.edition(paragraphs))
	isHead := func(l line) bool {
		return l.kind == heading || l.kind == label || l.kind == text && latest.MatchString(l.text)
	}
	for i, l := range slices.Backward(lines) {
		if isHead(l) {
			if r.Heading == "" {
				r.Heading = headingText(l.text)
			}
			lines = lines[i+1:]
			break
		}
	}
	const enough = 2 // pairs, for a text to look like a digest
	switch {
	case len(lines) == 0, len(lines)%2 != 0, !r.options.Pairs && len(lines) < 2*enough:
		return nil, noByline(paragraphs)
	case !r.options.Pairs:
		return nil, fmt.Errorf("%w; its %d lines may be %d titles, each followed by its dek", ErrPairs, len(lines), len(lines)/2)
	}
	if h := headerIn(lines); h != nil {
		return nil, h.refusedAsHeader()
	}
	for i := 0; i < len(lines); i += 2 {
		a := bot.Article{Title: lines[i].text, Summary: lines[i+1].text, URL: lines[i].link, GUID: lines[i].link}
		if !r.Edition.IsZero() {
			a.Published, a.DateOnly = r.Edition, true
		}
		r.Articles = append(r.Articles, a)
	}
	return &r.Digest, nil
}
