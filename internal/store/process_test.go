package store

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"tidings/bot"
)

// TestMain lets the test program play another process that writes to a database.
func TestMain(m *testing.M) {
	if len(os.Args) == 4 && os.Args[1] == "write" {
		if err := write(os.Args[2], os.Args[3]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// write is the other process. Each line of standard input is the GUID of an article that it puts; it
// answers with the GUID once that is committed, or, in manner "halfway", before.
func write(manner, url string) error {
	ctx := context.Background()
	s, err := Open(ctx, Config{URL: url})
	if err != nil {
		return err
	}
	lines := bufio.NewScanner(os.Stdin)
	fmt.Println("ready")
	for lines.Scan() {
		guid := lines.Text()
		if manner == "halfway" {
			return s.inTx(ctx, func(ctx context.Context, tx *tx) error {
				p := putter{tx: tx, dialect: &s.dialect, now: s.now(), added: map[string]int64{}}
				if err := p.put(ctx, story(guid)); err != nil {
					return err
				}
				fmt.Println(guid)
				select {} // until it is killed
			})
		}
		if _, err := s.Put(ctx, []bot.Article{story(guid)}); err != nil {
			return err
		}
		fmt.Println(guid)
	}
	return s.Close()
}

// writer is another process that writes.
type writer struct {
	*exec.Cmd
	in  io.WriteCloser
	out *bufio.Scanner
}

func startWriter(t testing.TB, manner, url string) *writer {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	w := &writer{Cmd: exec.CommandContext(t.Context(), exe, "write", manner, url)}
	w.Stderr = os.Stderr
	if w.in, err = w.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	out, err := w.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	w.out = bufio.NewScanner(out)
	if err := w.Start(); err != nil {
		t.Fatal(err)
	}
	w.expect(t, "ready")
	return w
}

// say makes the process put an article.
func (w *writer) say(t testing.TB, guid string) {
	t.Helper()
	if _, err := fmt.Fprintln(w.in, guid); err != nil {
		t.Fatal(err)
	}
}

func (w *writer) expect(t testing.TB, want string) {
	t.Helper()
	if !w.out.Scan() || w.out.Text() != want {
		t.Fatalf("the other process said %q, %v, want %q", w.out.Text(), w.out.Err(), want)
	}
}

// kill ends the process as a power cut would, but for the machine.
func (w *writer) kill(t testing.TB) {
	t.Helper()
	if err := w.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = w.Wait() // it was killed, and says so
}

// end lets the process finish.
func (w *writer) end(t testing.TB) {
	t.Helper()
	if err := w.in.Close(); err != nil {
		t.Error(err)
	}
	if err := w.Wait(); err != nil {
		t.Error(err)
	}
}

func TestWait_NoticesAnotherProcess(t *testing.T) {
	url, _ := file(t)
	s := open(t, Config{URL: url})
	w := startWriter(t, "put", url)
	defer w.end(t)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	var cursor int64
	for i := range 5 {
		w.say(t, fmt.Sprint(i))
		if err := s.Wait(ctx, cursor); err != nil {
			t.Fatal(err)
		}
		w.expect(t, fmt.Sprint(i))
		list, err := s.EntriesAfter(ctx, cursor, 10)
		for err == nil && len(list) == 0 { // the wait may have been woken by something else
			err = s.Wait(ctx, cursor)
			if err == nil {
				list, err = s.EntriesAfter(ctx, cursor, 10)
			}
		}
		if err != nil || len(list) != 1 || list[0].Article.GUID != fmt.Sprint(i) {
			t.Fatalf("entries %v, %v, want article %d", list, err, i)
		}
		cursor = list[0].Seq
	}
}

func TestPut_TwoProcessesAtOnce(t *testing.T) {
	url, _ := file(t)
	s := open(t, Config{URL: url})
	w := startWriter(t, "put", url)
	const each = 100
	for i := range each {
		w.say(t, fmt.Sprint("theirs ", i))
		if _, err := s.Put(t.Context(), []bot.Article{story(fmt.Sprint("ours ", i))}); err != nil {
			t.Fatal(err)
		}
	}
	w.end(t)
	list, err := s.EntriesAfter(t.Context(), 0, 10*each)
	if err != nil || len(list) != 2*each {
		t.Errorf("%d entries, %v, want %d", len(list), err, 2*each)
	}
}

func TestPut_KilledProcessLeavesNothingHalf(t *testing.T) {
	url, _ := file(t)
	s := open(t, Config{URL: url})
	w := startWriter(t, "halfway", url)
	w.say(t, "half")
	w.expect(t, "half")
	w.kill(t)
	start := time.Now()
	if _, err := s.Put(t.Context(), []bot.Article{story("whole")}); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(start); took > patience/2 {
		t.Errorf("the dead process's lock held up the next put for %v", took)
	}
	list, err := s.EntriesAfter(t.Context(), 0, 10)
	if err != nil || len(list) != 1 || list[0].Article.GUID != "whole" {
		t.Errorf("entries %v, %v, want the whole one alone", list, err)
	}
	checkIntegrity(t, s)
}

func TestPut_KilledProcessLosesNothingCommitted(t *testing.T) {
	url, _ := file(t)
	s := open(t, Config{URL: url})
	w := startWriter(t, "put", url)
	const many = 50
	for i := range many {
		w.say(t, fmt.Sprint(i))
	}
	for i := range many / 2 {
		w.expect(t, fmt.Sprint(i))
	}
	w.kill(t)
	list, err := s.EntriesAfter(t.Context(), 0, many+1)
	if err != nil || len(list) < many/2 {
		t.Errorf("%d entries, %v, want at least the %d that were told", len(list), err, many/2)
	}
	for i, e := range list {
		if e.Article.GUID != fmt.Sprint(i) {
			t.Errorf("entry %d is article %s", i, e.Article.GUID)
		}
	}
	checkIntegrity(t, s)
}

func checkIntegrity(t *testing.T, s *Store) {
	t.Helper()
	var answer string
	if err := s.w.db.QueryRowContext(t.Context(), "PRAGMA integrity_check").Scan(&answer); err != nil || answer != "ok" {
		t.Errorf("integrity: %q, %v", strings.TrimSpace(answer), err)
	}
}

// BenchmarkWakeOtherProcess takes an article from another process's commit to the log being read here.
func BenchmarkWakeOtherProcess(b *testing.B) {
	url, _ := file(b)
	s := open(b, Config{URL: url})
	w := startWriter(b, "put", url)
	defer w.end(b)
	var took []time.Duration
	var cursor int64
	for b.Loop() {
		start := time.Now()
		w.say(b, fmt.Sprint(cursor))
		for len(took) == int(cursor) {
			if err := s.Wait(b.Context(), cursor); err != nil {
				b.Fatal(err)
			}
			list, err := s.EntriesAfter(b.Context(), cursor, 1)
			if err != nil {
				b.Fatal(err)
			}
			if len(list) > 0 {
				took = append(took, time.Since(start))
			}
		}
		cursor++
		w.expect(b, fmt.Sprint(cursor-1))
	}
	report(b, took)
}
