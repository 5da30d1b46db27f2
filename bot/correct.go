package bot

import (
	"slices"
	"strings"
	"time"
	"unicode"
)

// LooksLike reports whether an alert of a looks like one of b.
func (a *Article) LooksLike(b *Article) bool {
	return a.Title == b.Title && a.Summary == b.Summary && a.URL == b.URL && a.Image == b.Image &&
		a.Source == b.Source && slices.Equal(a.Authors, b.Authors) && a.Published.Equal(b.Published) &&
		a.DateOnly == b.DateOnly && a.Status == b.Status && slices.Equal(a.Related, b.Related)
}

// Substantive reports whether what changed from one revision to another is to be told as a correction: the words or
// numbers of title and summary, the authors, the day, or that the source says so. What was missing and is there now
// corrects nothing; nor does what comes back after a withdrawal.
func Substantive(old, a *Article) bool {
	return words(old.Title) != words(a.Title) ||
		old.Summary != "" && words(old.Summary) != words(a.Summary) ||
		otherAuthors(old, a) || otherDay(old, a) ||
		a.Status == Corrected && old.Status != Corrected
}

func otherAuthors(old, a *Article) bool {
	same := func(x, y string) bool { return words(x) == words(y) }
	return len(old.Authors) > 0 && !slices.EqualFunc(old.Authors, a.Authors, same)
}

func otherDay(old, a *Article) bool {
	return old.Published.UTC().Format(time.DateOnly) != a.Published.UTC().Format(time.DateOnly)
}

// signs are what makes another fact of a number that it stands beside.
const signs = "+-−%‰°$€£¥₩<>≤≥"

// words returns a text without what may change and leave the facts as they are: case, white space, and punctuation,
// but for that which belongs to a number.
func words(s string) string {
	runes := []rune(s)
	digitAt := func(i int) bool { return i >= 0 && i < len(runes) && unicode.IsDigit(runes[i]) }
	var b strings.Builder
	space := false
	for i, r := range runes {
		keep := unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r) ||
			unicode.IsSymbol(r) && r > unicode.MaxASCII && !strings.ContainsRune(signs, r) ||
			strings.ContainsRune(signs, r) && (digitAt(i-1) || digitAt(i+1)) ||
			(r == '.' || r == ',' || r == ':') && digitAt(i-1) && digitAt(i+1)
		switch {
		case keep:
			if space && b.Len() > 0 {
				b.WriteByte(' ')
			}
			space = false
			b.WriteRune(unicode.ToLower(r))
		case r == '\'' || r == '’': // within a word
		default:
			space = true
		}
	}
	return b.String()
}

// changed returns when the revision came that an edit brings, or a post that repeats one of before it.
func (d *Delivery) changed() time.Time {
	before := d.Enqueued
	if d.Posted != nil {
		before = d.Posted.Updated
	}
	if d.Article.Updated.After(before) {
		return d.Article.Updated
	}
	return d.Enqueued
}

// CorrectedAt returns when what an alert says was corrected last, zero if it never was.
func (d *Delivery) CorrectedAt() time.Time {
	if d.Posted != nil && Substantive(d.Posted, &d.Article) {
		return d.changed()
	}
	return d.Corrected
}
