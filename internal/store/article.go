package store

import (
	"cmp"
	"context"
	"encoding/json"
	"strconv"
	"time"

	"tidings/bot"
	"tidings/internal/database"
)

// articleColumns are what readArticle reads, of articles AS a.
const articleColumns = `
	a.id, a.source, a.label, coalesce((SELECT title FROM sources WHERE name = a.source), ''),` + articlePlace + `, a.guid, a.url, a.title, a.summary, a.authors, a.tags, a.image, a.lang, a.urgency,
	a.published, a.date_only, a.updated, a.embargo, a.status, a.revision, a.first_seen, a.quiet, a.story, a.also, a.tellings`

// readArticle reads the articleColumns, after those that lead.
func readArticle(row database.Scan, lead ...any) (bot.Article, error) {
	var a bot.Article
	var authors, tags, also, tellings string
	var published, updated, embargo, firstSeen int64
	var label, title string
	err := row(append(lead,
		&a.ID, &a.SourceID, &label, &title, &a.Place, &a.GUID, &a.URL, &a.Title, &a.Summary, &authors, &tags, &a.Image, &a.Lang, &a.Urgency,
		&published, &a.DateOnly, &updated, &embargo, &a.Status, &a.Revision, &firstSeen,
		&a.Suppressed, &a.Story, &also, &tellings)...)
	if err != nil {
		return a, err
	}
	a.Source, a.Outlet = cmp.Or(label, a.SourceID), bot.OutletName(title)
	a.Published = time.UnixMicro(published).UTC() // 0 is a date here
	a.Updated, a.Embargo, a.FirstSeen = moment(updated), moment(embargo), moment(firstSeen)
	if a.Authors, err = unpackList(authors); err != nil {
		return a, err
	}
	if a.Tags, err = unpackList(tags); err != nil {
		return a, err
	}
	if a.Related, err = unpackRelated(also); err != nil {
		return a, err
	}
	reports, err := unpackReports(tellings)
	a.OtherSources = otherSourcesOf(reports, a.Source)
	return a, err
}

// packList writes a list as JSON.
func packList(list []string) (string, error) {
	if len(list) == 0 {
		return "[]", nil
	}
	b, err := json.Marshal(list)
	return string(b), err
}

func unpackList(s string) (list []string, err error) {
	if s == "[]" {
		return nil, nil
	}
	err = json.Unmarshal([]byte(s), &list)
	return list, err
}

const (
	idBits = 30 // of a time key
	// minSecond and maxSecond are the moments that fit beside them, in the years 1697 and 2242.
	// Anything outside sorts as if it were at the edge.
	minSecond = -1 << (63 - idBits)
	maxSecond = 1<<(63-idBits) - 1
)

// timeKey orders articles by publication, to the second, and then by ID. It is unique as long as no two
// articles of one second have IDs a multiple of 2^30 apart. The oldest possible moment is kept free,
// so that 0 can mean "from the newest": no article of 1 January 1970, 00:00:00, has ID 2^30.
func timeKey(published time.Time, id int64) int64 {
	second := min(max(published.Unix(), minSecond), maxSecond)
	return second<<idBits | id&(1<<idBits-1)
}

// keyOf returns an article's time key. One that is dated ahead stands in lists by its arrival.
func keyOf(a *bot.Article) int64 {
	listed := a.Published
	if !a.FirstSeen.IsZero() && a.FirstSeen.Before(listed) {
		listed = a.FirstSeen
	}
	return timeKey(listed, a.ID)
}

func packLists(a *bot.Article) (authors, tags string, err error) {
	if authors, err = packList(a.Authors); err != nil {
		return "", "", err
	}
	tags, err = packList(a.Tags)
	return authors, tags, err
}

// labelOf returns what is stored of the name of a source beside its ID.
func labelOf(id, name string) string {
	if name == id {
		return ""
	}
	return name
}

// articleRows inserts articles. Where an older one of its source has the same GUID an article gets another one, with the ID:
// that is given once, so no article had this.
var articleRows = database.NewRows(database.Into{
	Table: "articles",
	Numbers: []string{
		"id", "time_key", "owner", "urgency", "published", "date_only", "updated", "embargo", "revision", "first_seen", "story",
	},
	Texts: []string{
		"source", "label", "guid", "url", "title", "summary", "authors", "tags", "image", "lang", "status", "quiet",
	},
	As: map[string]string{
		"guid": `CASE
			WHEN EXISTS (SELECT 1 FROM articles AS older WHERE older.source = new.source AND older.guid = new.guid)
			THEN new.guid || '#' || new.id
			ELSE new.guid
		END`,
	},
})

// insert stores a new article.
func (in *ingest) insert(ctx context.Context, a *bot.Article) error {
	authors, tags, err := packLists(a)
	if err != nil {
		return err
	}
	dateOnly := int64(0)
	if a.DateOnly {
		dateOnly = 1
	}
	return in.tx.QueueRow(ctx, articleRows, []int64{
		a.ID, keyOf(a), in.owner, int64(a.Urgency), a.Published.UnixMicro(), dateOnly, micros(a.Updated), micros(a.Embargo),
		int64(a.Revision), micros(a.FirstSeen), a.Story,
	}, a.SourceID, labelOf(a.SourceID, a.Source), in.distinctGUID(a), a.URL, a.Title, a.Summary, authors, tags, a.Image, a.Lang,
		string(a.Status), string(a.Suppressed))
}

// distinctGUID returns the GUID of a new article, made another if one that this call has added before it has the same.
func (in *ingest) distinctGUID(a *bot.Article) string {
	name := [2]string{a.SourceID, a.GUID}
	if in.guids[name] {
		return a.GUID + "#" + strconv.FormatInt(a.ID, 10)
	}
	in.guids[name] = true
	return a.GUID
}

// write replaces what is stored of an article.
func (in *ingest) write(ctx context.Context, a *bot.Article) error {
	const text = `
		UPDATE articles
		SET time_key = $2, url = $3, title = $4, summary = $5, authors = $6, tags = $7, image = $8, lang = $9,
			urgency = $10, published = $11, date_only = $12, updated = $13, embargo = $14, status = $15,
			revision = $16, also = $17
		WHERE id = $1`
	authors, tags, err := packLists(a)
	if err != nil {
		return err
	}
	also, err := packRelated(a.Related)
	if err != nil {
		return err
	}
	in.forget(a.ID)
	return in.tx.Queue(ctx, text, a.ID, keyOf(a), a.URL, a.Title, a.Summary, authors, tags,
		a.Image, a.Lang, a.Urgency, a.Published.UnixMicro(), a.DateOnly, micros(a.Updated), micros(a.Embargo),
		a.Status, a.Revision, also)
}
