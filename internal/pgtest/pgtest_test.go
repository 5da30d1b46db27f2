package pgtest

import (
	"os"
	"testing"

	"github.com/jackc/pgx/v5"
)

func TestServer_EndsWithItsDirectory(t *testing.T) {
	s, err := start(t, "off")
	if err != nil {
		t.Fatal(err)
	}
	s.Exec(t, "SELECT 1")
	s.close()
	if _, err := os.Stat(s.dir); !os.IsNotExist(err) {
		t.Errorf("%s is still there, %v", s.dir, err)
	}
	if conn, err := pgx.Connect(t.Context(), s.URL(nil)); err == nil {
		t.Error("the server still answers")
		_ = conn.Close(t.Context())
	}
}

func TestServer_KeepsWhatWasCommittedOverACrash(t *testing.T) {
	s := Start(t)
	s.Exec(t, "CREATE TABLE kept (n INTEGER)")
	s.Stop(t)
	s.Resume(t)
	s.Exec(t, "SELECT n FROM kept")
}

func TestURL_GivesEachTestASchema(t *testing.T) {
	for range 2 {
		conn, err := pgx.Connect(t.Context(), URL(t))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := conn.Exec(t.Context(), "CREATE TABLE one (n INTEGER)"); err != nil {
			t.Error(err)
		}
		_ = conn.Close(t.Context())
	}
}
