package engine_test

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"tidings/bot"
	"tidings/bot/bottest"
	"tidings/bot/engine"
	"tidings/internal/store"
)

// world is a store on a file, an adapter that records, and the bots that work with them, under a
// clock that moves on only when everybody waits: what takes the bot hours takes a test no time.
// Steps that cannot be done fail the test.
type world struct {
	*testing.T
	path  string
	store *store.Store
	paper *bottest.Recorder
	log   logBook
	ahead atomic.Int64 // nanoseconds by which store and bot are ahead of the world's clock
}

// room is the chat of tests that need only one.
func room() bot.Target { return chat("room") }

func chat(name string) bot.Target { return bot.Target{Platform: "paper", Chat: name} }

// inWorld runs a test in a world of its own.
func inWorld(t *testing.T, test func(w *world)) {
	t.Helper()
	t.Parallel()
	empty := emptyStore(t)
	synctest.Test(t, func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "tidings.db")
		if err := os.WriteFile(path, empty, 0o600); err != nil {
			t.Fatal(err)
		}
		test(newWorld(t, path))
	})
}

// furnished is the file of a store in which nothing has happened: a copy is quicker than a new one, which each
// test would have to furnish.
var furnished = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "tidings")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "tidings.db")
	s, err := store.Open(context.Background(), store.Config{URL: "sqlite:" + path})
	if err != nil {
		return nil, err
	}
	if err := s.Close(); err != nil { // which leaves all of it in one file
		return nil, err
	}
	return os.ReadFile(path)
})

func emptyStore(t *testing.T) []byte {
	t.Helper()
	file, err := furnished()
	if err != nil {
		t.Fatal(err)
	}
	return file
}

func newWorld(t *testing.T, path string) *world {
	t.Helper()
	w := &world{T: t, path: path, paper: bottest.NewRecorder("paper")}
	w.store = w.open(seldom)
	return w
}

// seldom is how often a store looks for what other processes write where a test is not about that. The default's
// looks would take more than all else that the tests do.
const seldom = 10 * time.Minute

// open opens the world's database as another process does. It looks every so often for what others write: who is told of
// it by the system waits for that in real time.
func (w *world) open(look time.Duration) *store.Store {
	w.Helper()
	s, err := store.Open(w.Context(), store.Config{URL: "sqlite:" + w.path, Now: w.now, Look: look})
	if err != nil {
		w.Fatal(err)
	}
	w.Cleanup(func() {
		if err := s.Close(); err != nil {
			w.Error(err)
		}
	})
	return s
}

func (w *world) config() engine.Config {
	return engine.Config{Store: w.store, Adapters: []bot.Adapter{w.paper}, Logger: slog.New(slog.NewTextHandler(&w.log, nil)), Now: w.now}
}

// now is the clock of store and bot.
func (w *world) now() time.Time { return time.Now().Add(time.Duration(w.ahead.Load())) }

// skip lets hours pass for whoever asks the time, without all that the bot does in them.
func (w *world) skip(d time.Duration) { w.ahead.Add(int64(d)) }

// start runs a bot. It returns what stops the bot and waits for its end; the end of the test does so
// too.
func (w *world) start(cfg engine.Config) (stop func()) {
	w.Helper()
	b, err := engine.New(cfg)
	if err != nil {
		w.Fatal(err)
	}
	return w.run(b)
}

// run is start for a bot that there is.
func (w *world) run(b *engine.Engine) (stop func()) {
	w.Helper()
	ctx, cancel := context.WithCancel(context.WithoutCancel(w.Context()))
	ended := make(chan error, 1)
	go func() { ended <- b.Run(ctx) }()
	stop = sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			w.Errorf("Run: %v", err)
		}
	})
	w.Cleanup(stop)
	return stop
}

// handler returns what answers commands, without any loop.
func (w *world) handler(cfg engine.Config) bot.Handler {
	w.Helper()
	b, err := engine.New(cfg)
	if err != nil {
		w.Fatal(err)
	}
	return b.Handler()
}

// running returns what answers commands in the bot that was started.
func (w *world) running() bot.Handler {
	w.Helper()
	h, err := w.paper.Handler(w.Context())
	if err != nil {
		w.Fatal(err)
	}
	return h
}

func (w *world) subscribe(to bot.Target, filter string) bot.Subscription {
	w.Helper()
	s, err := w.store.Subscribe(w.Context(), bot.Subscription{Target: to, Filter: filter})
	if err != nil {
		w.Fatal(err)
	}
	return s
}

// put stores articles that were published this moment, by title.
func (w *world) put(titles ...string) {
	w.Helper()
	w.putArticles(articles(titles...)...)
}

// putArchive stores articles of which none is news.
func (w *world) putArchive(list []bot.Article) {
	w.Helper()
	in := w.store.Import(w.Context())
	if err := in.Put(store.ImportedArchive, list); err != nil {
		w.Fatal(err)
	}
	if _, err := in.Close(); err != nil {
		w.Fatal(err)
	}
}

func (w *world) putArticles(list ...bot.Article) {
	w.Helper()
	if _, err := w.store.Put(w.Context(), list); err != nil {
		w.Fatal(err)
	}
}

// articles returns articles published this moment, with their titles as GUIDs.
func articles(titles ...string) []bot.Article {
	list := make([]bot.Article, len(titles))
	for i, title := range titles {
		list[i] = bot.Article{Source: "wire", GUID: title, Title: title, Published: time.Now()}
	}
	return list
}

// patience is how long, by the world's clock, a test waits for what should happen.
const patience = 10 * time.Minute

// waitSent waits until n messages have arrived and returns them as chat and title.
func (w *world) waitSent(n int) []string {
	w.Helper()
	ctx, cancel := context.WithTimeout(w.Context(), patience)
	defer cancel()
	sent, err := w.paper.WaitSent(ctx, n)
	if err != nil {
		w.Fatalf("waiting for %d messages: %v; arrived: %q", n, err, lines(sent))
	}
	return lines(sent)
}

// waitTries waits until n messages were tried and returns all that were.
func (w *world) waitTries(n int) []bottest.Sent {
	w.Helper()
	ctx, cancel := context.WithTimeout(w.Context(), patience)
	defer cancel()
	tries, err := w.paper.WaitTries(ctx, n)
	if err != nil {
		w.Fatalf("waiting for %d tries: %v; tried: %q", n, err, lines(tries))
	}
	return tries
}

// settle waits until nothing moves any more unless time does, and returns what has arrived.
func (w *world) settle() []string {
	synctest.Wait()
	return lines(w.paper.Sent())
}

// after lets time pass and everything it leads to, and returns what has arrived.
func (w *world) after(d time.Duration) []string {
	<-time.After(d)
	return w.settle()
}

func (w *world) status(t bot.Target) bot.TargetStatus {
	w.Helper()
	s, err := w.store.TargetStatus(w.Context(), t)
	if err != nil {
		w.Fatal(err)
	}
	return s
}

func lines(sent []bottest.Sent) []string {
	list := make([]string, len(sent))
	for i, s := range sent {
		list[i] = s.To.Chat + ": " + words(s.Message)
	}
	return list
}

// words returns what a message says.
func words(m bot.Message) string {
	if m.Card != nil {
		return m.Card.Title.String()
	}
	return m.Text.String()
}

// of returns the messages to one chat.
func of(list []string, chat string) []string {
	var own []string
	for _, line := range list {
		if text, ok := strings.CutPrefix(line, chat+": "); ok {
			own = append(own, text)
		}
	}
	return own
}

// logBook keeps what is logged.
type logBook struct {
	mu   sync.Mutex // guards text
	text strings.Builder
}

// Write appends a line.
func (l *logBook) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *logBook) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}
