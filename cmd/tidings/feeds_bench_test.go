package main

import (
	"context"
	"database/sql"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"

	"tidings/bot"
	"tidings/internal/pgtest"
	"tidings/internal/store"
)

const (
	manyFeeds    = 100_000
	manyHosts    = 20_000
	aLook        = time.Hour        // between two fetches of a feed
	feedsSettle  = 10 * time.Second // from the start until measuring begins
	feedsMeasure = 30 * time.Second
	newFeeds     = 20 // that are added while the others are followed
	newFeedEvery = 700 * time.Millisecond
)

// BenchmarkHundredThousandFeeds follows 100,000 feeds of 20,000 hosts, one look an hour, all of which answer over plain HTTP
// that nothing has changed: what memory a process of the program uses, and how much of a core, and how long another
// process's new source waits for its first fetch. The servers are in the benchmark's own process.
func BenchmarkHundredThousandFeeds(b *testing.B) {
	b.Run("SQLite", func(b *testing.B) {
		w := newWorld(b, 1, 1)
		benchmarkManyFeeds(b, w, "sqlite:"+filepath.Join(w.dir, "tidings.db"), 1)
	})
	b.Run("PostgreSQL", func(b *testing.B) {
		benchmarkManyFeeds(b, newWorld(b, 1, 1), pgtest.StartDurable(b).Schema(b), 1)
	})
	b.Run("PostgreSQL3", func(b *testing.B) {
		benchmarkManyFeeds(b, newWorld(b, 1, 1), pgtest.StartDurable(b).Schema(b), 3)
	})
}

func benchmarkManyFeeds(b *testing.B, w *world, database string, replicas int) {
	ctx, cancel := context.WithTimeout(b.Context(), 10*time.Minute)
	defer cancel()
	w.ctx, w.program = ctx, release(b)
	w.env = append(w.env, "DATABASE_URL="+database, "ALLOW_PRIVATE_FEEDS=true", "POLL_INTERVAL="+aLook.String())
	w.stop(w.start("run")) // makes the store
	sites := newManySites(b)
	sites.load(b, database)
	db, err := store.Open(w.ctx, store.Config{URL: database})
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	for b.Loop() {
		var running []*process
		for range replicas {
			running = append(running, w.start("run"))
		}
		<-time.After(feedsSettle)
		requests, begin, busy := sites.asked(), time.Now(), 0.0
		for _, p := range running {
			busy -= cpuSeconds(b, p.cmd.Process.Pid)
		}
		<-time.After(feedsMeasure)
		most, peak := 0.0, 0.0
		for _, p := range running {
			busy += cpuSeconds(b, p.cmd.Process.Pid)
			most = max(most, memoryMB(b, p.cmd.Process.Pid, "VmRSS"))
			peak = max(peak, memoryMB(b, p.cmd.Process.Pid, "VmHWM"))
		}
		took := time.Since(begin).Seconds()
		b.ReportMetric(float64(sites.asked()-requests)/took, "fetches/s")
		b.ReportMetric(100*busy/took/float64(replicas), "%-of-a-core")
		b.ReportMetric(most, "MB")
		b.ReportMetric(peak, "MB-peak")
		waits := sites.addNew(b, db)
		b.ReportMetric(quantile(waits, .5), "s-to-first-fetch")
		b.ReportMetric(quantile(waits, 1), "s-to-first-fetch-at-most")
		for _, p := range running {
			w.stop(p)
		}
	}
	b.ReportMetric(0, "ns/op")
}

// cpuSeconds returns what a process has used of the processors.
func cpuSeconds(b *testing.B, pid int) float64 {
	b.Helper()
	const (
		ticks = 100 // a second, to user space
		utime = 11  // fields after the name, which may contain blanks
	)
	stat := readFile(b, fmt.Sprintf("/proc/%d/stat", pid))
	fields := strings.Fields(stat[strings.LastIndexByte(stat, ')')+2:])
	sum := 0.0
	for _, field := range fields[utime : utime+2] {
		n, err := strconv.ParseFloat(field, 64)
		if err != nil {
			b.Fatal(err)
		}
		sum += n
	}
	return sum / ticks
}

// manySites are the servers of many feeds, at as many addresses of this machine.
type manySites struct {
	port string

	mu       sync.Mutex // guards what follows
	requests int
	first    map[string]time.Time // when each new feed was asked for first
}

func newManySites(b *testing.B) *manySites {
	b.Helper()
	s := &manySites{first: map[string]time.Time{}}
	var lc net.ListenConfig
	l, err := lc.Listen(b.Context(), "tcp4", "0.0.0.0:0")
	if err != nil {
		b.Fatal(err)
	}
	server := &httptest.Server{Listener: l, Config: &http.Server{Handler: s, ReadHeaderTimeout: time.Minute}}
	server.Start()
	b.Cleanup(server.Close)
	_, s.port, _ = net.SplitHostPort(l.Addr().String())
	return s
}

// ServeHTTP says that nothing has changed, but to those who have never asked.
func (s *manySites) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.requests++
	if strings.HasPrefix(r.URL.Path, "/new") && s.first[r.URL.Path].IsZero() {
		s.first[r.URL.Path] = time.Now()
	}
	s.mu.Unlock()
	w.Header().Set("ETag", manyETag)
	if r.Header.Get("If-None-Match") != "" {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	fmt.Fprint(w, `<rss version="2.0"><channel><title>Feed</title><item><title>Story</title></item></channel></rss>`)
}

const manyETag = `"65f1c9e0-2b1f"`

func (s *manySites) asked() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.requests
}

func (s *manySites) url(host int, path string) string {
	const perByte = 250
	return fmt.Sprintf("http://127.%d.%d.%d:%s/%s", 10+host/perByte/perByte, 1+host/perByte%perByte, 1+host%perByte, s.port, path)
}

// load writes the feeds into the database as an hour of following them leaves them, so that the next hour is like any
// other: adding and reading them one by one would take that hour.
func (s *manySites) load(b *testing.B, url string) {
	b.Helper()
	const (
		insert = `
			INSERT INTO sources (name, kind, url, title, added, articles, etag, last_modified, body_hash, next_fetch, due, last_try, last_success, fetch_memory)
			VALUES `
		row     = `($%d, 'feed', $%d, 'Feed', $%[5]d, 30, $%[3]d, $%[4]d, 'c2f1b0a94e6d83715fc2f1b0a94e6d83', $%[6]d, $%[6]d, $%[5]d, $%[5]d, $%[7]d)`
		columns = 7
		atATime = 500
	)
	rows := make([]string, atATime)
	for i := range rows {
		var n [columns]any
		for k := range n {
			n[k] = i*columns + k + 1
		}
		rows[i] = fmt.Sprintf(row, n[:]...)
	}
	driver, address := "pgx", url
	if path, ok := strings.CutPrefix(url, "sqlite:"); ok {
		driver, address = "sqlite", path
	}
	db, err := sql.Open(driver, address)
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	tx, err := db.BeginTx(b.Context(), nil)
	if err != nil {
		b.Fatal(err)
	}
	defer tx.Rollback()
	st, err := tx.PrepareContext(b.Context(), insert+strings.Join(rows, ", "))
	if err != nil {
		b.Fatal(err)
	}
	defer st.Close()
	start := time.Now()
	var args []any
	for i := range manyFeeds {
		next := start.Add(time.Duration(i) * aLook / manyFeeds)
		last := next.Add(-aLook)
		address := s.url(i%manyHosts, fmt.Sprintf("feed/%d.xml", i))
		whole := last.Add(-24 * time.Hour).UTC().Format(time.RFC3339Nano)
		memory := fmt.Sprintf(`{"from":%q,"whole":%q,"changed":%q,"gap":86400000000000}`, address, whole, whole)
		args = append(args, fmt.Sprintf("feed-%06d", i), address, []byte(manyETag), []byte("Sat, 28 Nov 2026 08:00:00 GMT"), last.UnixMicro(),
			next.UnixMicro(), memory)
		if len(args) < atATime*columns {
			continue
		}
		if _, err := st.ExecContext(b.Context(), args...); err != nil {
			b.Fatal(err)
		}
		args = args[:0]
	}
	if err := tx.Commit(); err != nil {
		b.Fatal(err)
	}
}

// addNew adds feeds while the program follows the others, and returns how many seconds each waited for its first fetch.
func (s *manySites) addNew(b *testing.B, db *store.Store) []float64 {
	b.Helper()
	added := make([]time.Time, newFeeds)
	for i := range added {
		src := bot.Source{Name: fmt.Sprintf("new-%d", i), Kind: bot.FeedSource, URL: s.url(manyHosts+i, fmt.Sprintf("new%d", i))}
		if err := db.AddSource(b.Context(), src); err != nil {
			b.Fatal(err)
		}
		added[i] = time.Now()
		<-time.After(newFeedEvery)
	}
	var waits []float64
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for i := range added {
		path := fmt.Sprintf("/new%d", i)
		for s.firstAsked(path).IsZero() {
			<-tick.C
		}
		waits = append(waits, s.firstAsked(path).Sub(added[i]).Seconds())
	}
	return waits
}

func (s *manySites) firstAsked(path string) time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.first[path]
}
