package main

import (
	"fmt"
	"math"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// papers are the feeds of the hour, on loopback addresses of their own. The zero paper has published nothing.
type papers struct {
	crowd *crowd
	rate  [3]float64 // articles a second of a quiet paper, an ordinary one and a busy one
	port  string

	mu      sync.Mutex // guards everything below
	dice    *rand.Rand
	list    []paper
	stories []*hourStory // of the papers and of the wires, by number
	closed  bool         // nothing more is published
	fetches int          // since the hour began
	slow    int          // of them, answered after slowPaper
	broken  int          // of them, answered 503
}

// paper is one feed.
type paper struct {
	until time.Time // up to which it was decided what it has published
	items []paperItem
}

// paperItem is a story in a paper.
type paperItem struct {
	*hourStory
	at time.Time
}

const (
	// quietPapers and ordinaryPapers are how many papers in a hundred are so; the others are busy. A quiet one publishes 2
	// articles a day, an ordinary one 20, a busy one 240, which are 10 on average.
	quietPapers    = 80
	ordinaryPapers = 18
	papersPerHost  = 5
	paperShows     = 100 // items at most
	slowPaper      = 5 * time.Second
)

// kindOf returns 0 for a quiet paper, 1 for an ordinary and 2 for a busy one.
func kindOf(n int) int {
	switch place := n % 100; {
	case place < quietPapers:
		return 0
	case place < quietPapers+ordinaryPapers:
		return 1
	}
	return 2
}

// perDay returns how many articles a day the papers of a kind publish.
func perDay(kind int) float64 { return [3]float64{2, 20, 240}[kind] }

// newPapers serves n papers that publish so many articles altogether within a time.
func newPapers(t testing.TB, c *crowd, n, articles int, within time.Duration) *papers {
	t.Helper()
	p := &papers{crowd: c, list: make([]paper, n), dice: rand.New(rand.NewPCG(*soakSeed, 17))}
	sum := 0.0
	for i := range n {
		sum += perDay(kindOf(i))
	}
	for kind := range p.rate {
		p.rate[kind] = float64(articles) / within.Seconds() * perDay(kind) / sum
	}
	var lc net.ListenConfig
	l, err := lc.Listen(t.Context(), "tcp4", "0.0.0.0:0")
	if err != nil {
		t.Fatal(err)
	}
	server := &httptest.Server{Listener: l, Config: &http.Server{Handler: p, ReadHeaderTimeout: time.Minute}}
	server.Start()
	t.Cleanup(server.Close)
	_, p.port, _ = net.SplitHostPort(l.Addr().String())
	return p
}

// address returns where paper n is; each host has papersPerHost of them.
func (p *papers) address(n int) string {
	host := n / papersPerHost
	return fmt.Sprintf("http://127.%d.%d.%d:%s/%d", 2+host/62_500, host/250%250, 1+host%250, p.port, n)
}

// open has paper n publish from a moment on.
func (p *papers) open(n int, from time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.list[n].until = from
}

// close ends the publishing.
func (p *papers) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true
}

// write has the next story of any paper or wire written.
func (p *papers) write(urgency int, regions ...int) *hourStory {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.add(-1, urgency, regions...)
}

func (p *papers) add(paper, urgency int, regions ...int) *hourStory {
	s := &hourStory{
		number: int32(len(p.stories)), urgency: urgency, topic: int32(p.dice.IntN(len(p.crowd.by.topic))), regions: regions, paper: paper,
	}
	p.stories = append(p.stories, s)
	return s
}

// written returns all stories, by number.
func (p *papers) written() []*hourStory {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]*hourStory(nil), p.stories...)
}

// ServeHTTP serves the paper whose number is the path.
func (p *papers) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	n, err := strconv.Atoi(strings.TrimPrefix(r.URL.Path, "/"))
	if err != nil || n < 0 || n >= len(p.list) {
		http.NotFound(w, r)
		return
	}
	p.mu.Lock()
	p.fetches++
	broken, slow := n%200 == 11, n%100 == 7
	if broken {
		p.broken++
	} else {
		p.publish(n, time.Now())
	}
	if slow {
		p.slow++
	}
	items := p.list[n].items
	p.mu.Unlock()
	if slow {
		rest(r.Context(), slowPaper)
	}
	tag := fmt.Sprintf(`"%d"`, len(items))
	w.Header().Set("ETag", tag)
	switch {
	case broken:
		w.WriteHeader(http.StatusServiceUnavailable)
	case r.Header.Get("If-None-Match") == tag:
		w.WriteHeader(http.StatusNotModified)
	default:
		w.Header().Set("Content-Type", "application/rss+xml")
		_, _ = w.Write(document(n, items))
	}
}

// publish decides what paper n has published until now.
func (p *papers) publish(n int, now time.Time) {
	paper := &p.list[n]
	if paper.until.IsZero() || p.closed {
		return
	}
	span := now.Sub(paper.until)
	for range poisson(p.dice, p.rate[kindOf(n)]*span.Seconds()) {
		at := now.Add(-time.Duration(p.dice.Float64() * float64(span)))
		paper.items = append(paper.items, paperItem{p.add(n, 5), at})
	}
	paper.until = now
}

// poisson draws how many of what comes by chance come where so many do on average.
func poisson(dice *rand.Rand, mean float64) int {
	n := 0
	for left := dice.ExpFloat64(); left < mean && !math.IsInf(mean, 0); left += dice.ExpFloat64() {
		n++
	}
	return n
}

// document is paper n with its newest items first.
func document(n int, items []paperItem) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, `<rss version="2.0"><channel><title>Paper %d</title><link>https://paper%d.example/</link>`, n, n)
	for i := len(items) - 1; i >= max(0, len(items)-paperShows); i-- {
		it := items[i]
		fmt.Fprintf(&b, `<item><guid isPermaLink="false">%s</guid><link>https://paper%d.example/%s</link><title>%s</title>`+
			`<description>%s</description><pubDate>%s</pubDate></item>`,
			it.key(), n, it.key(), it.title(), it.words(40), it.at.UTC().Format(time.RFC1123Z))
	}
	b.WriteString(`</channel></rss>`)
	return []byte(b.String())
}
