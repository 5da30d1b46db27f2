package peers

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/analysis/analyzer/simple"
	"github.com/blevesearch/bleve/v2/index/scorch"
	"github.com/blevesearch/bleve/v2/mapping"
	"github.com/blevesearch/bleve/v2/search/query"
	"github.com/coregx/ahocorasick"
	"github.com/jackc/pgx/v5"
	"tidings/bot/filter"
	"tidings/internal/pgtest"
	"tidings/internal/zipf"
)

// matcher is one way to find the conditions that an article meets. match returns their numbers in order; only the one of
// literals has its own.
type matcher struct {
	name  string
	most  int // conditions; more would take minutes
	exact bool
	build func(t testing.TB, list []zipf.Condition) (match func(a *article) []int, bytes uint64)
}

func matchers() []matcher {
	return []matcher{
		{"Tidings (bot/filter)", 1_000_000, true, ours},
		{"each filter by strings.Contains", 100_000, false, byContains},
		{"coregx/ahocorasick: finds literals, knows no AND, NOT or end of a word", 1_000_000, false, byLiterals},
		{"PostgreSQL: tsquery column, GiST index", 1_000_000, true, byPostgres},
		{"bleve: the article in memory, each query run", 10_000, true, byBleve},
	}
}

// TestMatch finds the filters that match an article, from its text on.
func TestMatch(t *testing.T) {
	sizes := []int{1_000, 10_000, 100_000, 1_000_000}
	all := matchers()
	rows := make([][]string, len(all))
	for i := range all {
		rows[i] = []string{all[i].name}
	}
	here, memory := []string{"(Tidings takes here)"}, make([]string, len(all))
	for _, n := range sizes {
		took, bytes := matchAmong(t, n)
		here = append(here, short(took[0]))
		for i := range all {
			if took[i] == 0 {
				rows[i] = append(rows[i], "–")
				continue
			}
			rows[i] = append(rows[i], ratio(took[i], took[0]))
			if memory[i] = "–"; bytes[i] > 0 {
				memory[i] = fmt.Sprintf("%.3g B", float64(bytes[i])/float64(n)) // of the most that it was tried with
			}
		}
	}
	for i := range rows {
		rows[i] = append(rows[i], memory[i])
	}
	table("Finding the filters that match an article: 1 to 3 terms, 20 % phrases, 15 % with a NOT; ours = 1.\n"+
		"PostgreSQL's memory is its table and index; with bleve, the parsed queries.",
		[]string{"filters", "1,000", "10,000", "100,000", "1,000,000", "each"}, slices.Concat(rows, [][]string{here}))
}

// matchAmong has all matchers that can find the conditions met among n, and returns what that took, 0 for those that can't,
// and what they keep in memory. Those that understand a condition have to agree.
func matchAmong(t *testing.T, n int) (took []time.Duration, bytes []uint64) {
	w := newWork()
	conditions := w.conditions(n)
	articles := make([]article, 100)
	for i := range articles {
		articles[i] = w.article()
	}
	all := matchers()
	var entrants []contender
	var which []int
	bytes = make([]uint64, len(all))
	var want []int
	for i, m := range all {
		if n > m.most {
			continue
		}
		match, size := m.build(t, conditions)
		bytes[i] = size
		found := match(&articles[0])
		if want == nil {
			want = found
		}
		if m.exact && !slices.Equal(found, want) {
			t.Fatalf("%s finds %v, want %v", m.name, found, want)
		}
		next := 0
		which = append(which, i)
		entrants = append(entrants, contender{m.name, func(testing.TB) {
			match(&articles[next%len(articles)])
			next++
		}})
	}
	took = make([]time.Duration, len(all))
	for i, d := range race(t, entrants) {
		took[which[i]] = d
	}
	return took, bytes
}

// ours is the index of bot/filter.
func ours(t testing.TB, list []zipf.Condition) (func(*article) []int, uint64) {
	set, bytes := weighed(func() *filter.Set {
		s := filter.NewSet()
		for i, c := range list {
			s.Put(int64(i), parsed(t, c))
		}
		return s
	})
	return func(a *article) []int {
		var found []int
		set.Match(filter.NewDocument(filter.Fields{Title: a.title, Summary: a.dek}), func(id int64) { found = append(found, int(id)) })
		slices.Sort(found)
		return found
	}, bytes
}

func parsed(t testing.TB, c zipf.Condition) *filter.Filter {
	f, err := filter.Parse(c.String())
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// byContains is what most bots do.
func byContains(_ testing.TB, list []zipf.Condition) (func(*article) []int, uint64) {
	return func(a *article) (found []int) {
		text := strings.ToLower(a.text())
		for i, c := range list {
			has := func(term string) bool { return strings.Contains(text, term) }
			lacks := func(term string) bool { return !has(term) }
			if !slices.ContainsFunc(c.Terms, lacks) && (c.Not == "" || lacks(c.Not)) {
				found = append(found, i)
			}
		}
		return found
	}, 0
}

// byLiterals looks for all terms of all conditions at once.
func byLiterals(t testing.TB, list []zipf.Condition) (func(*article) []int, uint64) {
	seen, literals := map[string]bool{}, []string(nil)
	for _, c := range list {
		for _, term := range c.Terms {
			if !seen[term] {
				seen[term] = true
				literals = append(literals, term)
			}
		}
	}
	automaton, bytes := weighed(func() *ahocorasick.Automaton {
		a, err := ahocorasick.NewBuilder().AddStrings(literals).Build()
		if err != nil {
			t.Fatal(err)
		}
		return a
	})
	return func(a *article) (found []int) {
		for _, m := range automaton.FindAllOverlapping([]byte(strings.ToLower(a.text()))) {
			found = append(found, m.PatternID)
		}
		return found
	}, bytes
}

// byPostgres keeps the conditions in a table, and has its index find those that an article meets.
func byPostgres(t testing.TB, list []zipf.Condition) (func(*article) []int, uint64) {
	ctx := context.WithoutCancel(t.Context()) // the last query is at the end of the test
	conn, err := pgx.Connect(ctx, pgtest.URL(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(ctx) })
	for _, text := range []string{
		`SET maintenance_work_mem = '512MB'`,
		`CREATE TABLE conditions (id INTEGER, words TEXT, asks TSQUERY)`,
	} {
		if _, err := conn.Exec(ctx, text); err != nil {
			t.Fatal(err)
		}
	}
	rows := pgx.CopyFromSlice(len(list), func(i int) ([]any, error) { return []any{i, tsquery(list[i])}, nil })
	if _, err := conn.CopyFrom(ctx, pgx.Identifier{"conditions"}, []string{"id", "words"}, rows); err != nil {
		t.Fatal(err)
	}
	var bytes uint64
	for _, text := range []string{
		`CREATE TABLE asked AS SELECT id, words::tsquery AS asks FROM conditions`,
		`DROP TABLE conditions`,
		`CREATE INDEX asked_by ON asked USING gist (asks)`,
		`VACUUM ANALYZE asked`,
	} {
		if _, err := conn.Exec(ctx, text); err != nil {
			t.Fatal(err)
		}
	}
	if err := conn.QueryRow(ctx, `SELECT pg_total_relation_size('asked')`).Scan(&bytes); err != nil {
		t.Fatal(err)
	}
	return func(a *article) []int {
		rows, err := conn.Query(ctx, `SELECT id FROM asked WHERE to_tsvector('simple', $1) @@ asks ORDER BY id`, a.text())
		if err != nil {
			t.Fatal(err)
		}
		found, err := pgx.CollectRows(rows, pgx.RowTo[int])
		if err != nil {
			t.Fatal(err)
		}
		return found
	}, bytes
}

func tsquery(c zipf.Condition) string {
	var all []string
	for _, term := range c.Terms {
		all = append(all, "("+strings.ReplaceAll(term, " ", " <-> ")+")")
	}
	if c.Not != "" {
		all = append(all, "!"+c.Not)
	}
	return strings.Join(all, " & ")
}

// byBleve makes an index of each article and asks it all conditions, one after the other.
func byBleve(t testing.TB, list []zipf.Condition) (func(*article) []int, uint64) {
	queries, bytes := weighed(func() []query.Query {
		made := make([]query.Query, len(list))
		for i, c := range list {
			made[i] = bleveQuery(c)
		}
		return made
	})
	return func(a *article) (found []int) {
		index, err := inMemory(plainWords())
		if err != nil {
			t.Fatal(err)
		}
		defer index.Close()
		if err := index.Index("1", map[string]string{"text": a.text()}); err != nil {
			t.Fatal(err)
		}
		for i, q := range queries {
			answer, err := index.Search(bleve.NewSearchRequestOptions(q, 1, 0, false))
			if err != nil {
				t.Fatal(err)
			}
			if answer.Total > 0 {
				found = append(found, i)
			}
		}
		return found
	}, bytes
}

func bleveQuery(c zipf.Condition) query.Query {
	q := bleve.NewBooleanQuery()
	for _, term := range c.Terms {
		phrase := bleve.NewMatchPhraseQuery(term)
		phrase.SetField("text")
		q.AddMust(phrase)
	}
	if c.Not != "" {
		not := bleve.NewTermQuery(c.Not)
		not.SetField("text")
		q.AddMustNot(not)
	}
	return q
}

// inMemory makes an index of the kind that is bleve's default on disk; its NewMemOnly makes an older and slower one.
func inMemory(m mapping.IndexMapping) (bleve.Index, error) {
	return bleve.NewUsing("", m, scorch.Name, scorch.Name, nil)
}

// sortable is as plainWords, with what sorting by time takes.
func sortable() mapping.IndexMapping {
	m := bleve.NewIndexMapping()
	m.DefaultAnalyzer = simple.Name
	m.StoreDynamic = false
	return m
}

// plainWords has bleve index words as they are, and positions, and nothing besides.
func plainWords() mapping.IndexMapping {
	m := bleve.NewIndexMapping()
	m.DefaultAnalyzer = simple.Name
	m.StoreDynamic, m.DocValuesDynamic = false, false
	return m
}
