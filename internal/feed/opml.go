package feed

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"

	"tidings/bot"
)

// Bounds of a list of feeds.
const (
	maxOutlines     = 2000
	maxOutlineDepth = 20
)

// Outline is a list of feeds, as OPML has it.
type Outline struct {
	Title string
	Feeds []OutlineFeed
	// Problems are entries that were passed over.
	Problems []Problem
}

// OutlineFeed is one feed of an Outline.
type OutlineFeed struct {
	Title string
	// URL is the address of the feed, and may contain a secret of whoever made the list.
	URL     string
	SiteURL string
}

// ParseOPML reads a list of feeds in OPML 1.0, 1.1 or 2.0, whatever groups it has. A feed that is
// listed twice is read once. It reads at most maxOutlines, two thousand, entries, nested at most
// maxOutlineDepth, twenty, deep. Its errors complete the sentence "the document …".
func ParseOPML(data []byte) (*Outline, error) {
	if len(data) > MaxSize {
		return nil, fmt.Errorf("is larger than %d MiB", MaxSize>>20)
	}
	r := outlineReader{markup: markup{text: decode(string(data), "")}, seen: make(map[string]bool)}
	for {
		t, ok := r.next()
		if !ok {
			break
		}
		if err := r.tagged(t); err != nil {
			return nil, err
		}
	}
	if !r.isOPML {
		return nil, errors.New("isn't a list of feeds (OPML)")
	}
	if r.outlines > maxOutlines {
		r.problem(0, fmt.Sprintf("has %d entries; only the first %d are read", r.outlines, maxOutlines))
	}
	return &r.Outline, nil
}

// isOPML reports whether a document is one, by its beginning.
func isOPML(begin []byte) bool {
	m := markup{text: string(begin)}
	t, ok := m.next()
	return ok && strings.EqualFold(t.name, "opml")
}

type outlineReader struct {
	Outline
	markup
	refs     references
	isOPML   bool
	titleAt  int // where the content of the title begins
	depth    int
	outlines int
	seen     map[string]bool
}

func (r *outlineReader) tagged(t tag) error {
	switch strings.ToLower(t.name) {
	case "opml":
		r.isOPML = true
	case "title":
		if t.kind == startTag {
			r.titleAt = t.end
		} else if r.Title == "" && r.titleAt > 0 {
			r.Title = plainTitle(r.refs.text(r.text[r.titleAt:t.start]))
		}
	case "outline":
		return r.outline(t)
	}
	return nil
}

func (r *outlineReader) outline(t tag) error {
	switch t.kind {
	case endTag:
		r.depth--
		return nil
	case startTag:
		if r.depth++; r.depth > maxOutlineDepth {
			return fmt.Errorf("line %d: nests groups more than %d deep", r.line(t.start), maxOutlineDepth)
		}
	}
	address := r.refs.attr(t.attrs, "xmlUrl")
	if kind := strings.ToLower(r.refs.attr(t.attrs, "type")); address == "" && (kind == "rss" || kind == "atom") {
		address = r.refs.attr(t.attrs, "url")
	}
	if address == "" { // a group
		return nil
	}
	if r.outlines++; r.outlines > maxOutlines {
		return nil
	}
	f := OutlineFeed{
		URL:     bot.CleanURL(withScheme(address)),
		SiteURL: bot.CleanURL(r.refs.attr(t.attrs, "htmlUrl")),
		Title:   plainTitle(r.refs.attr(t.attrs, "title")),
	}
	if f.Title == "" {
		f.Title = plainTitle(r.refs.attr(t.attrs, "text"))
	}
	switch {
	case f.URL == "":
		r.problem(r.line(t.start), fmt.Sprintf("%q has no http or https address", f.Title))
	case !r.seen[f.URL]:
		r.seen[f.URL] = true
		r.Feeds = append(r.Feeds, f)
	}
	return nil
}

func (r *outlineReader) problem(line int, reason string) {
	r.Problems = append(r.Problems, Problem{Line: line, Reason: reason})
}

// withScheme reads the scheme that some readers give to feeds.
func withScheme(address string) string {
	rest, ok := strings.CutPrefix(address, "feed:")
	switch {
	case !ok:
		return address
	case strings.HasPrefix(rest, "//"):
		return "http:" + rest
	}
	return rest
}

// opmlDocument is a list of feeds as it is written; opml.org/spec2.opml.
type opmlDocument struct {
	XMLName  xml.Name      `xml:"opml"`
	Version  string        `xml:"version,attr"`
	Title    string        `xml:"head>title"`
	Outlines []opmlOutline `xml:"body>outline"`
}

type opmlOutline struct {
	Type    string `xml:"type,attr"`
	Text    string `xml:"text,attr"`
	Title   string `xml:"title,attr,omitempty"`
	URL     string `xml:"xmlUrl,attr"`
	SiteURL string `xml:"htmlUrl,attr,omitempty"`
}

// WriteOPML writes a list of feeds in OPML 2.0, which ParseOPML and other feed readers accept.
func WriteOPML(w io.Writer, o *Outline) error {
	d := opmlDocument{Version: "2.0", Title: o.Title}
	for _, f := range o.Feeds {
		text := f.Title
		if text == "" {
			text = bot.SourceName(f.URL)
		}
		d.Outlines = append(d.Outlines, opmlOutline{Type: "rss", Text: text, Title: f.Title, URL: f.URL, SiteURL: f.SiteURL})
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return fmt.Errorf("write OPML: %w", err)
	}
	e := xml.NewEncoder(w)
	e.Indent("", "  ")
	if err := e.Encode(d); err != nil {
		return fmt.Errorf("write OPML: %w", err)
	}
	if _, err := io.WriteString(w, "\n"); err != nil {
		return fmt.Errorf("write OPML: %w", err)
	}
	return nil
}
