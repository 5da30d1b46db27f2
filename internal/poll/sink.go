package poll

import (
	"context"
	"errors"
	"slices"

	"tidings/bot"
	"tidings/internal/feed"
)

// errStore is what people see of a failure to store; the cause is for the log.
var errStore = errors.New("the articles could not be stored")

// emptied refuses a document that lacks everything its source had, which is more likely a fault than news.
func emptied(s *bot.Source, d *feed.Document) error {
	if len(d.Articles) > 0 || len(d.Withdrawn) > 0 || s.Articles == 0 {
		return nil
	}
	return &fetchError{reason: "the feed had articles and now has none", advice: adviceMoved, fault: faultEmpty}
}

// put hands the articles of a document to the sink in one of its ways.
type put func(ctx context.Context, source string, articles []bot.Article) (bot.IngestResult, error)

// storeAll hands a document to the sink under the name of a source and of its twins. The result is the source's own.
func (p *Poller) storeAll(ctx context.Context, source string, twins []bot.Source, d *feed.Document, put put) (bot.IngestResult, error) {
	result, err := p.store(ctx, source, d, put)
	for i := range twins {
		if err == nil {
			_, err = p.store(ctx, twins[i].ID, d, put)
		}
	}
	return result, err
}

// store hands a document to the sink under the name of one source: what it contains, and then what it says was deleted.
func (p *Poller) store(ctx context.Context, source string, d *feed.Document, put put) (bot.IngestResult, error) {
	result, err := p.put(ctx, source, d, put)
	if err != nil {
		return bot.IngestResult{}, err
	}
	return result, p.withdraw(ctx, source, d)
}

// withdraw withdraws the entries that the publisher has deleted. One that the document shows too came back.
func (p *Poller) withdraw(ctx context.Context, source string, d *feed.Document) error {
	guids := d.Deleted()
	if len(guids) == 0 {
		return nil
	}
	n, err := p.sink.Withdraw(ctx, source, guids)
	if errors.Is(err, bot.ErrNotFound) {
		return nil
	}
	if err != nil {
		if ctx.Err() == nil {
			p.log.Error("articles not withdrawn", "feed", source, "err", err)
		}
		return errStore
	}
	if n > 0 {
		p.log.Info("articles withdrawn by their source", "feed", source, "articles", n)
	}
	return nil
}

// put hands a document's articles to the sink.
func (p *Poller) put(ctx context.Context, source string, d *feed.Document, put put) (bot.IngestResult, error) {
	articles := slices.Clone(d.Articles) // twins get the same document
	for i := range articles {
		articles[i].Source = source
	}
	for _, problem := range d.Problems {
		p.log.Debug("feed item passed over", "feed", source, "reason", problem.Reason)
	}
	for _, doubt := range d.Doubts {
		p.log.Debug("feed item is doubtful", "feed", source, "reason", doubt.Reason)
	}
	if len(articles) == 0 {
		return bot.IngestResult{}, nil
	}
	result, err := put(ctx, source, articles)
	if errors.Is(err, bot.ErrNotFound) { // it was removed meanwhile; the feed did not fail
		return bot.IngestResult{}, nil
	}
	if err != nil {
		if ctx.Err() == nil {
			p.log.Error("articles not stored", "feed", source, "err", err)
		}
		return bot.IngestResult{}, errStore
	}
	if result.OnHold > 0 {
		p.log.Warn("bulk update on hold", "feed", source, "articles", result.OnHold, "waiting", result.Waiting)
		p.notify(bulkUpdateNotice(source, result.OnHold, result.Waiting))
	}
	p.log.Debug("feed read", "feed", source, "added", result.Added, "revised", result.Revised, "older", result.Older,
		"renamed", result.Renamed, "salvaged", d.Salvaged)
	return result, nil
}
