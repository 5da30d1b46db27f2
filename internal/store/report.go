package store

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"tidings/bot"
	"tidings/internal/database"
)

// report is a source that reports an article, and a hash of what it reported last. An article that only its own
// source reports has none.
type report struct {
	Source string `json:"source"`
	Hash   int64  `json:"told"`
}

// packReports writes reports as JSON.
func packReports(list []report) (string, error) {
	b, err := json.Marshal(list)
	return string(b), err
}

func unpackReports(s string) (list []report, err error) {
	if s == "[]" {
		return nil, nil
	}
	err = json.Unmarshal([]byte(s), &list)
	return list, err
}

// otherSourcesOf returns the sources of reports beside the article's own.
func otherSourcesOf(list []report, own string) (others []string) {
	for _, r := range list {
		if r.Source != own {
			others = append(others, r.Source)
		}
	}
	return others
}

// reportsOf returns who reports an article.
func (in *ingest) reportsOf(ctx context.Context, id int64) ([]report, error) {
	const text = `
		SELECT tellings
		FROM articles
		WHERE id = $1`
	s, _, err := database.One(ctx, in.tx, database.Value[string], text, id)
	if err != nil || s == "" {
		return nil, err
	}
	return unpackReports(s)
}

// hashReport hashes what a source reports of an article, so that two sources that report it differently do not revise
// it in turn. How the address was reached does not count.
func hashReport(a *bot.Article) int64 {
	status := a.Status
	if status == bot.Live {
		status = ""
	}
	return key("told", a.Title, a.Summary, canonicalLink(a.URL), a.Image, a.Lang, strconv.Itoa(a.Urgency),
		strconv.FormatInt(micros(a.Embargo), 10), string(status), strings.Join(a.Authors, "\n"), strings.Join(a.Tags, "\n"))
}

// noteReport notes what the item's source reports of the article. It returns whether that changes the article: it does not
// if the source has reported this before, reports the article for the first time besides another, or may not change it.
func (in *ingest) noteReport(ctx context.Context, it *item) (changes bool, err error) {
	const update = `
		UPDATE articles
		SET tellings = $2
		WHERE id = $1`
	if it.SourceID == it.old.SourceID && len(it.old.OtherSources) == 0 {
		return true, nil
	}
	list, err := in.reportsOf(ctx, it.old.ID)
	if err != nil {
		return false, err
	}
	if len(list) == 0 {
		list = []report{{it.old.Source, hashReport(it.old)}}
	}
	is := it.Article
	is.Status = it.given.Status
	r := report{it.Source, hashReport(&is)}
	at := slices.IndexFunc(list, func(was report) bool { return was.Source == it.Source })
	if at >= 0 && list[at].Hash == r.Hash {
		return false, nil
	}
	if at >= 0 {
		list[at] = r
	} else {
		list = append(list, r)
	}
	packed, err := packReports(list)
	if err != nil {
		return false, err
	}
	in.forget(it.old.ID)
	if err := in.tx.Queue(ctx, update, it.old.ID, packed); err != nil {
		return false, err
	}
	if at < 0 {
		return false, in.join(ctx, it)
	}
	return in.mayChange(ctx, it.SourceID, it.old)
}

// mayChange reports whether a source may change an article: it reported it first, or is fetched from the host of its link.
func (in *ingest) mayChange(ctx context.Context, source string, a *bot.Article) (bool, error) {
	if source == a.SourceID {
		return true, nil
	}
	host, err := in.hostOf(ctx, source)
	return host != "" && host == linkHost(a.URL), err
}

// hostOf returns where a feed is fetched from, or "" for a source that is none.
func (in *ingest) hostOf(ctx context.Context, source string) (string, error) {
	const text = `
		SELECT url
		FROM sources
		WHERE name = $1 AND kind = $2`
	if host, known := in.hosts[source]; known {
		return host, nil
	}
	address, _, err := database.One(ctx, in.tx, database.Value[string], text, source, bot.FeedSource)
	in.hosts[source] = linkHost(address)
	return in.hosts[source], err
}

// join gives the article a further source: its subscribers may not have had it yet, and nobody has if the
// article was suppressed as long as others reported it. What is no news in the further source alerts nobody.
func (in *ingest) join(ctx context.Context, it *item) error {
	const speak = `
		UPDATE articles
		SET quiet = ''
		WHERE id = $1`
	a := it.old
	news := it.standing == isNews && (a.Suppressed != "" || in.now.Sub(a.FirstSeen) < renamedWithin)
	in.decide(it)
	if a.Suppressed != "" && news {
		a.Suppressed = ""
		if err := in.tx.Queue(ctx, speak, a.ID); err != nil {
			return err
		}
	}
	was := *a
	a.OtherSources = append(a.OtherSources, it.Source)
	in.joined[it.SourceID]++
	if err := in.reindex(ctx, a, &was); err != nil || !news {
		return err
	}
	packed, err := json.Marshal(bot.Report{
		At: in.now, Source: it.Source, Title: it.Title, Summary: it.Summary, Lang: it.Lang, URL: it.URL, Authors: it.Authors, Tags: it.Tags,
	})
	if err != nil {
		return err
	}
	return in.logAgain(ctx, a.ID, string(packed))
}

// again has an article matched with the filters once more, though nothing in it has changed for readers.
func (in *ingest) again(ctx context.Context, id int64) error { return in.logAgain(ctx, id, "") }

// logAgain does so with how a further source reports it, if one does.
func (in *ingest) logAgain(ctx context.Context, id int64, further string) error {
	// Below the revisions, of which the first is 1.
	const insert = `
		INSERT INTO revisions (article_id, revision, at, snapshot)
		SELECT $1, coalesce(min(revision), 1) - 1, $2, nullif($3, '')
		FROM revisions
		WHERE article_id = $1 AND revision < 1`
	return in.tx.Queue(ctx, insert, id, in.tx.Now, further)
}

// unpackReport reads how a further source reports an article, nil if none does.
func unpackReport(s string) (*bot.Report, error) {
	if s == "" {
		return nil, nil //nolint:nilnil // There is no such source and nothing wrong.
	}
	r := &bot.Report{}
	return r, json.Unmarshal([]byte(s), r)
}

func readReport(row database.Scan) (r bot.Report, err error) {
	s, err := database.Value[string](row)
	if err == nil {
		err = json.Unmarshal([]byte(s), &r)
	}
	return r, err
}
