package poll

import (
	"cmp"
	"compress/gzip"
	"context"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"tidings/bot"
)

// patience bounds a wait for something that should happen at once.
const patience = time.Minute

// memory is a Sink that keeps everything and signals what is new.
type memory struct {
	mu       sync.Mutex // guards what follows
	sources  map[string]bot.Source
	articles map[string]bot.Article // by source and GUID
	claimed  map[string]bool
	locked   map[string]bool      // something else of them is being written
	due      map[string]time.Time // by source
	interval time.Duration
	logins   map[string]bot.Login
	puts     int
	refused  int // claims
	putErr   error
	saveErr  error
	lookErr  error

	titles chan string // of articles that were added
	saved  chan string // names of sources whose fetch was recorded
}

func newMemory(sources ...bot.Source) *memory {
	m := &memory{
		sources: make(map[string]bot.Source), articles: make(map[string]bot.Article), claimed: make(map[string]bool), due: make(map[string]time.Time),
		titles: make(chan string, 10_000), saved: make(chan string, 10_000),
	}
	for _, s := range sources {
		m.add(s)
	}
	return m
}

func (m *memory) add(s bot.Source) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if s.Kind == "" {
		s.Kind = bot.FeedSource
	}
	if s.ID == "" {
		s.ID = s.Name
	}
	_, known := m.sources[s.ID]
	m.sources[s.ID] = s
	if m.due[s.ID] = s.Fetch.Next; known { // something of it has changed
		m.due[s.ID] = time.Time{}
	}
}

func (m *memory) remove(name string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.sources, name)
}

func (m *memory) source(name string) bot.Source {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.sources[name]
}

func (m *memory) failPut(err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.putErr = err
}

func (m *memory) EachDueFeed(_ context.Context, after, until time.Time, do func(bot.DueFeed)) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.lookErr != nil {
		return m.lookErr
	}
	ids := slices.SortedFunc(maps.Keys(m.sources), func(a, b string) int {
		return cmp.Or(m.due[a].Compare(m.due[b]), strings.Compare(a, b))
	})
	for _, id := range ids {
		if s := m.sources[id]; isFollowed(&s) && !m.due[id].After(until) && (m.due[id].IsZero() || m.due[id].After(after)) {
			do(bot.DueFeed{ID: id, Address: addressOf(&s), LastTry: s.Fetch.LastTry, Due: m.due[id]})
		}
	}
	return nil
}

// isFollowed reports whether a source is fetched.
func isFollowed(s *bot.Source) bool { return s.Kind == bot.FeedSource && s.Paused.IsZero() }

func (m *memory) EachHostPause(_ context.Context, do func(string, time.Time)) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, s := range m.sources {
		if at := s.Fetch.Memory.HostPause; !at.IsZero() {
			do(addressOf(&s), at)
		}
	}
	return nil
}

func (m *memory) CountFeeds(context.Context) (int, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.sources), m.lookErr
}

func (m *memory) FeedsAt(_ context.Context, id string) ([]bot.Source, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	one, known := m.sources[id]
	if m.lookErr != nil || !known || !isFollowed(&one) {
		return nil, m.lookErr
	}
	var list []bot.Source
	for _, s := range m.sources {
		if isFollowed(&s) && addressOf(&s) == addressOf(&one) {
			list = append(list, s)
		}
	}
	return list, nil
}

func (m *memory) ExpectInterval(_ context.Context, longest time.Duration) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for id, s := range m.sources {
		if m.interval > longest && s.Interval == 0 {
			m.due[id] = time.Time{}
		}
	}
	m.interval = longest
	return nil
}

func (m *memory) PostponeFetch(_ context.Context, id string, until time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.claimed, id)
	m.due[id] = until
	return nil
}

func (m *memory) SaveFetch(_ context.Context, name, title string, f bot.FetchState) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.claimed, name)
	s, ok := m.sources[name]
	if !ok || f.Of != "" && f.Of != s.URL {
		return bot.ErrNotFound
	}
	f.Of = ""
	if m.saveErr == nil {
		if title != "" {
			s.Title = title
		}
		s.Fetch = f
		m.sources[name] = s
		m.due[name] = f.Next
	}
	m.saved <- name
	return m.saveErr
}

func (m *memory) Login(_ context.Context, name string) (bot.Login, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.logins[name], m.lookErr
}

func (m *memory) ClaimFetch(_ context.Context, name string, known time.Time, _ time.Duration) (bot.FetchClaim, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	s := m.sources[name]
	f := s.Fetch
	elsewhere := m.claimed[name] || f.LastTry.After(known)
	if elsewhere || m.locked[name] || !isFollowed(&s) {
		m.refused++
		return bot.FetchClaim{Elsewhere: elsewhere, LastTry: f.LastTry}, nil
	}
	m.claimed[name] = true
	return bot.FetchClaim{Mine: true}, nil
}

func (m *memory) Withdraw(_ context.Context, source string, guids []string) (int, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	n := 0
	for _, guid := range guids {
		if a, ok := m.articles[source+" "+guid]; ok && a.Status != bot.Withdrawn {
			a.Status = bot.Withdrawn
			m.articles[source+" "+guid] = a
			n++
		}
	}
	return n, nil
}

func (m *memory) PutPushed(ctx context.Context, source string, articles []bot.Article) (bot.IngestResult, error) {
	return m.PutFeed(ctx, source, articles)
}

func (m *memory) PutFeed(_ context.Context, _ string, articles []bot.Article) (bot.IngestResult, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.puts++
	if m.putErr != nil {
		return bot.IngestResult{}, m.putErr
	}
	var r bot.IngestResult
	for _, a := range articles {
		if err := a.Clean(time.Now()); err != nil {
			return r, err
		}
		key := a.Source + " " + a.GUID
		if _, known := m.articles[key]; known {
			r.Unchanged++
			continue
		}
		m.articles[key] = a
		s := m.sources[a.Source]
		s.Articles++
		m.sources[a.Source] = s
		r.Added++
		m.titles <- a.Title
	}
	return r, nil
}

// await returns the next value of a channel, or ends the test.
func await(t *testing.T, what string, c <-chan string) string {
	t.Helper()
	select {
	case s := <-c:
		return s
	case <-time.After(patience):
		t.Fatalf("no %s within %v", what, patience)
		return ""
	}
}

// rssOf returns a feed with an item for each title.
func rssOf(titles ...string) string {
	var b strings.Builder
	b.WriteString(`<rss version="2.0"><channel><title>Tide</title>`)
	for _, title := range titles {
		b.WriteString("<item><title>" + title + "</title></item>")
	}
	return b.String() + "</channel></rss>"
}

func atomOf(titles ...string) string {
	var b strings.Builder
	b.WriteString(`<feed xmlns="http://www.w3.org/2005/Atom"><title>Tide</title>`)
	for _, title := range titles {
		b.WriteString("<entry><id>urn:" + title + "</id><title>" + title + "</title></entry>")
	}
	return b.String() + "</feed>"
}

func zipped(t *testing.T, s string) string {
	t.Helper()
	var b strings.Builder
	z := gzip.NewWriter(&b)
	if _, err := z.Write([]byte(s)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
