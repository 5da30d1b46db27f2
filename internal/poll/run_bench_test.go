package poll

import (
	"context"
	"fmt"
	"hash/fnv"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"tidings/bot"
)

// BenchmarkRun_FiveThousandFeeds follows 5,000 feeds of 30 items and 46 kB, each on a host of its own,
// as fast as it can. Of a hundred requests 85 find nothing changed by the server's word, 10 by the body,
// and 5 find a new item. The figures include the server, which is in the same process.
func BenchmarkRun_FiveThousandFeeds(b *testing.B) {
	const feeds = 5000
	var requests atomic.Int64
	items := strings.Repeat("<item><title>Story</title><description>"+strings.Repeat("word ", 290)+"</description></item>", 30)
	server := serveAt(b, func(w http.ResponseWriter, r *http.Request) {
		h := fnv.New32()
		_, _ = h.Write([]byte(r.URL.Path))
		turn := int(h.Sum32()%100) + int(requests.Add(1)/feeds)
		switch turn % 20 {
		case 0:
			w.Header().Set("ETag", fmt.Sprintf(`"%d"`, turn))
			fmt.Fprintf(w, `<rss version="2.0"><channel><title>T</title><item><title>News %d</title></item>%s</channel></rss>`, turn, items)
		case 1, 2:
			fmt.Fprintf(w, `<rss version="2.0"><channel><title>T</title>%s</channel></rss>`, items)
		default:
			if r.Header.Get("If-None-Match") == "" {
				w.Header().Set("ETag", `"x"`)
				fmt.Fprintf(w, `<rss version="2.0"><channel><title>T</title>%s</channel></rss>`, items)
				return
			}
			w.WriteHeader(http.StatusNotModified)
		}
	})
	sink := newMemory()
	defer close(sink.saved)
	go func() {
		for range sink.saved { // nobody asks
		}
	}()
	for i := range feeds {
		sink.add(bot.Source{Name: fmt.Sprintf("f%04d", i), URL: fmt.Sprintf("http://127.2.%d.%d:%s/f%04d", i/200, 1+i%200, server, i)})
	}
	var polls atomic.Int64
	reached := make(chan struct{}, 1)
	var goal atomic.Int64
	goal.Store(feeds)
	p, err := New(Config{Sink: sieve{sink}, Network: Private, Interval: time.Second, Observe: func(Poll) {
		if polls.Add(1) == goal.Load() {
			reached <- struct{}{}
		}
	}})
	if err != nil {
		b.Fatal(err)
	}
	ctx, cancel := context.WithCancel(b.Context())
	ended := make(chan error, 1)
	go func() { ended <- p.Run(ctx) }()
	<-reached // every feed has been read once
	for b.Loop() {
		begin, cpu := time.Now(), cpuTime(b)
		goal.Store(polls.Load() + 2*feeds)
		<-reached
		b.ReportMetric(2*feeds/time.Since(begin).Seconds(), "feeds/s")
		b.ReportMetric(float64((cpuTime(b)-cpu).Microseconds())/(2*feeds), "cpu-µs/feed")
	}
	b.ReportMetric(peakMemory(b), "peak-MB")
	cancel()
	if err := <-ended; err != nil {
		b.Error(err)
	}
}

// sieve is a sink that keeps no article, as a database does not keep them in memory.
type sieve struct{ *memory }

func (sieve) Withdraw(context.Context, string, []string) (int, error) { return 0, nil }

func (sieve) PutFeed(_ context.Context, _ string, articles []bot.Article) (bot.IngestResult, error) {
	return bot.IngestResult{Added: 1, Unchanged: len(articles) - 1}, nil
}

// serveAt serves at every loopback address and returns the port.
func serveAt(b *testing.B, handler http.HandlerFunc) (port string) {
	b.Helper()
	var lc net.ListenConfig
	l, err := lc.Listen(b.Context(), "tcp4", "0.0.0.0:0")
	if err != nil {
		b.Fatal(err)
	}
	server := &httptest.Server{Listener: l, Config: &http.Server{Handler: handler, ReadHeaderTimeout: time.Minute}}
	server.Start()
	b.Cleanup(server.Close)
	_, port, _ = net.SplitHostPort(l.Addr().String())
	return port
}

// cpuTime returns what the process has used.
func cpuTime(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// peakMemory returns the most that was resident, in MB.
func peakMemory(b *testing.B) float64 {
	b.Helper()
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		b.Skip("this system does not report it")
	}
	m := regexp.MustCompile(`VmHWM:\s+(\d+) kB`).FindSubmatch(status)
	kb, err := strconv.ParseFloat(string(m[1]), 64)
	if err != nil {
		b.Fatal(err)
	}
	return kb / 1024
}
