package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// overlay is what the go command is told to compile instead of some files.
type overlay struct {
	t    testing.TB
	root string // of Go
	dir  string // of what is compiled instead
	list map[string]string
}

func newOverlay(t testing.TB) *overlay {
	t.Helper()
	root, err := exec.CommandContext(t.Context(), "go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	return &overlay{t: t, root: filepath.Join(strings.TrimSpace(string(root)), "src"), dir: t.TempDir(), list: map[string]string{}}
}

// edit replaces texts in a file of Go's own packages, each given as old and new in turn.
func (o *overlay) edit(file string, pairs ...string) {
	o.t.Helper()
	path := filepath.Join(o.root, filepath.FromSlash(file))
	b, err := os.ReadFile(path)
	if err != nil {
		o.t.Fatal(err)
	}
	text := string(b)
	for i := 0; i < len(pairs); i += 2 {
		if !strings.Contains(text, pairs[i]) {
			o.t.Fatalf("%s is not as expected: it has no %q", path, pairs[i])
		}
		text = strings.ReplaceAll(text, pairs[i], pairs[i+1])
	}
	o.list[path] = filepath.Join(o.dir, strings.ReplaceAll(file, "/", "-"))
	if err := os.WriteFile(o.list[path], []byte(text), 0o600); err != nil {
		o.t.Fatal(err)
	}
}

// add has a file of testdata compiled as if it stood at another path, in this package if only a name is given.
func (o *overlay) add(path, from string) {
	o.t.Helper()
	from, err := filepath.Abs(filepath.Join("testdata", from))
	if err == nil {
		path, err = filepath.Abs(path)
	}
	if err != nil {
		o.t.Fatal(err)
	}
	o.list[path] = from
}

// file writes the list of what is replaced and returns its name.
func (o *overlay) file() string {
	o.t.Helper()
	b, err := json.Marshal(map[string]any{"Replace": o.list})
	if err != nil {
		o.t.Fatal(err)
	}
	name := filepath.Join(o.dir, "overlay.json")
	if err := os.WriteFile(name, b, 0o600); err != nil {
		o.t.Fatal(err)
	}
	return name
}

// build runs the go command with the overlay, which comes after what it is to do.
func (o *overlay) build(do string, args ...string) {
	o.t.Helper()
	args = append([]string{do, "-trimpath", "-overlay", o.file()}, args...)
	cmd := exec.CommandContext(o.t.Context(), "go", args...)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		o.t.Fatalf("go %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}

// newSimulatedTime returns an overlay by which the clock of a program goes as many times as fast as the machine's as
// TIDINGS_TEST_CLOCK says, and with it all that waits: timers, tickers, contexts and the deadlines of connections. The
// first build takes minutes, as all packages depend on it.
func newSimulatedTime(t testing.TB) *overlay {
	t.Helper()
	o := newOverlay(t)
	o.add(filepath.Join(o.root, "time", "simulated.go"), "simulated_time.go.txt")
	o.edit("time/time.go",
		"sec, nsec, mono := runtimeNow()\n", "sec, nsec, mono := simulatedNow()\n",
		"runtimeNano()-startNano", "simulatedNano()-startNano",
		"startNano int64 = runtimeNano()", "startNano int64 = simulatedNano()")
	o.edit("time/sleep.go", "runtimeNano() + int64(d)", "runtimeNano() + int64(Real(d))")
	o.edit("time/tick.go", "when(d), int64(d)", "when(d), max(1, int64(Real(d)))")
	o.edit("internal/poll/fd_poll_runtime.go", "int64(time.Until(t))", "int64(time.Real(time.Until(t)))")
	return o
}
