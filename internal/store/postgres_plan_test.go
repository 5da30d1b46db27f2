package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
)

// plans lists the statements whose plans have been examined. The zero value is ready.
type plans struct {
	mu    sync.Mutex
	texts map[string]bool // guarded by mu
}

// check asks the server how it runs each statement that the connections of a store have prepared: none may read a
// table that grows from end to end where an index could serve. The tables of a test are too small for the server to
// think of an index by itself, so it is forced to.
func (p *plans) check(t *testing.T, s *Store) {
	t.Helper()
	ctx := context.WithoutCancel(t.Context())
	w, r := s.db.Pools()
	for _, pool := range []*sql.DB{w, r} {
		var conns []*sql.Conn
		for range pool.Stats().Idle {
			conn, err := pool.Conn(ctx)
			if err != nil {
				t.Error(err)
				break
			}
			conns = append(conns, conn)
		}
		for _, conn := range conns {
			if err := p.checkSession(ctx, t, conn); err != nil {
				t.Error(err)
			}
			if err := conn.Close(); err != nil {
				t.Error(err)
			}
		}
	}
}

func (p *plans) checkSession(ctx context.Context, t *testing.T, conn *sql.Conn) error {
	t.Helper()
	type prepared struct {
		name, text string
		parameters int
	}
	var list []prepared
	rows, err := conn.QueryContext(ctx, `SELECT name, statement, cardinality(parameter_types) FROM pg_prepared_statements`)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var st prepared
		if err := rows.Scan(&st.name, &st.text, &st.parameters); err != nil {
			return err
		}
		list = append(list, st)
	}
	if err := rows.Err(); err != nil {
		return err
	}
	for _, text := range []string{
		`SET enable_seqscan = off`, `SET enable_mergejoin = off`, `SET enable_hashjoin = off`, `SET enable_material = off`,
		`SET plan_cache_mode = force_generic_plan`, `DISCARD PLANS`,
	} {
		if _, err := conn.ExecContext(ctx, text); err != nil {
			return err
		}
	}
	first, err := firstColumns(ctx, conn)
	if err != nil {
		return err
	}
	for _, st := range list {
		if !p.isNew(st.text) {
			continue
		}
		if err := checkPlan(ctx, t, conn, first, st.name, st.text, st.parameters); err != nil {
			return fmt.Errorf("%w, in %s", err, st.text)
		}
	}
	return nil
}

// isNew notes a statement that has a plan, and reports whether it was not seen before.
func (p *plans) isNew(text string) bool {
	verb, _, _ := strings.Cut(strings.TrimSpace(text), " ")
	verb, _, _ = strings.Cut(verb, "\n")
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.texts[text] || text == countsDiffer || !slices.Contains([]string{"SELECT", "INSERT", "UPDATE", "DELETE", "WITH"}, strings.TrimSpace(verb)) ||
		strings.Contains(text, "pg_") || strings.Contains(text, "information_schema") {
		return false
	}
	if p.texts == nil {
		p.texts = map[string]bool{}
	}
	p.texts[text] = true
	return true
}

// firstColumns returns the first column of each index.
func firstColumns(ctx context.Context, conn *sql.Conn) (map[string]string, error) {
	const text = `
		SELECT c.relname, a.attname
		FROM pg_index AS i
		JOIN pg_class AS c ON c.oid = i.indexrelid
		JOIN pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]`
	rows, err := conn.QueryContext(ctx, text)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	first := map[string]string{}
	for rows.Next() {
		var index, column string
		if err := rows.Scan(&index, &column); err != nil {
			return nil, err
		}
		first[index] = column
	}
	return first, rows.Err()
}

// step is a step of a plan.
type step struct {
	Type     string `json:"Node Type"`
	Relation string `json:"Relation Name"`
	Index    string `json:"Index Name"`
	Cond     string `json:"Index Cond"`
	Plans    []step
}

func checkPlan(
	ctx context.Context, t *testing.T, conn *sql.Conn, first map[string]string, name, text string, parameters int,
) error {
	t.Helper()
	nulls := ""
	if parameters > 0 {
		nulls = "(NULL" + strings.Repeat(", NULL", parameters-1) + ")"
	}
	var plan string
	explain := `EXPLAIN (FORMAT JSON) EXECUTE "` + name + `"` + nulls
	// Kept like others, it would take the place of a statement that is still to be explained.
	if err := conn.QueryRowContext(ctx, explain, pgx.QueryExecModeSimpleProtocol).Scan(&plan); err != nil {
		return err
	}
	var list []struct{ Plan step }
	if err := json.Unmarshal([]byte(plan), &list); err != nil {
		return err
	}
	for _, top := range list {
		checkStep(t, &top.Plan, first, text)
	}
	return nil
}

// checkStep finds what reads all of a table that grows, or all of an index that is not of a few rows alone.
func checkStep(t *testing.T, s *step, first map[string]string, text string) {
	t.Helper()
	grows := []string{
		"articles", "revisions", "search", "deliveries", "queue", "batches", "aliases", "recent_titles", "facets", "inbox",
	}
	partial := []string{
		"articles_held", "articles_hidden", "deliveries_embargoed", "deliveries_scheduled", "deliveries_embargoed_target", "inbox_unhandled",
	}
	if strings.Contains(text, "GROUP BY platform") { // counted for the figures
		return
	}
	reads := strings.HasSuffix(s.Type, "Scan") && s.Type != "Bitmap Heap Scan"
	sought := s.Cond != "" && strings.Contains(s.Cond, first[s.Index])
	if reads && slices.Contains(grows, s.Relation) && !sought && !slices.Contains(partial, s.Index) {
		t.Errorf("%s on %s by %q where %q, in %s", s.Type, s.Relation, s.Index, s.Cond, text)
	}
	for i := range s.Plans {
		checkStep(t, &s.Plans[i], first, text)
	}
}
