package database

import (
	"errors"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"tidings/internal/pgtest"
)

// onEach runs a test on each kind of database.
func onEach(t *testing.T, run func(t *testing.T, url string)) {
	t.Helper()
	t.Run("SQLite", func(t *testing.T) {
		t.Parallel()
		run(t, file(t))
	})
	t.Run("PostgreSQL", func(t *testing.T) {
		t.Parallel()
		run(t, pgtest.URL(t))
	})
}

// refused opens a database that must be refused for its schema, and returns why it is.
func refused(t *testing.T, url string, migrations fstest.MapFS) *SchemaError {
	t.Helper()
	db, err := Open(t.Context(), Config{URL: url, Migrations: migrations})
	if err == nil {
		_ = db.Close()
	}
	e, ok := errors.AsType[*SchemaError](err)
	if !ok {
		t.Fatalf("opened with %v, want a SchemaError", err)
	}
	return e
}

func TestOpen_RefusesSchemaOfDevelopment(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]string{
		"of before steps were noted":     `DROP TABLE schema_marks`,
		"with more steps":                `DROP TABLE schema_marks; INSERT INTO goose_db_version (version_id, is_applied) VALUES (7, true)`,
		"that was edited since":          `UPDATE schema_marks SET mark = 'another'`,
		"of which a step was not noted":  `UPDATE schema_marks SET version = 9`,
		"of which no step was noted yet": `DELETE FROM schema_marks`,
	} {
		t.Run(name, func(t *testing.T) {
			onEach(t, func(t *testing.T, url string) {
				w, _ := open(t, url).Pools()
				for text := range strings.SplitSeq(change, ";") {
					if _, err := w.ExecContext(t.Context(), text); err != nil {
						t.Fatal(err)
					}
				}
				if e := refused(t, url, schema()); !e.Development || !strings.Contains(e.Error(), "tidings copy") {
					t.Errorf("refused with %q of %+v, want what to do with a development version", e, e)
				}
			})
		})
	}
}

func TestOpen_SaysThatAFileIsDamaged(t *testing.T) {
	t.Parallel()
	url := file(t)
	db, err := Open(t.Context(), Config{URL: url, Migrations: schema()})
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	path := strings.TrimPrefix(url, "sqlite:")
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	const page = 4096
	for i := page; i < len(content); i++ { // the schema is on the first page
		content[i] = 0xa5
	}
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	db, err = Open(t.Context(), Config{URL: url, Migrations: schema()})
	if err == nil {
		_ = db.Close()
	}
	if !errors.Is(err, errDamaged) || strings.Count(err.Error(), "restore a backup") != 1 {
		t.Errorf("opened with %v, want that the file is damaged", err)
	}
}

func TestOpen_DistinguishesNewerFromDevelopment(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, url string) {
		newer := schema()
		for _, kind := range []string{"sqlite", "postgres"} {
			newer[kind+"/00002_more.sql"] = &fstest.MapFile{Data: []byte(`CREATE TABLE more (n INTEGER)`)}
		}
		db, err := Open(t.Context(), Config{URL: url, Migrations: newer})
		if err != nil {
			t.Fatal(err)
		}
		if err := db.Close(); err != nil {
			t.Error(err)
		}
		if e := refused(t, url, schema()); e.Development || e.Have != 2 || e.Know != 1 {
			t.Errorf("refused with %+v, want schema 2 where 1 is known", e)
		}
	})
}

func TestOpen_IgnoresCommentsOfMigrations(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, url string) {
		open(t, url)
		same := schema()
		for name, f := range same {
			same[name] = &fstest.MapFile{Data: append([]byte("-- Said otherwise.\n\n"), f.Data...)}
		}
		db, err := Open(t.Context(), Config{URL: url, Migrations: same})
		if err != nil {
			t.Fatal(err)
		}
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
}

func TestOpen_ReportsAFailedMigration(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, url string) {
		broken := schema()
		for name, f := range broken {
			broken[name] = &fstest.MapFile{Data: append(f.Data, []byte("\nCREATE TABLE broken (n NOTHING, n NOTHING);")...)}
		}
		db, err := Open(t.Context(), Config{URL: url, Migrations: broken})
		if err == nil {
			_ = db.Close()
		}
		if err == nil || !strings.Contains(err.Error(), "migrate") || !strings.Contains(err.Error(), "database ") {
			t.Fatalf("opened with %v, want that the migration failed", err)
		}
		open(t, url) // of the broken one nothing is left
	})
}
