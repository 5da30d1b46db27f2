package database

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"tidings/internal/pgtest"
)

func TestWaker_SurvivesFailingLooks(t *testing.T) {
	t.Parallel()
	var looks, version atomic.Int64
	const failures = 3
	look := func(context.Context) (int64, error) {
		if looks.Add(1) <= failures {
			return 0, errors.New("no such luck")
		}
		return version.Load(), nil
	}
	var log bytes.Buffer
	watch := func(ctx context.Context, w *waker) error {
		w.work.Go(func() { w.poll(ctx, &seenVersion{read: look}) })
		return nil
	}
	w, err := newWaker(t.Context(), watch, defaultLook, slog.New(slog.NewTextHandler(&log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	version.Add(1) // a commit of another process, while looking fails
	err = waitOnce(t, w, Queue)
	w.close()
	if err != nil {
		t.Errorf("nobody was woken: %v", err)
	}
	if n := strings.Count(log.String(), "not noticed"); n != 1 {
		t.Errorf("the log mentions one fault %d times:\n%s", n, &log)
	}
}

// waitOnce waits until somebody who waits for a topic is woken.
func waitOnce(t *testing.T, w *waker, about Topic) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	asked := 0
	return w.wait(ctx, about, func(context.Context) (time.Duration, error) {
		asked++
		if asked == 1 {
			return time.Hour, nil
		}
		return 0, nil
	})
}

func TestWaker_WakesWhoWaitsForWhatACommitIsAbout(t *testing.T) {
	t.Parallel()
	db := open(t, file(t))
	for _, test := range []struct {
		name  string
		scope Scope
		also  Topic
		log   bool
		queue bool
	}{
		{name: "whatever it likes", scope: Exclusive, log: true, queue: true},
		{name: "a log", scope: AppendLog, log: true},
		{name: "a log, and by the way a queue", scope: AppendLog, also: Queue, log: true, queue: true},
		{name: "a queue", scope: Enqueue, queue: true},
		{name: "rows of its own", scope: Shared, queue: true},
	} {
		logged, _ := db.wake.next(Log)
		queued, _ := db.wake.next(Queue)
		err := db.InTx(t.Context(), test.scope, func(_ context.Context, tx *Tx) error {
			tx.Wake(test.also)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if got := isClosed(logged); got != test.log {
			t.Errorf("%s: who waits for a log is woken: %v", test.name, got)
		}
		if got := isClosed(queued); got != test.queue {
			t.Errorf("%s: who waits for a queue is woken: %v", test.name, got)
		}
	}
}

// Nobody waits here, so nobody looks: what is noticed was announced.
func TestWaker_OnPostgresIsToldOfOthersCommits(t *testing.T) {
	t.Parallel()
	address := pgtest.URL(t)
	reader, writer := open(t, address), open(t, address)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	for range 3 { // the first may be woken by the beginning of listening
		changed, _ := reader.wake.next(Log)
		if err := writer.InTx(ctx, AppendLog, func(context.Context, *Tx) error { return nil }); err != nil {
			t.Fatal(err)
		}
		select {
		case <-changed:
		case <-ctx.Done():
			t.Fatal("a commit of another process was not announced")
		}
	}
}

func isClosed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

func TestAnnounced(t *testing.T) {
	t.Parallel()
	for payload, want := range map[string]Topic{
		postgresNotify(Log, "another").args[0].(string):   Log,
		postgresNotify(Queue, "another").args[0].(string): Queue,
		postgresNotify(Log, "own").args[0].(string):       0,
		"":             everything,
		"16 another":   everything,
		"-1 another":   everything,
		"what another": everything,
	} {
		if got := announced(payload, "own"); got != want {
			t.Errorf("%q is about %b, want %b", payload, got, want)
		}
	}
}
