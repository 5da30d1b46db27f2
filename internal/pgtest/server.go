package pgtest

import (
	"bufio"
	"bytes"
	"context"
	_ "embed"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

//go:embed server.sh
var script string

const (
	// User may do everything on a server.
	User = "tidings"
	// Password is the user's.
	Password = "a secret of tests"
	// Database is empty at first, and tests create schemas in it.
	Database = "tidings"
)

// Server is a running PostgreSQL on a port of the loopback interface. Connections need the password; those
// through the socket do not.
type Server struct {
	bin, dir string
	port     int
	as       *syscall.SysProcAttr
	lifeline io.Closer // the server ends when it is closed
	process  *exec.Cmd
}

// Start starts a server of the test's own, which ends with the test. It skips the test if there is none to start.
func Start(t testing.TB) *Server { return begin(t, "off") }

// StartDurable is as Start, of a server that a power cut costs nothing: what it takes to commit is what it takes in
// earnest.
func StartDurable(t testing.TB) *Server { return begin(t, "on") }

// StartWith is as Start, of a server with further lines in its postgresql.conf.
func StartWith(t testing.TB, settings ...string) *Server { return begin(t, "off", settings...) }

// HasModule reports whether the servers have a module of PostgreSQL's own, such as "pg_stat_statements".
func HasModule(name string) bool {
	found, err := filepath.Glob(filepath.Join(filepath.Dir(programs()), "lib", name+".so"))
	return err == nil && len(found) > 0
}

func begin(t testing.TB, fsync string, settings ...string) *Server {
	t.Helper()
	s, err := start(t, fsync, settings...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.close)
	return s
}

// programs returns the folder of PostgreSQL's programs, the newest version first, or "".
func programs() string {
	if path, err := exec.LookPath("initdb"); err == nil {
		if path, err = filepath.EvalSymlinks(path); err == nil { // the others stand beside it
			return filepath.Dir(path)
		}
	}
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb") // the pattern is well-formed
	version := func(path string) int {
		n, _ := strconv.Atoi(strings.Split(path, "/")[4])
		return n
	}
	if len(found) == 0 {
		return ""
	}
	return filepath.Dir(slices.MaxFunc(found, func(a, b string) int { return version(a) - version(b) }))
}

// skip ends a test that cannot have a server.
func skip(t testing.TB) {
	t.Helper()
	if testing.Short() {
		t.Skip("starts a PostgreSQL server, which takes seconds; go test without -short does")
	}
	if programs() == "" {
		t.Skip("there is no PostgreSQL server to start; on Debian: apt-get install postgresql")
	}
}

// start starts a server that writes through to the disk if fsync is "on".
func start(t testing.TB, fsync string, settings ...string) (*Server, error) {
	t.Helper()
	skip(t)
	s := &Server{bin: programs()}
	var err error
	if s.dir, err = os.MkdirTemp("", "tidings-pg-"); err != nil { //nolint:usetesting // It outlives the test.
		return nil, err
	}
	if s.as, err = unprivileged(s.dir); err != nil {
		return nil, err
	}
	if s.port, err = freePort(); err != nil {
		return nil, err
	}
	// The server outlives the test that asked for it first.
	s.process = exec.CommandContext(context.WithoutCancel(t.Context()),
		"/bin/sh", "-c", script, "pgtest", s.bin, s.dir, strconv.Itoa(s.port), User, Password, Database, fsync,
		strings.Join(settings, "\n"))
	s.process.SysProcAttr, s.process.Dir = s.as, s.dir
	if s.lifeline, err = s.process.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := s.process.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := s.process.Start(); err != nil {
		return nil, err
	}
	var said bytes.Buffer
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if lines.Text() == "ready" {
			return s, nil
		}
		said.WriteString(lines.Text() + "\n")
	}
	return nil, fmt.Errorf("PostgreSQL does not start:\n%s", &said)
}

// close ends the server and removes what it kept.
func (s *Server) close() {
	_ = s.lifeline.Close()
	_ = s.process.Wait() // it was stopped, and says so
}

// unprivileged returns how to start a process that may use dir. PostgreSQL refuses to run as root.
func unprivileged(dir string) (*syscall.SysProcAttr, error) {
	attr := &syscall.SysProcAttr{Setpgid: true} // an interrupt from the terminal is for the tests, which end it then
	if os.Geteuid() != 0 {
		return attr, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err := strconv.ParseUint(u.Uid, 10, 32)
		if err != nil {
			return nil, err
		}
		gid, err := strconv.ParseUint(u.Gid, 10, 32)
		if err != nil {
			return nil, err
		}
		attr.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
		return attr, os.Chown(dir, int(uid), int(gid))
	}
	return nil, fmt.Errorf("there is no user postgres or nobody to run PostgreSQL as")
}

// freePort returns a port that nobody listens on.
func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // It does not wait.
	if err != nil {
		return 0, err
	}
	port := l.Addr().(*net.TCPAddr).Port
	return port, l.Close()
}

// control runs pg_ctl and waits until it is done.
func (s *Server) control(t testing.TB, args ...string) {
	t.Helper()
	args = append([]string{"-D", filepath.Join(s.dir, "data"), "-w", "-s", "-l", filepath.Join(s.dir, "log")}, args...)
	cmd := exec.CommandContext(context.WithoutCancel(t.Context()), filepath.Join(s.bin, "pg_ctl"), args...)
	cmd.SysProcAttr, cmd.Dir = s.as, s.dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("pg_ctl %v: %v\n%s", args, err, out)
	}
}

// Stop ends the server as a crash would: connections break, and what was committed is found again.
func (s *Server) Stop(t testing.TB) {
	t.Helper()
	s.control(t, "-m", "immediate", "stop")
}

// Resume starts the server that was stopped.
func (s *Server) Resume(t testing.TB) {
	t.Helper()
	s.control(t, "start")
}

// Addr is where the server listens.
func (s *Server) Addr() string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(s.port)) }

// URL returns the address of the server's database, with parameters.
func (s *Server) URL(parameters url.Values) string {
	u := url.URL{
		Scheme: "postgres", User: url.UserPassword(User, Password), Host: s.Addr(), Path: "/" + Database,
		RawQuery: parameters.Encode(),
	}
	return u.String()
}
