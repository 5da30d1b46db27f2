package feed

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"tidings/bot"
)

// FieldError is what is wrong with one field of an article in JSON.
type FieldError struct {
	// Field is its name; empty for the article as a whole.
	Field string
	// Reason follows the name in a sentence, as in "must be a string".
	Reason string
	// Unknown says that no field has this name.
	Unknown bool
}

// FieldNames returns the fields of an article in JSON, in the order in which people read them.
func FieldNames() []string {
	return []string{
		"id", "source", "sources", "guid", "url", "title", "summary", "authors", "tags", "image", "lang", "published", "updated",
		"urgency", "embargo", "status",
	}
}

// UnmarshalStrict reads an article as UnmarshalArticle does, and returns all that is wrong with it, by
// name: a publisher who mistypes a field should hear of it.
func UnmarshalStrict(data []byte, zone *time.Location) (a bot.Article, faults []FieldError) {
	if !utf8.Valid(data) { // the library would put marks in place of letters
		return bot.Article{}, []FieldError{{Reason: "is not in UTF-8, which JSON has to be in"}}
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(data, &fields); err != nil {
		return bot.Article{}, []FieldError{{Reason: jsonError(err).Error()}}
	}
	if fields == nil {
		return bot.Article{}, []FieldError{{Reason: "is null; an article is an object"}}
	}
	for name, value := range fields {
		known, err := setField(&a, name, value, orUTC(zone))
		switch {
		case !known:
			faults = append(faults, FieldError{Field: name, Reason: "isn't a field of an article", Unknown: true})
		case err != nil:
			faults = append(faults, FieldError{Field: name, Reason: err.Error()})
		}
	}
	for _, name := range namedTwice(data) {
		faults = append(faults, FieldError{Field: name, Reason: "is there more than once"})
	}
	faulty := func(f FieldError) bool { return f.Field == "title" || f.Field == "summary" }
	if blank(a.Title) && blank(a.Summary) && !slices.ContainsFunc(faults, faulty) {
		faults = append(faults, FieldError{Field: "title", Reason: "is missing"})
	}
	slices.SortStableFunc(faults, func(a, b FieldError) int { return strings.Compare(a.Field, b.Field) })
	return a, faults
}

// namedTwice returns the fields that an object in sound JSON names more than once, each of them once.
func namedTwice(object []byte) []string {
	dec := json.NewDecoder(bytes.NewReader(object))
	_, _ = dec.Token() // the brace
	times := make(map[string]int)
	var twice []string
	for dec.More() {
		name, _ := dec.Token()
		var value json.RawMessage
		if dec.Decode(&value) != nil {
			break
		}
		field, _ := name.(string)
		if times[field]++; times[field] == 2 {
			twice = append(twice, field)
		}
	}
	return twice
}

// blank reports whether nothing of a text would be left to show.
func blank(s string) bool { return bot.CleanText(s, bot.MaxTitle) == "" }
