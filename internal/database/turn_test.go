package database

import (
	"context"
	"runtime"
	"sync"
	"testing"
	"time"

	"tidings/internal/pgtest"
)

// TestInTx_WhatWaitsForALogLeavesConnectionsFree has many transactions wait for one that is in their way: whoever needs none
// of what they wait for goes ahead.
func TestInTx_WhatWaitsForALogLeavesConnectionsFree(t *testing.T) {
	t.Parallel()
	db := open(t, pgtest.URL(t))
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	var waiting sync.WaitGroup
	begun, free := make(chan struct{}), make(chan struct{})
	write := func(scope Scope, do func()) {
		waiting.Go(func() {
			err := db.InTx(ctx, scope, func(context.Context, *Tx) error { do(); return nil })
			if err != nil {
				t.Error(err)
			}
		})
	}
	write(AppendLog, func() { close(begun); <-free })
	<-begun
	for range 3 * postgresWriters {
		write(AppendLog, func() {})
		write(SharedAsync, func() { <-free })
	}
	const taken = 1 + postgresWriters/2
	for len(db.turn) < taken && ctx.Err() == nil {
		runtime.Gosched()
	}
	for range 3 * postgresWriters {
		if err := db.InTx(ctx, Shared, func(context.Context, *Tx) error { return nil }); err != nil {
			t.Fatal(err)
		}
	}
	close(free)
	waiting.Wait()
}
