package feed

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"tidings/bot"
)

// articleJSON is an article as it looks outside, in the order in which people read it. Fields that
// say nothing are left out.
type articleJSON struct {
	ID        int64      `json:"id,omitempty"`
	Source    string     `json:"source,omitempty"`
	Sources   []string   `json:"sources,omitempty"` // all, if several report the article
	GUID      string     `json:"guid,omitempty"`
	URL       string     `json:"url,omitempty"`
	Title     string     `json:"title"`
	Summary   string     `json:"summary,omitempty"`
	Authors   []string   `json:"authors,omitempty"`
	Tags      []string   `json:"tags,omitempty"`
	Image     string     `json:"image,omitempty"`
	Lang      string     `json:"lang,omitempty"`
	Published string     `json:"published,omitempty"`
	Updated   string     `json:"updated,omitempty"`
	Urgency   int        `json:"urgency,omitempty"`
	Embargo   string     `json:"embargo,omitempty"`
	Status    bot.Status `json:"status,omitempty"`
}

// MarshalArticle returns an article as one line of JSON without the line's end. Times are in UTC,
// but for a Published that names only a day: it is that day's midnight in zone, nil meaning UTC.
func MarshalArticle(a *bot.Article, zone *time.Location) ([]byte, error) {
	j := articleJSON{
		ID: a.ID, Source: a.Source, GUID: a.GUID, URL: a.URL, Title: a.Title, Summary: a.Summary,
		Authors: a.Authors, Tags: a.Tags, Image: a.Image, Lang: a.Lang, Urgency: a.Urgency, Status: a.Status,
		Published: timestamp(a.Published), Updated: timestamp(a.Updated), Embargo: timestamp(a.Embargo),
	}
	if len(a.OtherSources) > 0 {
		j.Sources = append([]string{a.Source}, a.OtherSources...)
	}
	if a.DateOnly && !a.Published.IsZero() {
		j.Published = a.Published.In(orUTC(zone)).Format(time.RFC3339)
	}
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(j); err != nil {
		return nil, fmt.Errorf("article %d: %w", a.ID, err)
	}
	return []byte(strings.TrimSuffix(b.String(), "\n")), nil
}

func orUTC(zone *time.Location) *time.Location {
	if zone == nil {
		return time.UTC
	}
	return zone
}

func timestamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339Nano)
}
