package store

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"tidings/bot"
	"tidings/internal/database"
)

// telling is a source that tells an article, and what it told last, hashed. An article that only its own
// source tells has none.
type telling struct {
	Source string `json:"source"`
	Told   int64  `json:"told"`
}

// packTellings writes tellings as JSON.
func packTellings(list []telling) (string, error) {
	b, err := json.Marshal(list)
	return string(b), err
}

func unpackTellings(s string) (list []telling, err error) {
	if s == "[]" {
		return nil, nil
	}
	err = json.Unmarshal([]byte(s), &list)
	return list, err
}

// furtherOf returns the sources of tellings beside the article's own.
func furtherOf(list []telling, own string) (further []string) {
	for _, t := range list {
		if t.Source != own {
			further = append(further, t.Source)
		}
	}
	return further
}

// tellingsOf returns who tells an article.
func (p *putter) tellingsOf(ctx context.Context, id int64) ([]telling, error) {
	const text = `
		SELECT tellings
		FROM articles
		WHERE id = $1`
	s, _, err := database.One(ctx, p.tx, database.Value[string], text, id)
	if err != nil || s == "" {
		return nil, err
	}
	return unpackTellings(s)
}

// told hashes what a source tells of an article, so that two sources that tell it differently do not revise
// it in turn. How the address was reached does not count.
func told(a *bot.Article) int64 {
	status := a.Status
	if status == bot.Live {
		status = ""
	}
	return key("told", a.Title, a.Summary, canonicalLink(a.URL), a.Image, a.Lang, strconv.Itoa(a.Urgency),
		strconv.FormatInt(micros(a.Embargo), 10), string(status), strings.Join(a.Authors, "\n"), strings.Join(a.Tags, "\n"))
}

// retold notes what the item's source tells of the article. It reports whether the source has told this
// before, or tells the article for the first time, beside another: neither changes it.
func (p *putter) retold(ctx context.Context, it *item) (bool, error) {
	const update = `
		UPDATE articles
		SET tellings = $2
		WHERE id = $1`
	if it.Source == it.old.Source && len(it.old.OtherSources) == 0 {
		return false, nil
	}
	list, err := p.tellingsOf(ctx, it.old.ID)
	if err != nil {
		return false, err
	}
	if len(list) == 0 {
		list = []telling{{it.old.Source, told(it.old)}}
	}
	is := it.Article
	is.Status = it.given.Status
	t := telling{it.Source, told(&is)}
	at := slices.IndexFunc(list, func(was telling) bool { return was.Source == it.Source })
	if at >= 0 && list[at].Told == t.Told {
		return true, nil
	}
	if at >= 0 {
		list[at] = t
	} else {
		list = append(list, t)
	}
	packed, err := packTellings(list)
	if err != nil {
		return false, err
	}
	delete(p.stored, it.old.ID)
	if err := p.tx.Queue(ctx, update, it.old.ID, packed); err != nil || at >= 0 {
		return false, err
	}
	return true, p.join(ctx, it)
}

// join gives the article a further source: its subscribers may not have had it yet, and nobody has if the
// article was quiet as long as others told it.
func (p *putter) join(ctx context.Context, it *item) error {
	const speak = `
		UPDATE articles
		SET quiet = ''
		WHERE id = $1`
	a := it.old
	if a.Suppressed != "" && it.quiet == "" {
		a.Suppressed = ""
		if err := p.tx.Queue(ctx, speak, a.ID); err != nil {
			return err
		}
	}
	a.OtherSources = append(a.OtherSources, it.Source)
	p.joined[it.Source]++
	if err := p.tx.Queue(ctx, p.dialect.deleteText, timeKey(a.Published, a.ID)); err != nil {
		return err
	}
	if err := p.index(ctx, a); err != nil {
		return err
	}
	return p.again(ctx, a.ID)
}

// again has an article held against the filters once more, though nothing in it has changed for readers.
func (p *putter) again(ctx context.Context, id int64) error {
	// Below the revisions, of which the first is 1.
	const insert = `
		INSERT INTO revisions (article_id, revision, at)
		SELECT $1, coalesce(min(revision), 1) - 1, $2
		FROM revisions
		WHERE article_id = $1 AND revision < 1`
	return p.tx.Queue(ctx, insert, id, p.tx.Now)
}
