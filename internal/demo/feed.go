package demo

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// feedLength is how many stories the feed has.
const feedLength = 40

// Shapes of the feed; rssboard.org/rss-specification, with Dublin Core for authors, Media RSS for pictures, and
// tombstones for what was withdrawn; RFC 6721.
type (
	rss struct {
		XMLName xml.Name   `xml:"rss"`
		Version string     `xml:"version,attr"`
		DC      string     `xml:"xmlns:dc,attr"`
		Media   string     `xml:"xmlns:media,attr"`
		At      string     `xml:"xmlns:at,attr"`
		Channel rssChannel `xml:"channel"`
	}
	rssChannel struct {
		Title       string    `xml:"title"`
		Link        string    `xml:"link"`
		Description string    `xml:"description"`
		Language    string    `xml:"language"`
		Items       []rssItem `xml:"item"`
		Deleted     []rssTomb `xml:"at:deleted-entry"`
	}
	rssTomb struct {
		Ref  string `xml:"ref,attr"`
		When string `xml:"when,attr"`
	}
	rssItem struct {
		Title       string    `xml:"title"`
		Link        string    `xml:"link"`
		Description string    `xml:"description"`
		Authors     []string  `xml:"dc:creator"`
		Categories  []string  `xml:"category"`
		GUID        rssGUID   `xml:"guid"`
		Published   string    `xml:"pubDate"`
		Image       *rssMedia `xml:"media:content"`
	}
	rssGUID struct {
		Permalink bool   `xml:"isPermaLink,attr"`
		Value     string `xml:",chardata"`
	}
	rssMedia struct {
		URL    string `xml:"url,attr"`
		Medium string `xml:"medium,attr"`
		Type   string `xml:"type,attr"`
	}
)

// feedHandler serves the newsroom's feed at /feed.xml and its pictures at [picturePath], which are found at base.
func feedHandler(room *newsroom, base string) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /feed.xml", func(w http.ResponseWriter, r *http.Request) {
		edition := room.edition() // first, so that what changes meanwhile is fetched again
		stories := room.newest(feedLength)
		body, err := encodeFeed(stories, base)
		if err != nil {
			http.Error(w, "the feed cannot be written", http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "application/rss+xml; charset=utf-8")
		w.Header().Set("ETag", `"`+edition+`"`)
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(body))
	})
	mux.HandleFunc("GET "+picturePath+"{name}", servePicture)
	return mux
}

func encodeFeed(stories []story, base string) ([]byte, error) {
	feed := rss{
		Version: "2.0", DC: "http://purl.org/dc/elements/1.1/", Media: "http://search.yahoo.com/mrss/",
		At: "http://purl.org/atompub/tombstones/1.0",
		Channel: rssChannel{
			Title: "Kestrel Wire", Link: site, Language: "en",
			Description: "Invented news from the Kestrel Islands, which are on no map",
		},
	}
	for i := range stories {
		if at := stories[i].withdrawn; !at.IsZero() {
			feed.Channel.Deleted = append(feed.Channel.Deleted, rssTomb{Ref: stories[i].guid(), When: at.UTC().Format(time.RFC3339)})
			continue
		}
		feed.Channel.Items = append(feed.Channel.Items, item(&stories[i], base))
	}
	body, err := xml.MarshalIndent(feed, "", " ")
	if err != nil {
		return nil, fmt.Errorf("encode the feed: %w", err)
	}
	return append([]byte(xml.Header), body...), nil
}

func item(s *story, base string) rssItem {
	it := rssItem{
		Title: s.title, Link: s.link(), Description: s.dek, Authors: s.authors, Categories: s.tags,
		GUID: rssGUID{Value: s.guid()}, Published: s.published.UTC().Format(time.RFC1123Z),
	}
	if s.pictured {
		it.Image = &rssMedia{URL: strings.TrimSuffix(base, "/") + s.picture(), Medium: "image", Type: "image/png"}
	}
	return it
}
