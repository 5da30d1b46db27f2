package main

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tidings/internal/pgtest"
)

// TestRun_MovesToPostgresAndWaitsOutItsRestart moves an installation from a file to a server, which then goes away while
// there is something to send.
func TestRun_MovesToPostgresAndWaitsOutItsRestart(t *testing.T) {
	t.Parallel()
	server := pgtest.Start(t)
	w := newWorld(t, 2, 0)
	p := w.start("run")
	for _, c := range w.channels {
		w.onDiscord(c, "subscribe")
	}
	w.run("", "import", "--alert", w.file("one.jsonl", story(t, "Story from the file")))
	waitUntil(t, func() bool { return len(w.alerts(w.channels[1])) == 1 })
	w.stop(p)

	url := server.Schema(t)
	said := w.run("", "copy", "sqlite:tidings.db", url)
	if !strings.Contains(said, "1  articles\n") || !strings.Contains(said, "2  subscriptions\n") || strings.Contains(said, pgtest.Password) {
		t.Errorf("copy says\n%s", said)
	}
	w.env = append(w.env, "DATABASE_URL="+url)
	p = w.start("run")
	waitUntil(t, func() bool { return w.ready(p) == http.StatusOK })
	want := []string{"Story from the file"}
	for i := range 4 {
		headline := fmt.Sprintf("Story %d from the server", i)
		want = append(want, headline)
		w.run("", "import", "--alert", w.file("more.jsonl", story(t, headline)))
		if i == 2 {
			server.Stop(t)
			waitUntil(t, func() bool { return w.ready(p) == http.StatusServiceUnavailable })
			server.Resume(t)
			waitUntil(t, func() bool { return w.ready(p) == http.StatusOK })
		}
	}
	for _, c := range w.channels {
		waitUntil(t, func() bool { return slices.Contains(w.alerts(c), want[len(want)-1]) })
		if diff := cmp.Diff(want, w.alerts(c)); diff != "" {
			t.Errorf("alerts (-want +got):\n%s", diff)
		}
	}
	if reply := w.onDiscord(w.channels[0], "latest"); !strings.Contains(reply, want[0]) {
		t.Errorf("/latest does not show what was copied:\n%s", reply)
	}
	w.stop(p)
	if strings.Contains(p.log.String(), pgtest.Password) {
		t.Error("the log shows the password")
	}
}

// ready returns the status of /readyz.
func (w *world) ready(p *process) int {
	w.t.Helper()
	req, err := http.NewRequestWithContext(w.ctx, http.MethodGet, "http://"+p.addr+"/readyz", http.NoBody)
	if err != nil {
		w.t.Fatal(err)
	}
	resp, err := (&http.Client{Timeout: patience}).Do(req)
	if err != nil {
		w.t.Fatal(err)
	}
	defer resp.Body.Close()
	return resp.StatusCode
}
