package store

import (
	"context"
	"fmt"

	"tidings/bot"
	"tidings/internal/database"
)

// Withdraw marks articles as withdrawn, by the GUIDs that a source gives them, in one transaction. GUIDs that the store
// does not know, and articles that the source may not change, are passed over.
func (s *Store) Withdraw(ctx context.Context, source string, guids []string) (int, error) {
	n := 0
	err := s.db.InTx(ctx, database.AppendLog, func(ctx context.Context, tx *database.Tx) error {
		in := s.newIngest(tx)
		in.source = source
		if err := in.askFeed(ctx); err != nil {
			return err
		}
		if err := tx.Flush(ctx); err != nil {
			return err
		}
		if err := in.readFeed(ctx); err != nil {
			return err
		}
		for _, guid := range guids {
			if err := in.withdraw(ctx, source, guid); err != nil {
				return fmt.Errorf("article %q: %w", bot.CleanText(guid, bot.MaxName), err)
			}
		}
		n = in.result.Revised
		return in.finish(ctx)
	})
	if err != nil {
		return 0, fmt.Errorf("withdraw articles of %s: %w", source, err)
	}
	return n, nil
}

// Retract withdraws an article for those who run the bot, by its ID in decimal or its address, whoever its source is. It returns the
// article; bot.ErrNotFound is in the chain of its error if there is none.
func (s *Store) Retract(ctx context.Context, ref string) (bot.Article, error) {
	a, err := s.Find(ctx, "", ref)
	if err == nil {
		a.Status = bot.Withdrawn
		_, err = s.Put(ctx, []bot.Article{a})
	}
	if err != nil {
		return bot.Article{}, fmt.Errorf("withdraw %q: %w", bot.CleanText(ref, bot.MaxName), err)
	}
	return a, nil
}

// withdraw stores a revision of one article that says it is withdrawn, unless it says so already.
func (in *ingest) withdraw(ctx context.Context, source, guid string) error {
	it := &item{Article: bot.Article{Source: in.names[source], SourceID: source, GUID: bot.CleanGUID(guid)}}
	it.keys = keysOf(in.owner, &it.Article)
	if err := in.lookUp(ctx, []*item{it}); err != nil {
		return err
	}
	old, err := in.firstOf(ctx, it, it.guid, it.loose)
	if err != nil || old == nil || old.Status == bot.Withdrawn {
		return err
	}
	if may, err := in.mayChange(ctx, source, old); err != nil || !may {
		return err
	}
	withdrawn := &item{Article: *old, given: *old, old: old}
	withdrawn.Status, withdrawn.given.Status = bot.Withdrawn, bot.Withdrawn
	return in.update(ctx, withdrawn)
}
