package feed

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// loose is a string that some write as a number, and that is empty for anything else.
type loose string

// UnmarshalJSON never fails: one odd field must not lose the item.
func (l *loose) UnmarshalJSON(data []byte) error {
	var s string
	switch {
	case json.Unmarshal(data, &s) == nil:
		*l = loose(repairC1(s))
	case len(data) > 0 && (data[0] == '-' || '0' <= data[0] && data[0] <= '9'):
		*l = loose(data)
	}
	return nil
}

// looseList is a list of strings of which some may be something else, or a single string.
type looseList []loose

// UnmarshalJSON never fails either.
func (l *looseList) UnmarshalJSON(data []byte) error {
	var list []loose
	if json.Unmarshal(data, &list) != nil {
		var one loose
		if json.Unmarshal(data, &one) == nil && one != "" {
			list = []loose{one}
		}
	}
	*l = list
	return nil
}

// person is an author in a JSON Feed. Some write the name alone.
type person struct{ Name loose }

// UnmarshalJSON never fails either.
func (p *person) UnmarshalJSON(data []byte) error {
	var full struct{ Name loose }
	if json.Unmarshal(data, &full) == nil {
		p.Name = full.Name
		return nil
	}
	return json.Unmarshal(data, &p.Name)
}

// people is a list of authors, or one.
type people []person

// UnmarshalJSON never fails either.
func (p *people) UnmarshalJSON(data []byte) error {
	var list []person
	if json.Unmarshal(data, &list) != nil {
		var one person
		if json.Unmarshal(data, &one) == nil {
			list = []person{one}
		}
	}
	*p = list
	return nil
}

func (p people) names() []string {
	var names []string
	for _, one := range p {
		if one.Name != "" {
			names = append(names, string(one.Name))
		}
	}
	return names
}

// jsonItem is an item of a JSON Feed; jsonfeed.org/version/1.1.
type jsonItem struct {
	ID          loose       `json:"id"`
	URL         loose       `json:"url"`
	External    loose       `json:"external_url"`
	Title       loose       `json:"title"`
	Summary     loose       `json:"summary"`
	Text        loose       `json:"content_text"`
	HTML        loose       `json:"content_html"`
	Image       loose       `json:"image"`
	Banner      loose       `json:"banner_image"`
	Published   loose       `json:"date_published"`
	Modified    loose       `json:"date_modified"`
	Author      people      `json:"author"`
	Authors     people      `json:"authors"`
	Tags        looseList   `json:"tags"`
	Lang        loose       `json:"language"`
	Attachments attachments `json:"attachments"`
}

type attachments []struct {
	URL  loose `json:"url"`
	Type loose `json:"mime_type"`
}

func (item *jsonItem) draft() draft {
	e := draft{
		guid:      string(item.ID),
		links:     []string{string(item.URL), string(item.External)},
		title:     text{words: string(item.Title)},
		dek:       text{words: string(item.Summary)},
		authors:   append(item.Authors.names(), item.Author.names()...),
		images:    []string{string(item.Image), string(item.Banner)},
		lang:      string(item.Lang),
		published: []string{string(item.Published), string(item.Modified)},
		updated:   []string{string(item.Modified)},
	}
	if content := string(item.HTML); content != "" {
		e.content = func() text { return text{words: content} }
	} else if content := string(item.Text); content != "" {
		e.content = func() text { return text{content, true} }
	}
	if id := string(item.ID); strings.HasPrefix(id, "http://") || strings.HasPrefix(id, "https://") {
		e.links = append(e.links, id)
	}
	for _, a := range item.Attachments {
		if strings.HasPrefix(string(a.Type), "image/") {
			e.images = append(e.images, string(a.URL))
		} else {
			e.links = append(e.links, string(a.URL)) // of what is heard or seen, if it has no page
		}
	}
	for _, tag := range item.Tags {
		e.tags = append(e.tags, string(tag))
	}
	return e
}

// maxFields bounds the fields of a JSON Feed besides those of its items.
const maxFields = 1000

// jsonReader reads a JSON Feed field by field and item by item, so that a document that is cut off
// gives what came before.
type jsonReader struct {
	dec  *json.Decoder
	head struct {
		version, title, home, feed, lang loose
		authors, author                  people
		hubs                             []struct{ URL loose }
	}
	raw    json.RawMessage // the value read last
	drafts []draft
	items  int // whole ones, those beyond the bound included
}

// readJSONFeed reads as far as it can. The error is what ended it early.
func readJSONFeed(text string) (*jsonReader, error) {
	r := &jsonReader{dec: json.NewDecoder(strings.NewReader(text))}
	if _, err := r.dec.Token(); err != nil {
		return r, jsonFault(err)
	}
	for fields := 0; r.dec.More(); fields++ {
		if fields == maxFields {
			return r, fmt.Errorf("has more than %d fields", maxFields)
		}
		name, err := r.dec.Token()
		if err == nil {
			err = r.field(name)
		}
		if err != nil {
			return r, jsonFault(err)
		}
	}
	_, err := r.dec.Token()
	return r, jsonFault(err)
}

func jsonFault(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errors.New("is cut off")
	}
	return err
}

// field reads the value of a field of the document.
func (r *jsonReader) field(name json.Token) error {
	h := &r.head
	switch name {
	case "version":
		return r.dec.Decode(&h.version)
	case "title":
		return r.dec.Decode(&h.title)
	case "home_page_url":
		return r.dec.Decode(&h.home)
	case "feed_url":
		return r.dec.Decode(&h.feed)
	case "language":
		return r.dec.Decode(&h.lang)
	case "authors":
		return r.dec.Decode(&h.authors)
	case "author":
		return r.dec.Decode(&h.author)
	case "items":
		return r.list(r.item)
	}
	if err := r.dec.Decode(&r.raw); err != nil {
		return err
	}
	if name == "hubs" && json.Unmarshal(r.raw, &h.hubs) != nil {
		h.hubs = nil
	}
	return nil
}

// list reads a list with a function for one of its elements; anything else is passed over.
func (r *jsonReader) list(one func() error) error {
	t, err := r.dec.Token()
	if err != nil {
		return err
	}
	if t == json.Delim('{') {
		return errors.New("items isn't a list")
	}
	if t != json.Delim('[') {
		return nil
	}
	for r.dec.More() {
		if err := one(); err != nil {
			return err
		}
	}
	_, err = r.dec.Token()
	return err
}

func (r *jsonReader) item() error {
	if err := r.dec.Decode(&r.raw); err != nil {
		return err
	}
	if r.items++; r.items > maxItems {
		return nil
	}
	var item jsonItem
	_ = json.Unmarshal(r.raw, &item) // passes over what is of another kind, and reads the rest
	r.drafts = append(r.drafts, item.draft())
	return nil
}

// isJSONFeedVersion reports whether a document says that it is a JSON Feed.
func isJSONFeedVersion(s string) bool { return strings.Contains(s, "jsonfeed.org/version") }

func parseJSON(text string, meta Meta) (*Document, error) {
	if !strings.Contains(text, "jsonfeed.org") && !strings.Contains(text, `jsonfeed.org\/`) {
		return nil, errors.New("is JSON, but not a JSON Feed: it has no version of jsonfeed.org")
	}
	r, err := readJSONFeed(text)
	if err != nil && len(r.drafts) == 0 {
		return nil, fmt.Errorf("is a broken JSON Feed: %w", err)
	}
	if !isJSONFeedVersion(string(r.head.version)) && err == nil {
		return nil, errors.New("is JSON, but not a JSON Feed: it has no version of jsonfeed.org")
	}
	d := &Document{Title: plainTitle(string(r.head.title)), Lang: langOf(string(r.head.lang)), Salvaged: err != nil}
	t := translator{
		dates: dates{zone: orUTC(meta.Zone)}, lang: d.Lang, authors: append(r.head.authors.names(), r.head.author.names()...),
		refs:  &references{},
		bases: []string{meta.URL, string(r.head.feed), string(r.head.home)},
	}
	d.SiteURL = t.resolve("", string(r.head.home))
	d.Hints.Self = t.resolve("", string(r.head.feed))
	for _, h := range r.head.hubs {
		d.Hints.addHub(t.resolve("", string(h.URL)))
	}
	d.fill(&t, r.drafts, r.items, lineCounter{})
	return d, nil
}
