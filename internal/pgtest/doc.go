// Package pgtest starts real PostgreSQL servers for tests: from Debian's packages or any other that has initdb
// and pg_ctl, as an unprivileged user, in a directory that is gone afterwards. A server ends with the test program,
// however that ends. Only tests import it.
//
// Most tests share one server and use a schema each:
//
//	store.Open(ctx, store.Config{URL: pgtest.URL(t)})
//
// A test that stops or restarts its server starts one of its own with [Start].
package pgtest
