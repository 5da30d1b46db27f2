package main

import (
	"net"
	"net/http"
	"slices"
	"syscall"
	"testing"
	"time"
)

// BenchmarkHostileConnections opens 20,000 connections that send nothing, or as many as it may: what memory they cost the
// program, and how long its health check takes meanwhile.
func BenchmarkHostileConnections(b *testing.B) {
	const crowd, lookEvery, ownFiles = 20_000, 250, 300
	w := newWorld(b, 1, 0)
	w.program = release(b)
	p := w.start("run")
	defer w.stop(p)
	before := megabytes(b, p, "VmRSS")
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		b.Fatal(err)
	}
	n := min(crowd, int(limit.Cur)-ownFiles)
	var took []time.Duration
	for b.Loop() {
		for i := range n {
			conn, err := (&net.Dialer{}).DialContext(b.Context(), "tcp", p.addr)
			if err != nil {
				b.Fatal(err)
			}
			defer conn.Close()
			if i%lookEvery == 0 {
				took = append(took, healthTook(b, p))
			}
		}
	}
	slices.Sort(took)
	b.ReportMetric(float64(n), "connections")
	b.ReportMetric(took[len(took)/2].Seconds()*1e3, "ms-health-p50")
	b.ReportMetric(took[len(took)-1].Seconds()*1e3, "ms-health-at-most")
	b.ReportMetric(before, "MB-before")
	b.ReportMetric(megabytes(b, p, "VmHWM"), "MB-peak")
	b.ReportMetric(0, "ns/op")
}

// healthTook returns how long a health check over a connection of its own took.
func healthTook(b *testing.B, p *process) time.Duration {
	b.Helper()
	start := time.Now()
	client := &http.Client{Timeout: patience, Transport: &http.Transport{DisableKeepAlives: true}}
	req, err := http.NewRequestWithContext(b.Context(), http.MethodGet, "http://"+p.addr+"/healthz", http.NoBody)
	if err != nil {
		b.Fatal(err)
	}
	resp, err := client.Do(req)
	if err != nil {
		b.Fatal(err)
	}
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		b.Errorf("health is answered by %d", resp.StatusCode)
	}
	return time.Since(start)
}
