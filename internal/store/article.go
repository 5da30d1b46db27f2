package store

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"tidings/bot"
	"tidings/bot/filter"
)

// articleColumns are what readArticle reads, of articles AS a.
const articleColumns = `
	a.id, a.source, a.guid, a.url, a.title, a.summary, a.authors, a.tags, a.image, a.lang, a.urgency,
	a.published, a.date_only, a.updated, a.embargo, a.status, a.revision, a.first_seen`

// readArticle reads the articleColumns, after those that lead.
func readArticle(row scan, lead ...any) (bot.Article, error) {
	var a bot.Article
	var authors, tags string
	var published, updated, embargo, firstSeen int64
	err := row(append(lead,
		&a.ID, &a.Source, &a.GUID, &a.URL, &a.Title, &a.Summary, &authors, &tags, &a.Image, &a.Lang, &a.Urgency,
		&published, &a.DateOnly, &updated, &embargo, &a.Status, &a.Revision, &firstSeen)...)
	if err != nil {
		return a, err
	}
	a.Published = time.UnixMicro(published).UTC() // 0 is a date here
	a.Updated, a.Embargo, a.FirstSeen = moment(updated), moment(embargo), moment(firstSeen)
	if a.Authors, err = unpackList(authors); err != nil {
		return a, err
	}
	a.Tags, err = unpackList(tags)
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

// Put cleans and stores articles in one transaction. An article that leaves its status empty keeps the
// one it has in the store, so that a feed that still shows a withdrawn article does not bring it
// back; likewise its publication time.
func (s *Store) Put(ctx context.Context, articles []bot.Article) (bot.PutResult, error) {
	var result bot.PutResult
	err := s.inTx(ctx, func(inner context.Context, tx *tx) error {
		if s.dialect.guard != "" {
			if _, err := tx.exec(inner, s.dialect.guard); err != nil {
				return err
			}
		}
		p := putter{tx: tx, dialect: &s.dialect, now: s.now(), added: map[string]int64{}}
		for i := range articles {
			if err := ctx.Err(); err != nil {
				return err
			}
			if err := p.put(inner, articles[i]); err != nil {
				name := cmp.Or(articles[i].GUID, articles[i].URL, articles[i].Title)
				return fmt.Errorf("article %d, %q: %w", i+1, bot.CleanText(name, bot.MaxName), err)
			}
		}
		result = p.result
		return p.finish(inner)
	})
	if err != nil {
		return bot.PutResult{}, fmt.Errorf("put: %w", err)
	}
	return result, nil
}

// putter is one call of Put.
type putter struct {
	tx      *tx
	dialect *dialect
	now     time.Time
	lastID  int64            // given; 0 before the first
	added   map[string]int64 // new articles by source
	result  bot.PutResult
}

// put stores one article.
func (p *putter) put(ctx context.Context, a bot.Article) error {
	given := a
	if err := a.Clean(p.now); err != nil {
		return err
	}
	const text = `
		SELECT` + articleColumns + `
		FROM articles AS a
		WHERE a.source = $1 AND a.guid = $2`
	read := func(row scan) (bot.Article, error) { return readArticle(row) }
	old, found, err := one(ctx, p.tx, read, text, a.Source, a.GUID)
	if err != nil {
		return err
	}
	if !found {
		return p.add(ctx, &a)
	}
	if given.Status == "" {
		a.Status = old.Status
	}
	if given.Published.IsZero() {
		a.Published, a.DateOnly = old.Published, old.DateOnly
	}
	if a.Same(&old) {
		p.result.Unchanged++
		return nil
	}
	return p.revise(ctx, &a, &old)
}

func (p *putter) add(ctx context.Context, a *bot.Article) error {
	const insert = `
		INSERT INTO articles (id, time_key, source, guid, url, title, summary, authors, tags, image, lang, urgency,
			published, date_only, updated, embargo, status, revision, first_seen)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, 1, $18)`
	if p.lastID == 0 {
		last, err := number(ctx, p.tx, `SELECT value FROM counters WHERE name = 'articles'`)
		if err != nil {
			return err
		}
		p.lastID = last
	}
	p.lastID++
	a.ID, a.Revision = p.lastID, 1
	authors, tags, err := packLists(a)
	if err != nil {
		return err
	}
	if _, err := p.tx.exec(ctx, insert, a.ID, timeKey(a.Published, a.ID), a.Source, a.GUID, a.URL, a.Title, a.Summary,
		authors, tags, a.Image, a.Lang, a.Urgency, a.Published.UnixMicro(), a.DateOnly, micros(a.Updated),
		micros(a.Embargo), a.Status, p.tx.now); err != nil {
		return err
	}
	p.result.Added++
	p.added[a.Source]++
	if err := p.index(ctx, a); err != nil {
		return err
	}
	return p.log(ctx, a)
}

// revise stores a as the next revision of old, whose text moves into the log.
func (p *putter) revise(ctx context.Context, a, old *bot.Article) error {
	const (
		keep = `
			UPDATE revisions
			SET snapshot = $3
			WHERE article_id = $1 AND revision = $2`
		update = `
			UPDATE articles
			SET time_key = $2, url = $3, title = $4, summary = $5, authors = $6, tags = $7, image = $8, lang = $9,
				urgency = $10, published = $11, date_only = $12, updated = $13, embargo = $14, status = $15,
				revision = $16
			WHERE id = $1`
		// A post that waits for the embargo waits for the new one.
		postpone = `
			UPDATE deliveries
			SET due = $2
			WHERE article_id = $1 AND state = 'embargoed'`
	)
	a.ID, a.Revision, a.FirstSeen = old.ID, old.Revision+1, old.FirstSeen
	snapshot, err := json.Marshal(old)
	if err != nil {
		return err
	}
	authors, tags, err := packLists(a)
	if err != nil {
		return err
	}
	if _, err := p.tx.exec(ctx, p.dialect.deleteText, timeKey(old.Published, old.ID)); err != nil {
		return err
	}
	if _, err := p.tx.exec(ctx, keep, old.ID, old.Revision, string(snapshot)); err != nil {
		return err
	}
	if _, err := p.tx.exec(ctx, update, a.ID, timeKey(a.Published, a.ID), a.URL, a.Title, a.Summary, authors, tags,
		a.Image, a.Lang, a.Urgency, a.Published.UnixMicro(), a.DateOnly, micros(a.Updated), micros(a.Embargo),
		a.Status, a.Revision); err != nil {
		return err
	}
	if !a.Embargo.Equal(old.Embargo) {
		if _, err := p.tx.exec(ctx, postpone, a.ID, micros(a.Embargo)); err != nil {
			return err
		}
	}
	p.result.Revised++
	if err := p.index(ctx, a); err != nil {
		return err
	}
	return p.log(ctx, a)
}

func packLists(a *bot.Article) (authors, tags string, err error) {
	if authors, err = packList(a.Authors); err != nil {
		return "", "", err
	}
	tags, err = packList(a.Tags)
	return authors, tags, err
}

// index writes the article's row of the full-text index.
func (p *putter) index(ctx context.Context, a *bot.Article) error {
	_, err := p.tx.exec(ctx, p.dialect.putText, timeKey(a.Published, a.ID), tokens(a.Title), tokens(a.Summary),
		tokens(a.Authors...), tokens(a.Tags...), tokens(a.Source), tokens(a.Lang))
	return err
}

// apart stands between the entries of a list, so that no phrase reaches from one into the next. It is
// no letter, digit or mark, so no filter has it as a word.
const apart = " ¦ "

// tokens writes texts as the words that filters look for.
func tokens(texts ...string) string {
	var b strings.Builder
	for i, text := range texts {
		if i > 0 {
			b.WriteString(apart)
		}
		b.WriteString(strings.Join(filter.Tokens(text), " "))
	}
	return b.String()
}

// log appends the article's newest revision to the log.
func (p *putter) log(ctx context.Context, a *bot.Article) error {
	const insert = `
		INSERT INTO revisions (article_id, revision, at)
		VALUES ($1, $2, $3)`
	_, err := p.tx.exec(ctx, insert, a.ID, a.Revision, p.tx.now)
	return err
}

// finish writes what is counted once for the whole call.
func (p *putter) finish(ctx context.Context) error {
	const count = `
		UPDATE counters
		SET value = $1
		WHERE name = 'articles'`
	if p.result.Added == 0 {
		return nil
	}
	if _, err := p.tx.exec(ctx, count, p.lastID); err != nil {
		return err
	}
	for source, n := range p.added {
		if err := countArticles(ctx, p.tx, source, n); err != nil {
			return err
		}
	}
	return nil
}
