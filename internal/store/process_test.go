package store

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"tidings/bot"
	"tidings/internal/database"
)

// TestMain lets the test program play another process at work on a database.
func TestMain(m *testing.M) {
	if len(os.Args) == 4 && os.Args[1] == "work" {
		if err := work(os.Args[2], os.Args[3]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// work is the other process. In manner "claim" it claims the first delivery that comes. Otherwise each line
// of standard input is the GUID of an article that it puts; it answers with the GUID once that is committed,
// or, in manner "halfway", before.
func work(manner, url string) error {
	ctx := context.Background()
	s, err := Open(ctx, Config{URL: url})
	if err != nil {
		return err
	}
	lines := bufio.NewScanner(os.Stdin)
	fmt.Println("ready")
	if manner == "claim" {
		return claim(ctx, s)
	}
	for lines.Scan() {
		guid := lines.Text()
		if manner == "halfway" {
			return s.db.InTx(ctx, database.Exclusive, func(ctx context.Context, tx *database.Tx) error {
				if err := takeIn(ctx, s, tx, story(guid)); err != nil {
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

// claim leases a delivery and never settles it.
func claim(ctx context.Context, s *Store) error {
	list, err := claimSoon(ctx, s, "test", 1, time.Hour)
	if err != nil {
		return err
	}
	fmt.Println(list[0].Article.GUID)
	select {} // until it is killed
}

// worker is another process.
type worker struct {
	*exec.Cmd
	in  io.WriteCloser
	out *bufio.Scanner
}

func startWorker(t testing.TB, manner, url string) *worker {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	w := &worker{Cmd: exec.CommandContext(t.Context(), exe, "work", manner, url)}
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
func (w *worker) say(t testing.TB, guid string) {
	t.Helper()
	if _, err := fmt.Fprintln(w.in, guid); err != nil {
		t.Fatal(err)
	}
}

func (w *worker) expect(t testing.TB, want string) {
	t.Helper()
	if !w.out.Scan() || w.out.Text() != want {
		t.Fatalf("the other process said %q, %v, want %q", w.out.Text(), w.out.Err(), want)
	}
}

// kill ends the process as a power cut would, but for the machine.
func (w *worker) kill(t testing.TB) {
	t.Helper()
	if err := w.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = w.Wait() // it was killed, and says so
}

// end lets the process finish.
func (w *worker) end(t testing.TB) {
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
	w := startWorker(t, "put", url)
	defer w.end(t)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	for i := range 5 {
		w.say(t, fmt.Sprint(i))
		list, err := readNews(ctx, s, 10)
		w.expect(t, fmt.Sprint(i))
		if err != nil || len(list) != 1 || list[0].Article.GUID != fmt.Sprint(i) {
			t.Fatalf("entries %v, %v, want article %d", list, err, i)
		}
	}
}

func TestPut_TwoProcessesAtOnce(t *testing.T) {
	url, _ := file(t)
	s := open(t, Config{URL: url})
	w := startWorker(t, "put", url)
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
	w := startWorker(t, "halfway", url)
	w.say(t, "half")
	w.expect(t, "half")
	w.kill(t)
	start := time.Now()
	if _, err := s.Put(t.Context(), []bot.Article{story("whole")}); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(start); took > 15*time.Second {
		t.Errorf("the dead process's lock delayed the next put for %v", took)
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
	w := startWorker(t, "put", url)
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
		t.Errorf("%d entries, %v, want at least the %d that were reported", len(list), err, many/2)
	}
	for i, e := range list {
		if e.Article.GUID != fmt.Sprint(i) {
			t.Errorf("entry %d is article %s", i, e.Article.GUID)
		}
	}
	checkIntegrity(t, s)
}

func TestClaim_KilledProcessGivesItsDeliveryBack(t *testing.T) {
	url, _ := file(t)
	var ahead atomic.Int64
	s := open(t, Config{URL: url, Now: func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }})
	w := startWorker(t, "claim", url)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	enqueue(ctx, t, s, "1")
	w.expect(t, "1") // it waited, and was woken by what happened here
	if list, err := s.Claim(ctx, "test", 1, time.Hour); err != nil || len(list) != 0 {
		t.Errorf("claimed %v, %v, which the other process has leased", list, err)
	}
	w.kill(t)
	ahead.Store(int64(61 * time.Minute))
	list, err := claimSoon(ctx, s, "test", 1, time.Hour)
	if err != nil || len(list) != 1 || list[0].Article.GUID != "1" {
		t.Errorf("claimed %v, %v, want what the dead process had, once its lease has ended", list, err)
	}
	checkIntegrity(t, s)
}

// enqueue makes a delivery of a new article to a new subscription.
func enqueue(ctx context.Context, t *testing.T, s *Store, guid string) {
	t.Helper()
	sub, err := s.Subscribe(ctx, bot.Subscription{Target: bot.Target{Platform: "test", Chat: "chat"}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Put(ctx, []bot.Article{story(guid)}); err != nil {
		t.Fatal(err)
	}
	list, err := s.EntriesAfter(ctx, 0, 1)
	if err != nil || len(list) != 1 {
		t.Fatalf("entries %v, %v, want one", list, err)
	}
	n, err := s.Enqueue(ctx, 0, list[0].Seq, []bot.Match{{Article: list[0].Article.ID, Subscription: sub.ID}})
	if err != nil || n != 1 {
		t.Fatalf("enqueued %d, %v, want 1", n, err)
	}
}

func checkIntegrity(t *testing.T, s *Store) {
	t.Helper()
	var answer string
	if err := writes(s).QueryRowContext(t.Context(), "PRAGMA integrity_check").Scan(&answer); err != nil || answer != "ok" {
		t.Errorf("integrity: %q, %v", strings.TrimSpace(answer), err)
	}
}

// BenchmarkWakeOtherProcess takes an article from another process's commit to the log being read here.
func BenchmarkWakeOtherProcess(b *testing.B) {
	url, _ := file(b)
	s := open(b, Config{URL: url})
	w := startWorker(b, "put", url)
	defer w.end(b)
	var took []time.Duration
	for n := 0; b.Loop(); n++ {
		start := time.Now()
		w.say(b, fmt.Sprint(n))
		if _, err := s.News(b.Context(), 1); err != nil {
			b.Fatal(err)
		}
		took = append(took, time.Since(start))
		if _, err := readNews(b.Context(), s, 1); err != nil {
			b.Fatal(err)
		}
		w.expect(b, fmt.Sprint(n))
	}
	percentiles(b, took)
}
