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

// intake is what reaches the store at once.
type intake struct {
	via      via
	source   string // of a document
	articles []bot.Article
	prepared *prepared // nil if they are not
}

// isDocument reports whether it is, or may be, what a feed shows.
func (b *intake) isDocument() bool { return b.via == viaFeed || b.via == viaPush }

// via is how articles reach the store. Who is alerted follows from it.
type via int

const (
	viaAPI     via = iota // by those who wrote them: all are news
	viaFeed               // all that a feed shows
	viaPush               // what is new in a feed
	viaDigest             // a digest or a mail that is imported
	viaArchive            // what was stored elsewhere: none is news
)

func (s *Store) putAll(ctx context.Context, b intake) (bot.IngestResult, error) {
	var in *ingest
	err := s.deposit(ctx, &deposit{
		ask: func(inner context.Context, tx *database.Tx) (err error) {
			in, err = s.ask(inner, tx, b, ctx.Err)
			return err
		},
		store: func(ctx context.Context, _ *database.Tx) error { return in.takeIn(ctx) },
	})
	if err != nil {
		return bot.IngestResult{}, fmt.Errorf("put: %w", err)
	}
	return in.result, nil
}

// takeIn stores the articles.
func (in *ingest) takeIn(ctx context.Context) error {
	if err := in.answer(ctx); err != nil {
		return err
	}
	if err := in.judge(ctx); err != nil {
		return err
	}
	for i, it := range in.items {
		err := in.ended()
		if err == nil {
			err = in.put(ctx, it)
		}
		if err != nil {
			return nameArticle(i, &it.given, err)
		}
	}
	if err := in.finish(ctx); err != nil {
		return err
	}
	return in.remember(ctx)
}

// nameArticle says which article an error is about.
func nameArticle(i int, a *bot.Article, err error) error {
	name := cmp.Or(a.GUID, a.URL, a.Title)
	return fmt.Errorf("article %d, %q: %w", i+1, bot.CleanText(name, bot.MaxName), err)
}
