package poll

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"
)

// publicHost is an address of this machine that tests treat as one of the Internet.
const publicHost = "127.3.0.1"

// names is a server of names that says something else each time it is asked for an address.
type names struct {
	mu      sync.Mutex // guards answers
	answers []string   // the last is repeated
}

func (n *names) next() netip.Addr {
	n.mu.Lock()
	defer n.mu.Unlock()
	a := netip.MustParseAddr(n.answers[0])
	if len(n.answers) > 1 {
		n.answers = n.answers[1:]
	}
	return a
}

// resolver returns a resolver that asks n and nobody else.
func (n *names) resolver(t *testing.T) *net.Resolver {
	t.Helper()
	var lc net.ListenConfig
	conn, err := lc.ListenPacket(t.Context(), "udp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var wait sync.WaitGroup
	wait.Go(func() { n.serve(conn) })
	t.Cleanup(func() { _ = conn.Close(); wait.Wait() })
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, "udp4", conn.LocalAddr().String())
	}}
}

// serve answers until the connection is closed.
func (n *names) serve(conn net.PacketConn) {
	buf := make([]byte, 1500)
	for {
		size, from, err := conn.ReadFrom(buf)
		if err != nil {
			return
		}
		var m dnsmessage.Message
		if m.Unpack(buf[:size]) != nil || len(m.Questions) != 1 {
			continue
		}
		q := m.Questions[0]
		m.Header.Response, m.Additionals = true, nil
		if q.Type == dnsmessage.TypeA {
			m.Answers = []dnsmessage.Resource{{
				Header: dnsmessage.ResourceHeader{Name: q.Name, Class: q.Class}, Body: &dnsmessage.AResource{A: n.next().As4()},
			}}
		}
		if out, err := m.Pack(); err == nil {
			_, _ = conn.WriteTo(out, from)
		}
	}
}

// guarded returns a poller with the guard of the Internet, to which publicHost belongs, and the port of
// a server at every loopback address. What is asked of it anywhere else fails the test.
func guarded(t *testing.T, resolver *net.Resolver, answer http.HandlerFunc) (p *Poller, port string) {
	t.Helper()
	var lc net.ListenConfig
	l, err := lc.Listen(t.Context(), "tcp", ":0")
	if err != nil {
		t.Fatal(err)
	}
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		at := r.Context().Value(http.LocalAddrContextKey).(net.Addr).String()
		if host, _, _ := net.SplitHostPort(at); !strings.HasSuffix(host, publicHost) {
			t.Errorf("a neighbor was asked, at %s", at)
		}
		answer(w, r)
	})
	server := &httptest.Server{Listener: l, Config: &http.Server{Handler: handler, ReadHeaderTimeout: time.Minute}}
	server.Start()
	t.Cleanup(server.Close)
	client := newClient(&net.Dialer{Timeout: time.Minute, Resolver: resolver, Control: func(network, address string, c syscall.RawConn) error {
		host, _, err := net.SplitHostPort(address)
		if err != nil || host == publicHost {
			return err
		}
		return guard(network, net.JoinHostPort(host, "80"), c) // so that it is not the port that is refused
	}})
	client.Transport.(*http.Transport).DisableKeepAlives = true // each request dials anew
	if p, err = New(Config{Sink: newMemory(), Client: client}); err != nil {
		t.Fatal(err)
	}
	_, port, _ = net.SplitHostPort(l.Addr().String())
	return p, port
}

func TestPublic_RedirectsLeadNowhereElse(t *testing.T) {
	t.Parallel()
	var to string
	p, port := guarded(t, nil, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, to, http.StatusFound)
	})
	for _, host := range append(special(), "localhost") {
		for _, form := range []string{"http://%s:%s/", "//%s:%s/", "http://user@%s:%s/x"} {
			to = fmt.Sprintf(form, host, port)
			if err := check(t.Context(), p, "http://"+publicHost+":"+port+"/"); err == nil || err.Error() != refused {
				t.Errorf("a redirect to %s: %v", to, err)
			}
		}
	}
}

func TestPublic_ANameThatChangesItsMindIsRefused(t *testing.T) {
	t.Parallel()
	for _, then := range []string{"127.0.0.1", "10.0.0.1", "169.254.169.254", "168.63.129.16"} {
		n := &names{answers: []string{publicHost, then}}
		p, port := guarded(t, n.resolver(t), func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, rssOf("A")) })
		address := "http://rebind.example:" + port + "/"
		if err := check(t.Context(), p, address); err != nil {
			t.Fatalf("at first: %v", err)
		}
		if err := check(t.Context(), p, address); err == nil || err.Error() != refused {
			t.Errorf("then %s: %v", then, err)
		}
	}
}

func TestPublic_ANameThatChangesItsMindWithinARedirectIsRefused(t *testing.T) {
	t.Parallel()
	n := &names{answers: []string{publicHost, "127.0.0.1"}}
	p, port := guarded(t, n.resolver(t), func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/again", http.StatusTemporaryRedirect)
	})
	if err := check(t.Context(), p, "http://rebind.example:"+port+"/"); err == nil || err.Error() != refused {
		t.Errorf("got %v", err)
	}
}
