package digest

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"tidings/bot"
)

// Bounds in bytes. A mail may be large for its pictures; a season of daily editions fits in the text.
const (
	maxInput = 10 << 20
	maxText  = 2 << 20
)

// Read reads a digest. It fails if there is no byline at all; what else it cannot read is among the
// Problems. Articles come in the order of the document.
func Read(r io.Reader, o Options) (*Digest, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxInput+1))
	if err != nil {
		return nil, fmt.Errorf("read digest: %w", err)
	}
	if len(data) > maxInput {
		return nil, fmt.Errorf("digest is longer than %d MiB", maxInput>>20)
	}
	doc, err := documentOf(string(data))
	if err != nil {
		return nil, err
	}
	if len(doc.text) > maxText || len(doc.html) > maxText {
		return nil, fmt.Errorf("digest has more than %d MiB of text", maxText>>20)
	}
	if d := readMicrodata(doc.html, o); d != nil {
		return d, nil
	}
	paragraphs := paragraphsOf(doc.lines())
	if !isCanonical(paragraphs) {
		unwrap(paragraphs, doc.column(paragraphs))
	}
	rd := reader{options: o}
	rd.read(paragraphs)
	if rd.Edition.IsZero() {
		rd.Edition = editionIn(doc.subject, o)
	}
	if len(rd.Articles) == 0 && len(rd.Problems) == 0 {
		return rd.pairs(paragraphs)
	}
	return &rd.Digest, nil
}

// editionIn returns the day that the subject of a mail ends in, or zero.
func editionIn(subject string, o Options) time.Time {
	if _, d, ok := cutDate(bot.CleanText(subject, bot.MaxTitle)); ok && d.isReal() {
		return d.in(o.zone())
	}
	return time.Time{}
}

func noByline(paragraphs []paragraph) error {
	if len(paragraphs) == 0 {
		return errors.New("digest is empty")
	}
	const shown = 80
	first := paragraphs[0][0]
	return fmt.Errorf("no article found: under each title and dek a digest has a line such as "+
		"%q; line %d is %q", "Jane Doe | John Smith January 20, 2021", first.number, bot.CleanText(first.text, shown))
}

// reader gathers a digest paragraph by paragraph. The lines between one byline and the next are a
// region, and hold one article.
type reader struct {
	Digest
	options Options
	region  []paragraph
	label   string // above the title of the region
	started bool   // an article, or what should have been one, has been seen
}

func (r *reader) read(paragraphs []paragraph) {
	paragraphs = r.edition(paragraphs)
	if isCanonical(paragraphs) && len(paragraphs) > 0 && len(paragraphs[0]) == 1 {
		r.Heading, paragraphs = paragraphs[0][0].text, paragraphs[1:]
	}
	for _, p := range paragraphs {
		from := 0
		for i, l := range p {
			if l.kind != anchor {
				continue
			}
			r.region = append(r.region, p[from:i])
			r.item(l)
			r.region, r.started, from = nil, true, i+1
		}
		if from < len(p) {
			r.region = append(r.region, p[from:])
		}
	}
	r.takeLink()
	rest := flatten(r.region)
	isFooter := func(l line) bool { return footer.MatchString(l.text) }
	if r.started && len(rest) > 0 && !slices.ContainsFunc(rest, isFooter) {
		r.problem(rest[0], "text after the last byline is passed over")
	}
}

// edition takes the day of the digest off its beginning. It stands in the first line, or under one
// line that names the digest.
func (r *reader) edition(paragraphs []paragraph) []paragraph {
	if len(paragraphs) == 0 || len(paragraphs[0]) > 2 {
		return paragraphs
	}
	p := paragraphs[0]
	last := p[len(p)-1]
	d, ok := editionOf(last.text)
	if !ok || last.kind == anchor && len(last.byline.authors) > 0 {
		return paragraphs
	}
	if len(p) == 2 && !slices.ContainsFunc(paragraphs[1:], hasAuthors) {
		return paragraphs // a title over a date, in a digest that names no authors
	}
	r.Edition = d.in(r.options.zone())
	if len(p) == 2 {
		r.Heading = p[0].text
	}
	return paragraphs[1:]
}

func hasAuthors(p paragraph) bool {
	return slices.ContainsFunc(p, func(l line) bool { return l.kind == anchor && len(l.byline.authors) > 0 })
}

// item makes an article of the region and the byline under it.
func (r *reader) item(b line) {
	r.takeLink()
	a := bot.Article{Authors: b.byline.authors, Published: b.byline.date.in(r.options.zone()), DateOnly: true}
	if i := slices.IndexFunc(flatten(r.region), func(l line) bool { return l.kind == address }); i >= 0 {
		a.URL = linkOf(flatten(r.region)[i].text)
	}
	lines := flatten(r.region)
	words := r.words(a.Authors)
	switch {
	case !b.byline.date.isReal():
		r.problem(b, fmt.Sprintf("the calendar has no such day as in %q", b.text))
		return
	case len(words) == 0:
		r.problem(b, fmt.Sprintf("no title above the byline %q", b.text))
		return
	}
	a.Title, a.Summary = words[0].text, unguard(joinLines(words[1:]), a.Authors)
	if r.label != "" {
		a.Tags = []string{r.label}
	}
	for _, l := range lines {
		if a.URL == "" && l.text == a.Title {
			a.URL = l.link
		}
	}
	a.GUID = a.URL
	r.Articles = append(r.Articles, a)
}

// takeLink gives the article before a link that begins the region.
func (r *reader) takeLink() {
	if !r.started || len(r.region) == 0 {
		return
	}
	for i, p := range r.region {
		if len(p) == 0 {
			continue
		}
		if n := len(r.Articles); p[0].kind == address && n > 0 && r.Articles[n-1].URL == "" {
			r.Articles[n-1].URL = linkOf(p[0].text)
			r.Articles[n-1].GUID = r.Articles[n-1].URL
			r.region[i] = p[1:]
		}
		return
	}
}

func (r *reader) problem(l line, reason string) {
	r.Problems = append(r.Problems, Problem{Line: l.number, Reason: reason})
}

func flatten(region []paragraph) []line {
	var all []line
	for _, p := range region {
		all = append(all, p...)
	}
	return all
}

func joinLines(lines []line) string {
	var s []string
	for _, l := range lines {
		s = append(s, l.text)
	}
	return strings.Join(s, " ")
}
