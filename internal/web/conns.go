package web

import (
	"container/list"
	"context"
	"net"
	"net/http"
	"net/netip"
	"sync"
)

const (
	// maxConns is how many connections there may be, unless the process may not open twice as many files: a bot's
	// publishers, platforms, monitors and readers need a few dozen.
	maxConns = 1000
	// maxConnsPerAddr is how many of them may come from one address, which may stand for an office.
	maxConnsPerAddr = 100
	// reservedConns is how many more there may be, which are served /healthz and /readyz alone.
	reservedConns = 16
)

// conns is a listener that bounds how many connections there are. One too many takes the place of the one that has
// waited longest for a request. If none waits, all are at work, or pretend to be; then it is accepted for health alone,
// so that whoever watches the bot hears that it lives.
type conns struct {
	net.Listener
	most, perAddr int

	mu       sync.Mutex         // guards what follows
	open     map[*conn]struct{} // but for the reserved ones
	byAddr   map[netip.Addr]int // of open
	waiting  *list.List         // of *conn that wait for a request, the one that has waited longest first
	reserved *list.List         // of *conn, the oldest first
}

// conn is a connection that conns knows.
type conn struct {
	net.Conn
	addr     netip.Addr    // whose count it is in; the zero value for one that is not bounded by address
	waits    *list.Element // in conns.waiting, or nil
	reserved *list.Element // in conns.reserved, or nil
}

// newConns bounds the connections of a listener to most and, from one address, to perAddr; 0 bounds only their sum.
func newConns(l net.Listener, most, perAddr int) *conns {
	return &conns{
		Listener: l, most: most, perAddr: perAddr, open: map[*conn]struct{}{}, byAddr: map[netip.Addr]int{}, waiting: list.New(), reserved: list.New(),
	}
}

// Accept returns the next connection. One for which there is no room is closed.
func (l *conns) Accept() (net.Conn, error) {
	for {
		inner, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		c := &conn{Conn: inner, addr: l.boundedAddr(inner)}
		dropped, ok := l.admit(c)
		if dropped != nil {
			_ = dropped.Close()
		}
		if ok {
			return c, nil
		}
		_ = c.Close()
	}
}

// boundedAddr returns the address that a connection counts for. This machine's may be a proxy's, which everybody
// comes through.
func (l *conns) boundedAddr(c net.Conn) netip.Addr {
	from, ok := c.RemoteAddr().(*net.TCPAddr)
	if !ok || l.perAddr == 0 {
		return netip.Addr{}
	}
	if addr := from.AddrPort().Addr().Unmap(); !addr.IsLoopback() {
		return addr
	}
	return netip.Addr{}
}

// admit makes room for a connection. It returns the one that has to go for it, and whether there is room.
func (l *conns) admit(c *conn) (dropped *conn, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case c.addr.IsValid() && l.byAddr[c.addr] >= l.perAddr:
		dropped = l.oldest(func(other *conn) bool { return other.addr == c.addr })
		if dropped == nil {
			return nil, false
		}
	case len(l.open) >= l.most:
		if dropped = l.oldest(func(*conn) bool { return true }); dropped == nil {
			return l.reserve(c), true
		}
	}
	if dropped != nil {
		l.remove(dropped)
	}
	l.open[c] = struct{}{}
	if c.addr.IsValid() {
		l.byAddr[c.addr]++
	}
	c.waits = l.waiting.PushBack(c)
	return dropped, true
}

// oldest returns the connection that has waited longest of those that is holds of, or nil.
func (l *conns) oldest(is func(*conn) bool) *conn {
	for e := l.waiting.Front(); e != nil; e = e.Next() {
		if c := e.Value.(*conn); is(c) {
			return c
		}
	}
	return nil
}

// reserve accepts a connection for health alone, and returns the one that has to go for it, if any.
func (l *conns) reserve(c *conn) (dropped *conn) {
	if l.reserved.Len() >= reservedConns {
		dropped = l.reserved.Front().Value.(*conn)
		l.remove(dropped)
	}
	c.reserved = l.reserved.PushBack(c)
	return dropped
}

// remove forgets a connection. It may be forgotten already.
func (l *conns) remove(c *conn) {
	if c.waits != nil {
		l.waiting.Remove(c.waits)
		c.waits = nil
	}
	if c.reserved != nil {
		l.reserved.Remove(c.reserved)
	}
	if _, open := l.open[c]; !open {
		return
	}
	delete(l.open, c)
	if !c.addr.IsValid() {
		return
	}
	if l.byAddr[c.addr]--; l.byAddr[c.addr] == 0 {
		delete(l.byAddr, c.addr)
	}
}

// note is a [http.Server]'s ConnState: it learns which connections wait for a request.
func (l *conns) note(nc net.Conn, state http.ConnState) {
	c, ok := nc.(*conn)
	if !ok {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	_, open := l.open[c]
	switch {
	case state == http.StateClosed, state == http.StateHijacked:
		l.remove(c)
	case !open: // reserved, or on its way out
	case state == http.StateActive && c.waits != nil:
		l.waiting.Remove(c.waits)
		c.waits = nil
	case state == http.StateIdle && c.waits == nil:
		c.waits = l.waiting.PushBack(c)
	}
}

// reservedKey is the context key under which a request knows that its connection is for health alone.
type reservedKey struct{}

// mark is a [http.Server]'s ConnContext.
func (*conns) mark(ctx context.Context, nc net.Conn) context.Context {
	if c, ok := nc.(*conn); ok && c.reserved != nil {
		return context.WithValue(ctx, reservedKey{}, true)
	}
	return ctx
}

// healthAlone refuses what reserved connections are not for, and ends them after their request.
func healthAlone(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Context().Value(reservedKey{}) == nil {
			next.ServeHTTP(w, r)
			return
		}
		w.Header().Set("Connection", "close")
		if r.URL.Path != "/healthz" && r.URL.Path != "/readyz" {
			w.Header().Set("Retry-After", "5")
			problem(w, http.StatusServiceUnavailable, "there are too many connections; please try again")
			return
		}
		next.ServeHTTP(w, r)
	})
}
