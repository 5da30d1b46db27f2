package store

import (
	"tidings/bot/filter"
	"tidings/internal/database"
)

// dialect is what the two databases cannot share of this package's statements.
type dialect struct {
	// claimHint ends the query that picks targets, so that claimers who may write at the same time do
	// not pick the same.
	claimHint string
	// queueHint ends the query that looks for places in queue AS q, before Settle reads anything. It keeps others from
	// changing them meanwhile, and from adding to what is pending. Empty where nobody else writes.
	queueHint string
	// skipLocked ends what locks rows, for one who passes over what another transaction has.
	skipLocked string
	// articleHint ends the query that reads an article AS a beside what Settle writes, so that no revision comes in
	// between which neither of the two sees.
	articleHint string
	// fullText says in the full-text index's language what a filter asks for of what is public or an owner's: an
	// expression for textQuery.
	fullText func(q filter.Query, owner int64) string
	// The index has rows of its own, keyed by time_key: textRows stores what textRow makes of an article's words, and
	// keyed of that once the key is known, beside the key; deleteText deletes it.
	textRows   *database.Rows
	textRow    func(t texts) []string
	keyed      func(key int64, row []string) []string
	deleteText string
	// deferred says that articles get into the index later than into the store: see textIndex.
	deferred bool
	// textQuery finds up to $3 articles AS a whose time_key is below $2 by the expression $1, newest first, and reads their
	// time_key and those columns. Of what is deferred it finds all.
	textQuery func(columns string) string
	// counting is how the articles are counted that the expression $1 matches with a time_key from $2 to below $3: by a number or, where
	// the manner is one of listing, by their time keys.
	counting [byMerge + 1]string
}

// texts are the words of an article in the full-text index.
type texts struct{ title, summary, authors, tags, source, lang, owner string }

func dialectOf(kind database.Kind) dialect {
	if kind == database.Postgres {
		return postgresDialect()
	}
	return sqliteDialect()
}
