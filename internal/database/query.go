package database

import (
	"context"
	"database/sql"
	"errors"
	"strconv"
)

// Querier reads, inside a transaction or outside.
type Querier interface {
	// Each hands the rows of a query to read, until that returns an error, which it returns; [ErrStop] ends it early
	// without one.
	Each(ctx context.Context, read func(Scan) error, text string, args ...any) error
}

// Scan reads a row into dest.
type Scan func(dest ...any) error

// ErrStop is returned by what reads rows and has seen enough of them.
var ErrStop = errors.New("enough rows were read")

// Collect reads all rows of a query.
func Collect[T any](
	ctx context.Context, q Querier, read func(Scan) (T, error), text string, args ...any,
) ([]T, error) {
	var list []T
	if err := q.Each(ctx, AppendTo(&list, read), text, args...); err != nil {
		return nil, err
	}
	return list, nil
}

// AppendTo reads rows into a list.
func AppendTo[T any](list *[]T, read func(Scan) (T, error)) func(Scan) error {
	return func(row Scan) error {
		v, err := read(row)
		*list = append(*list, v)
		return err
	}
}

// One reads the first row of a query, and reports whether there was one.
func One[T any](
	ctx context.Context, q Querier, read func(Scan) (T, error), text string, args ...any,
) (v T, found bool, err error) {
	list, err := Collect(ctx, q, read, text, args...)
	if err != nil || len(list) == 0 {
		return v, false, err
	}
	return list[0], true, nil
}

// Value reads a row of one column.
func Value[T any](row Scan) (v T, err error) {
	err = row(&v)
	return v, err
}

// Number reads a single number, 0 if there is no row.
func Number(ctx context.Context, q Querier, text string, args ...any) (int64, error) {
	n, _, err := One(ctx, q, Value[int64], text, args...)
	return n, err
}

// IDSet reads a set of IDs.
func IDSet(ctx context.Context, q Querier, text string, args ...any) (map[int64]bool, error) {
	set := map[int64]bool{}
	return set, q.Each(ctx, AddTo(set), text, args...)
}

// AddTo reads rows of one ID each into a set.
func AddTo(set map[int64]bool) func(Scan) error {
	return func(row Scan) error {
		id, err := Value[int64](row)
		set[id] = true
		return err
	}
}

// JSONList writes numbers as JSON, for [DB.List].
func JSONList(list []int64) string {
	b := []byte{'['}
	for i, n := range list {
		if i > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendInt(b, n, 10)
	}
	return string(append(b, ']'))
}

// readAll hands rows to read, and closes them.
func readAll(rows *sql.Rows, read func(Scan) error) error {
	defer rows.Close()
	for rows.Next() {
		if err := read(rows.Scan); err != nil {
			return stopped(err)
		}
	}
	return rows.Err()
}

// stopped returns the error of what read a row, nil if it only had seen enough.
func stopped(err error) error {
	if errors.Is(err, ErrStop) {
		return nil
	}
	return err
}
