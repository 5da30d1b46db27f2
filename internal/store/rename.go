package store

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"strings"

	"tidings/bot"
	"tidings/bot/filter"
	"tidings/internal/database"
)

// renaming is a source's change of names.
type renaming struct {
	*Store
	tx           *database.Tx
	source       string // its ID
	owner        int64
	before, name string
	counted      facets
}

// RenameSource gives a source another name, by which its articles go from then on; its ID stays. bot.ErrExists says that a
// source has the name, public or in the same place, or that articles have it of one that is gone; bot.ErrNotFound that
// there is no such source.
func (s *Store) RenameSource(ctx context.Context, id, name string) error {
	const (
		text = `
			SELECT owner, coalesce(nullif(label, ''), name)
			FROM sources
			WHERE name = $1`
		update = `
			UPDATE sources
			SET label = $2
			WHERE name = $1`
	)
	err := s.db.InTx(ctx, database.AppendLog, func(ctx context.Context, tx *database.Tx) error {
		r := renaming{Store: s, tx: tx, source: safe(id), name: safe(name)}
		read := func(row database.Scan) (struct{}, error) { return struct{}{}, row(&r.owner, &r.before) }
		_, found, err := database.One(ctx, tx, read, text, r.source)
		switch {
		case err != nil:
			return err
		case !found:
			return bot.ErrNotFound
		case r.before == r.name:
			return nil
		}
		if err := r.checkName(ctx); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, update, r.source, labelOf(r.source, r.name)); err != nil {
			return err
		}
		return r.renameArticles(ctx)
	})
	if err != nil {
		return fmt.Errorf("rename source %s: %w", id, err)
	}
	return nil
}

// checkName refuses a name that is in use, or was.
func (r *renaming) checkName(ctx context.Context) error {
	const used = `
		SELECT count(*)
		FROM sources
		WHERE owner IN (0, $1) AND coalesce(nullif(label, ''), name) = $2`
	n, err := database.Number(ctx, r.tx, used, r.owner, r.name)
	if err != nil {
		return err
	}
	had, found, err := nameHad(ctx, r.tx, r.name)
	if err == nil && (n > 0 || found && had == r.name && r.source != r.name) {
		err = bot.ErrExists
	}
	return err
}

// nameHad returns by which name the articles of a source go, whether it is still followed or not.
func nameHad(ctx context.Context, q database.Querier, id string) (name string, found bool, err error) {
	const (
		live = `
			SELECT label
			FROM articles
			WHERE source = $1
			ORDER BY guid
			LIMIT 1`
		pruned = `
			SELECT label
			FROM tombstones
			WHERE source = $1
			LIMIT 1`
	)
	label, found, err := database.One(ctx, q, database.Value[string], live, id)
	if err == nil && !found {
		label, found, err = database.One(ctx, q, database.Value[string], pruned, id)
	}
	return cmp.Or(label, id), found, err
}

// renameArticles renames the source in its articles, and in those of others that it reports too.
func (r *renaming) renameArticles(ctx context.Context) error {
	const (
		label = `
			UPDATE articles
			SET label = $2
			WHERE source = $1`
		pruned = `
			UPDATE tombstones
			SET label = $2
			WHERE source = $1`
		forget = `
			DELETE FROM facets
			WHERE owner = $1 AND field = $2 AND value = $3`
	)
	for _, text := range []string{label, pruned} {
		if _, err := r.tx.Exec(ctx, text, r.source, labelOf(r.source, r.name)); err != nil {
			return err
		}
	}
	if err := r.renameReports(ctx); err != nil {
		return err
	}
	for last := ""; ; {
		list, err := database.Collect(ctx, r.tx, readOwned, sourceArticles, r.source, atOnce, last)
		if err != nil {
			return err
		}
		for i := range list {
			last = list[i].article.GUID
			if err := r.index(ctx, &list[i]); err != nil {
				return err
			}
		}
		if len(list) < atOnce {
			break
		}
	}
	if _, err := r.tx.Exec(ctx, forget, r.owner, filter.Source.String(), r.before); err != nil {
		return err
	}
	return r.counted.write(ctx, r.tx, r.owner)
}

// renameReports renames the source where it reports articles, its own or another's.
func (r *renaming) renameReports(ctx context.Context) error {
	const update = `
		UPDATE articles
		SET tellings = replace(tellings, $2, $3)
		WHERE id = $1`
	text := `
		SELECT a.owner,` + articleColumns + `
		FROM articles AS a
		WHERE a.owner = $1 AND a.tellings LIKE $2 AND a.time_key > $3
		ORDER BY a.time_key
		LIMIT $4`
	if r.owner != public { // has an index
		text = strings.Replace(text, "a.owner = $1", "a.owner <> 0 AND a.owner = $1", 1)
	}
	was, is := reportedBy(r.before), reportedBy(r.name)
	like := "%" + strings.NewReplacer(`\`, "_", "%", "_").Replace(was) + "%"
	for last := int64(math.MinInt64); ; {
		list, err := database.Collect(ctx, r.tx, readOwned, text, r.owner, like, last, atOnce)
		if err != nil {
			return err
		}
		for i := range list {
			last = keyOf(&list[i].article)
			err := r.tx.Queue(ctx, update, list[i].article.ID, was, is)
			if err == nil {
				err = r.indexReport(ctx, &list[i])
			}
			if err != nil {
				return err
			}
		}
		if len(list) < atOnce {
			return r.tx.Flush(ctx)
		}
	}
}

// indexReport writes the words of an article anew that the source reports. Those of its own come with these.
func (r *renaming) indexReport(ctx context.Context, o *ownedArticle) error {
	for n, other := range o.article.OtherSources {
		if other == r.before {
			o.article.OtherSources[n] = r.name
		}
	}
	if o.article.SourceID == r.source {
		return nil
	}
	return r.index(ctx, o)
}

// reportedBy is how the reports of an article name a source.
func reportedBy(name string) string {
	quoted, _ := json.Marshal(name) // a string is never refused
	return `"source":` + string(quoted)
}

// index writes an article's row of the full-text index anew.
func (r *renaming) index(ctx context.Context, o *ownedArticle) error {
	a := &o.article
	if r.counted == nil {
		r.counted = facets{}
	}
	r.counted[facet{filter.Source, r.name}]++
	if err := r.texts.remove(ctx, r.tx, keyOf(a)); err != nil {
		return err
	}
	return r.texts.put(ctx, r.tx, a, o.owner)
}

// SubscriptionsNaming counts the subscriptions whose filters name a source: of a place, or of all if p is empty.
func (s *Store) SubscriptionsNaming(ctx context.Context, p bot.Place, source string) (int, error) {
	const text = `
		SELECT id, filter, after, created, ended <> 0
		FROM subscriptions
		WHERE ended = 0 AND lower(filter) LIKE '%source%' AND id > $1
		ORDER BY id
		LIMIT $2`
	if p != "" {
		list, err := s.InterestsIn(ctx, p)
		return countNaming(list, source), err
	}
	n := 0
	if err := s.eachInterest(ctx, text, func(page []bot.Interest) { n += countNaming(page, source) }); err != nil {
		return 0, fmt.Errorf("subscriptions that name a source: %w", err)
	}
	return n, nil
}

func countNaming(list []bot.Interest, source string) (n int) {
	for i := range list {
		if f, err := filter.Parse(list[i].Filter); err == nil && f.MentionsSource(source) {
			n++
		}
	}
	return n
}
