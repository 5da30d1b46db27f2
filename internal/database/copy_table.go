package database

import (
	"context"
	"fmt"
	"strings"
)

// copyRows is how many rows one statement inserts; copyValues bounds its values, of which SQLite allows 32,766.
const (
	copyRows   = 250
	copyValues = 30_000
)

// copyTable copies the rows of a table.
func (c *copier) copyTable(ctx context.Context, t *copiedTable) error {
	width := len(t.ours.columns)
	if width == 0 {
		return nil
	}
	if _, err := c.to.Exec(ctx, `DELETE FROM `+t.ours.name); err != nil { // what an empty database begins with
		return err
	}
	most := min(copyRows, copyValues/width)
	values := make([]any, 0, most*width)
	insert := func() error {
		n := len(values) / width
		if n == 0 {
			return nil
		}
		text := `INSERT INTO ` + t.ours.name + ` (` + quoted(t.ours.columns) + `) VALUES ` + placeholders(n, width)
		_, err := c.to.Exec(ctx, text, values...)
		values = values[:0]
		c.step(int64(n))
		return err
	}
	err := c.from.Each(ctx, func(row Scan) error {
		list, err := readValues(row, width)
		if err != nil {
			return err
		}
		if values = append(values, list...); len(values) < most*width {
			return nil
		}
		return insert()
	}, `SELECT `+quoted(t.theirs.columns)+` FROM `+t.theirs.name)
	if err != nil {
		return err
	}
	return insert()
}

// quoted lists columns, some of which may be words of SQL.
func quoted(columns []string) string { return `"` + strings.Join(columns, `", "`) + `"` }

// readValues reads a row as it is.
func readValues(row Scan, n int) ([]any, error) {
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

// placeholders writes those of rows of columns.
func placeholders(rows, columns int) string {
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
	c.Progress(c.done, c.total)
}

// copySequences makes the numbers that the database gives go on where they were, though the rows that had the highest
// may be gone.
func (c *copier) copySequences(ctx context.Context) error {
	type sequence struct {
		table string
		last  int64
	}
	read := func(row Scan) (s sequence, err error) { return s, row(&s.table, &s.last) }
	list, err := Collect(ctx, c.from, read, c.From.dialect.sequences)
	if err != nil {
		return err
	}
	for _, s := range list {
		if s.last == 0 {
			continue
		}
		for _, text := range c.To.dialect.setSequence {
			if _, err := c.to.Exec(ctx, text, c.nowCalled(s.table), s.last); err != nil {
				return err
			}
		}
	}
	return nil
}
