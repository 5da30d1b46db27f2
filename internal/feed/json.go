package feed

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
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

// UnmarshalArticle reads an article in JSON. A published that names only a day means midnight in
// zone, nil meaning UTC. Its error names the field and says what it must be; unknown returns the
// fields that mean nothing, in order.
func UnmarshalArticle(data []byte, zone *time.Location) (a bot.Article, unknown []string, err error) {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(data, &fields); err != nil {
		return bot.Article{}, nil, jsonError(err)
	}
	names := make([]string, 0, len(fields))
	for name := range fields {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		known, err := setField(&a, name, fields[name], orUTC(zone))
		if err != nil {
			return bot.Article{}, nil, fmt.Errorf("%s: %w", name, err)
		}
		if !known {
			unknown = append(unknown, name)
		}
	}
	if strings.TrimSpace(a.Title) == "" && strings.TrimSpace(a.Summary) == "" {
		return bot.Article{}, nil, errors.New("title: is missing")
	}
	return a, unknown, nil
}

func jsonError(err error) error {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		return fmt.Errorf("is broken JSON at byte %d: %w", syntax.Offset, err)
	case errors.As(err, &kind):
		return fmt.Errorf("is a JSON %s; an article is an object", kind.Value)
	}
	return fmt.Errorf("is broken JSON: %w", err)
}

// What a field's value must be.
const (
	aString  = "a string"
	aList    = "a list of strings"
	aNumber  = "a whole number"
	aTime    = `a time such as "2006-01-02T15:04:05Z"`
	aDay     = aTime + ` or a day such as "2006-01-02"`
	aLink    = "an http or https address"
	aStatus  = `"live", "corrected" or "withdrawn"`
	anUrgent = "a whole number from 1, a flash, to 9"
)

// setField reads one field. A null leaves it unset.
func setField(a *bot.Article, name string, value json.RawMessage, zone *time.Location) (known bool, err error) {
	switch name {
	case "id":
		err = into(&a.ID, value, aNumber)
	case "source":
		err = into(&a.Source, value, aString)
	case "sources": // the store knows them
		err = into(new([]string), value, aList)
	case "guid":
		err = into(&a.GUID, value, aString)
	case "url":
		err = intoLink(&a.URL, value)
	case "title":
		err = into(&a.Title, value, aString)
	case "summary":
		err = into(&a.Summary, value, aString)
	case "authors":
		err = into(&a.Authors, value, aList)
	case "tags":
		err = into(&a.Tags, value, aList)
	case "image":
		err = intoLink(&a.Image, value)
	case "lang":
		err = into(&a.Lang, value, aString)
	case "published":
		a.DateOnly, err = intoDay(&a.Published, value, zone)
	case "updated":
		err = intoTime(&a.Updated, value)
	case "urgency":
		if err = into(&a.Urgency, value, anUrgent); err == nil && (a.Urgency < 0 || a.Urgency > 9) {
			err = notA(anUrgent, value)
		}
	case "embargo":
		err = intoTime(&a.Embargo, value)
	case "status":
		err = into(&a.Status, value, aStatus)
		if err == nil && !slices.Contains([]bot.Status{"", bot.Live, bot.Corrected, bot.Withdrawn}, a.Status) {
			err = notA(aStatus, value)
		}
	default:
		return false, nil
	}
	return true, err
}

func notA(want string, value json.RawMessage) error {
	const shown = 60
	return fmt.Errorf("must be %s, not %s", want, bot.CleanText(string(value), shown))
}

func into(target any, value json.RawMessage, want string) error {
	if json.Unmarshal(value, target) != nil {
		return notA(want, value)
	}
	return nil
}

func intoLink(target *string, value json.RawMessage) error {
	if err := into(target, value, aLink); err != nil {
		return err
	}
	if *target != "" && bot.CleanURL(*target) == "" {
		return notA(aLink, value)
	}
	return nil
}

func intoTime(target *time.Time, value json.RawMessage) error {
	var s string
	if err := into(&s, value, aTime); err != nil || s == "" {
		return err
	}
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return notA(aTime, value)
	}
	*target = t.UTC()
	return nil
}

func intoDay(target *time.Time, value json.RawMessage, zone *time.Location) (dateOnly bool, err error) {
	var s string
	if json.Unmarshal(value, &s) == nil {
		if t, err := time.ParseInLocation(time.DateOnly, s, zone); err == nil {
			*target = t
			return true, nil
		}
	}
	if intoTime(target, value) != nil {
		return false, notA(aDay, value)
	}
	return false, nil
}
