package sandbox

import (
	"context"
	"errors"
	"net/http"
	"sync"
)

// Link is the network between a bot and a stand-in. It can be cut: then every request ends in a reset connection.
// The zero value is a link that works, and all methods may be called concurrently.
type Link struct {
	mu       sync.Mutex // guards the rest
	down     bool
	requests map[*http.Request]context.CancelFunc
}

// Cut ends all requests on the way, and those to come, until Restore.
func (l *Link) Cut() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.down = true
	for _, cancel := range l.requests {
		cancel()
	}
}

// Restore lets requests through again.
func (l *Link) Restore() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.down = false
}

// Down reports whether the link is cut.
func (l *Link) Down() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.down
}

// Serve serves r by next while the link works. A request that is cut on the way may have taken effect.
func (l *Link) Serve(w http.ResponseWriter, r *http.Request, next http.Handler) {
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	r = r.WithContext(ctx)
	if !l.enter(r, cancel) {
		Reset(w)
		return
	}
	defer l.leave(r)
	next.ServeHTTP(&linkWriter{ResponseWriter: w, link: l}, r)
}

func (l *Link) enter(r *http.Request, cancel context.CancelFunc) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.down {
		return false
	}
	if l.requests == nil {
		l.requests = map[*http.Request]context.CancelFunc{}
	}
	l.requests[r] = cancel
	return true
}

func (l *Link) leave(r *http.Request) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.requests, r)
}

// linkWriter turns an answer over a link that has been cut into a reset.
type linkWriter struct {
	http.ResponseWriter
	link *Link
	cut  bool
}

var errCut = errors.New("the link is cut")

// Unwrap lets http.ResponseController reach the connection.
func (w *linkWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// WriteHeader begins the answer, or cuts the connection.
func (w *linkWriter) WriteHeader(status int) {
	if !w.works() {
		return
	}
	w.ResponseWriter.WriteHeader(status)
}

// Write goes on with the answer, or cuts the connection.
func (w *linkWriter) Write(p []byte) (int, error) {
	if !w.works() {
		return 0, errCut
	}
	return w.ResponseWriter.Write(p)
}

func (w *linkWriter) works() bool {
	if !w.cut && w.link.Down() {
		w.cut = true
		Reset(w.ResponseWriter)
	}
	return !w.cut
}
