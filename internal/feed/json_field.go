package feed

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"tidings/bot"
	"tidings/internal/rawjson"
)

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

const (
	// maxEntries is how many entries of a list are looked at; articles keep fewer.
	maxEntries = 250
	// maxTime is longer than any time in JSON, in bytes.
	maxTime = 64
)

// errLeftOut is in the chain of an error that the rest of the article can do without.
var errLeftOut = errors.New("it is left out")

// setField reads one field of sound JSON. A null leaves it unset.
func setField(a *bot.Article, name string, value []byte, zone *time.Location) (known bool, err error) {
	null := string(value) == "null"
	switch name {
	case "id":
		a.ID, err = intoNumber(value, aNumber)
	case "source":
		err = intoString(&a.Source, value, aString)
	case "sources": // the store knows them
		err = intoList(new([]string), value, 0)
	case "guid":
		err = intoString(&a.GUID, value, aString)
	case "url":
		err = intoLink(&a.URL, value)
	case "title":
		err = intoString(&a.Title, value, aString)
	case "summary":
		err = intoString(&a.Summary, value, aString)
	case "authors":
		err = intoList(&a.Authors, value, bot.MaxAuthors)
	case "tags":
		err = intoList(&a.Tags, value, bot.MaxTags)
	case "image":
		err = intoPicture(&a.Image, value)
	case "lang":
		err = intoString(&a.Lang, value, aString)
	case "published":
		a.DateOnly, err = intoDay(&a.Published, value, zone)
	case "updated":
		err = intoTime(&a.Updated, value, aTime)
	case "urgency":
		err = intoUrgency(&a.Urgency, value)
	case "embargo":
		err = intoTime(&a.Embargo, value, aTime)
	case "status":
		err = intoStatus(&a.Status, value)
	default:
		return false, nil
	}
	if null {
		err = nil
	}
	return true, err
}

func notA(want string, value []byte) error {
	const shown = 60
	return fmt.Errorf("must be %s, not %s", want, bot.CleanText(string(value[:min(len(value), 2*shown)]), shown))
}

func intoString(target *string, value []byte, want string) error {
	s, ok := rawjson.String(value)
	if !ok {
		return notA(want, value)
	}
	*target = s
	return nil
}

func intoNumber(value []byte, want string) (int64, error) {
	const digits = 20
	if len(value) <= digits {
		if n, err := strconv.ParseInt(string(value), 10, 64); err == nil {
			return n, nil
		}
	}
	if string(value) == "null" {
		return 0, nil
	}
	return 0, notA(want, value)
}

func intoUrgency(target *int, value []byte) error {
	n, err := intoNumber(value, anUrgent)
	if err != nil || n < 0 || n > 9 {
		return notA(anUrgent, value)
	}
	*target = int(n)
	return nil
}

func intoStatus(target *bot.Status, value []byte) error {
	var s string
	err := intoString(&s, value, aStatus)
	if err != nil || !slices.Contains([]bot.Status{"", bot.Live, bot.Corrected, bot.Withdrawn}, bot.Status(s)) {
		return notA(aStatus, value)
	}
	*target = bot.Status(s)
	return nil
}

// intoList reads up to most entries that differ and have something to show; of the others it looks only at what they
// are.
func intoList(target *[]string, value []byte, most int) error {
	if len(value) == 0 || value[0] != '[' {
		return notA(aList, value)
	}
	list, n := []string{}, 0
	for entry := range rawjson.Elements(value) {
		if entry[0] != '"' && string(entry) != "null" {
			return notA(aList, value)
		}
		if n++; n > maxEntries || len(list) == most {
			continue
		}
		if s, _ := rawjson.String(entry); hasText(s) && !slices.Contains(list, s) {
			list = append(list, s)
		}
	}
	*target = list
	return nil
}

func intoLink(target *string, value []byte) error {
	var s string
	if err := intoString(&s, value, aLink); err != nil {
		return err
	}
	if s != "" && bot.CleanURL(s) == "" {
		return notA(aLink, value)
	}
	*target = s
	return nil
}

// intoPicture reads the address of a picture. One that nobody could show is left out: the news counts for more.
func intoPicture(target *string, value []byte) error {
	var s string
	if err := intoString(&s, value, aLink); err != nil {
		return err
	}
	switch {
	case s == "" || bot.CleanLink(s, bot.MaxImage) != "":
		*target = s
		return nil
	case strings.HasPrefix(s, "data:"):
		return fmt.Errorf("is the picture itself (data:) instead of its address, so %w", errLeftOut)
	case len(s) > bot.MaxImage:
		return fmt.Errorf("has more than %d bytes, so %w", bot.MaxImage, errLeftOut)
	}
	return fmt.Errorf("%w, so %w", notA(aLink, value), errLeftOut)
}

func intoTime(target *time.Time, value []byte, want string) error {
	s, ok := rawjson.String(value[:min(len(value), maxTime)])
	switch {
	case ok && s == "" && len(value) <= maxTime:
		return nil
	case !ok || len(value) > maxTime:
		return notA(want, value)
	}
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return notA(want, value)
	}
	return intoMoment(target, t.UTC())
}

func intoMoment(target *time.Time, t time.Time) error {
	if t.After(time.Now().AddDate(bot.MaxYearsAhead, 0, 0)) {
		return fmt.Errorf("is more than %d years from now: %s", bot.MaxYearsAhead, t.Format(time.RFC3339))
	}
	*target = t
	return nil
}

func intoDay(target *time.Time, value []byte, zone *time.Location) (dateOnly bool, err error) {
	if s, ok := rawjson.String(value); ok && len(s) == len(time.DateOnly) {
		if t, err := time.ParseInLocation(time.DateOnly, s, zone); err == nil {
			return true, intoMoment(target, t)
		}
	}
	return false, intoTime(target, value, aDay)
}
