package store

import (
	"cmp"
	"context"
	"time"

	"tidings/bot"
	"tidings/internal/database"
)

// alikeColumns is what of an article says whether another is on its story.
const alikeColumns = `
	a.id, a.source, a.label, a.url, a.title, a.summary, a.published, a.embargo, a.status, a.quiet, a.story, a.tellings`

// readAlike reads the alikeColumns: an article has nothing else.
func readAlike(row database.Scan) (*bot.Article, error) {
	var a bot.Article
	var label, tellings string
	var published, embargo int64
	err := row(&a.ID, &a.SourceID, &label, &a.URL, &a.Title, &a.Summary, &published, &embargo, &a.Status, &a.Suppressed, &a.Story, &tellings)
	if err != nil {
		return nil, err
	}
	a.Source, a.Published, a.Embargo = cmp.Or(label, a.SourceID), time.UnixMicro(published).UTC(), moment(embargo)
	reports, err := unpackReports(tellings)
	a.OtherSources = otherSourcesOf(reports, a.Source)
	return &a, err
}

// askAlike asks for what of articles says whether a new one is on their story, and reports whether it had to. New ones are
// compared with many, so no more is read.
func (in *ingest) askAlike(ctx context.Context, ids []int64) (asked bool, err error) {
	text := `
		SELECT` + alikeColumns + `
		FROM ` + in.list + `
		JOIN articles AS a ON a.id = list.value`
	var unknown []int64
	for _, id := range ids {
		if _, asked := in.alike[id]; !asked {
			in.alike[id] = nil
			unknown = append(unknown, id)
		}
	}
	if len(unknown) == 0 {
		return false, nil
	}
	read := func(row database.Scan) error {
		a, err := readAlike(row)
		if err == nil {
			in.alike[a.ID] = a
		}
		return err
	}
	return true, in.tx.QueueQuery(ctx, read, text, database.JSONList(unknown))
}

// alikeByID returns what askAlike asks for of an article, or, of one that was pruned, what is left. It is nil if there is none.
func (in *ingest) alikeByID(ctx context.Context, id int64) (*bot.Article, error) {
	if a := in.alike[id]; a != nil {
		return a, nil
	}
	return in.byID(ctx, id)
}

// forget has a stored article read anew: it is being changed.
func (in *ingest) forget(id int64) {
	delete(in.stored, id)
	delete(in.alike, id)
}
