package feed

import (
	"strconv"
	"strings"
	"time"
	"unicode"

	"tidings/internal/lazyregexp"
)

// standardLayouts lists what the formats ask for and most documents have.
var standardLayouts = []string{time.RFC1123Z, "Mon, 2 Jan 2006 15:04:05 GMT", time.RFC3339, "20060102T150405Z0700"}

// dateOrder says what comes first in a date such as 5/3/2024, or 05.03.24.
type dateOrder int

const (
	unknownOrder dateOrder = iota
	dayFirst
	monthFirst
	yearFirst // and the day first where the year has four digits and comes last
)

// dates reads the dates of a document.
type dates struct {
	zone *time.Location // of those that name none
	// order is that of the document, as far as others of its dates or its language show.
	order dateOrder
}

// maxDate is how many bytes a date has at most.
const maxDate = 100

// parse reads a date as feeds have them, in the languages of the world. (The library go-dateparser reads more of
// them, and takes so long that a large feed would keep the rest waiting.) What names a zone by letters must
// name one we know, or it isn't read at all, because hours would be lost; nor is one that may mean two days.
func (d dates) parse(s string) (when time.Time, dateOnly, ok bool) {
	s = strings.Join(strings.Fields(s), " ")
	for _, layout := range standardLayouts {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC(), false, isPlausible(t)
		}
	}
	if s == "" || len(s) > maxDate {
		return time.Time{}, false, false
	}
	if t, dateOnly, ok := d.parseDigits(s); ok {
		return t, dateOnly, isPlausible(t)
	}
	if m := weekDate.FindStringSubmatch(s); m != nil {
		t := d.weekDay(m[1], m[2], m[3])
		return t, true, isPlausible(t)
	}
	r := dateReader{tokens: dateTokens(westernized(s))}
	if !r.read() {
		return time.Time{}, false, false
	}
	t, ok := r.date(orUTC(d.zone), d.order)
	return t, !r.hasTime, ok && isPlausible(t)
}

// isPlausible reports whether an article may have been published then. Programs write their own
// beginning of time for a date that they do not know.
func isPlausible(t time.Time) bool { return t.Year() > 1970 && t.Year() < 2200 }

// digitLayouts lists dates without any separator, by their length.
var digitLayouts = map[int]string{8: "20060102", 12: "200601021504", 14: "20060102150405"}

// parseDigits reads what is one number: seconds, or thousandths or millionths of one, since 1970, or a date that is
// written so.
func (d dates) parseDigits(s string) (when time.Time, dateOnly, ok bool) {
	whole, fraction, _ := strings.Cut(s, ".")
	n, err := strconv.ParseInt(whole, 10, 64)
	if err != nil || n < 0 || strings.Trim(fraction, "0123456789") != "" || whole[0] == '+' {
		return time.Time{}, false, false
	}
	switch len(whole) {
	case 10:
		return time.Unix(n, 0).UTC(), false, true
	case 13:
		return time.UnixMilli(n).UTC(), false, true
	case 16:
		return time.UnixMicro(n).UTC(), false, true
	}
	t, err := time.ParseInLocation(digitLayouts[len(whole)], whole, orUTC(d.zone))
	if dateOnly = len(whole) == len("20060102"); !dateOnly { // which stays in its zone, so that the day is known
		t = t.UTC()
	}
	return t, dateOnly, err == nil && fraction == ""
}

// weekDate is a day of a week; ISO 8601.
var weekDate = lazyregexp.New(`^(\d{4})-?W(\d{2})-?([1-7])$`)

func (d dates) weekDay(year, week, day string) time.Time {
	y, _ := strconv.Atoi(year)
	w, _ := strconv.Atoi(week)
	n, _ := strconv.Atoi(day)
	const daysPerWeek, alwaysInFirst = 7, 4
	fourth := time.Date(y, time.January, alwaysInFirst, 0, 0, 0, 0, orUTC(d.zone))
	monday := (int(fourth.Weekday()) + daysPerWeek - 1) % daysPerWeek
	return fourth.AddDate(0, 0, (w-1)*daysPerWeek+n-1-monday)
}

var (
	easternDate = lazyregexp.New(`(\d{2,4}) ?[年년]\.? ?(\d{1,2}) ?[月월]\.? ?(\d{1,2}) ?[日일号號]?`)
	easternTime = lazyregexp.New(`(\d{1,2}) ?[時时點点시] ?(?:(\d{1,2}) ?[分분]?)? ?(?:(\d{1,2}) ?[秒초])?`)
	easternDay  = lazyregexp.New(`(?:星期|周|週)[一二三四五六日天]|[月火水木金土日]曜日?|[월화수목금토일]요일`)
	half        = lazyregexp.New(`(오전|上午|午前|오후|下午|午後) *(\d{1,2}(?::\d{2}){0,2})`)
	aside       = lazyregexp.New(`\([^()]{0,40}\)|（[^（）]{0,40}）`)
)

// westernized writes a date of East Asia as it is written elsewhere; others stay as they are, in lower case.
func westernized(s string) string {
	s = strings.NewReplacer("−", "-", "–", "-", "’", "'", "：", ":", "／", "/", "　", " ").Replace(aside.ReplaceAllStringFunc(s, zoneAside))
	if isASCII(s) {
		return strings.ToLower(s)
	}
	s = strings.Map(func(r rune) rune {
		if r >= '０' && r <= '９' {
			return r - '０' + '0'
		}
		return unicode.ToLower(r)
	}, s)
	s = easternDate.ReplaceAllString(easternDay.ReplaceAllString(s, " "), " $1-$2-$3 ")
	s = easternTime.ReplaceAllStringFunc(s, func(at string) string {
		m := easternTime.FindStringSubmatch(at)
		return " " + m[1] + ":" + twoDigits(m[2]) + ":" + twoDigits(m[3])
	})
	return half.ReplaceAllStringFunc(s, func(at string) string {
		m := half.FindStringSubmatch(at)
		if m[1] == "오후" || m[1] == "下午" || m[1] == "午後" {
			return " " + m[2] + " pm"
		}
		return " " + m[2] + " am"
	})
}

// zoneAside puts what stands in parentheses into brackets if it names a zone, and leaves it out otherwise.
func zoneAside(s string) string {
	inner := strings.ToLower(strings.TrimSpace(s[1 : len(s)-1]))
	if strings.HasPrefix(s, "(") && !weekdays[inner] {
		if _, known := zoneNamed(inner); known {
			return " [" + inner + "] "
		}
	}
	return " "
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

func twoDigits(s string) string { return ("00" + s)[len(s):] }

// orderOf finds out what comes first in the dates of a document: the evidence is a number between slashes that
// can't be a month. Without any, its language may decide.
func orderOf(lang string, drafts []draft) dateOrder {
	for i := range drafts {
		if len(drafts[i].published) == 0 || !strings.Contains(drafts[i].published[0], "/") {
			continue
		}
		m := slashed.FindStringSubmatch(drafts[i].published[0])
		if m == nil {
			continue
		}
		first, _ := strconv.Atoi(m[1])
		second, _ := strconv.Atoi(m[2])
		switch {
		case first > 12 && second <= 12:
			return dayFirst
		case second > 12 && first <= 12:
			return monthFirst
		}
	}
	lang = strings.ToLower(lang)
	switch main, _, _ := strings.Cut(lang, "-"); {
	case lang == "en-us", lang == "en-ph", lang == "es-us":
		return monthFirst
	case main == "ko", main == "ja", main == "zh", main == "hu":
		return yearFirst
	case lang != "" && lang != "en":
		return dayFirst
	}
	return unknownOrder
}

var slashed = lazyregexp.New(`(?:^|\s|,)(\d{1,2})/(\d{1,2})/(?:\d{4}|\d{2})(?:\D|$)`)
