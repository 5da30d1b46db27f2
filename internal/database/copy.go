package database

import (
	"cmp"
	"context"
	"fmt"
	"slices"
)

// CopyConfig says what Copy copies.
type CopyConfig struct {
	// From is read as it is at one moment. To has the same tables, empty.
	From, To *DB
	// Except are tables that are not copied: what is in them follows from others.
	Except []string
	// Seeded are tables in which an empty database has rows.
	Seeded []string
	// Renamed are names of tables and columns in older development versions, and what they are called now.
	Renamed map[string]string
	// Finish is run last in the transaction that writes, unless nil. It calls step for what it has done.
	Finish func(ctx context.Context, tx *Tx, step func(n int64)) error
	// FinishSteps are the tables for each row of which Finish does a step.
	FinishSteps []string
	// Progress, if set, is called from time to time with how many steps of how many are done. A step is a row, or one
	// of Finish.
	Progress func(done, total int64)
}

// Copied says what was copied of a table.
type Copied struct {
	Table string
	Rows  int64
	// Left are columns that only the old schema has. If those are all columns, the table was left out.
	Left []string
}

// Copy copies all tables of a database into an empty one, on the same or another system: all that was stored at one
// moment, or nothing. What tables there are, both schemas say.
func Copy(ctx context.Context, cfg CopyConfig) ([]Copied, error) {
	c := copier{CopyConfig: cfg}
	if c.Progress == nil {
		c.Progress = func(int64, int64) {}
	}
	list, err := c.run(ctx)
	if err != nil {
		return nil, cfg.To.dialect.explain(cfg.From.dialect.explain(err))
	}
	return list, nil
}

// copier is one call of Copy.
type copier struct {
	CopyConfig
	from, to    *Tx
	tables      []copiedTable
	done, total int64
}

// copiedTable is a table to copy.
type copiedTable struct {
	Copied
	theirs, ours table // with the columns that both have, in the same order
}

// table is a table and its columns.
type table struct {
	name    string
	columns []string
}

func (c *copier) run(ctx context.Context) ([]Copied, error) {
	read, err := c.From.r.db.BeginTx(ctx, &c.From.dialect.snapshot)
	if err != nil {
		return nil, err
	}
	defer read.Rollback()
	write, err := c.To.dialect.begin(ctx, c.To.w)
	if err != nil {
		return nil, err
	}
	defer write.end(ctx)
	c.from, c.to = &Tx{session: &snapshotSession{tx: read}}, &Tx{session: write}
	if text := c.To.dialect.lock(Exclusive); text != "" {
		if _, err := c.to.Exec(ctx, text); err != nil {
			return nil, err
		}
	}
	if err := c.copy(ctx); err != nil {
		return nil, err
	}
	c.to.queueGathered()
	if _, err := write.commit(ctx, c.to.pending); err != nil {
		return nil, err
	}
	list := make([]Copied, len(c.tables))
	for i := range c.tables {
		list[i] = c.tables[i].Copied
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
		if err := c.copyTable(ctx, t); err != nil {
			return fmt.Errorf("table %s: %w", t.Table, err)
		}
	}
	if err := c.copySequences(ctx); err != nil {
		return fmt.Errorf("sequences: %w", err)
	}
	if c.Finish != nil {
		if err := c.Finish(ctx, c.to, c.step); err != nil {
			return err
		}
	}
	c.Progress(c.total, c.total)
	return nil
}

// plan finds the tables, and refuses what cannot be copied.
func (c *copier) plan(ctx context.Context) error {
	theirs, err := c.tablesOf(ctx, c.from, c.From.dialect)
	if err != nil {
		return err
	}
	ours, err := c.tablesOf(ctx, c.to, c.To.dialect)
	if err != nil {
		return err
	}
	for _, t := range ours {
		if err := c.refuseRows(ctx, t.name); err != nil {
			return err
		}
	}
	for _, t := range theirs {
		made := c.pair(t, ours)
		if made.Rows, err = Number(ctx, c.from, `SELECT count(*) FROM `+t.name); err != nil {
			return err
		}
		if len(made.ours.columns) == 0 {
			made.Rows = 0
		}
		c.tables = append(c.tables, made)
		c.total += made.Rows
		if slices.Contains(c.FinishSteps, made.Table) {
			c.total += made.Rows
		}
	}
	return c.order(ctx)
}

// pair finds a table of From and its columns among those of To.
func (c *copier) pair(t table, ours []table) copiedTable {
	made := copiedTable{Copied: Copied{Table: c.nowCalled(t.name)}, theirs: table{name: t.name}}
	at := slices.IndexFunc(ours, func(o table) bool { return o.name == made.Table })
	for _, column := range t.columns {
		now := c.nowCalled(column)
		if at < 0 || !slices.Contains(ours[at].columns, now) {
			made.Left = append(made.Left, column)
			continue
		}
		made.theirs.columns = append(made.theirs.columns, column)
		made.ours.columns = append(made.ours.columns, now)
	}
	made.ours.name = made.Table
	return made
}

// nowCalled returns what a table or column of From is called in To.
func (c *copier) nowCalled(name string) string { return cmp.Or(c.Renamed[name], name) }

// Tables of this package, which say nothing of what is stored.
const (
	leasesTable  = "leases" // who does what at the moment
	marksTable   = "schema_marks"
	versionTable = "goose_db_version"
)

// tablesOf returns the tables of a database by name, with their columns by name.
func (c *copier) tablesOf(ctx context.Context, q Querier, d *dialect) ([]table, error) {
	var list []table
	read := func(row Scan) error {
		var name, column string
		if err := row(&name, &column); err != nil ||
			slices.Contains([]string{leasesTable, marksTable, versionTable}, name) || slices.Contains(c.Except, name) {
			return err
		}
		if len(list) == 0 || list[len(list)-1].name != name {
			list = append(list, table{name: name})
		}
		last := &list[len(list)-1]
		last.columns = append(last.columns, column)
		return nil
	}
	if err := q.Each(ctx, read, d.columns); err != nil {
		return nil, err
	}
	for _, t := range list {
		slices.Sort(t.columns)
	}
	slices.SortFunc(list, func(a, b table) int { return cmp.Compare(a.name, b.name) })
	return list, nil
}

// refuseRows returns an error if somebody has stored something in a table.
func (c *copier) refuseRows(ctx context.Context, name string) error {
	if slices.Contains(c.Seeded, name) {
		return nil
	}
	n, err := Number(ctx, c.to, `SELECT count(*) FROM `+name)
	if err == nil && n > 0 {
		err = fmt.Errorf("there is something at the destination already, in table %s; name an empty database, "+
			"a new file or a new schema", name)
	}
	return err
}

// order puts the tables that others refer to before those.
func (c *copier) order(ctx context.Context) error {
	type reference struct{ child, parent string }
	read := func(row Scan) (r reference, err error) { return r, row(&r.child, &r.parent) }
	list, err := Collect(ctx, c.to, read, c.To.dialect.references)
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
	slices.SortStableFunc(c.tables, func(a, b copiedTable) int { return depth[a.Table] - depth[b.Table] })
	return nil
}
