package store

import (
	"cmp"
	"context"
	"fmt"

	"tidings/bot"
	"tidings/internal/database"
)

// Put cleans and stores articles in one transaction: new ones are added, changed ones get a revision, both with an entry
// in the log; the rest is left alone. New ones are news.
//
// It is the same article if, in one source, the GUID is the same; or, where that names none, the address, as long as one
// article alone has it; or title and date, or title and dek. In whatever source it is the same if the address is. Only
// the source that reported it first changes an article, or a feed that is fetched from the host of the article's address;
// others are noted as further sources. Sources come into being as needed. An article that leaves its status empty keeps
// the one it has in the store, so that a feed that still shows a withdrawn article does not bring it back; likewise its
// publication time. An article that cannot be stored fails the whole call with an error that names it.
func (s *Store) Put(ctx context.Context, articles []bot.Article) (bot.IngestResult, error) {
	return s.putAll(ctx, intake{via: viaAPI, articles: articles})
}

// PutFeed is a Put of all articles of one document of a feed, oldest first. The first document of a source is stored
// without an alert. Of a later one each new article is judged by evidence: what is dated days before the last fetch, or
// stands at the end of the old, raises no alerts, nor does what carries the title of a known article. Where there
// is no evidence at all, it waits for an operator; see [Store.BulkUpdates].
func (s *Store) PutFeed(ctx context.Context, source string, articles []bot.Article) (bot.IngestResult, error) {
	return s.putAll(ctx, intake{via: viaFeed, source: source, articles: articles})
}

// PutPushed is a PutFeed of a document that may contain only what is new, so that nothing follows from what it lacks.
func (s *Store) PutPushed(ctx context.Context, source string, articles []bot.Article) (bot.IngestResult, error) {
	return s.putAll(ctx, intake{via: viaPush, source: source, articles: articles})
}

// PutDigest is a Put of a digest. Back numbers raise no alerts.
func (s *Store) PutDigest(ctx context.Context, articles []bot.Article) (bot.IngestResult, error) {
	return s.putAll(ctx, intake{via: viaDigest, articles: articles})
}

// PutArchive is a Put of which nothing is news.
func (s *Store) PutArchive(ctx context.Context, articles []bot.Article) (bot.IngestResult, error) {
	return s.putAll(ctx, intake{via: viaArchive, articles: articles})
}

// intake is what reaches the store at once.
type intake struct {
	via      via
	source   string // of a document
	articles []bot.Article
}

// via is how articles reach the store. Who is alerted follows from it.
type via int

const (
	viaAPI     via = iota // by those who wrote them: all are news
	viaFeed               // all that a feed shows
	viaPush               // what is new in a feed
	viaDigest             // a digest or a mail that is imported
	viaArchive            // what was stored elsewhere: none is news
)

func (s *Store) putAll(ctx context.Context, b intake) (result bot.IngestResult, err error) {
	if err := s.warmTitles(ctx); err != nil {
		return result, fmt.Errorf("put: %w", err)
	}
	err = s.db.InTx(ctx, database.AppendLog, func(inner context.Context, tx *database.Tx) error {
		in, err := s.takeIn(inner, tx, b, ctx.Err)
		if err == nil {
			result = in.result
		}
		return err
	})
	if err != nil {
		return bot.IngestResult{}, fmt.Errorf("put: %w", err)
	}
	return result, nil
}

// takeIn stores articles. Between two of them it ends with the error that ended returns.
func (s *Store) takeIn(ctx context.Context, tx *database.Tx, b intake, ended func() error) (*ingest, error) {
	in := s.newIngest(tx)
	if err := in.askTitles(ctx); err != nil {
		return nil, err
	}
	if err := tx.Flush(ctx); err != nil {
		return nil, err
	}
	if err := in.readTitles(ctx); err != nil {
		return nil, err
	}
	if b.via == viaFeed || b.via == viaPush {
		if err := in.feed(ctx, b.source); err != nil {
			return nil, err
		}
	}
	items, err := in.items(ctx, b.articles, ended)
	if err != nil {
		return nil, err
	}
	history, err := in.judge(ctx, b, items)
	if err != nil {
		return nil, err
	}
	for i, it := range items {
		err := ended()
		if err == nil {
			err = in.put(ctx, it)
		}
		if err != nil {
			return nil, nameArticle(i, &it.given, err)
		}
	}
	if err := in.finish(ctx); err != nil {
		return nil, err
	}
	return in, in.remember(ctx, b, history, items)
}

// feed makes what comes that of a source: its owner's, and of its name whatever the articles say. A source that is gone
// has no more articles; they would be nobody's, and so everybody's.
func (in *ingest) feed(ctx context.Context, id string) error {
	const text = `
		SELECT owner, coalesce(nullif(label, ''), name)
		FROM sources
		WHERE name = $1`
	var name string
	read := func(row database.Scan) (owner int64, err error) { return owner, row(&owner, &name) }
	owner, found, err := database.One(ctx, in.tx, read, text, id)
	if err != nil {
		return err
	}
	if !found {
		return fmt.Errorf("source %q: %w", id, bot.ErrNotFound)
	}
	in.owner, in.of = owner, name
	in.ids[name], in.names[id] = id, name
	return nil
}

// nameArticle says which article an error is about.
func nameArticle(i int, a *bot.Article, err error) error {
	name := cmp.Or(a.GUID, a.URL, a.Title)
	return fmt.Errorf("article %d, %q: %w", i+1, bot.CleanText(name, bot.MaxName), err)
}
