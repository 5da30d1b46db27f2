package main

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"tidings/bot"
	"tidings/internal/pgtest"
	"tidings/internal/store"
)

// hourBase is the database of the hour.
type hourBase struct {
	t     testing.TB
	ctx   context.Context
	url   string
	store *store.Store
	conn  *pgx.Conn // one goroutine's at a time
	speed int64
	// statements says that the server counts what statements cost.
	statements bool
}

// newHourBase starts a server and fills it with a crowd: with COPY, as a million subscriptions would take an hour one by
// one. What the server does by its own clock it does as many times as often as that of the replicas goes faster.
func newHourBase(t testing.TB, c *crowd) *hourBase {
	t.Helper()
	b := &hourBase{t: t, ctx: t.Context(), speed: *hourSpeed, statements: pgtest.HasModule("pg_stat_statements")}
	settings := []string{
		"autovacuum = on", fmt.Sprintf("autovacuum_naptime = %dms", max(1000, 60_000/b.speed)),
		fmt.Sprintf("autovacuum_vacuum_cost_delay = %dus", 2000/b.speed), fmt.Sprintf("checkpoint_timeout = %ds", max(30, 300/b.speed)),
		"shared_buffers = 512MB", "max_wal_size = 4GB",
	}
	if b.statements {
		settings = append(settings, "shared_preload_libraries = 'pg_stat_statements'", "pg_stat_statements.max = 1000")
	}
	server := pgtest.StartWith(t, settings...)
	b.url = server.Schema(t)
	if b.speed > 1 {
		b.simulate(server)
	}
	b.conn = b.connect()
	if b.statements {
		b.exec(`CREATE EXTENSION pg_stat_statements`)
	}
	var err error
	if b.store, err = store.Open(b.ctx, store.Config{URL: b.url}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = b.store.Close() })
	b.fill(c)
	return b
}

// simulate has the server read the clock of the replicas in its schema: a function there goes before the server's own.
func (b *hourBase) simulate(server *pgtest.Server) {
	b.t.Helper()
	var speed, from int64
	if _, err := fmt.Sscanf(os.Getenv(simulatedClock), "%d@%d", &speed, &from); err != nil {
		b.t.Fatal(err)
	}
	u, err := url.Parse(b.url)
	if err != nil {
		b.t.Fatal(err)
	}
	q := u.Query()
	schema := q.Get("search_path")
	server.Exec(b.t, fmt.Sprintf(`
		CREATE FUNCTION %s.clock_timestamp() RETURNS timestamptz VOLATILE LANGUAGE sql AS $$
			SELECT to_timestamp(%[2]d / 1e9) + (pg_catalog.clock_timestamp() - to_timestamp(%[2]d / 1e9)) * %[3]d
		$$`, schema, from, speed))
	q.Set("search_path", schema+",pg_catalog")
	u.RawQuery = q.Encode()
	b.url = u.String()
}

func (b *hourBase) connect() *pgx.Conn {
	b.t.Helper()
	conn, err := pgx.Connect(b.ctx, b.url)
	if err != nil {
		b.t.Fatal(err)
	}
	b.t.Cleanup(func() { _ = conn.Close(context.WithoutCancel(b.ctx)) })
	return conn
}

func (b *hourBase) exec(text string, args ...any) {
	b.t.Helper()
	if _, err := b.conn.Exec(b.ctx, text, args...); err != nil {
		b.t.Fatalf("%v, in %s", err, text)
	}
}

func (b *hourBase) count(text string, args ...any) (n int) {
	b.t.Helper()
	if err := b.conn.QueryRow(b.ctx, text, args...).Scan(&n); err != nil {
		b.t.Fatalf("%v, in %s", err, text)
	}
	return n
}

// copy writes n rows into a table.
func (b *hourBase) copy(table, columns string, n int, row func(i int) []any) {
	b.t.Helper()
	names := strings.Split(columns, ", ")
	source := pgx.CopyFromSlice(n, func(i int) ([]any, error) { return row(i), nil })
	if _, err := b.conn.CopyFrom(b.ctx, pgx.Identifier{table}, names, source); err != nil {
		b.t.Fatalf("%v, into %s", err, table)
	}
}

// fill writes the chats and what they have subscribed to.
func (b *hourBase) fill(c *crowd) {
	b.t.Helper()
	b.copy("targets", "id, platform, space, chat, thread", len(c.targets), func(i int) []any {
		t := c.targets[i]
		return []any{i + 1, t.Platform, t.Space, t.Chat, t.Thread}
	})
	const each = 1 + fourTopics
	var filters []string
	columns := "target_id, number, filter, filter_key, after, created, created_by, version"
	b.copy("subscriptions", columns, each*len(c.targets), func(i int) []any {
		if i%each == 0 {
			filters = c.filters(i / each)
		}
		f := filters[i%each]
		return []any{i/each + 1, i%each + 1, f, f, 0, 1, "", 1}
	})
	b.exec(`UPDATE counters SET value = 1 WHERE name = 'version'`)
	b.exec(`SELECT setval(pg_get_serial_sequence('targets', 'id'), $1)`, len(c.targets))
	b.exec(`ANALYZE targets, subscriptions`)
}

// follow has the replicas follow the papers, as if they had done so for long: each is due within its own interval.
func (b *hourBase) follow(p *papers, start time.Time) {
	b.t.Helper()
	dice := rand.New(rand.NewPCG(*soakSeed, 20))
	intervals := [3]time.Duration{time.Hour, 18 * time.Minute, 15 * time.Minute} // for how often they change
	columns := "name, kind, url, title, added, etag, next_fetch, due, last_try, last_success, fetch_memory"
	b.copy("sources", columns, len(p.list), func(n int) []any {
		kind := kindOf(n)
		every := min(intervals[kind], *hourLength)
		due := start.Add(time.Duration(dice.Float64() * float64(every)))
		last := due.Add(-every)
		p.open(n, last)
		gap := time.Duration(float64(24*time.Hour) / perDay(kind))
		memory, err := json.Marshal(bot.FetchMemory{Gap: gap, Changed: last.Add(-gap / 2), Whole: last})
		if err != nil {
			b.t.Fatal(err)
		}
		at := last.UnixMicro()
		return []any{
			fmt.Sprintf("paper-%d", n), string(bot.FeedSource), p.address(n), fmt.Sprintf("Paper %d", n), at, []byte(`"0"`),
			due.UnixMicro(), due.UnixMicro(), at, at, string(memory),
		}
	})
	b.exec(`ANALYZE sources`)
}

// forgetStatements begins to count anew what statements cost.
func (b *hourBase) forgetStatements() {
	if b.statements {
		b.exec(`SELECT pg_stat_statements_reset()`)
	}
}

// statement is what one statement has cost.
type statement struct {
	text         string
	calls        int64
	milliseconds float64 // all calls together
}

// costliest returns the statements that took most, and how much all took together, in milliseconds.
func (b *hourBase) costliest(n int) (list []statement, all float64) {
	b.t.Helper()
	if !b.statements {
		return nil, 0
	}
	const text = `
		SELECT query, calls, total_exec_time, sum(total_exec_time) OVER ()
		FROM pg_stat_statements
		ORDER BY total_exec_time DESC
		LIMIT $1`
	settings := regexp.MustCompile(`set_config\([^)]*\),?`) // of a transaction: what comes after them tells which
	rows, err := b.conn.Query(b.ctx, text, n)
	if err != nil {
		b.t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var s statement
		if err := rows.Scan(&s.text, &s.calls, &s.milliseconds, &all); err != nil {
			b.t.Fatal(err)
		}
		s.text = strings.Join(strings.Fields(settings.ReplaceAllString(s.text, "")), " ")
		list = append(list, s)
	}
	return list, all
}
