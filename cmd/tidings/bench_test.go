package main

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"tidings/bot"
	"tidings/internal/pgtest"
	"tidings/internal/sandbox/discord"
	"tidings/internal/store"
)

// release builds the program as a release is built and returns its path. Under the race detector the test binary itself
// has to do, which looks for races too.
func release(b testing.TB) string {
	b.Helper()
	if underRace {
		path, err := os.Executable()
		if err != nil {
			b.Fatal(err)
		}
		return path
	}
	path := filepath.Join(b.TempDir(), "tidings")
	cmd := exec.CommandContext(b.Context(), "go", "build", "-trimpath", "-ldflags", "-s -w", "-o", path, ".")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		b.Fatalf("build: %v\n%s", err, out)
	}
	return path
}

// identifyPause is a little longer than what Discord wants between two sessions of a bot, for which a start would wait.
const identifyPause = 6 * time.Second

// BenchmarkStart measures the program from its start until /readyz answers, with both adapters and an
// existing store; and then, once, what memory it uses when the start is over: MB-private are what is its own alone, the rest are
// pages of its file.
func BenchmarkStart(b *testing.B) {
	w := newWorld(b, 1, 1)
	w.program = release(b)
	info, err := os.Stat(w.program)
	if err != nil {
		b.Fatal(err)
	}
	addr := freeAddress(b)
	w.env = append(w.env, "HTTP_ADDR="+addr)
	w.stop(w.start("run")) // makes the store
	var ready []float64
	for b.Loop() {
		<-time.After(identifyPause)
		begin := time.Now()
		p := w.launch("run")
		waitReady(b, addr)
		ready = append(ready, float64(time.Since(begin).Microseconds())/1000)
		w.stop(p)
	}
	p := w.start("run")
	w.onDiscord(w.channels[0], "status")
	<-time.After(settleAfter + 5*time.Second)
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(quantile(ready, .5), "ms-to-ready")
	b.ReportMetric(residentMB(b, p.cmd.Process.Pid), "MB-idle")
	b.ReportMetric(memoryMB(b, p.cmd.Process.Pid, "RssAnon"), "MB-private")
	b.ReportMetric(memoryMB(b, p.cmd.Process.Pid, "VmHWM"), "MB-peak")
	b.ReportMetric(float64(info.Size())/1e6, "MB-binary")
	w.stop(p)
}

// manyChannels keeps the limit of each channel out of what is measured.
const manyChannels = 60

// BenchmarkAlertFromOtherProcess measures from the commit of an article in one process to the request
// that another process makes of Discord.
func BenchmarkAlertFromOtherProcess(b *testing.B) {
	b.Run("SQLite", func(b *testing.B) {
		w := newWorld(b, manyChannels, 0)
		benchmarkAlertFromOtherProcess(b, w, "sqlite:"+filepath.Join(w.dir, "tidings.db"))
	})
	b.Run("PostgreSQL", func(b *testing.B) {
		url := pgtest.StartDurable(b).Schema(b)
		benchmarkAlertFromOtherProcess(b, newWorld(b, manyChannels, 0), url)
	})
}

func benchmarkAlertFromOtherProcess(b *testing.B, w *world, database string) {
	w.env = append(w.env, "DATABASE_URL="+database)
	w.program = release(b)
	p := w.start("run")
	for i, c := range w.channels {
		w.onDiscord(c, "subscribe", discord.Option{Name: "filter", Value: fmt.Sprintf("channel%d", i)})
	}
	db, err := store.Open(w.ctx, store.Config{URL: database})
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	var lags []float64
	apart := time.NewTicker(50 * time.Millisecond) // Discord takes 50 a second: nearer together, they would wait for that
	defer apart.Stop()
	for i := 0; b.Loop(); i++ {
		<-apart.C
		words := fmt.Sprintf("Story %d for ", i) // what matches is underlined
		title := fmt.Sprintf("%schannel%d", words, i%manyChannels)
		if _, err := db.Put(w.ctx, []bot.Article{{Source: "wire", Title: title, Published: time.Now()}}); err != nil {
			b.Fatal(err)
		}
		begin := time.Now()
		var at time.Time
		waitUntil(b, func() bool { at = w.requested(words); return !at.IsZero() })
		lags = append(lags, float64(at.Sub(begin).Microseconds())/1000)
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(quantile(lags, .5), "ms-p50")
	b.ReportMetric(quantile(lags, .99), "ms-p99")
	w.stop(p)
}

// idleFor is how long a program is left alone to see what it does meanwhile.
const idleFor = 5 * time.Second

// BenchmarkIdle measures what the program uses of a core while nothing happens, with both adapters and a subscription.
func BenchmarkIdle(b *testing.B) {
	w := newWorld(b, 1, 1)
	w.program = release(b)
	p := w.start("run")
	w.onDiscord(w.channels[0], "subscribe")
	var part []float64
	for b.Loop() {
		<-time.After(time.Second) // what the start and the command left to do
		before := ranFor(b, p.cmd.Process.Pid)
		<-time.After(idleFor)
		part = append(part, 100*float64(ranFor(b, p.cmd.Process.Pid)-before)/float64(idleFor))
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(quantile(part, .5), "%-of-a-core")
	w.stop(p)
}

// ranFor returns for how long the threads of a process have run.
func ranFor(b testing.TB, pid int) time.Duration {
	b.Helper()
	threads, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/schedstat", pid))
	if err != nil || len(threads) == 0 {
		b.Skip("this system does not report how long a process ran")
	}
	var sum time.Duration
	for _, path := range threads {
		first, _, _ := strings.Cut(readFile(b, path), " ")
		ns, err := strconv.ParseInt(first, 10, 64)
		if err != nil {
			b.Fatal(err)
		}
		sum += time.Duration(ns)
	}
	return sum
}

// requested returns when Discord was asked to post something with the given words, or zero.
func (w *world) requested(words string) time.Time {
	for _, r := range slices.Backward(w.discord.Requests()) {
		if bytes.Contains(r.Body, []byte(words)) {
			return r.Time
		}
	}
	return time.Time{}
}

// freeAddress returns an address that nothing listens on.
func freeAddress(b *testing.B) string {
	b.Helper()
	var lc net.ListenConfig
	l, err := lc.Listen(b.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

func waitReady(b *testing.B, addr string) {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.Context(), patience)
	defer cancel()
	client := &http.Client{Timeout: time.Second}
	for ctx.Err() == nil {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+addr+"/readyz", nil)
		if err != nil {
			b.Fatal(err)
		}
		resp, err := client.Do(req)
		if err != nil {
			continue // nobody listens yet
		}
		_ = resp.Body.Close()
		if resp.StatusCode == http.StatusOK {
			return
		}
	}
	b.Fatal("not ready")
}

// residentMB returns the memory that a process uses, in 10^6 bytes.
func residentMB(b testing.TB, pid int) float64 {
	b.Helper()
	return memoryMB(b, pid, "VmRSS")
}

// memoryMB returns a figure of a process's memory by its name in /proc/PID/status, in 10^6 bytes: VmRSS is what it holds,
// VmHWM the most that it has held.
func memoryMB(b testing.TB, pid int, name string) float64 {
	b.Helper()
	status := readFile(b, fmt.Sprintf("/proc/%d/status", pid))
	m := regexp.MustCompile(name + `:\s+(\d+) kB`).FindStringSubmatch(status)
	if m == nil {
		b.Skip("this system does not report the memory of a process")
	}
	kb, err := strconv.ParseFloat(m[1], 64)
	if err != nil {
		b.Fatal(err)
	}
	return kb * 1024 / 1e6
}

// quantile returns the value at q of list.
func quantile(list []float64, q float64) float64 {
	slices.Sort(list)
	return list[int(float64(len(list)-1)*q)]
}
