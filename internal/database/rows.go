package database

import (
	"context"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Into says what rows are inserted into.
type Into struct {
	Table string
	// Numbers are the columns of whole numbers, Texts those of text, and Bytes those of bytes.
	Numbers, Texts, Bytes []string
	// As says what is stored in a column where that is not the value given for it: an expression in which new.NAME is what
	// is given for the column NAME.
	As map[string]string
	// Then ends the statement, if it is not empty: ON CONFLICT …
	Then string
	// After, unless nil, are rows of which those that are queued beside these are inserted first: these may refer to them.
	After *Rows
}

// Rows inserts rows, or changes them. It never changes itself, so all may share what [NewRows] or [NewChanges] made once.
type Rows struct {
	ints, strings, blobs int    // how many columns of each
	one                  string // inserts a row of $1, $2 and so on: the numbers, the texts, the bytes
	many                 string // inserts rows of which these are the columns, as lists
	depth                int    // how many kinds of rows are inserted before these at least
}

// given is what an expression of Into.As takes from its row.
var given = regexp.MustCompile(`\bnew\.(\w+)`)

// NewRows returns what inserts rows into a table.
func NewRows(into Into) *Rows {
	columns := slices.Concat(into.Numbers, into.Texts, into.Bytes)
	kinds := slices.Concat(slices.Repeat([]string{"bigint"}, len(into.Numbers)), slices.Repeat([]string{"text"}, len(into.Texts)),
		slices.Repeat([]string{"bytea"}, len(into.Bytes)))
	placeholder := func(i int) string { return "$" + strconv.Itoa(i+1) }
	values, stored, lists := slices.Clone(columns), slices.Clone(columns), slices.Clone(columns)
	for i, column := range columns {
		values[i], stored[i], lists[i] = placeholder(i), "new."+column, placeholder(i)+"::"+kinds[i]+"[]"
		if as, is := into.As[column]; is {
			stored[i] = as
			values[i] = given.ReplaceAllStringFunc(as, func(name string) string {
				at := slices.Index(columns, strings.TrimPrefix(name, "new."))
				return "CAST(" + placeholder(at) + " AS " + kinds[at] + ")"
			})
		}
	}
	begin := `INSERT INTO ` + into.Table + ` (` + strings.Join(columns, ", ") + `) `
	depth := 0
	if into.After != nil {
		depth = into.After.depth + 1
	}
	return &Rows{
		ints: len(into.Numbers), strings: len(into.Texts), blobs: len(into.Bytes), depth: depth,
		one: begin + `VALUES (` + strings.Join(values, ", ") + `) ` + into.Then,
		many: begin + `SELECT ` + strings.Join(stored, ", ") + ` FROM unnest(` + strings.Join(lists, ", ") +
			`) AS new (` + strings.Join(columns, ", ") + `) ` + into.Then,
	}
}

// NewChanges returns what changes rows of a table: the first of the numbers, an ID, says which, and the others are what is stored
// there. As, Then and After have no meaning for it.
func NewChanges(in Into) *Rows {
	columns := slices.Concat(in.Numbers, in.Texts, in.Bytes)
	lists := slices.Concat(slices.Repeat([]string{"bigint"}, len(in.Numbers)), slices.Repeat([]string{"text"}, len(in.Texts)),
		slices.Repeat([]string{"bytea"}, len(in.Bytes)))
	one, many := make([]string, len(columns)), make([]string, len(columns))
	for i, column := range columns {
		n := "$" + strconv.Itoa(i+1)
		one[i], many[i], lists[i] = column+" = "+n, column+" = new."+column, n+"::"+lists[i]+"[]"
	}
	update := func(set []string) string { return `UPDATE ` + in.Table + ` SET ` + strings.Join(set[1:], ", ") }
	return &Rows{
		ints: len(in.Numbers), strings: len(in.Texts), blobs: len(in.Bytes),
		one: update(one) + ` WHERE ` + one[0],
		many: update(many) + ` FROM unnest(` + strings.Join(lists, ", ") + `) AS new (` + strings.Join(columns, ", ") + `) WHERE ` +
			in.Table + `.` + many[0],
	}
}

// NewStatement returns what runs a statement for each row, of so many numbers as $1, $2 and so on; many does so for all rows of
// which these are the columns, as lists.
func NewStatement(numbers int, one, many string) *Rows {
	return &Rows{ints: numbers, one: one, many: many}
}

// gathered are rows that are to be inserted or changed, one behind the other.
type gathered struct {
	*Rows
	numbers []int64
	texts   []string // and bytes, as a string each
	rows    int
}

// maxGathered bounds how many rows are gathered.
const maxGathered = 5000

// QueueRow inserts or changes a row, given as its numbers and its texts and then its bytes, together with others that are queued.
// It is there for whatever runs afterwards. Rows of one kind are inserted in the order in which they were queued. None may be in
// conflict with another that was queued since anything else ran.
func (t *Tx) QueueRow(ctx context.Context, into *Rows, numbers []int64, texts ...string) error {
	at := slices.IndexFunc(t.gathered, func(g *gathered) bool { return g.Rows == into })
	if at < 0 {
		at = len(t.gathered)
		t.gathered = append(t.gathered, &gathered{Rows: into})
	}
	g := t.gathered[at]
	g.numbers, g.texts, g.rows = append(g.numbers, numbers...), append(g.texts, texts...), g.rows+1
	if g.rows < maxGathered {
		return nil
	}
	return t.Flush(ctx)
}

// queueGathered queues the statements that insert or change the rows gathered.
func (t *Tx) queueGathered() {
	list := t.gathered
	t.gathered = nil
	slices.SortStableFunc(list, func(a, b *gathered) int { return a.depth - b.depth })
	for _, g := range list {
		if g.rows > 1 && t.session.batches() {
			t.pending = append(t.pending, statement{text: g.many, args: g.lists()})
			continue
		}
		t.pending = slices.Grow(t.pending, g.rows)
		for row := range g.rows {
			t.pending = append(t.pending, statement{text: g.one, args: g.row(row)})
		}
	}
}

// row returns the values of a row.
func (g *gathered) row(n int) []any {
	args := make([]any, 0, g.width())
	for _, v := range g.numbers[n*g.ints:][:g.ints] {
		args = append(args, v)
	}
	width := g.strings + g.blobs
	for i, v := range g.texts[n*width:][:width] {
		if i < g.strings {
			args = append(args, v)
		} else {
			args = append(args, []byte(v))
		}
	}
	return args
}

// lists returns the values of all rows, by column.
func (g *gathered) lists() []any {
	args := make([]any, 0, g.width())
	for i := range g.ints {
		args = append(args, every(g.numbers, i, g.ints, func(v int64) int64 { return v }))
	}
	width := g.strings + g.blobs
	for i := range width {
		if i < g.strings {
			args = append(args, every(g.texts, i, width, func(v string) string { return v }))
		} else {
			args = append(args, every(g.texts, i, width, func(v string) []byte { return []byte(v) }))
		}
	}
	return args
}

// width returns how many columns there are.
func (g *gathered) width() int { return g.ints + g.strings + g.blobs }

// every returns those of a list that stand at a place and each width behind it, as they are to be sent.
func every[T, U any](list []T, at, width int, as func(T) U) []U {
	column := make([]U, 0, len(list)/width)
	for ; at < len(list); at += width {
		column = append(column, as(list[at]))
	}
	return column
}
