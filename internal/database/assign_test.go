package database

import (
	"context"
	"database/sql"
	"fmt"
	"reflect"
	"testing"
	"time"
)

func TestEach_InATransactionReadsWhatOneOutsideDoes(t *testing.T) {
	t.Parallel()
	type name string
	type number int16
	db := open(t, file(t))
	fresh := func() []any {
		return []any{
			new(int64), new(int), new(number), new(bool), new(float64), new(string), new(name), new([]byte), new(any), new(any), new(sql.NullString), new(*string),
			new(string), new(float64), new([]byte), new(sql.Null[int64]),
		}
	}
	const text = `SELECT 1, -2, 3, 1, 0.5, 'text', 'name', x'00ff', 4, 'any', NULL, NULL, x'6162', 7, 'bytes', 8`
	inside, outside := fresh(), fresh()
	if err := db.Each(t.Context(), func(row Scan) error { return row(outside...) }, text); err != nil {
		t.Fatal(err)
	}
	err := db.InTx(t.Context(), Shared, func(ctx context.Context, tx *Tx) error {
		return tx.Each(ctx, func(row Scan) error { return row(inside...) }, text)
	})
	if err != nil {
		t.Fatal(err)
	}
	for i := range inside {
		is, was := show(inside[i]), show(outside[i])
		if is != was {
			t.Errorf("value %d is %s, want %s", i+1, is, was)
		}
	}
}

// show writes what a pointer leads to.
func show(p any) string {
	v := reflect.ValueOf(p).Elem().Interface()
	return fmt.Sprintf("%T %v", v, v)
}

func TestEach_InATransactionRefusesWhatDoesNotFit(t *testing.T) {
	t.Parallel()
	db := open(t, file(t))
	for text, dest := range map[string]any{
		`SELECT 'text'`:     new(int64),
		`SELECT 70000`:      new(int16),
		`SELECT NULL`:       new(string),
		`SELECT 1`:          new(time.Time),
		`SELECT 2`:          7,
		`SELECT x'00', 1`:   new([]byte),
		`SELECT 'a number'`: new(float64),
	} {
		err := db.InTx(t.Context(), Shared, func(ctx context.Context, tx *Tx) error {
			return tx.Each(ctx, func(row Scan) error { return row(dest) }, text)
		})
		if err == nil {
			t.Errorf("%s was read into a %T", text, dest)
		}
	}
}

func TestInTx_TakesWhatADriverDoes(t *testing.T) {
	t.Parallel()
	type kind string
	db := open(t, file(t))
	var got string
	err := db.InTx(t.Context(), Shared, func(ctx context.Context, tx *Tx) error {
		return tx.Each(ctx, func(row Scan) error { return row(&got) },
			`SELECT $1 || $2 || $3 || $4 || $5 || coalesce($6, 'null') || typeof($7)`,
			1, int64(2), kind("three"), true, "five", nil, []byte("seven"))
	})
	if err != nil || got != "12three1fivenullblob" {
		t.Errorf("got %q, %v", got, err)
	}
}
