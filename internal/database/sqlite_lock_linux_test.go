package database

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// locksOf returns how many locks this process has on files, as the system says.
func locksOf(t *testing.T) (n int) {
	t.Helper()
	list, err := os.ReadFile("/proc/locks")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(list)) {
		if strings.Contains(line, fmt.Sprintf(" %d ", os.Getpid())) {
			n++
		}
	}
	return n
}

// TestPrepareFile_EndsNoLock prepares a file that this process has open. Locks of POSIX end when the process closes the
// file, by whatever descriptor, and then another process may take itself for the only one.
func TestPrepareFile_EndsNoLock(t *testing.T) {
	path := t.TempDir() + "/x.db"
	db, _ := openLogged(t, "sqlite:"+path)
	if err := set(t.Context(), db, 7); err != nil {
		t.Fatal(err)
	}
	before := locksOf(t)
	if err := prepareFile(path); err != nil {
		t.Fatal(err)
	}
	if after := locksOf(t); after < before || before == 0 {
		t.Errorf("the process has %d locks, and had %d", after, before)
	}
}
