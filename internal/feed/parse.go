package feed

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/mmcdole/gofeed"

	"tidings/bot"
	"tidings/internal/htmltext"
)

// Bounds of what is read. Real feeds stay far below them; hostile ones do not.
const (
	// MaxSize is how many bytes a document may have after decompression.
	MaxSize  = 10 << 20
	maxItems = 1000
	maxDepth = 128 // elements within elements
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
func Parse(data []byte, meta Meta) (*Document, error) {
	data, err := inflate(data)
	if err != nil {
		return nil, err
	}
	if len(data) > MaxSize {
		return nil, fmt.Errorf("is larger than %d MiB", MaxSize>>20)
	}
	text := decode(data, meta.ContentType)
	begin := strings.TrimSpace(text)
	switch {
	case begin == "":
		return nil, errors.New("is empty")
	case begin[0] == '{':
		return parseJSON(begin, meta)
	case begin[0] == '<':
		return parseXML(text, meta)
	}
	return nil, fmt.Errorf("is no feed; it begins with %q", bot.CleanText(begin[:min(len(begin), 160)], 40))
}

func parseJSON(text string, meta Meta) (*Document, error) {
	if !strings.Contains(text, "jsonfeed.org/version") {
		return nil, errors.New("is JSON, but no JSON Feed: it has no version of jsonfeed.org")
	}
	f, err := read(text)
	if err != nil {
		return nil, fmt.Errorf("is a broken JSON Feed: %w", err)
	}
	return documentOf(f, nil, meta), nil
}

func parseXML(text string, meta Meta) (*Document, error) {
	text, first := sanitize(text)
	s, err := scan(text, first)
	if err != nil {
		return nil, err
	}
	whole, salvaged := s.whole(text)
	f, err := read(whole)
	if (err != nil || len(f.Items) == 0 && s.items > 0) && !salvaged && s.items > 0 {
		salvaged = true
		f, err = read(s.cut(text))
	}
	switch {
	case err != nil && s.fault != nil:
		return nil, s.fault
	case err != nil:
		return nil, fmt.Errorf("is a broken feed: %w", err)
	case len(f.Items) == 0 && s.items > 0:
		return nil, fmt.Errorf("holds %d items, but an element before them is never closed", s.items)
	case len(f.Items) == 0 && s.fault != nil:
		return nil, s.fault
	}
	d := documentOf(f, s.about, meta)
	d.Salvaged = salvaged
	return d, nil
}

// read lets the library parse what is known to be bounded. A panic of it is that document's fault
// and must not end the program.
func read(text string) (f *gofeed.Feed, err error) {
	defer func() {
		if r := recover(); r != nil {
			f, err = nil, fmt.Errorf("parser gave up: %v", r)
		}
	}()
	p := gofeed.NewParser()
	p.KeepOriginalFeed = true
	p.RSSTranslator = &gofeed.DefaultRSSTranslator{DisableContentImageScan: true}
	return p.Parse(strings.NewReader(text))
}

// documentOf translates what the library read. The about addresses are those of RSS 1.0, which
// the library does not keep.
func documentOf(f *gofeed.Feed, about []string, meta Meta) *Document {
	d := &Document{
		Title: bot.CleanText(htmltext.Plain(f.Title), bot.MaxTitle),
		Lang:  langOf(f.Language),
	}
	tr := translator{feed: f, meta: meta, lang: d.Lang}
	d.SiteURL = tr.resolve(f.Link)
	if len(f.Items) > maxItems {
		d.Problems = append(d.Problems, Problem{Reason: fmt.Sprintf("holds %d items; only the first %d are read", len(f.Items), maxItems)})
	}
	for i, item := range f.Items[:min(len(f.Items), maxItems)] {
		if item.GUID == "" && len(about) == len(f.Items) {
			item.GUID = about[i]
		}
		a := tr.article(item, i)
		if a.Title == "" {
			d.Problems = append(d.Problems, Problem{Reason: fmt.Sprintf("item %d has neither title nor text", i+1)})
			continue
		}
		d.Articles = append(d.Articles, a)
	}
	oldestFirst(d.Articles)
	return d
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
func inflate(data []byte) ([]byte, error) {
	if !bytes.HasPrefix(data, []byte{0x1f, 0x8b}) {
		return data, nil
	}
	out, err := gunzip(bytes.NewReader(data))
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, fmt.Errorf("cannot be decompressed: %w", err)
	}
	return out, nil
}
