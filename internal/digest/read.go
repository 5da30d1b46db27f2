package digest

import (
	"cmp"
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

// Read reads a digest. It fails as a whole if there is no byline or if it can't tell which lines are
// titles; a part that can't be read is among the Problems. Articles come in the
// order of the document.
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
	return doc.read(o)
}

// joined makes one digest of several that came together.
func joined(digests []*Digest) *Digest {
	all := digests[0]
	for _, d := range digests[1:] {
		if all.Edition.IsZero() {
			all.Edition = d.Edition
		}
		all.Heading = cmp.Or(all.Heading, d.Heading)
		all.Articles = append(all.Articles, d.Articles...)
		all.Problems = append(all.Problems, d.Problems...)
	}
	return all
}

// readLines reads the digests among the lines of a document, of which a forwarded mail may contain
// several.
func readLines(lines []line, f form, subject string, o Options) (*Digest, error) {
	switch f {
	case typed:
		lines = withoutFieldLabels(undecorated(lines))
	case laidOut:
		lines = withoutMarks(withoutColumnNames(lines))
	case written:
	}
	lines = withSlashedDates(lines)
	lines = withoutTitles(lines)
	if paragraphs := paragraphsOf(lines); isCanonical(paragraphs) {
		return readParagraphs(paragraphs, written, subject, o)
	}
	var found []*Digest
	for _, part := range digestsIn(lines) {
		paragraphs := paragraphsOf(part)
		if !isCanonical(paragraphs) {
			joinBroken(paragraphs, f)
		}
		d, err := readParagraphs(paragraphs, f, subject, o)
		if err != nil {
			return nil, err
		}
		found = append(found, d)
	}
	return joined(found), nil
}

// joinBroken makes whole what stands in several lines: in plain text because a mail program has broken them.
func joinBroken(paragraphs []paragraph, f form) {
	if f == typed {
		for _, p := range paragraphs {
			withoutTrailing(p)
		}
	}
	column := columnOf(paragraphs)
	joinSpread(paragraphs)
	if f == typed && covers(paragraphs).sure() == nil {
		unwrap(paragraphs, column)
	}
}

// readParagraphs reads a document by the pattern that alone explains it or, if there is none, by what its bylines and the
// lines around them look like. A pattern that explains it as well must not gainsay that.
func readParagraphs(paragraphs []paragraph, f form, subject string, o Options) (*Digest, error) {
	explained := covers(paragraphs)
	if c := explained.sure(); c != nil {
		return readOrdered(c.ordered(), f, subject, o)
	}
	in, err := inOrder(paragraphs)
	if err != nil {
		return nil, err
	}
	d, err := readOrdered(in, f, subject, o)
	if err != nil || len(explained) == 0 {
		return d, err
	}
	for _, c := range explained.best() {
		if other, err := readOrdered(c.ordered(), f, subject, o); err == nil && sameArticles(d, other) {
			return d, nil
		}
	}
	return nil, explained.refused()
}

func sameArticles(a, b *Digest) bool {
	return slices.EqualFunc(a.Articles, b.Articles, func(a, b bot.Article) bool {
		return a.Title == b.Title && a.Summary == b.Summary && slices.Equal(a.Authors, b.Authors) && a.Published.Equal(b.Published)
	})
}

// readOrdered reads a document whose articles have their bylines last.
func readOrdered(in ordered, f form, subject string, o Options) (*Digest, error) {
	rd := reader{options: o, whole: in.whole}
	rd.Heading = in.edition.heading
	if in.edition.date != (date{}) {
		rd.Edition = in.edition.date.in(o.zone())
	}
	rd.read(in.paragraphs)
	if rd.header != nil && f != written {
		return nil, rd.header.refusedAsHeader()
	}
	if rd.Edition.IsZero() {
		rd.Edition = editionIn(subject, o)
	}
	if len(rd.Articles) == 0 && len(rd.Problems) == 0 {
		return rd.pairs(in.paragraphs)
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
	first := paragraphs[0][0]
	return fmt.Errorf("no article found: under each title and dek a digest has a line such as "+
		"%q; line %d is %q", "Jane Doe | John Smith January 20, 2021", first.number, shortened(first.text))
}

// shortened returns as much of a line as an answer shows.
func shortened(s string) string {
	const shown = 80
	return bot.CleanText(s, shown)
}

// reader gathers a digest paragraph by paragraph. The lines between one byline and the next are a
// region, which contains one article.
type reader struct {
	Digest
	options Options
	region  []paragraph
	header  *line  // the first header line of a mail among the words of an article
	label   string // above the title of the region
	whole   bool   // each article is one paragraph
	headed  bool   // the first article, like all others, has a title only, below a heading
	started bool   // an article, or what should have been one, has been seen
}

func (r *reader) read(paragraphs []paragraph) {
	paragraphs = r.edition(paragraphs)
	if isCanonical(paragraphs) && len(paragraphs) > 0 && len(paragraphs[0]) == 1 {
		r.Heading, paragraphs = paragraphs[0][0].text, paragraphs[1:]
	}
	parts := cut(paragraphs)
	r.headed = parts.headed()
	for _, p := range paragraphs {
		from := 0
		for i, l := range p {
			if l.kind != anchor {
				continue
			}
			r.region = append(r.region, p[from:i])
			r.item(l)
			r.region, r.started, r.headed, from = nil, true, false, i+1
		}
		if from < len(p) {
			r.region = append(r.region, p[from:])
		}
	}
	r.readLink()
	rest := flatten(r.region)
	isFooter := func(l line) bool { return footer.MatchString(l.text) }
	if r.started && len(rest) > 0 && !slices.ContainsFunc(rest, isFooter) {
		r.problem(rest[0], "text after the last byline is passed over")
	}
}

// item makes an article of the region and the byline under it.
func (r *reader) item(b line) {
	r.readLink()
	r.readAuthors(&b)
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
	if r.header == nil {
		r.header = headerIn(append(slices.Clone(words), b))
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

// readAuthors gives a date alone the authors that a line above it names.
func (r *reader) readAuthors(b *line) {
	isSigned := func(l line) bool { return l.kind == signed }
	lines := flatten(r.region)
	names := filter(lines, isSigned)
	if len(b.byline.authors) > 0 || len(names) != 1 || len(lines) == 1 {
		return
	}
	b.byline.authors = namesOf(names[0].text)
	r.region = filterLines(r.region, func(l line) bool { return !isSigned(l) })
}

// readLink gives a link that begins the region to the article before it.
func (r *reader) readLink() {
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
