package bot

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"golang.org/x/net/idna"

	"tidings/bot/filter"
)

// Status is what a source says of an article that it has published.
type Status string

// The states of an article, after the IPTC's pubstatus and the wire agencies' practice.
const (
	Live      Status = "live"
	Corrected Status = "corrected"
	Withdrawn Status = "withdrawn"
)

// FirstPrivateID is the lowest ID of an article that came as a private one. They count for themselves, so that nobody sees
// by the numbers of public ones that they are there.
const FirstPrivateID = 1 << 40

// Bounds of an article's fields, in bytes unless it says otherwise. [Article.Clean] cuts to them.
const (
	MaxTitle   = 1 << 10
	MaxSummary = 8 << 10
	MaxURL     = 8 << 10 // as most servers take
	MaxImage   = 2 << 10 // of its address; neither platform shows one that is longer
	MaxGUID    = 2 << 10
	MaxName    = 200 // one author or tag
	MaxAuthors = 20  // entries
	MaxTags    = 50  // entries
)

// urgentMax is the highest urgency that lets an article pass others.
// 1 is a flash, 2 a bulletin, 3 urgent, 5 the normal case; IPTC NewsCodes, urgency.
const urgentMax = 3

// Article is one entry of the article store, in its newest revision.
type Article struct {
	// ID is given by the store on first sight and never given again.
	ID int64
	// Source is the short name of where the article comes from.
	Source string
	// SourceID is its [Source.ID]. The store fills it in.
	SourceID string
	// Outlet is what people call the source, if it has a name of its own; see [Article.From]. The store fills it in.
	Outlet string
	// Place is where alone people know of the article; empty if it is public. The store fills it in.
	Place Place
	// GUID names the article within its source.
	GUID    string
	URL     string
	Title   string
	Summary string // the dek
	Authors []string
	Tags    []string
	Image   string // address of a picture
	Lang    string // BCP 47
	// Urgency runs from 1, a flash, over 5, normal, to 9. 0 says nothing and means 5.
	Urgency int
	// Published is when the source says it published the article, in UTC.
	Published time.Time
	// DateOnly says that Published names a day and no time of it, as in a digest.
	DateOnly bool
	// Updated is when the source says it last changed the article. Zero says nothing.
	Updated time.Time
	// Embargo is the moment before which no audience may see the article. Zero means none.
	Embargo time.Time
	Status  Status
	// Revision counts from 1 and grows with each change of what people can read.
	Revision int
	// FirstSeen is when the store first had the article.
	FirstSeen time.Time
	// OtherSources are the sources besides Source that have reported the same article, in the order in which they did.
	OtherSources []string
	// Suppressed says why the article raises no alert; empty if it may.
	Suppressed Suppressed
	// Story is the ID of the first article of the story that this one belongs to, or 0. The store finds
	// stories by likeness of titles.
	Story int64
	// Related are the other articles of the story, oldest first; at most MaxRelated.
	Related []Related
}

// Suppressed says why an article raises no alert.
type Suppressed string

// The reasons.
const (
	// Seen articles were there when their source was first read, or an operator chose to forget them.
	Seen Suppressed = "seen"
	// Older articles are older than what their source had shown when it brought them.
	Older Suppressed = "older"
	// AwaitingApproval articles came in a bulk update. They wait for an operator's word; see [BulkUpdates].
	AwaitingApproval Suppressed = "held"
)

// InBulk articles came in a bulk update that was let through. They do raise alerts: as a list.
const InBulk Suppressed = "bulk"

// MaxRelated bounds how many other articles of its story an article names.
const MaxRelated = 20

// Related names another article of the same story, as far as an alert shows it.
type Related struct {
	ID     int64
	Source string
	Outlet string `json:",omitempty"` // as in [Article]
	Title  string
	URL    string
}

// VisibleIn reports whether people in a place may know of the article.
func (a *Article) VisibleIn(p Place) bool { return a.Place == "" || a.Place == p }

// Urgent reports whether the article may overtake others on its way to a chat.
func (a *Article) Urgent() bool { return a.Urgency >= 1 && a.Urgency <= urgentMax }

// VisibleSince returns the moment from which an audience could have seen the article.
func (a *Article) VisibleSince() time.Time {
	if a.Embargo.After(a.FirstSeen) {
		return a.Embargo
	}
	return a.FirstSeen
}

// Fields returns what a filter looks at.
func (a *Article) Fields() filter.Fields {
	return filter.Fields{
		Title: a.Title, Summary: a.Summary, Authors: a.Authors, Tags: a.Tags,
		Source: a.Source, OtherSources: a.OtherSources, Lang: a.Lang, URL: a.URL,
	}
}

// FieldsIn returns what a filter looks at of the article as a further source reports it.
func (a *Article) FieldsIn(r *Report) filter.Fields {
	return filter.Fields{
		Title: r.Title, Summary: r.Summary, Authors: r.Authors, Tags: r.Tags,
		Source: a.Source, OtherSources: a.OtherSources, Lang: r.Lang, URL: r.URL,
	}
}

// Clean makes an article from outside fit to be stored: text without control, direction and
// invisible characters, http(s) links only, every field within its bound, times in UTC
// microseconds, a GUID if it had none. It returns an error if nothing is left to show.
func (a *Article) Clean(now time.Time) error {
	a.Title = CleanProse(a.Title, MaxTitle)
	a.Summary = CleanProse(a.Summary, MaxSummary)
	a.Authors = cleanList(a.Authors, MaxAuthors)
	a.Tags = cleanList(a.Tags, MaxTags)
	a.Lang = CleanText(a.Lang, MaxName)
	a.URL = CleanURL(a.URL)
	a.Image = CleanLink(a.Image, MaxImage)
	if a.Title == "" && a.Summary != "" {
		a.Title, a.Summary = a.Summary, ""
	}
	if a.Title == "" {
		return errors.New("article has no title")
	}
	if a.Source = CleanText(a.Source, MaxName); a.Source == "" {
		return fmt.Errorf("article %q has no source", a.Title)
	}
	a.Status = cmp.Or(a.Status, Live)
	if !slices.Contains([]Status{Live, Corrected, Withdrawn}, a.Status) {
		return fmt.Errorf("article %q has status %q; it may be live, corrected or withdrawn", a.Title, a.Status)
	}
	if a.Urgency < 0 || a.Urgency > 9 {
		return fmt.Errorf("article %q has urgency %d; it may be 1 to 9", a.Title, a.Urgency)
	}
	if a.Embargo.After(now.AddDate(MaxYearsAhead, 0, 0)) {
		return fmt.Errorf("article %q has an embargo until %s; it may last %d years", a.Title, a.Embargo.Format(time.DateOnly), MaxYearsAhead)
	}
	if a.GUID = cmp.Or(CleanGUID(a.GUID), CleanGUID(a.URL)); a.GUID == "" {
		a.GUID = a.fingerprint() // of the day as written, in the zone it was read in
	}
	a.cleanTimes(now)
	return nil
}

// Cleaned returns the article as [Article.Clean] leaves it, or why a store would refuse it. What is left empty stays so for
// the store to fill in: the GUID is any.
func (a Article) Cleaned(now time.Time) (Article, error) {
	a.GUID = cmp.Or(a.GUID, "any") // or one would be made
	return a, a.Clean(now)
}

// CleanGUID makes a name from outside fit to be stored. Of one that is longer than MaxGUID a hash stands for the end, so
// that it still names one article.
func CleanGUID(s string) string {
	s = CleanText(s, len(s))
	if len(s) <= MaxGUID {
		return s
	}
	const hashed = 16 // bytes
	sum := sha256.Sum256([]byte(s))
	return CleanText(s, MaxGUID-2*hashed-1) + "#" + hex.EncodeToString(sum[:hashed])
}

// MaxYearsAhead is how far in the future anything may lie that an article is given by hand. What is further is a slip of
// the pen, and would never come.
const MaxYearsAhead = 10

// maxAhead is how far in the future a publication time is believed.
const maxAhead = 24 * time.Hour

// cleanTimes brings times to what both databases can keep. An article without a date, or with
// one that cannot be, is dated now.
func (a *Article) cleanTimes(now time.Time) {
	if a.Published.IsZero() || a.Published.After(now.Add(maxAhead)) {
		a.Published, a.DateOnly = now, false
	}
	for _, t := range []*time.Time{&a.Published, &a.Updated, &a.Embargo} {
		if !t.IsZero() {
			*t = t.UTC().Truncate(time.Microsecond)
		}
	}
}

// fingerprint names an article that has neither a GUID nor a link, so that the same digest read
// twice gives the same articles.
func (a *Article) fingerprint() string {
	day := ""
	if a.DateOnly {
		day = a.Published.Format(time.DateOnly)
	}
	sum := sha256.Sum256([]byte(filter.Fold(a.Title) + "\n" + day))
	return "title:" + hex.EncodeToString(sum[:12])
}

// Same reports whether two revisions show people the same thing.
func (a *Article) Same(b *Article) bool {
	return a.Title == b.Title && a.Summary == b.Summary && a.URL == b.URL && a.Image == b.Image &&
		a.Status == b.Status && a.Lang == b.Lang && a.Urgency == b.Urgency && a.Embargo.Equal(b.Embargo) &&
		slices.Equal(a.Authors, b.Authors) && slices.Equal(a.Tags, b.Tags)
}

func cleanList(list []string, most int) []string {
	out := make([]string, 0, min(len(list), most))
	for _, s := range list {
		s = CleanText(s, MaxName)
		if s != "" && !slices.Contains(out, s) && len(out) < most {
			out = append(out, s)
		}
	}
	return out
}

// notInHosts lists what no host is written with, though url.Parse lets it pass.
const notInHosts = "\"<>%^`{|}\\ "

// CleanURL returns an http(s) address without user information, or "" for anything else. Spaces and the letters of
// hosts are encoded as platforms demand.
func CleanURL(s string) string { return CleanLink(s, MaxURL) }

// CleanLink is [CleanURL] for a platform that accepts addresses of up to limit bytes.
func CleanLink(s string, limit int) string {
	s = CleanText(s, limit+1)
	u, err := url.Parse(s)
	if err != nil || len(s) > limit || u.Host == "" || strings.ContainsAny(u.Host, notInHosts) {
		return ""
	}
	if u.Scheme = strings.ToLower(u.Scheme); u.Scheme != "http" && u.Scheme != "https" {
		return ""
	}
	u.User = nil
	u.RawQuery = strings.ReplaceAll(u.RawQuery, " ", "%20")
	if !isClean(u.Host) {
		if ascii, err := idna.Lookup.ToASCII(u.Hostname()); err == nil {
			u.Host = strings.Replace(u.Host, u.Hostname(), ascii, 1)
		}
	}
	return u.String()
}
