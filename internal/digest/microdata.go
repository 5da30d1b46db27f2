package digest

import (
	"slices"
	"strings"
	"time"

	"golang.org/x/net/html"

	"tidings/bot"
)

// Bounds of how many elements of a page are kept in mind as open, and of properties within
// properties.
const (
	maxOpen       = 512
	maxProperties = 4
)

// readMicrodata reads a page that says itself what its articles are, in the words of schema.org, as
// the pages of [WriteHTML] do. It returns nil for a page that does not.
func readMicrodata(page string, o Options) *Digest {
	r := microReader{options: o}
	z := html.NewTokenizer(strings.NewReader(page))
	for {
		switch z.Next() {
		case html.ErrorToken:
			r.endTo(0)
			if len(r.Articles) == 0 {
				return nil
			}
			return &r.Digest
		case html.StartTagToken:
			r.start(z.Token())
		case html.SelfClosingTagToken:
			t := z.Token()
			r.start(t)
			r.end(t.Data)
		case html.EndTagToken:
			r.end(z.Token().Data)
		case html.TextToken:
			r.words(html.UnescapeString(string(z.Raw())))
		}
	}
}

// microReader gathers what a page says of its articles.
type microReader struct {
	Digest
	options Options
	open    []microElement
	article *bot.Article // being read, or nil
}

// microElement is an open element.
type microElement struct {
	name      string
	property  string // that its text is the value of, or empty
	value     string // given by an attribute
	text      []byte
	isArticle bool
}

func (r *microReader) start(t html.Token) {
	if len(r.open) >= maxOpen {
		return
	}
	attrs := make(map[string]string, len(t.Attr))
	for _, a := range t.Attr {
		attrs[a.Key] = a.Val
	}
	e := microElement{name: t.Data, property: attrs["itemprop"]}
	e.value = attrs["content"]
	switch t.Data {
	case "time":
		e.value = attrs["datetime"]
	case "a", "link":
		if e.property == "url" {
			e.value = attrs["href"]
		}
	}
	if r.article == nil && isArticleType(attrs["itemtype"]) {
		r.article, e.isArticle = &bot.Article{}, true
	}
	r.open = append(r.open, e)
	if t.Data == "meta" || t.Data == "link" || t.Data == "br" || t.Data == "img" || t.Data == "hr" {
		r.endTo(len(r.open) - 1)
	}
}

// isArticleType reports whether a type of schema.org is that of an article.
func isArticleType(itemType string) bool {
	return strings.Contains(itemType, "schema.org/") &&
		(strings.HasSuffix(itemType, "Article") || strings.HasSuffix(itemType, "BlogPosting"))
}

func (r *microReader) words(s string) {
	properties := 0
	for i := range r.open {
		e := &r.open[i]
		if e.property == "" || e.value != "" {
			continue
		}
		if properties++; properties > maxProperties {
			return
		}
		e.text = append(e.text, s...)
	}
}

func (r *microReader) end(name string) {
	for i, e := range slices.Backward(r.open) {
		if e.name == name {
			r.endTo(i)
			return
		}
	}
}

// endTo ends the elements from the n-th open one on.
func (r *microReader) endTo(n int) {
	for i := len(r.open) - 1; i >= n; i-- {
		e := &r.open[i]
		if e.property != "" {
			value := e.value
			if value == "" {
				value = string(e.text)
			}
			r.property(e.property, oneLine(value))
		}
		if e.isArticle {
			r.take()
		}
	}
	r.open = r.open[:n]
}

func (r *microReader) property(name, value string) {
	a := r.article
	if a == nil {
		switch name {
		case "name":
			r.Heading = value
		case "datePublished":
			r.Edition, _ = r.time(value)
		}
		return
	}
	switch name {
	case "headline":
		a.Title = value
	case "description":
		a.Summary = value
	case "author":
		if value != "" {
			a.Authors = append(a.Authors, value)
		}
	case "url":
		a.URL = bot.CleanURL(value)
	case "articleSection":
		a.Tags = append(a.Tags, value)
	case "datePublished":
		a.Published, a.DateOnly = r.time(value)
	}
}

// time reads a day, or a moment.
func (r *microReader) time(s string) (when time.Time, dateOnly bool) {
	if t, err := time.ParseInLocation(time.DateOnly, s, r.options.zone()); err == nil {
		return t, true
	}
	t, _ := time.Parse(time.RFC3339, s)
	return t, false
}

func (r *microReader) take() {
	if r.article.Title != "" {
		r.article.GUID = r.article.URL
		r.Articles = append(r.Articles, *r.article)
	}
	r.article = nil
}
