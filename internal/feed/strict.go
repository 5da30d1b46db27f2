package feed

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"tidings/bot"
	"tidings/internal/rawjson"
)

// FieldError is what is wrong with one field of an article in JSON.
type FieldError struct {
	// Field is its name; empty for the article as a whole.
	Field string
	// Reason follows the name in a sentence, as in "must be a string".
	Reason string
	// Unknown says that no field has this name.
	Unknown bool
	// LeftOut says that the article is as it should be without the field.
	LeftOut bool
}

// MaxFieldErrors is how many of them an article has at most; what comes after them is not looked at.
const MaxFieldErrors = 100

// FieldNames returns the fields of an article in JSON, in the order in which people read them.
func FieldNames() []string {
	return []string{
		"id", "source", "sources", "guid", "url", "title", "summary", "authors", "tags", "image", "lang", "published", "updated",
		"urgency", "embargo", "status",
	}
}

// UnmarshalArticle reads an article in JSON. A published that names only a day means midnight in
// zone, nil meaning UTC. Its error names the field and says what it must be; notes are about fields that
// are passed over: those that mean nothing, and those that the article is left without.
func UnmarshalArticle(data []byte, zone *time.Location) (a bot.Article, notes []FieldError, err error) {
	a, faults, err := readFields(data, zone)
	if err != nil {
		return bot.Article{}, nil, err
	}
	for _, f := range faults {
		switch {
		case f.Unknown, f.LeftOut:
			notes = append(notes, f)
		case f.Reason != moreThanOnce: // the last counts, as most readers have it
			return bot.Article{}, nil, fmt.Errorf("%s: %s", f.Field, f.Reason)
		}
	}
	return a, notes, nil
}

// UnmarshalStrict reads an article as UnmarshalArticle does, and returns all that is wrong with it, by
// name: a publisher who mistypes a field should hear of it.
func UnmarshalStrict(data []byte, zone *time.Location) (a bot.Article, faults []FieldError) {
	if !utf8.Valid(data) { // readers disagree about what stands in its place
		return bot.Article{}, []FieldError{{Reason: "is not in UTF-8, which JSON has to be in"}}
	}
	a, faults, err := readFields(data, zone)
	if err != nil {
		return bot.Article{}, []FieldError{{Reason: err.Error()}}
	}
	return a, faults
}

const moreThanOnce = "is there more than once"

// readFields reads an object, and returns what is wrong with its fields by name, or that it is none.
func readFields(data []byte, zone *time.Location) (a bot.Article, faults []FieldError, err error) {
	if err := checkObject(data); err != nil {
		return bot.Article{}, nil, err
	}
	r := fieldReader{zone: orUTC(zone)}
	for name, value := range rawjson.Fields(data) {
		if len(r.faults) >= MaxFieldErrors {
			break
		}
		r.read(name, value)
	}
	faulty := func(f FieldError) bool { return f.Field == "title" || f.Field == "summary" }
	all := len(r.faults) < MaxFieldErrors
	if all && blank(r.article.Title) && blank(r.article.Summary) && !slices.ContainsFunc(r.faults, faulty) {
		r.faults = append(r.faults, FieldError{Field: "title", Reason: "is missing"})
	}
	slices.SortStableFunc(r.faults, func(a, b FieldError) int { return strings.Compare(a.Field, b.Field) })
	return r.article, r.faults, nil
}

// fieldReader reads the fields of one article, one after the other.
type fieldReader struct {
	zone    *time.Location
	article bot.Article
	faults  []FieldError
	seen    []string // known fields
}

func (r *fieldReader) read(raw, value []byte) {
	name, _ := rawjson.String(raw)
	has := func(f FieldError) bool { return f.Field == name && (f.Unknown || f.Reason == moreThanOnce) }
	known, err := setField(&r.article, name, value, r.zone)
	switch {
	case slices.ContainsFunc(r.faults, has): // it has been told
	case !known:
		r.faults = append(r.faults, FieldError{Field: name, Reason: "isn't a field of an article", Unknown: true})
	case slices.Contains(r.seen, name):
		r.faults = append(r.faults, FieldError{Field: name, Reason: moreThanOnce})
	default:
		r.seen = append(r.seen, name)
		if err != nil {
			r.faults = append(r.faults, FieldError{Field: name, Reason: err.Error(), LeftOut: errors.Is(err, errLeftOut)})
		}
	}
}

// checkObject returns why data isn't an object in sound JSON. The library looks at all of it, and keeps nothing.
func checkObject(data []byte) error {
	if err := json.Unmarshal(data, &struct{}{}); err != nil {
		return jsonError(err)
	}
	if string(bytes.TrimSpace(data)) == "null" {
		return errors.New("is null; an article is an object")
	}
	return nil
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

// blank reports whether nothing of a text would be left to show.
func blank(s string) bool { return bot.CleanText(s, bot.MaxTitle) == "" }
