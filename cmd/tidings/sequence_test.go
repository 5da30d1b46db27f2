package main

import (
	"context"
	"encoding/xml"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"tidings/bot"
	"tidings/bot/bottest"
	"tidings/bot/engine"
	"tidings/internal/poll"
	"tidings/internal/store"
)

// shown is an item as a feed shows it.
type shown struct {
	title, link, guid, dek string
	// at is when it was published: a span from the start of the test, "now" for the start of the step, a span with "day"
	// before it for that day without a time, or empty for no date.
	at string
}

// sequence is what one or two feeds show, one document after the other, and how many new alerts each step must bring to
// a chat that is subscribed to everything, or to what filter matches.
type sequence struct {
	name   string
	filter string
	feeds  [][][]shown // by feed and step, from the top
	want   []int
}

// feedStage serves sequences to the program: feeds over HTTP, the poller, the store on disk, the watcher, the deliverer, and
// an adapter that records.
type feedStage struct {
	t     *testing.T
	start time.Time
	seq   sequence
	db    *store.Store
	sent  *bottest.Recorder

	mu     sync.Mutex // guards what follows
	step   int
	served []int         // times that each feed was asked in this step
	more   chan struct{} // closed and replaced at each change
}

// run plays the sequence and returns how many new alerts each step brought.
func (s *feedStage) run(ctx context.Context) []int {
	s.t.Helper()
	var err error
	s.db, err = store.Open(ctx, store.Config{URL: "sqlite:" + filepath.Join(s.t.TempDir(), "tidings.db")})
	if err != nil {
		s.t.Fatal(err)
	}
	server := httptest.NewServer(http.HandlerFunc(s.serve))
	s.t.Cleanup(server.Close)
	_, err = s.db.Subscribe(ctx, bot.Subscription{Target: bot.Target{Platform: "paper", Chat: "desk"}, Filter: s.seq.filter})
	for i := range s.seq.feeds {
		if err == nil {
			err = s.db.AddSource(ctx, bot.Source{Name: feedName(i), Kind: bot.FeedSource, URL: server.URL + "/" + feedName(i)})
		}
	}
	if err != nil {
		s.t.Fatal(err)
	}
	stop := s.play(ctx)
	defer stop()
	got := make([]int, len(s.seq.want))
	for i := range got {
		before := len(s.sent.Sent())
		s.turn(i + 1)
		s.awaitServed(ctx)
		s.awaitQuiet(ctx)
		got[i] = len(s.sent.Sent()) - before
	}
	return got
}

func feedName(i int) string { return string(rune('a' + i)) }

// play runs the program and returns what ends it.
func (s *feedStage) play(ctx context.Context) (stop func()) {
	poller, err := poll.New(poll.Config{
		Sink: s.db, Interval: 20 * time.Millisecond, Network: poll.Private,
	})
	if err != nil {
		s.t.Fatal(err)
	}
	b, err := engine.New(engine.Config{Store: s.db, Adapters: []bot.Adapter{s.sent}})
	if err != nil {
		s.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(ctx)
	var running sync.WaitGroup
	for _, run := range []func(context.Context) error{poller.Run, b.Run} {
		running.Go(func() {
			if err := run(ctx); err != nil && ctx.Err() == nil {
				s.t.Error(err)
			}
		})
	}
	return func() {
		cancel()
		running.Wait()
		if err := s.db.Close(); err != nil {
			s.t.Error(err)
		}
	}
}

// turn shows the documents of a step.
func (s *feedStage) turn(step int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.step, s.served = step, make([]int, len(s.seq.feeds))
	s.changed()
}

// changed wakes who waits. mu must be held.
func (s *feedStage) changed() {
	close(s.more)
	s.more = make(chan struct{})
}

// awaitServed waits until each feed was asked for the step twice: then the first answer has been dealt with.
func (s *feedStage) awaitServed(ctx context.Context) {
	s.t.Helper()
	for {
		s.mu.Lock()
		done, more := true, s.more
		for _, n := range s.served {
			done = done && n >= 2
		}
		s.mu.Unlock()
		if done {
			return
		}
		select {
		case <-more:
		case <-ctx.Done():
			s.t.Fatalf("the feeds were asked for step %d no more than %v times", s.step, s.served)
		}
	}
}

// awaitQuiet waits until all that is stored has been matched and all that has matched was sent.
func (s *feedStage) awaitQuiet(ctx context.Context) {
	s.t.Helper()
	waitUntil(s.t, func() bool {
		cursor, err := s.db.Cursor(ctx)
		if err != nil {
			s.t.Fatal(err)
		}
		entries, err := s.db.EntriesAfter(ctx, cursor, 1)
		if err != nil {
			s.t.Fatal(err)
		}
		n, err := backlog(ctx, s.db)
		if err != nil {
			s.t.Fatal(err)
		}
		return len(entries) == 0 && n == 0
	})
}

// serve answers with a feed's document of the step. Before the first it lets the program wait.
func (s *feedStage) serve(w http.ResponseWriter, r *http.Request) {
	name := path.Base(r.URL.Path)
	for {
		s.mu.Lock()
		step, more := s.step, s.more
		s.mu.Unlock()
		if step > 0 {
			break
		}
		select {
		case <-more:
		case <-r.Context().Done():
			return
		}
	}
	s.mu.Lock()
	i := int(name[0] - 'a')
	body := s.document(s.seq.feeds[i][min(s.step, len(s.seq.feeds[i]))-1], r.Host)
	s.served[i]++
	s.changed()
	s.mu.Unlock()
	w.Header().Set("Content-Type", "application/rss+xml")
	fmt.Fprint(w, body)
}

// document writes items as RSS. Host stands for the feed's own in links.
func (s *feedStage) document(items []shown, host string) string {
	var b strings.Builder
	b.WriteString(`<rss version="2.0"><channel><title>A feed</title><link>https://feed.example/</link><description>d</description>`)
	for _, it := range items {
		b.WriteString("<item>")
		element := func(name, value string) {
			if value != "" {
				fmt.Fprintf(&b, "<%s>", name)
				_ = xml.EscapeText(&b, []byte(strings.ReplaceAll(value, "HOST", host))) // a Builder never fails
				fmt.Fprintf(&b, "</%s>", name)
			}
		}
		element("title", it.title)
		element("link", it.link)
		element("description", it.dek)
		element("pubDate", s.date(it.at))
		if it.guid != "" {
			b.WriteString(`<guid isPermaLink="false">`)
			_ = xml.EscapeText(&b, []byte(it.guid))
			b.WriteString("</guid>")
		}
		b.WriteString("</item>")
	}
	b.WriteString("</channel></rss>")
	return b.String()
}

// date writes the moment that at means.
func (s *feedStage) date(at string) string {
	span, isDay := strings.CutPrefix(at, "day ")
	switch at {
	case "":
		return ""
	case "now":
		return time.Now().UTC().Format(time.RFC1123Z)
	}
	d, err := time.ParseDuration(span)
	if err != nil {
		panic(err)
	}
	when := s.start.Add(d)
	if isDay {
		return when.Format("Mon, 02 Jan 2006")
	}
	return when.Format(time.RFC1123Z)
}

// TestSequences plays what feeds of the wild do, over time, and counts the alerts.
func TestSequences(t *testing.T) {
	for _, seq := range sequences() {
		t.Run(seq.name, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithTimeout(t.Context(), 5*patience)
			defer cancel()
			s := &feedStage{
				t: t, start: time.Now().UTC().Truncate(time.Second), seq: seq, sent: bottest.NewRecorder("paper"),
				more: make(chan struct{}),
			}
			got := s.run(ctx)
			if fmt.Sprint(got) != fmt.Sprint(seq.want) {
				t.Errorf("%v new alerts by step, want %v", got, seq.want)
			}
		})
	}
}
