package feed

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// headLang returns the language of a document.
func headLang(head *record) string {
	lang := head.text("language", "dc:language")
	if lang == "" {
		lang = head.refs.attr(head.attrs, "xml:lang")
	}
	return strings.Clone(langOf(lang))
}

// headAuthors returns the authors of entries that name none. In RSS a document's author is the
// editor of the whole, and wrote none of it.
func headAuthors(head *record, words vocabulary) []string {
	if words != atom {
		return nil
	}
	return head.texts("author")
}

// siteOf returns the address of the page that the feed belongs to.
func siteOf(head *record) string {
	for e := range head.all("link") {
		if rel := head.attr(e, "rel"); rel == "" || rel == "alternate" {
			if href := head.attr(e, "href"); href != "" {
				return href
			}
			if s := head.refs.text(e.inner); s != "" {
				return s
			}
		}
	}
	return ""
}

// related returns the addresses that a document names in a relation to itself.
func related(head *record, rel string) []string {
	var list []string
	for _, name := range []string{"atom:link", "link"} {
		for e := range head.all(name) {
			if slices.Contains(strings.Fields(strings.ToLower(head.attr(e, "rel"))), rel) {
				list = append(list, head.attr(e, "href"))
			}
		}
	}
	return list
}

func selfOf(head *record) string {
	if list := related(head, "self"); len(list) > 0 {
		return list[0]
	}
	return ""
}

const (
	maxHubs  = 8
	maxEvery = 366 * 24 * time.Hour
)

// hintsOf reads what a document says about fetching it.
func hintsOf(head *record, t *translator) Hints {
	h := Hints{
		Every: max(ttlOf(head), syndication(head)), SkipHours: skippedHours(head), SkipDays: skippedDays(head),
		Self: strings.Clone(t.resolve("", selfOf(head))),
	}
	for _, hub := range related(head, "hub") {
		h.addHub(t.resolve("", hub))
	}
	return h
}

func (h *Hints) addHub(address string) {
	if address != "" && len(h.Hubs) < maxHubs && !slices.Contains(h.Hubs, address) {
		h.Hubs = append(h.Hubs, strings.Clone(address))
	}
}

// ttlOf reads how many minutes a channel may be kept; RSS 2.0.
func ttlOf(head *record) time.Duration {
	minutes, err := strconv.Atoi(head.text("ttl"))
	if err != nil || minutes < 0 || minutes > int(maxEvery/time.Minute) {
		return 0
	}
	return time.Duration(minutes) * time.Minute
}

// syndication reads how many times in a period a document changes; RSS 1.0, module syndication.
func syndication(head *record) time.Duration {
	const day = 24 * time.Hour
	period := map[string]time.Duration{"hourly": time.Hour, "daily": day, "weekly": 7 * day, "monthly": 30 * day, "yearly": 365 * day}
	every := period[strings.ToLower(head.text("sy:updateperiod"))]
	times, err := strconv.Atoi(head.text("sy:updatefrequency"))
	if err != nil || times < 1 {
		times = 1
	}
	return every / time.Duration(times)
}

func skippedHours(head *record) []int {
	var hours []int
	for e := range head.within("skiphours", "hour") {
		n, err := strconv.Atoi(head.refs.text(e.inner))
		if err == nil && n >= 0 && n <= 24 {
			hours = append(hours, n%24)
		}
	}
	slices.Sort(hours)
	return slices.Compact(hours)
}

func skippedDays(head *record) []time.Weekday {
	var days []time.Weekday
	for e := range head.within("skipdays", "day") {
		name := head.refs.text(e.inner)
		for d := time.Sunday; d <= time.Saturday; d++ {
			if strings.EqualFold(d.String(), name) {
				days = append(days, d)
			}
		}
	}
	slices.Sort(days)
	return slices.Compact(days)
}
