package store

import (
	"slices"
	"strings"

	"tidings/bot/filter"
	"tidings/internal/database"
)

var sqliteTextRows = database.NewRows(database.Into{
	Table: "search", Numbers: []string{"rowid"}, Texts: []string{"title", "summary", "authors", "tags", "source", "lang", "owner"},
	After: aliasRows, // an upsert has what was put into the index so far written out
})

func sqliteDialect() dialect {
	return dialect{
		fullText: sqliteWalled,
		textRows: sqliteTextRows,
		keyed:    func(_ int64, row []string) []string { return row },
		textRow: func(t texts) []string {
			return []string{t.title, t.summary, t.authors, t.tags, t.source, t.lang, t.owner}
		},
		deleteText: `
			DELETE FROM search
			WHERE rowid = $1`,
		deferred:  true,
		textQuery: sqliteSearch,
		counting: [...]string{
			byEach:  `SELECT count(*)` + sqliteBetween,
			byCount: `SELECT count(*)` + sqliteBetween,
			byList:  `SELECT rowid` + sqliteBetween,
			byMerge: `SELECT rowid` + sqliteBetween,
		},
	}
}

// sqliteSearch reads the index and what is not in it yet as one, from the newest on as far as anybody asks.
func sqliteSearch(columns string) string {
	return `
		SELECT search.rowid AS key,` + columns + `
		FROM search
		CROSS JOIN articles AS a ON a.time_key = search.rowid
		WHERE search MATCH $1 AND search.rowid < $2
		UNION ALL
		SELECT u.time_key,` + columns + `
		FROM unindexed AS u
		CROSS JOIN articles AS a ON a.time_key = u.time_key
		WHERE u.time_key < $2
		ORDER BY key DESC
		LIMIT $3`
}

// sqliteBetween finds what lies between $2 and $3, where it begins to read.
const sqliteBetween = `
	FROM search
	WHERE search MATCH $1 AND rowid >= $2 AND rowid < $3`

// sqliteWalled writes a query that finds nothing that is private and not the owner's.
func sqliteWalled(q filter.Query, owner int64) string {
	others := `owner : "` + isPrivate + `"`
	if owner != public {
		others = `(` + others + ` NOT owner : "` + ownerWord(owner) + `")`
	}
	return `(` + sqliteMatch(q) + `) NOT ` + others
}

// sqliteMatch writes a query in the language of FTS5. Words have no character that means anything
// there, and stand in quotes. https://www.sqlite.org/fts5.html#full_text_query_syntax
func sqliteMatch(q filter.Query) string {
	var b strings.Builder
	writeMatch(&b, q)
	return b.String()
}

func writeMatch(b *strings.Builder, q filter.Query) {
	if q.Op == filter.Phrase {
		b.WriteString(sqliteColumns(q.Field) + ` : "` + strings.Join(q.Words, " ") + `"`)
		if q.Prefix {
			b.WriteString(" *")
		}
		return
	}
	if q.Op == filter.Without {
		writeJoined(b, q.Kids, " NOT ")
		return
	}
	word := " AND "
	if q.Op == filter.Or {
		word = " OR "
	}
	// The deepest goes first: the parser of FTS5 has a stack of 100, of which a parenthesis at the beginning
	// uses one place and a later one three. Filters nest 50 deep.
	kids := slices.SortedStableFunc(slices.Values(q.Kids), func(a, b filter.Query) int { return depth(b) - depth(a) })
	writeJoined(b, kids, word)
}

func writeJoined(b *strings.Builder, kids []filter.Query, word string) {
	b.WriteByte('(')
	for i, kid := range kids {
		if i > 0 {
			b.WriteString(word)
		}
		writeMatch(b, kid)
	}
	b.WriteByte(')')
}

// depth returns how deep a query nests.
func depth(q filter.Query) int {
	deepest := 0
	for _, kid := range q.Kids {
		deepest = max(deepest, 1+depth(kid))
	}
	return deepest
}

func sqliteColumns(f filter.Field) string {
	switch f {
	case filter.Author:
		return "authors"
	case filter.Tag:
		return "tags"
	case filter.Any:
		return "{title summary authors tags}"
	default:
		return f.String()
	}
}
