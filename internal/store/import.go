package store

import (
	"context"
	"fmt"
	"time"

	"tidings/bot"
)

// ImportedAs says for whom articles that are imported are news.
type ImportedAs int

// What is imported.
const (
	ImportedNews    ImportedAs = ImportedAs(viaAPI)     // as [Store.Put]
	ImportedDigest  ImportedAs = ImportedAs(viaDigest)  // as [Store.PutDigest]
	ImportedArchive ImportedAs = ImportedAs(viaArchive) // none is news
)

// Import stores a long list of articles in parts, in their order, each in a transaction of its own: one is cleaned and named
// while the one before it is written. It is used by one goroutine.
type Import struct {
	store  *Store
	parts  chan intake
	ended  chan struct{} // closed when no more is written
	result bot.IngestResult
	err    error
}

// Import begins to store articles. Close ends it.
func (s *Store) Import(ctx context.Context) *Import {
	i := &Import{store: s, parts: make(chan intake), ended: make(chan struct{})}
	go func() {
		defer close(i.ended)
		for b := range i.parts {
			var result bot.IngestResult
			if result, i.err = s.putAll(ctx, b); i.err != nil {
				return
			}
			i.result.Add(result)
		}
	}()
	return i
}

// Put stores a part of the articles, or fails as an earlier part did, or as its own cleaning does. What went wrong later
// the next call says, or Close.
func (i *Import) Put(as ImportedAs, articles []bot.Article) error {
	b := intake{via: via(as), articles: articles}
	if err := i.store.prepare(&b); err != nil {
		return fmt.Errorf("put: %w", err)
	}
	select {
	case i.parts <- b:
		return nil
	case <-i.ended:
		return i.err
	}
}

// Close waits until all parts are stored, or one could not be, and returns what became of those that are.
func (i *Import) Close() (bot.IngestResult, error) {
	close(i.parts)
	<-i.ended
	return i.result, i.err
}

// prepared is what is known of articles that are no document's before the database is asked.
type prepared struct {
	at    time.Time // when that was: what is not dated has this date
	items []*item   // nil once they are taken: a transaction that is tried again begins with nothing
}

// prepare cleans and names articles, and finds their words.
func (s *Store) prepare(b *intake) error {
	in := &ingest{intake: *b, now: s.startTime()}
	if err := in.clean(); err != nil {
		return err
	}
	for _, it := range in.items {
		it.ofSource(it.Source)
		it.words = s.dialect.textRow(textsOf(&it.Article, public))
	}
	nameItems(in.items)
	b.prepared = &prepared{at: in.now, items: in.items}
	return nil
}

// takePrepared reports whether the articles were prepared.
func (in *ingest) takePrepared() bool {
	p := in.prepared
	if p == nil || p.items == nil {
		return false
	}
	in.now, in.items, p.items = p.at, p.items, nil
	return true
}
