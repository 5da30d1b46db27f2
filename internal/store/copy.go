package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"os"
	"slices"
	"strings"

	"tidings/bot"
)

// CopyConfig says what Copy copies.
type CopyConfig struct {
	// From and To are as Config.URL. Nothing may be stored at To yet.
	From, To string
	Logger   *slog.Logger
	// Progress is told from time to time how many steps of how many are done. A step is a row, or an article in the
	// full-text index. Nil is not told.
	Progress func(done, total int64)
}

// Copied says how many rows of a table were copied.
type Copied struct {
	Table string
	Rows  int64
}

// Copy copies a whole installation into an empty one, on the same or another database: all that was stored at one
// moment, or nothing. It knows no table by name but the full-text index, which it makes anew: what else there is, both
// schemas say. What is written to the old one meanwhile stays there.
func Copy(ctx context.Context, cfg CopyConfig) (list []Copied, err error) {
	if path, ok := strings.CutPrefix(cfg.From, "sqlite:"); ok {
		if _, err := os.Stat(path); err != nil {
			return nil, fmt.Errorf("there is nothing to copy: %w", err) // opening it would make it
		}
	}
	from, err := Open(ctx, Config{URL: cfg.From, Logger: cfg.Logger})
	if err != nil {
		return nil, fmt.Errorf("copy from: %w", err)
	}
	defer func() { err = errors.Join(err, from.Close()) }()
	to, err := Open(ctx, Config{URL: cfg.To, Logger: cfg.Logger})
	if err != nil {
		return nil, fmt.Errorf("copy to: %w", err)
	}
	defer func() { err = errors.Join(err, to.Close()) }()
	c := copier{progress: cfg.Progress}
	if c.progress == nil {
		c.progress = func(int64, int64) {}
	}
	return c.run(ctx, from, to)
}

// copier is one call of Copy.
type copier struct {
	from, to    side
	tables      []table
	progress    func(done, total int64)
	done, total int64
}

// side is one of the two databases, and the transaction in which it is read or written.
type side struct {
	*Store
	tx *tx
}

// table is a table and its columns, which both sides have.
type table struct {
	name    string
	columns []string
	rows    int64
}

func (c *copier) run(ctx context.Context, from, to *Store) ([]Copied, error) {
	read, err := from.r.db.BeginTx(ctx, &from.dialect.snapshot)
	if err != nil {
		return nil, from.dialect.mapError(err)
	}
	defer read.Rollback()
	write, err := to.dialect.session(ctx, to.w)
	if err != nil {
		return nil, to.dialect.mapError(err)
	}
	defer write.end(ctx)
	c.from = side{from, &tx{session: &sqlSession{tx: read, pool: from.r}}}
	c.to = side{to, &tx{session: write}}
	if begin := to.dialect.begin(alone); begin != "" {
		if _, err := c.to.tx.exec(ctx, begin); err != nil {
			return nil, to.dialect.mapError(err)
		}
	}
	if err := c.copy(ctx); err != nil {
		return nil, to.dialect.mapError(from.dialect.mapError(err))
	}
	if _, err := write.commit(ctx, c.to.tx.put); err != nil {
		return nil, to.dialect.mapError(err)
	}
	list := make([]Copied, len(c.tables))
	for i, t := range c.tables {
		list[i] = Copied{Table: t.name, Rows: t.rows}
	}
	return list, nil
}

// copy copies what there is, in the order in which rows refer to each other.
func (c *copier) copy(ctx context.Context) error {
	if err := c.plan(ctx); err != nil {
		return err
	}
	for i := range c.tables {
		t := &c.tables[i]
		if _, err := c.to.tx.exec(ctx, `DELETE FROM `+t.name); err != nil { // what an empty installation begins with
			return err
		}
		if err := c.copyTable(ctx, t); err != nil {
			return fmt.Errorf("table %s: %w", t.name, err)
		}
	}
	if err := c.copySequences(ctx); err != nil {
		return fmt.Errorf("sequences: %w", err)
	}
	if err := c.index(ctx); err != nil {
		return fmt.Errorf("full-text index: %w", err)
	}
	c.progress(c.total, c.total)
	return nil
}

// plan finds the tables, and refuses what cannot be copied.
func (c *copier) plan(ctx context.Context) error {
	theirs, err := c.from.tablesOf(ctx)
	if err != nil {
		return err
	}
	if c.tables, err = c.to.tablesOf(ctx); err != nil {
		return err
	}
	same := func(a, b table) bool { return a.name == b.name && slices.Equal(a.columns, b.columns) }
	if !slices.EqualFunc(theirs, c.tables, same) {
		return errors.New("the two databases do not have the same tables; this is a fault of the program")
	}
	for i := range c.tables {
		t := &c.tables[i]
		if err := c.to.refuseRows(ctx, t.name); err != nil {
			return err
		}
		if t.rows, err = number(ctx, c.from.tx, `SELECT count(*) FROM `+t.name); err != nil {
			return err
		}
		c.total += t.rows
		if t.name == articlesTable {
			c.total += t.rows
		}
	}
	return c.order(ctx)
}

// Tables that are not like the others.
const (
	articlesTable = "articles" // the full-text index follows from it
	countersTable = "counters" // an empty installation has rows in it
	searchTable   = "search"
	placesTable   = "places" // who does what at the moment
	versionTable  = "goose_db_version"
)

// tablesOf returns the tables of a side by name, with their columns by name.
func (s side) tablesOf(ctx context.Context) ([]table, error) {
	var list []table
	read := func(row scan) (struct{}, error) {
		var name, column string
		if err := row(&name, &column); err != nil || name == searchTable || name == placesTable || name == versionTable {
			return struct{}{}, err
		}
		if len(list) == 0 || list[len(list)-1].name != name {
			list = append(list, table{name: name})
		}
		last := &list[len(list)-1]
		last.columns = append(last.columns, `"`+column+`"`)
		return struct{}{}, nil
	}
	if _, err := collect(ctx, s.tx, read, s.dialect.columns); err != nil {
		return nil, err
	}
	for _, t := range list {
		slices.Sort(t.columns)
	}
	slices.SortFunc(list, func(a, b table) int { return cmp.Compare(a.name, b.name) })
	return list, nil
}

// refuseRows returns an error if somebody has stored something in a table.
func (s side) refuseRows(ctx context.Context, name string) error {
	if name == countersTable {
		return nil // they count what stands in others
	}
	n, err := number(ctx, s.tx, `SELECT count(*) FROM `+name)
	if err == nil && n > 0 {
		err = fmt.Errorf("there is something at the destination already, in table %s; name an empty database, "+
			"a new file or a new schema", name)
	}
	return err
}

// order puts the tables that others refer to before those.
func (c *copier) order(ctx context.Context) error {
	type reference struct{ child, parent string }
	read := func(row scan) (r reference, err error) { return r, row(&r.child, &r.parent) }
	list, err := collect(ctx, c.to.tx, read, c.to.dialect.references)
	if err != nil {
		return err
	}
	depth := map[string]int{}
	for range c.tables { // no chain is longer
		for _, r := range list {
			if r.child != r.parent {
				depth[r.child] = max(depth[r.child], depth[r.parent]+1)
			}
		}
	}
	slices.SortStableFunc(c.tables, func(a, b table) int { return depth[a.name] - depth[b.name] })
	return nil
}

// copyRows is how many rows one statement inserts; copyValues bounds its values, of which SQLite takes 32,766.
const (
	copyRows   = 250
	copyValues = 30_000
)

// copyTable copies the rows of a table.
func (c *copier) copyTable(ctx context.Context, t *table) error {
	names := strings.Join(t.columns, ", ")
	most := min(copyRows, copyValues/len(t.columns))
	values := make([]any, 0, most*len(t.columns))
	insert := func() error {
		n := len(values) / len(t.columns)
		if n == 0 {
			return nil
		}
		_, err := c.to.tx.exec(ctx, `INSERT INTO `+t.name+` (`+names+`) VALUES `+places(n, len(t.columns)), values...)
		values = values[:0]
		c.step(int64(n))
		return err
	}
	err := c.from.tx.each(ctx, func(row scan) error {
		list, err := readValues(row, len(t.columns))
		if err != nil {
			return err
		}
		if values = append(values, list...); len(values) < most*len(t.columns) {
			return nil
		}
		return insert()
	}, `SELECT `+names+` FROM `+t.name)
	if err != nil {
		return err
	}
	return insert()
}

// readValues reads a row as it is.
func readValues(row scan, n int) ([]any, error) {
	values, into := make([]any, n), make([]any, n)
	for i := range values {
		into[i] = &values[i]
	}
	if err := row(into...); err != nil {
		return nil, err
	}
	for i, v := range values {
		if b, ok := v.([]byte); ok && b == nil {
			values[i] = []byte{} // no bytes are not NULL
		}
	}
	return values, nil
}

// places writes the placeholders of rows of columns.
func places(rows, columns int) string {
	var b strings.Builder
	for i := range rows * columns {
		switch {
		case i == 0:
			b.WriteByte('(')
		case i%columns == 0:
			b.WriteString("), (")
		default:
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "$%d", i+1)
	}
	b.WriteByte(')')
	return b.String()
}

func (c *copier) step(n int64) {
	c.done += n
	c.progress(c.done, c.total)
}

// copySequences makes the numbers that the database gives go on where they were, though the rows that had the highest
// may be gone.
func (c *copier) copySequences(ctx context.Context) error {
	type sequence struct {
		table string
		last  int64
	}
	read := func(row scan) (s sequence, err error) { return s, row(&s.table, &s.last) }
	list, err := collect(ctx, c.from.tx, read, c.from.dialect.sequences)
	if err != nil {
		return err
	}
	for _, s := range list {
		if s.last == 0 {
			continue
		}
		for _, text := range c.to.dialect.setSequence {
			if _, err := c.to.tx.exec(ctx, text, s.table, s.last); err != nil {
				return err
			}
		}
	}
	return nil
}

// index makes the full-text index of what was copied.
func (c *copier) index(ctx context.Context) error {
	const (
		batch = 500
		text  = `
			SELECT a.time_key,` + articleColumns + `
			FROM articles AS a
			WHERE a.time_key > $1
			ORDER BY a.time_key
			LIMIT $2`
	)
	last := int64(math.MinInt64)
	read := func(row scan) (bot.Article, error) { return readArticle(row, &last) }
	for {
		list, err := collect(ctx, c.to.tx, read, text, last, batch)
		if err != nil || len(list) == 0 {
			return err
		}
		for i := range list {
			a := &list[i]
			row := c.to.dialect.textRow(timeKey(a.Published, a.ID), textsOf(a))
			if _, err := c.to.tx.exec(ctx, c.to.dialect.putText, row...); err != nil {
				return err
			}
		}
		c.step(int64(len(list)))
	}
}
