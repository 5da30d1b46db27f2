package pgtest

import (
	"context"
	"fmt"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"
)

// cluster is the server that the tests of a program share. It ends with the program.
type cluster struct {
	once    sync.Once
	server  *Server
	err     error
	schemas atomic.Int64
}

var shared cluster

// Shared returns the server that all tests of the program use, which the first to ask starts. It skips the test if
// there is none to start.
func Shared(t testing.TB) *Server {
	t.Helper()
	skip(t)
	shared.once.Do(func() { shared.server, shared.err = start(t, "off") })
	if shared.err != nil {
		t.Fatal(shared.err)
	}
	return shared.server
}

// URL returns the address of an empty schema on the shared server, which is gone when the test has ended.
func URL(t testing.TB) string {
	t.Helper()
	return Shared(t).Schema(t)
}

// Schema returns the address of a new, empty schema, which is gone when the test has ended.
func (s *Server) Schema(t testing.TB) string {
	t.Helper()
	name := fmt.Sprintf("test_%d", shared.schemas.Add(1))
	s.Exec(t, "CREATE SCHEMA "+name)
	t.Cleanup(func() { s.Exec(t, "DROP SCHEMA "+name+" CASCADE") })
	return s.URL(url.Values{"search_path": {name}})
}

// Exec runs statements as the user who may do everything.
func (s *Server) Exec(t testing.TB, text string) {
	t.Helper()
	ctx := context.WithoutCancel(t.Context()) // a cleanup runs after the test's own has ended
	conn, err := pgx.Connect(ctx, s.URL(nil))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	if _, err := conn.Exec(ctx, text); err != nil {
		t.Fatalf("%v, in %s", err, text)
	}
}
