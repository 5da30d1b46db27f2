package main

import (
	"net"
	"net/url"
	"sync"
	"testing"
)

// wire passes connections on to an address until it falls silent: nothing comes through then and nothing breaks, as
// when a cable is pulled. What was sent meanwhile arrives when it is restored.
type wire struct {
	listener net.Listener
	to       string

	mu     sync.Mutex        // guards intact and conns
	intact chan struct{}     // closed while the wire works
	conns  map[net.Conn]bool // all that are open
}

// newWire returns a wire to an address that lasts as long as the test.
func newWire(t testing.TB, to string) *wire {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w := &wire{listener: l, to: to, intact: make(chan struct{}), conns: map[net.Conn]bool{}}
	close(w.intact)
	var work sync.WaitGroup
	work.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			work.Go(func() { w.connect(c) })
		}
	})
	t.Cleanup(func() {
		_ = l.Close()
		w.restore()
		w.cut()
		work.Wait()
	})
	return w
}

// wireTo returns a wire to where a URL leads, and the URL that leads through it.
func wireTo(t testing.TB, address string) (*wire, string) {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	w := newWire(t, u.Host)
	u.Host = w.listener.Addr().String()
	return w, u.String()
}

func (w *wire) connect(c net.Conn) {
	defer w.forget(c)
	w.remember(c)
	w.wait()
	far, err := net.Dial("tcp", w.to) //nolint:noctx // cut ends it
	if err != nil {
		return
	}
	defer w.forget(far)
	w.remember(far)
	var both sync.WaitGroup
	both.Go(func() { w.pump(far, c) })
	both.Go(func() { w.pump(c, far) })
	both.Wait()
}

// pump passes on what one side says, and its end.
func (w *wire) pump(to, from net.Conn) {
	buf := make([]byte, 32<<10)
	for {
		n, err := from.Read(buf)
		w.wait()
		if n > 0 {
			if _, err := to.Write(buf[:n]); err != nil {
				_ = from.Close()
				return
			}
		}
		if err != nil {
			_ = to.Close()
			return
		}
	}
}

func (w *wire) remember(c net.Conn) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.conns[c] = true
}

func (w *wire) forget(c net.Conn) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.conns, c)
	_ = c.Close()
}

func (w *wire) cut() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for c := range w.conns {
		_ = c.Close()
	}
}

// wait waits until the wire works.
func (w *wire) wait() {
	w.mu.Lock()
	intact := w.intact
	w.mu.Unlock()
	<-intact
}

// fallSilent lets nothing through until restore.
func (w *wire) fallSilent() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.intact = make(chan struct{})
}

func (w *wire) restore() {
	w.mu.Lock()
	defer w.mu.Unlock()
	select {
	case <-w.intact:
	default:
		close(w.intact)
	}
}
