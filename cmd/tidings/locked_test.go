package main

import (
	"database/sql"
	"net/http"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tidings/internal/store"
)

// TestRun_ContinuesAfterAnotherProcessLockedTheStore has another program keep the write lock for longer than the store
// waits for it.
func TestRun_ContinuesAfterAnotherProcessLockedTheStore(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("waits as long as the store does")
	}
	w := newWorld(t, 1, 1)
	p := w.start("run")
	w.subscribeAll()
	w.post(p, story(t, "Story 1"))
	w.showEverywhere("Story 1")
	w.settled()

	release := w.lock()
	second := story(t, "Story 2")
	if status := w.offer(p, second); status != http.StatusInternalServerError {
		t.Errorf("an article is answered with %d while another program locks the store", status)
	}
	w.mustLog(p, "another process has been writing to the database for too long")
	if status := w.ready(p); status != http.StatusServiceUnavailable {
		t.Errorf("/readyz answers %d while another program locks the store", status)
	}
	release()
	waitUntil(t, func() bool { return w.ready(p) == http.StatusOK })
	w.post(p, second)
	w.showEverywhere("Story 1", "Story 2")
	w.stop(p)
	w.integrity()
}

// settled waits until the program has recorded what it has sent.
func (w *world) settled() {
	w.t.Helper()
	db, err := store.Open(w.ctx, store.Config{URL: "sqlite:" + filepath.Join(w.dir, "tidings.db")})
	if err != nil {
		w.t.Fatal(err)
	}
	defer db.Close()
	waitUntil(w.t, func() bool {
		n, err := backlog(w.ctx, db)
		if err != nil {
			w.t.Fatal(err)
		}
		return n == 0
	})
}

// lock acquires the write lock of the program's database, as a program does that has it open, and returns what
// lets go.
func (w *world) lock() (release func()) {
	w.t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(w.dir, "tidings.db"))
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { _ = db.Close() })
	conn, err := db.Conn(w.ctx)
	if err != nil {
		w.t.Fatal(err)
	}
	do := func(text string) {
		w.t.Helper()
		if _, err := conn.ExecContext(w.ctx, text); err != nil {
			w.t.Fatal(err)
		}
	}
	do("PRAGMA busy_timeout = 5000")
	do("BEGIN EXCLUSIVE")
	return func() { w.t.Helper(); do("ROLLBACK") }
}

// subscribeAll subscribes all chats to everything.
func (w *world) subscribeAll() {
	w.t.Helper()
	for _, c := range w.channels {
		w.onDiscord(c, "subscribe")
	}
	for _, c := range w.chats {
		if _, err := w.telegram.Start(c, ""); err != nil {
			w.t.Fatal(err)
		}
		w.telegramMessages(c, 2)
		w.onTelegram(c, "/subscribe")
	}
}

// showEverywhere waits until each chat shows the last of some alerts, and checks that it shows all, once.
func (w *world) showEverywhere(titles ...string) {
	w.t.Helper()
	last := func(got []string) bool { return len(got) > 0 && got[len(got)-1] == titles[len(titles)-1] }
	for _, c := range w.channels {
		waitUntil(w.t, func() bool { return last(w.alerts(c)) })
		if diff := cmp.Diff(titles, w.alerts(c)); diff != "" {
			w.t.Errorf("alerts on Discord (-want +got):\n%s", diff)
		}
	}
	for _, c := range w.chats {
		waitUntil(w.t, func() bool { return last(w.posts(c)) })
		if diff := cmp.Diff(titles, w.posts(c)); diff != "" {
			w.t.Errorf("alerts on Telegram (-want +got):\n%s", diff)
		}
	}
}

// mustLog waits until the program has written something of the log.
func (w *world) mustLog(p *process, words string) {
	w.t.Helper()
	if _, err := p.log.wait(w.ctx, regexp.MustCompile(regexp.QuoteMeta(words))); err != nil {
		w.t.Errorf("the log does not say %q: %v", words, err)
	}
}

// offer hands an article to the publish API and returns the status of the answer.
func (w *world) offer(p *process, article string) int {
	w.t.Helper()
	req, err := http.NewRequestWithContext(w.ctx, http.MethodPost, "http://"+p.addr+"/api/articles", strings.NewReader(article))
	if err != nil {
		w.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+publishToken)
	resp, err := (&http.Client{Timeout: patience}).Do(req)
	if err != nil {
		w.t.Fatal(err)
	}
	defer resp.Body.Close()
	return resp.StatusCode
}
