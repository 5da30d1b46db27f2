package store

import (
	"strconv"
	"strings"

	"tidings/bot/filter"
	"tidings/internal/database"
)

var postgresTextRows = database.NewRows(database.Into{
	Table: "search", Numbers: []string{"time_key"}, Texts: []string{"words"},
	As: map[string]string{"words": "new.words::tsvector"},
})

func postgresDialect() dialect {
	return dialect{
		claimHint: `
		FOR UPDATE SKIP LOCKED`,
		queueHint: `
		FOR UPDATE OF q`,
		skipLocked: ` SKIP LOCKED`,
		articleHint: `
		FOR SHARE OF a`,
		fullText:   postgresWalled,
		textRows:   postgresTextRows,
		deleteText: `DELETE FROM search WHERE time_key = $1`,
		textRow:    postgresRow,
		keyed:      withDay,
		textQuery: func(columns string) string {
			return `
	SELECT hit.time_key,` + columns + postgresSearch
		},
		counting: [...]string{
			byEach:  postgresEach,
			byCount: postgresDays + `SELECT count(*)` + postgresBetween,
			byList:  postgresList,
			byMerge: postgresDays + `SELECT time_key` + postgresBetween,
		},
	}
}

// postgresSearch looks at the newest articles first, as far as $3 allows: a word that many of them have fills the page
// from there, and reading its whole list would take long. Only if it does not, the word is rare enough for the index: first
// for what it has of the last two days, because each article that it finds has to be read. That is for this statement to decide:
// the planner knows a word's frequency not at all in a prepared statement, and what it has to guess costs seconds when the guess is
// wrong. Adding 0 keeps it from the order of time for the rare.
const postgresSearch = `
	FROM (
		WITH newest AS MATERIALIZED (
			SELECT (max(time_key) >> 30) / 86400 AS day
			FROM search
			WHERE time_key < $2),
		near AS MATERIALIZED (
			SELECT newest.time_key
			FROM (
				SELECT time_key, words
				FROM search
				WHERE time_key < $2
				ORDER BY time_key DESC
				LIMIT least(greatest(8000, 16 * $3::bigint), 32000)) AS newest
			WHERE newest.words @@ (SELECT $1::text::tsquery) -- read once, not for each row
			LIMIT $3),
		late AS MATERIALIZED (
			SELECT time_key
			FROM search
			WHERE words @@ (SELECT $1::text::tsquery && format('''day:%s'' | ''day:%s''', day, day - 1)::tsquery FROM newest)
				AND time_key + 0 < $2 AND (SELECT count(*) FROM near) < $3),
		far AS MATERIALIZED (
			SELECT time_key
			FROM search
			WHERE words @@ $1::text::tsquery AND time_key + 0 < $2
				AND (SELECT count(*) FROM near) < $3 AND (SELECT count(*) FROM late) < $3)
		SELECT time_key FROM near WHERE (SELECT count(*) FROM near) >= $3
		UNION ALL
		SELECT time_key FROM late WHERE (SELECT count(*) FROM late) >= $3
		UNION ALL
		SELECT time_key FROM far
		ORDER BY time_key DESC
		LIMIT $3) AS hit
	JOIN articles AS a ON a.time_key = hit.time_key
	ORDER BY hit.time_key DESC`

// postgresDays and postgresBetween find what lies between $2 and $3. Where that is a week at most, the words of its days spare the index from
// reading all that it has of a word, which a tally of many days would have it do for each. Adding 0 keeps it from reading the keys
// of all articles of those days beside that.
const (
	postgresDays = `
	WITH days AS (
		SELECT ($2::bigint >> 30) / 86400 AS first, (least($3::bigint, (SELECT max(time_key) FROM search)) >> 30) / 86400 AS last)
	`
	postgresBetween = `
	FROM search
	WHERE words @@ (
			SELECT CASE
				WHEN last BETWEEN first AND first + 7 THEN $1::text::tsquery && (
					SELECT string_agg(format('''day:%s''', day), ' | ')::tsquery
					FROM generate_series(first, last) AS day)
				ELSE $1::text::tsquery
			END
			FROM days)
		AND time_key + 0 >= $2 AND time_key + 0 < $3`
)

// postgresList lists what lies between $2 and $3 of a rare word, of which it reads all there is: that is less than the lists of the days.
const postgresList = `
	SELECT time_key
	FROM search
	WHERE words @@ $1::text::tsquery AND time_key + 0 >= $2 AND time_key + 0 < $3`

// postgresEach looks at each article between $2 and $3, which takes less where many match. OFFSET keeps the planner from the index
// of the words.
const postgresEach = `
	SELECT count(*)
	FROM (
		SELECT words
		FROM search
		WHERE time_key >= $2 AND time_key < $3
		OFFSET 0) AS piece
	WHERE words @@ (SELECT $1::text::tsquery)`

// dayPrefix begins the word that says on which day an article stands in lists. No filter has a field of that name.
const dayPrefix = "day:"

// Bounds of a tsvector. https://www.postgresql.org/docs/15/textsearch-limitations.html
const (
	maxLexeme   = 2000    // bytes; a longer word is known by its beginning
	maxPosition = 1 << 14 // positions are below it
	maxPlaces   = 60      // of a word in one field; the limit is 255 for all of them
)

// crowded marks an article whose words stand in more places than can be kept. It isn't a word.
const crowded = "¦"

// postgresRow makes a row of table search.
func postgresRow(t texts) []string {
	var v vector
	// The longest comes last: what does not fit is then the end of the summary.
	v.add(t.owner, ownerPrefix, 'D')
	v.add(t.title, "", 'A')
	v.add(t.authors, "", 'C')
	v.add(t.tags, "", 'D')
	v.add(t.summary, "", 'B')
	v.add(t.source, filter.Source.String()+":", 'D')
	v.add(t.lang, filter.Lang.String()+":", 'D')
	return []string{string(v.text)}
}

// withDay adds the word of the day to a row.
func withDay(key int64, row []string) []string {
	day := (key >> idBits) / (24 * 60 * 60)
	return []string{row[0] + "'" + dayPrefix + strconv.FormatInt(day, 10) + "'"}
}

// vector is a tsvector in the making.
type vector struct {
	text []byte // as the database reads it: 'word':1A 'word':2A, which may repeat a word
	last int    // position
}

// add adds the words of a field, with a prefix, in a weight.
func (v *vector) add(text, prefix string, weight byte) {
	v.last++ // no phrase reaches from one field into the next
	count := map[string]int{}
	for word := range strings.SplitSeq(text, " ") {
		v.last++
		if word == "" || word == strings.TrimSpace(apart) {
			continue
		}
		word = prefix + lexeme(word)
		v.text = append(append(append(v.text, '\''), word...), '\'')
		if count[word]++; v.last < maxPosition && count[word] <= maxPlaces {
			v.text = append(strconv.AppendInt(append(v.text, ':'), int64(v.last), 10), weight)
		} else {
			v.text = append(v.text, " '"+crowded+"'"...)
		}
		v.text = append(v.text, ' ')
	}
}

// lexeme returns a word as the index knows it. Words have no character that means anything there.
func lexeme(word string) string {
	if len(word) > maxLexeme {
		word = strings.ToValidUTF8(word[:maxLexeme], "")
	}
	return word
}

// ownerPrefix begins the words that say who alone may find an article. No filter has a field of that name.
const ownerPrefix = "owner:"

// postgresWalled writes a query that finds nothing that is private and not the owner's.
func postgresWalled(q filter.Query, owner int64) string {
	others := `'` + ownerPrefix + isPrivate + `'`
	if owner != public {
		others = `(` + others + ` & !'` + ownerPrefix + ownerWord(owner) + `')`
	}
	return `(` + postgresMatch(q) + `) & !` + others
}

// postgresMatch writes a query as a tsquery. https://www.postgresql.org/docs/15/datatype-textsearch.html#DATATYPE-TSQUERY
func postgresMatch(q filter.Query) string {
	if q.Op == filter.Phrase {
		return postgresPhrase(q)
	}
	sign := " & "
	switch q.Op {
	case filter.Or:
		sign = " | "
	case filter.Without:
		sign = " & !"
	}
	kids := make([]string, len(q.Kids))
	for i, kid := range q.Kids {
		kids[i] = postgresMatch(kid)
	}
	return "(" + strings.Join(kids, sign) + ")"
}

func postgresPhrase(q filter.Query) string {
	prefix, mark := "", ""
	switch q.Field {
	case filter.Title:
		mark = "A"
	case filter.Summary:
		mark = "B"
	case filter.Author:
		mark = "C"
	case filter.Tag:
		mark = "D"
	case filter.Source, filter.Lang:
		prefix = q.Field.String() + ":"
	default: // any
	}
	words := make([]string, len(q.Words))
	for i, word := range q.Words {
		flags := mark
		if q.Prefix && i == len(words)-1 {
			flags = "*" + mark
		}
		if flags != "" {
			flags = ":" + flags
		}
		words[i] = "'" + prefix + lexeme(word) + "'" + flags
	}
	all := "(" + strings.Join(words, " & ") + ")"
	if len(words) == 1 {
		return all
	}
	return "(" + strings.Join(words, " <-> ") + " | '" + crowded + "' & " + all + ")"
}
