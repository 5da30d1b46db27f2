package store

import (
	"context"
	"fmt"

	"tidings/bot"
	"tidings/internal/database"
)

// Withdraw marks articles of a source as withdrawn, by their GUIDs, in one transaction. GUIDs that the store
// does not know, and articles that another source told first, are passed over.
func (s *Store) Withdraw(ctx context.Context, source string, guids []string) (int, error) {
	n := 0
	err := s.db.InTx(ctx, database.AppendLog, func(ctx context.Context, tx *database.Tx) error {
		p := s.newPutter(tx)
		for _, guid := range guids {
			if err := p.withdraw(ctx, source, guid); err != nil {
				return fmt.Errorf("article %q: %w", bot.CleanText(guid, bot.MaxName), err)
			}
		}
		n = p.result.Revised
		return p.finish(ctx)
	})
	if err != nil {
		return 0, fmt.Errorf("withdraw articles of %s: %w", source, err)
	}
	return n, nil
}

// withdraw stores a revision of one article that says it is withdrawn, unless it says so already.
func (p *putter) withdraw(ctx context.Context, source, guid string) error {
	it := &item{Article: bot.Article{Source: source, GUID: bot.CleanText(guid, bot.MaxGUID)}}
	it.keys = keysOf(&it.Article)
	if err := p.lookUp(ctx, []*item{it}); err != nil {
		return err
	}
	for _, k := range []int64{it.guid, it.loose} {
		if id := it.known[k]; k != 0 && id != 0 {
			old, err := p.byID(ctx, id)
			if err != nil || old == nil || old.Source != source || old.Status == bot.Withdrawn {
				return err
			}
			told := &item{Article: *old, given: *old, keys: keysOf(old), old: old}
			told.Status, told.given.Status = bot.Withdrawn, bot.Withdrawn
			return p.update(ctx, told)
		}
	}
	return nil
}
