package store

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"tidings/bot"
	"tidings/internal/database"
	"tidings/internal/pgtest"
)

// ledger is what a test knows to be stored, and what it has read of it.
type ledger struct {
	mu     sync.Mutex
	stored map[string]bool // GUIDs of articles that Put said are stored; guarded by mu
	sent   map[string]int  // how often each was settled; guarded by mu
}

// traffic puts articles, follows the log, claims and settles, and goes on after errors, until ctx ends.
func traffic(ctx context.Context, s *Store, l *ledger, subscription int64) {
	var loops sync.WaitGroup
	loops.Go(func() {
		for i := 0; ctx.Err() == nil; i++ {
			for l.isBehind() && ctx.Err() == nil { // one chat gets what many could share
				pause(ctx)
			}
			guid := fmt.Sprint(i)
			for ctx.Err() == nil {
				if _, err := s.Put(ctx, []bot.Article{story(guid)}); err == nil {
					l.mu.Lock()
					l.stored[guid] = true
					l.mu.Unlock()
					break
				}
				pause(ctx)
			}
		}
	})
	loops.Go(func() {
		for ctx.Err() == nil {
			if err := follow(ctx, s, subscription); err != nil {
				pause(ctx)
			}
		}
	})
	loops.Go(func() {
		for ctx.Err() == nil {
			if err := l.deliver(ctx, s); err != nil {
				pause(ctx)
			}
		}
	})
	loops.Wait()
}

// pause waits for a moment, as the loops of the bot do after an error.
func pause(ctx context.Context) {
	t := time.NewTimer(10 * time.Millisecond)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}

func follow(ctx context.Context, s *Store, subscription int64) error {
	news, err := s.News(ctx, 10)
	if err != nil {
		return err
	}
	list := news.Entries
	var matches []bot.Match
	for _, e := range list {
		matches = append(matches, bot.Match{Article: e.Article.ID, Subscription: subscription})
	}
	_, err = s.Enqueue(ctx, news.Cursor, list[len(list)-1].Seq, matches)
	return err
}

// deliver settles what is due. A send is recorded once it is settled, however often that has to be tried.
func (l *ledger) deliver(ctx context.Context, s *Store) error {
	list, err := claimSoon(ctx, s, "test", 10, 2*time.Second)
	if err != nil {
		return err
	}
	for i := range list {
		for ctx.Err() == nil {
			if err := s.Settle(ctx, &list[i], bot.Outcome{State: bot.Sent}); err == nil {
				l.mu.Lock()
				l.sent[list[i].Article.GUID]++
				l.mu.Unlock()
				break
			}
			pause(ctx)
		}
	}
	return nil
}

// counts returns how many articles were reported as stored, and how many of those were sent.
func (l *ledger) counts() (stored, sent int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for guid := range l.stored {
		if l.sent[guid] > 0 {
			sent++
		}
	}
	return len(l.stored), sent
}

// isBehind reports whether much that was stored waits to be sent.
func (l *ledger) isBehind() bool {
	stored, sent := l.counts()
	return stored > sent+30
}

// await looks again and again until ok.
func await(t *testing.T, what string, ok func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	for !ok() {
		if pause(ctx); ctx.Err() != nil {
			t.Fatalf("%s: not within %v", what, patience)
		}
	}
}

func TestStore_RecoversOnceTheDatabaseIsBack(t *testing.T) {
	server := pgtest.Start(t)
	var log safeLog
	s := open(t, Config{URL: server.Schema(t), Logger: slog.New(slog.NewTextHandler(&log, nil))})
	sub, err := s.Subscribe(t.Context(), bot.Subscription{Target: bot.Target{Platform: "test", Chat: "chat"}})
	if err != nil {
		t.Fatal(err)
	}
	l := &ledger{stored: map[string]bool{}, sent: map[string]int{}}
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { traffic(ctx, s, l, sub.ID) })
	defer running.Wait()
	defer cancel()
	more := func(what string) {
		t.Helper()
		stored, _ := l.counts()
		await(t, what, func() bool { now, sent := l.counts(); return now > stored+20 && sent > stored })
	}
	more("at first")
	for range 5 {
		server.Exec(t, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'tidings'`)
		more("after connections were dropped")
	}
	for range 2 {
		server.Stop(t)
		if _, err := s.Stats(t.Context()); err == nil || !strings.Contains(err.Error(), "does not answer") {
			t.Errorf("stats of a server that is away: %v", err)
		}
		server.Resume(t)
		more("after the server was restarted")
	}
	cancel()
	running.Wait()
	reconcile(t, s, l, sub.ID)
	if n := strings.Count(log.String(), "noticed late"); n == 0 {
		t.Errorf("the log does not say that notifications were missed:\n%s", &log)
	}
}

// reconcile works off what is left, and compares the ledger with the store: nothing lost, nothing doubled.
func reconcile(t *testing.T, s *Store, l *ledger, subscription int64) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	all, err := s.EntriesAfter(ctx, 0, 1_000_000)
	if err != nil {
		t.Fatal(err)
	}
	last := all[len(all)-1].Seq
	for {
		cursor, err := s.Cursor(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if cursor >= last {
			break
		}
		if err := follow(ctx, s, subscription); err != nil {
			t.Fatal(err)
		}
	}
	const open = `SELECT count(*) FROM deliveries WHERE state <> 'sent'`
	for {
		left, err := database.Number(ctx, s.db, open)
		if err != nil {
			t.Fatal(err)
		}
		if left == 0 {
			break
		}
		if err := l.deliver(ctx, s); err != nil {
			t.Fatal(err)
		}
	}
	stored := map[string]bool{}
	for _, e := range all {
		if stored[e.Article.GUID] {
			t.Errorf("article %s is stored twice", e.Article.GUID)
		}
		stored[e.Article.GUID] = true
	}
	for guid := range l.stored {
		if !stored[guid] {
			t.Errorf("article %s was reported as stored, and is not", guid)
		}
	}
	if n, err := database.Number(ctx, s.db, `SELECT count(*) FROM deliveries WHERE state = 'sent'`); err != nil || int(n) != len(stored) {
		t.Errorf("%d deliveries, %v, of %d articles", n, err, len(stored))
	}
}

// safeLog is a log that may be written and read at once.
type safeLog struct {
	mu   sync.Mutex
	text strings.Builder // guarded by mu
}

func (l *safeLog) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(b)
}

func (l *safeLog) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

func TestPut_WaitsItsTurnForAFullPool(t *testing.T) {
	s := open(t, Config{URL: pgtest.URL(t)})
	const many = 40
	done := make(chan error, many)
	for i := range many {
		go func() {
			_, err := s.Put(t.Context(), []bot.Article{story(fmt.Sprint(i))})
			done <- err
		}()
	}
	for range many {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}

func TestWait_OnPostgresNoticesWhatOthersWrite(t *testing.T) {
	address := pgtest.URL(t)
	reader, writer := open(t, Config{URL: address}), open(t, Config{URL: address})
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	for i := range 20 {
		done := make(chan error, 1)
		go func() {
			_, err := readNews(ctx, reader, 1)
			done <- err
		}()
		if _, err := writer.Put(ctx, []bot.Article{story(fmt.Sprint(i))}); err != nil {
			t.Fatal(err)
		}
		if err := <-done; err != nil {
			t.Fatal(err)
		}
	}
}
