package main

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
)

// mostMemory is what the program may use at any moment while it is attacked, in 10^6 bytes.
const mostMemory = 70

// BenchmarkHostileFeeds follows eighteen feeds that attack it, and one that does not, for twenty of its
// polls: how far these are apart, and the most memory that the program uses meanwhile.
func BenchmarkHostileFeeds(b *testing.B) {
	w := newWorld(b, 1, 0)
	w.program = release(b)
	var good visits
	mux, port := attack(b)
	mux.HandleFunc("/good", func(w http.ResponseWriter, _ *http.Request) {
		good.note(time.Now())
		fmt.Fprint(w, `<rss version="2.0"><channel><title>Good</title><item><title>A</title></item></channel></rss>`)
	})
	feeds := []string{"good=http://127.3.0.1:" + port + "/good"}
	for i, path := range []string{
		"endless", "title", "nesting", "items", "attributes", "gzip", "br", "zstd", "hang", "hang2", "drip", "loop",
		"endless2", "title2", "items2", "gzip2", "bytes", "wide",
	} {
		feeds = append(feeds, fmt.Sprintf("%s=http://127.3.1.%d:%s/%s", path, i+1, port, path))
	}
	w.env = append(w.env, "FEEDS="+strings.Join(feeds, ","), "POLL_INTERVAL=1s", "ALLOW_PRIVATE_FEEDS=true")
	for b.Loop() {
		p := w.start("run")
		const polls = 20
		waitUntil(b, func() bool { n, _, _ := good.apart(); return n >= polls })
		_, mean, longest := good.apart()
		b.ReportMetric(mean.Seconds(), "s-between-polls")
		b.ReportMetric(longest.Seconds(), "s-between-polls-at-most")
		peak := megabytes(b, p, "VmHWM")
		if peak > mostMemory {
			b.Errorf("%.0f MB at most, want %d", peak, mostMemory)
		}
		b.ReportMetric(peak, "MB-peak")
		w.stop(p)
	}
	b.ReportMetric(0, "ns/op")
}

// megabytes returns a line of a program's memory, in 10^6 bytes.
func megabytes(b *testing.B, p *process, line string) float64 {
	b.Helper()
	status := readFile(b, fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	kB, err := strconv.ParseFloat(regexp.MustCompile(line + `:\s+(\d+) kB`).FindStringSubmatch(status)[1], 64)
	if err != nil {
		b.Fatal(err)
	}
	return kB * 1024 / 1e6
}

// visits are the times at which something was asked for.
type visits struct {
	mu sync.Mutex // guards at
	at []time.Time
}

func (v *visits) note(t time.Time) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.at = append(v.at, t)
}

// apart returns how many times lay between visits, how long they were on average, and the longest.
func (v *visits) apart() (n int, mean, longest time.Duration) {
	v.mu.Lock()
	defer v.mu.Unlock()
	for i := 1; i < len(v.at); i++ {
		n++
		mean += v.at[i].Sub(v.at[i-1])
		longest = max(longest, v.at[i].Sub(v.at[i-1]))
	}
	return n, mean / time.Duration(max(n, 1)), longest
}

// attack serves what nobody should serve, at every loopback address, and returns the port.
func attack(b *testing.B) (mux *http.ServeMux, port string) {
	b.Helper()
	mux = http.NewServeMux()
	release := make(chan struct{})
	flood := func(paths []string, head, chunk string, n int, headers ...string) {
		for _, path := range paths {
			mux.HandleFunc("/"+path, func(w http.ResponseWriter, _ *http.Request) {
				for i := 0; i < len(headers); i += 2 {
					w.Header().Set(headers[i], headers[i+1])
				}
				_, err := io.WriteString(w, head)
				for i := 0; i < n && err == nil; i++ {
					_, err = io.WriteString(w, chunk)
				}
			})
		}
	}
	block := strings.Repeat("A", 64<<10)
	flood([]string{"endless", "endless2"}, "", block, 1<<20)
	flood([]string{"title", "title2"}, "<rss version='2.0'><channel><item><title>", block, 150)
	flood([]string{"bytes"}, "<rss version='2.0'><channel><item><title>", strings.Repeat("\xff", 64<<10), 150)
	flood([]string{"wide"}, "\xff\xfe<\x00r\x00s\x00s\x00>\x00", strings.Repeat("\xac\x4e", 32<<10), 150)
	flood([]string{"nesting"}, "<rss><channel><item>", "<a:b>", 2_000_000)
	flood([]string{"items", "items2"}, "<rss version='2.0'><channel>", "<item><title>A</title></item>", 300_000)
	flood([]string{"attributes"}, "<rss ", `a="b" `, 1_500_000)
	flood([]string{"gzip", "gzip2"}, bomb(b, "gzip"), "", 0, "Content-Encoding", "gzip")
	flood([]string{"br"}, bomb(b, "br"), "", 0, "Content-Encoding", "br")
	flood([]string{"zstd"}, bomb(b, "zstd"), "", 0, "Content-Encoding", "zstd")
	mux.HandleFunc("/loop", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/loop", http.StatusFound) })
	for _, path := range []string{"/hang", "/hang2"} {
		mux.HandleFunc(path, func(http.ResponseWriter, *http.Request) { <-release })
	}
	mux.HandleFunc("/drip", func(w http.ResponseWriter, _ *http.Request) {
		for err := error(nil); err == nil; _, err = io.WriteString(w, "<") {
			_ = http.NewResponseController(w).Flush()
			select {
			case <-release:
				return
			case <-time.After(100 * time.Millisecond):
			}
		}
	})
	var lc net.ListenConfig
	l, err := lc.Listen(b.Context(), "tcp4", "0.0.0.0:0")
	if err != nil {
		b.Fatal(err)
	}
	server := &httptest.Server{Listener: l, Config: &http.Server{Handler: mux, ReadHeaderTimeout: time.Minute}}
	server.Start()
	b.Cleanup(server.Close)
	b.Cleanup(func() { close(release) })
	_, port, _ = net.SplitHostPort(l.Addr().String())
	return mux, port
}

// bomb returns 64 MB of nothing, packed.
func bomb(b *testing.B, encoding string) string {
	b.Helper()
	var buf bytes.Buffer
	var w io.WriteCloser = gzip.NewWriter(&buf)
	switch encoding {
	case "br":
		w = brotli.NewWriter(&buf)
	case "zstd":
		var err error
		if w, err = zstd.NewWriter(&buf); err != nil {
			b.Fatal(err)
		}
	}
	if _, err := w.Write(make([]byte, 64<<20)); err != nil {
		b.Fatal(err)
	}
	if err := w.Close(); err != nil {
		b.Fatal(err)
	}
	return buf.String()
}
