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

// Changes says which facts differ between two revisions of an article, as people are shown them. What was missing
// and is there now is no change; nor is what comes back after a withdrawal.
type Changes struct {
	Title, Summary bool // in words or numbers
	Authors, Day   bool
	// Added is what the newer summary says beyond the older one, all of which it still says. Summary is false then.
	Added string
	// Declared says that the source calls the newer revision corrected.
	Declared bool
}

// ChangesFrom returns what a corrects of an older revision.
func (a *Article) ChangesFrom(old *Article) Changes {
	same := func(x, y string) bool { return facts(x) == facts(y) }
	added := addedTo(old.Summary, a.Summary)
	return Changes{
		Title:    !same(old.Title, a.Title),
		Summary:  old.Summary != "" && added == "" && !same(old.Summary, a.Summary),
		Added:    added,
		Authors:  len(old.Authors) > 0 && !slices.EqualFunc(old.Authors, a.Authors, same),
		Day:      old.Published.UTC().Format(time.DateOnly) != a.Published.UTC().Format(time.DateOnly),
		Declared: a.Status == Corrected && old.Status != Corrected,
	}
}

// Substantive reports whether the changes count as a correction to readers. What was only added corrects nothing.
func (c Changes) Substantive() bool {
	c.Added = ""
	return c != Changes{}
}

// addedTo returns what a text says beyond an older form of it, sentence by sentence, if that was said at all and nothing of
// it is gone: so entries of status pages and live pages grow.
func addedTo(old, text string) string {
	before := map[string]int{}
	for _, s := range sentences(old) {
		before[facts(s)]++
	}
	var added []string
	for _, s := range sentences(text) {
		if f := facts(s); before[f] > 0 {
			before[f]--
		} else if f != "" {
			added = append(added, s)
		}
	}
	for f, left := range before {
		if left > 0 && f != "" {
			return ""
		}
	}
	if len(before) == 0 {
		return ""
	}
	return strings.Join(added, " ")
}

// sentences cuts a text after what ends sentences, and at line ends.
func sentences(s string) []string {
	var list []string
	start := 0
	cut := func(end int) {
		if part := strings.TrimSpace(s[start:end]); part != "" {
			list = append(list, part)
		}
		start = end
	}
	after := false // an end of a sentence
	for i, r := range s {
		switch {
		case r == '\n', after && unicode.IsSpace(r):
			cut(i)
		}
		if after = strings.ContainsRune(".!?…", r); strings.ContainsRune("。！？", r) {
			cut(i + len(string(r)))
		}
	}
	cut(len(s))
	return list
}

// signs are what makes another fact of a number that it stands beside.
const signs = "+-−%‰°$€£¥₩<>≤≥"

// facts returns a text without what may change and leave the facts as they are: case, white space, and punctuation,
// but for that which belongs to a number.
func facts(s string) string {
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

// Changed returns when the revision came that an edit brings, or a post that repeats one of before it.
func (d *Delivery) Changed() time.Time {
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
	if d.Posted != nil && d.Article.ChangesFrom(d.Posted).Substantive() {
		return d.Changed()
	}
	return d.Corrected
}
