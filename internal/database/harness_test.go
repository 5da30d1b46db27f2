package database

import (
	"path/filepath"
	"testing"
	"testing/fstest"
	"time"
)

// patience bounds every wait, so that a fault fails a test instead of hanging it.
const patience = time.Minute

// schema is what the databases of these tests look like.
func schema() fstest.MapFS {
	return fstest.MapFS{
		"sqlite/00001_init.sql": {Data: []byte(`
			CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL);
			INSERT INTO counters (name, value) VALUES ('last', 0);`)},
		"postgres/00001_init.sql": {Data: []byte(`
			CREATE TABLE counters (name TEXT PRIMARY KEY, value BIGINT NOT NULL);
			INSERT INTO counters (name, value) VALUES ('last', 0);
			CREATE TABLE leases (name TEXT PRIMARY KEY, holder TEXT NOT NULL, until BIGINT NOT NULL);`)},
	}
}

// open opens a database for one test.
func open(t *testing.T, url string) *DB {
	t.Helper()
	db, err := Open(t.Context(), Config{URL: url, Migrations: schema()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

// file returns the URL of a database that is not there yet.
func file(t *testing.T) string {
	t.Helper()
	return "sqlite:" + filepath.Join(t.TempDir(), "test.db")
}
