package feed

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// survey is what a first look at an XML document finds. The library's parser recurses, so it is
// given nothing that has not been looked through, as far as the look went.
type survey struct {
	items int      // elements item and entry that are complete
	about []string // rdf:about of each item
	end   int      // where the last complete item ends
	open  []string // the elements open there, outermost first
	stop  int      // where the look ended
	fault error    // why it ended, if not at the end of a complete document
}

// scan looks through a document that has been sanitized. It fails if the document is no feed or
// nests too deep. The text begins on line first of what was read.
func scan(text string, first int) (*survey, error) {
	lineAt := func(at int) int { return first + strings.Count(text[:min(at, len(text))], "\n") }
	d := xml.NewDecoder(strings.NewReader(text))
	d.Strict = false
	s := &survey{}
	var open []string
	for {
		t, err := d.RawToken()
		s.stop = int(d.InputOffset())
		if err != nil {
			s.fault = faultOf(err, lineAt(s.stop), open)
			return s, checkRoot(text, err)
		}
		switch t := t.(type) {
		case xml.StartElement:
			if open = append(open, rawName(t.Name)); len(open) > maxDepth {
				return nil, fmt.Errorf("line %d: nests elements more than %d deep", lineAt(s.stop), maxDepth)
			}
			s.start(t)
		case xml.EndElement:
			open = s.close(open, rawName(t.Name))
		}
		if len(open) == 1 && s.items == 0 {
			if err := checkRoot(text, nil); err != nil {
				return nil, err
			}
		}
	}
}

func (s *survey) start(t xml.StartElement) {
	if t.Name.Local != "item" {
		return
	}
	i := slices.IndexFunc(t.Attr, func(a xml.Attr) bool { return a.Name.Local == "about" && a.Name.Space != "" })
	if i >= 0 {
		s.about = append(s.about, t.Attr[i].Value)
	}
}

// close ends the innermost element of that name and those within it, as the library does.
func (s *survey) close(open []string, name string) []string {
	for i, o := range slices.Backward(open) {
		if o != name {
			continue
		}
		open = open[:i]
		if name == "item" || name == "entry" || strings.HasSuffix(name, ":item") || strings.HasSuffix(name, ":entry") {
			s.items, s.end, s.open = s.items+1, s.stop, append(s.open[:0], open...)
		}
		return open
	}
	return open
}

// whole returns the document if the look reached its end, or else what of it can be saved.
func (s *survey) whole(text string) (whole string, salvaged bool) {
	switch {
	case s.fault == nil:
		return text, false
	case s.items > 0:
		return s.cut(text), true
	}
	return text[:s.stop], false
}

// cut returns the document up to its last complete item, with all that is open closed.
func (s *survey) cut(text string) string {
	var b strings.Builder
	b.WriteString(text[:s.end])
	for _, name := range slices.Backward(s.open) {
		b.WriteString("</" + name + ">")
	}
	return b.String()
}

func rawName(n xml.Name) string {
	if n.Space != "" {
		return n.Space + ":" + n.Local
	}
	return n.Local
}

// faultOf says what is wrong at the place where the look ended, or returns nil if it ended well.
func faultOf(err error, line int, open []string) error {
	var syntax *xml.SyntaxError
	switch {
	case errors.Is(err, io.EOF) && len(open) == 0:
		return nil
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return fmt.Errorf("line %d: is cut off", line)
	case errors.As(err, &syntax):
		return fmt.Errorf("line %d: %s", line, syntax.Msg)
	}
	return fmt.Errorf("line %d: %w", line, err)
}

// rootOf returns the name of the element that text begins with, in lower case and without prefix,
// if it is that of a feed or of something known that is none.
func rootOf(text string) string {
	end := strings.IndexAny(text, " \t\r\n/>")
	if end < 2 || text[0] != '<' {
		return ""
	}
	name := strings.ToLower(text[1:end])
	if i := strings.IndexByte(name, ':'); i >= 0 {
		name = name[i+1:]
	}
	switch name {
	case "rss", "rdf", "feed", "opml", "urlset", "sitemapindex":
		return name
	case "html", "head", "body", "title", "meta", "script", "div", "p", "h1", "center":
		return "html"
	}
	return ""
}

// checkRoot says what a document is that is no feed.
func checkRoot(text string, cause error) error {
	switch root := rootOf(text); root {
	case "rss", "rdf", "feed":
		return nil
	case "html":
		return errors.New("is a web page, not a feed")
	case "opml":
		return errors.New("is a list of feeds (OPML), not a feed")
	case "urlset", "sitemapindex":
		return errors.New("is a site map, not a feed")
	default:
		if cause != nil && !errors.Is(cause, io.EOF) {
			return fmt.Errorf("is no feed: %w", cause)
		}
		return errors.New("is XML, but neither RSS nor Atom")
	}
}
