package store

import (
	"context"
	"encoding/json"

	"tidings/bot"
)

// update brings a stored article up to date with what its source reports now.
func (in *ingest) update(ctx context.Context, it *item) error {
	a, old := &it.Article, it.old
	if err := in.learn(ctx, old.ID, it); err != nil {
		return err
	}
	changes, err := in.noteReport(ctx, it)
	if err != nil {
		return err
	}
	it.keepWhatStands()
	if !changes || a.Same(old) {
		in.count(old.ID, bot.Unchanged)
		return nil
	}
	if same := it.invisibleChange(); same != nil {
		in.count(old.ID, bot.Unchanged)
		return in.write(ctx, same)
	}
	if err := in.rewrite(ctx, a, old); err != nil {
		return err
	}
	in.count(old.ID, bot.Revised)
	if a.Story == 0 {
		return nil
	}
	return in.updateRelated(ctx, a.Story)
}

// keepWhatStands gives the item what its article keeps, and what its source has left open.
func (it *item) keepWhatStands() {
	a, old := &it.Article, it.old
	if it.given.Status == "" {
		a.Status = old.Status
	}
	if it.undated() {
		a.Published, a.DateOnly = old.Published, old.DateOnly
	}
	if pageOf(a.URL) == pageOf(old.URL) {
		a.URL = old.URL // it was reached in another way
	}
	a.ID, a.Revision, a.FirstSeen, a.Source, a.GUID = old.ID, old.Revision, old.FirstSeen, old.Source, old.GUID
	a.SourceID, a.Place = old.SourceID, old.Place
	a.Suppressed, a.Story, a.Related, a.OtherSources = old.Suppressed, old.Story, old.Related, old.OtherSources
}

// invisibleChange returns the article as it is to be stored without a revision, where nothing has changed for readers: its
// site lives elsewhere, or its readers have grown in number. Nil if something has.
func (it *item) invisibleChange() *bot.Article {
	is := *it.old
	if sameButHost(it.URL, is.URL) {
		is.URL = it.URL
	}
	if it.Same(&is) {
		return &is
	}
	if !sameButCounts(&it.Article, &is) {
		return nil
	}
	is.Title, is.Summary = it.Title, it.Summary
	return &is
}

// rename notes another name of an article that its source has reported already, and its present address.
func (in *ingest) rename(ctx context.Context, it *item) error {
	if err := in.learn(ctx, it.old.ID, it); err != nil {
		return err
	}
	in.count(it.old.ID, bot.Unchanged)
	in.decide(it)
	if it.URL == "" || it.URL == it.old.URL || it.SourceID != it.old.SourceID {
		return nil
	}
	moved := *it.old
	moved.URL = it.URL
	return in.write(ctx, &moved)
}

// rewrite stores a as the next revision of old, whose text moves into the log.
func (in *ingest) rewrite(ctx context.Context, a, old *bot.Article) error {
	const keep = `
		UPDATE revisions
		SET snapshot = $3
		WHERE article_id = $1 AND revision = $2`
	if a.Revision == 1 && in.isNew(a.ID) { // nobody has seen it without
		if err := in.write(ctx, a); err != nil {
			return err
		}
		return in.reindex(ctx, a, old)
	}
	a.Revision = old.Revision + 1
	snapshot, err := json.Marshal(old)
	if err != nil {
		return err
	}
	if err := in.tx.Queue(ctx, keep, old.ID, old.Revision, string(snapshot)); err != nil {
		return err
	}
	if err := in.write(ctx, a); err != nil {
		return err
	}
	if !a.Embargo.Equal(old.Embargo) {
		if err := reschedulePosts(ctx, in.tx, a.ID, micros(a.Embargo)); err != nil {
			return err
		}
	}
	if err := in.reindex(ctx, a, old); err != nil {
		return err
	}
	return in.log(ctx, a)
}

// isNew reports whether this call has added the article with an ID.
func (in *ingest) isNew(id int64) bool { return in.lastID > 0 && id > in.before }
