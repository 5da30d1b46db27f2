package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// steppedClock is the wall clock of programs that steppable built. Their monotonic clock is the machine's.
type steppedClock struct {
	t    testing.TB
	path string
}

// steppable builds the program with a wall clock that can be set: the time package is replaced by one whose Now adds what
// a file says. The first build takes minutes, as all packages depend on it.
func (w *world) steppable() *steppedClock {
	w.t.Helper()
	dir := w.t.TempDir()
	root, err := exec.CommandContext(w.t.Context(), "go", "env", "GOROOT").Output()
	w.must(err)
	source := filepath.Join(strings.TrimSpace(string(root)), "src", "time", "time.go")
	text, err := os.ReadFile(source)
	w.must(err)
	const now = "sec, nsec, mono := runtimeNow()\n"
	stepped := strings.Replace(string(text), now, now+"\tsec += wallOffset.Load()\n", 1)
	if stepped == string(text) {
		w.t.Fatalf("time.Now in %s is not as expected", source)
	}
	stepped = strings.Replace(stepped, "import (", "import (\n\t\"sync/atomic\"", 1) + `
var wallOffset atomic.Int64 // seconds

// SetWallOffset sets the wall clock ahead of the machine's.
func SetWallOffset(d Duration) { wallOffset.Store(int64(d / Second)) }
`
	replaced := filepath.Join(dir, "time.go")
	w.must(os.WriteFile(replaced, []byte(stepped), 0o600))
	here, err := os.Getwd()
	w.must(err)
	overlay, err := json.Marshal(map[string]any{"Replace": map[string]string{
		source:                              replaced,
		filepath.Join(here, "steppable.go"): filepath.Join(here, "testdata", "steppable.go.txt"),
	}})
	w.must(err)
	list := filepath.Join(dir, "overlay.json")
	w.must(os.WriteFile(list, overlay, 0o600))
	w.program = filepath.Join(dir, "tidings")
	cmd := exec.CommandContext(w.t.Context(), "go", "build", "-trimpath", "-overlay", list, "-o", w.program, ".")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		w.t.Fatalf("build: %v\n%s", err, out)
	}
	c := &steppedClock{t: w.t, path: filepath.Join(dir, "clock")}
	w.env = append(w.env, "TIDINGS_TEST_CLOCK="+c.path)
	return c
}

// set sets the clock ahead of the machine's, or behind it, by whole seconds.
func (c *steppedClock) set(off time.Duration) {
	c.t.Helper()
	if err := os.WriteFile(c.path+".new", []byte(off.String()), 0o600); err != nil {
		c.t.Fatal(err)
	}
	if err := os.Rename(c.path+".new", c.path); err != nil {
		c.t.Fatal(err)
	}
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}
