package store

import (
	"context"
	"strings"

	"tidings/bot"
	"tidings/bot/filter"
	"tidings/internal/database"
)

// indexNew is index for an item that is new.
func (in *ingest) indexNew(ctx context.Context, it *item) error {
	if it.words == nil {
		return in.index(ctx, &it.Article)
	}
	in.facets.note(&it.Article)
	key := keyOf(&it.Article)
	return in.tx.QueueRow(ctx, in.dialect.textRows, []int64{key}, in.dialect.keyed(key, it.words)...)
}

// index has the article found by its words.
func (in *ingest) index(ctx context.Context, a *bot.Article) error {
	in.facets.note(a)
	return in.texts.put(ctx, in.tx, a, in.owner)
}

// reindex replaces old by what became of it.
func (in *ingest) reindex(ctx context.Context, a, old *bot.Article) error {
	in.facets.lower(old)
	if keyOf(a) == keyOf(old) && textsOf(a, in.owner) == textsOf(old, in.owner) {
		in.facets.note(a) // as they are written now
		return nil
	}
	if err := in.texts.remove(ctx, in.tx, keyOf(old)); err != nil {
		return err
	}
	return in.index(ctx, a)
}

// putText writes a row of the full-text index.
func (d *dialect) putText(ctx context.Context, tx *database.Tx, key int64, t texts) error {
	return tx.QueueRow(ctx, d.textRows, []int64{key}, d.keyed(key, d.textRow(t))...)
}

// textsOf returns what the full-text index keeps of an article of an owner.
func textsOf(a *bot.Article, owner int64) texts {
	return texts{
		title: tokens(a.Title), summary: tokens(a.Summary), authors: tokens(a.Authors...), tags: tokens(a.Tags...),
		source: tokens(append([]string{a.Source}, a.OtherSources...)...), lang: tokens(a.Lang),
		owner: ownerText(owner),
	}
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
