package web

import (
	"net"
	"net/http"
	"testing"
)

// from is a connection from an address.
type from struct {
	net.Conn
	addr net.TCPAddr
}

func (c *from) RemoteAddr() net.Addr { return &c.addr }
func (*from) Close() error           { return nil }

// crowd is a conns that has admitted n connections from an address.
func crowd(l *conns, ip string, n int) (admitted []*conn) {
	for range n {
		c := &conn{Conn: &from{addr: net.TCPAddr{IP: net.ParseIP(ip)}}}
		c.addr = l.boundedAddr(c.Conn)
		if dropped, ok := l.admit(c); ok && dropped == nil {
			admitted = append(admitted, c)
		}
	}
	return admitted
}

func TestConns_OneAddressHasItsShare(t *testing.T) {
	t.Parallel()
	l := newConns(nil, 10, 4)
	office := crowd(l, "192.0.2.1", 9)
	if len(office) != 4 || len(l.open) != 4 {
		t.Errorf("%d of nine are admitted beside each other, %d are open; want 4", len(office), len(l.open))
	}
	for c := range l.open {
		l.note(c, http.StateActive)
	}
	if more := crowd(l, "192.0.2.1", 1); len(more) != 0 {
		t.Error("one more is admitted while all of its address are at work")
	}
	if others := crowd(l, "192.0.2.2", 4); len(others) != 4 {
		t.Errorf("another address has %d connections, want 4", len(others))
	}
	for c := range l.open {
		l.note(c, http.StateClosed)
		l.note(c, http.StateClosed)
	}
	if len(l.open) != 0 || len(l.byAddr) != 0 || l.waiting.Len() != 0 {
		t.Errorf("what is closed is still counted: %d, %d, %d", len(l.open), len(l.byAddr), l.waiting.Len())
	}
}

func TestConns_AProxyIsNotOneAddress(t *testing.T) {
	t.Parallel()
	if n := len(crowd(newConns(nil, 10, 4), "127.0.0.1", 10)); n != 10 {
		t.Errorf("%d of ten from this machine are admitted", n)
	}
	if n := len(crowd(newConns(nil, 10, 0), "192.0.2.1", 10)); n != 10 {
		t.Errorf("%d of ten from a proxy are admitted where no address is bounded", n)
	}
}
