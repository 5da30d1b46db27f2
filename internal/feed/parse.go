package feed

import (
	"cmp"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"tidings/bot"
	"tidings/internal/htmltext"
)

// Bounds of what is read. Real feeds stay far below them; hostile ones do not.
const (
	// MaxSize is how many bytes a document may have after decompression.
	MaxSize  = 10 << 20
	maxItems = 1000
	// largeDocument is how many bytes a document has that articles must not keep in memory.
	largeDocument = 256 << 10
	// usualItems is how many most documents have at most.
	usualItems = 32
	maxDepth   = 128 // elements within elements
	maxDoubts  = 20
)

// Meta is what is known of a document besides its bytes.
type Meta struct {
	ContentType string // as the server sent it
	// URL is where the document was found; relative links lead on from there.
	URL string
	// Zone is used for dates that name none. Defaults to UTC.
	Zone *time.Location
}

// Problem is a part of a document that was passed over.
type Problem struct {
	Line   int // counted from 1; 0 if it is not known
	Reason string
}

// String returns the problem as people read it.
func (p Problem) String() string {
	if p.Line == 0 {
		return p.Reason
	}
	return fmt.Sprintf("line %d: %s", p.Line, p.Reason)
}

// Parse reads a feed. Its errors complete the sentence "the document …".
func Parse(data []byte, meta Meta) (*Document, error) { return ParseString(string(data), meta) }

// ParseString is Parse for a string. Its articles do not keep a large document in memory.
func ParseString(text string, meta Meta) (*Document, error) {
	text, err := inflate(text)
	if err != nil {
		return nil, err
	}
	if len(text) > MaxSize {
		return nil, fmt.Errorf("is larger than %d MiB", MaxSize>>20)
	}
	text = decode(text, meta.ContentType)
	d, err := parseText(text, meta)
	if err == nil && len(text) > largeDocument {
		d.detach()
	}
	return d, err
}

func parseText(text string, meta Meta) (*Document, error) {
	text = withoutNotice(text)
	begin := strings.TrimSpace(text)
	switch {
	case begin == "":
		return nil, errors.New("is empty")
	case begin[0] == '{':
		return parseJSON(begin, meta)
	case begin[0] == '<':
		return parseXML(text, meta)
	}
	return nil, fmt.Errorf("isn't a feed; it begins with %q", bot.CleanText(begin[:min(len(begin), 160)], 40))
}

// withoutNotice drops what a faulty program printed before a document in XML.
func withoutNotice(text string) string {
	const longest = 4 << 10 // bytes
	begin := strings.TrimSpace(text[:min(len(text), longest)])
	if strings.HasPrefix(begin, "{") || strings.HasPrefix(begin, "<") && !strings.HasPrefix(begin, "<br") {
		return text
	}
	return text[max(strings.Index(text[:min(len(text), longest)], "<?xml"), 0):]
}

func parseXML(text string, meta Meta) (*Document, error) {
	drafts := make([]draft, 0, usualItems)
	x, err := readXML(text, func(r *record, w vocabulary) {
		if e := draftOf(r, w); w != sitemap || e.title.words != "" {
			drafts = append(drafts, e)
		}
	})
	if err != nil {
		return nil, err
	}
	if x.words == sitemap && len(drafts) == 0 {
		return nil, errors.New("is a site map without news; only one that gives titles can be followed")
	}
	d := &Document{Title: titleOf(&x.head), Salvaged: x.salvaged}
	d.Lang = headLang(&x.head)
	t := translator{dates: dates{zone: orUTC(meta.Zone)}, lang: d.Lang, authors: headAuthors(&x.head, x.words), refs: &x.refs}
	self, site := selfOf(&x.head), siteOf(&x.head)
	t.bases = []string{x.refs.attr(x.head.attrs, "xml:base"), meta.URL, self, site}
	d.SiteURL = t.resolve("", site)
	d.Hints = hintsOf(&x.head, &t)
	d.Withdrawn = x.deleted
	d.fill(&t, drafts, x.items, lineCounter{text: text})
	return d, nil
}

// titleOf returns a document's own title, as a copy.
func titleOf(head *record) string {
	return strings.Clone(bot.CleanText(head.prose("title", "dc:title", "atom:title").title(), bot.MaxTitle))
}

// lineCounter numbers lines of a text.
type lineCounter struct {
	text   string
	at, up int // up to at there are so many line breaks
}

// line returns the number of the line at a place, counted from 1, or 0 if there is no text. Places come in order.
func (c *lineCounter) line(at int) int {
	if c.text == "" {
		return 0
	}
	if at > c.at {
		c.up += strings.Count(c.text[c.at:at], "\n")
		c.at = at
	}
	return c.up + 1
}

// fill makes articles of drafts, which were so many before they were cut to the bound.
func (d *Document) fill(t *translator, drafts []draft, found int, lines lineCounter) {
	if found > maxItems {
		d.Problems = append(d.Problems, Problem{Reason: fmt.Sprintf("has %d items; only the first %d are read", found, maxItems)})
	}
	d.Articles = make([]bot.Article, 0, len(drafts))
	t.dates.order = orderOf(t.lang, drafts)
	for i := range drafts {
		a, doubt := t.article(&drafts[i])
		if doubt != "" && len(d.Doubts) < maxDoubts {
			d.Doubts = append(d.Doubts, Problem{lines.line(drafts[i].at), fmt.Sprintf("item %d: %s", i+1, doubt)})
		}
		if !hasText(a.Title) {
			d.Problems = append(d.Problems, Problem{lines.line(drafts[i].at), fmt.Sprintf("item %d has neither title nor text", i+1)})
			continue
		}
		d.Articles = append(d.Articles, a)
	}
	oldestFirst(d.Articles)
}

// hasText reports whether something is left of s when it is stored: invisible characters are not.
func hasText(s string) bool { return bot.CleanText(s, utf8.UTFMax) != "" }

// plainTitle returns a copy, so that keeping it does not keep the document in memory.
func plainTitle(s string) string {
	return strings.Clone(bot.CleanProse(htmltext.Plain(s), bot.MaxTitle))
}

// oldestFirst puts articles in the order in which readers should hear of them. Documents list the
// newest first, which decides where dates do not; an article without one is as new as can be.
func oldestFirst(articles []bot.Article) {
	slices.Reverse(articles)
	slices.SortStableFunc(articles, func(a, b bot.Article) int {
		if a.Published.IsZero() || b.Published.IsZero() {
			return cmp.Compare(dated(b), dated(a))
		}
		return a.Published.Compare(b.Published)
	})
}

func dated(a bot.Article) int {
	if a.Published.IsZero() {
		return 0
	}
	return 1
}

func langOf(s string) string {
	return strings.ReplaceAll(bot.CleanText(s, bot.MaxName), "_", "-")
}

// inflate decompresses a document that is compressed without saying so.
func inflate(text string) (string, error) {
	if !strings.HasPrefix(text, "\x1f\x8b") {
		return text, nil
	}
	z, err := gzip.NewReader(strings.NewReader(text))
	var b strings.Builder
	if err == nil {
		_, err = io.Copy(&b, io.LimitReader(z, MaxSize+1))
	}
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		return "", fmt.Errorf("cannot be decompressed: %w", err)
	}
	return b.String(), nil
}
