package web_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"tidings/internal/web"
)

// dial opens a connection to a server, closed when the test ends.
func dial(t *testing.T, url string) net.Conn {
	t.Helper()
	var d net.Dialer
	conn, err := d.DialContext(t.Context(), "tcp", strings.TrimPrefix(url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	_ = conn.SetDeadline(time.Now().Add(time.Minute))
	return conn
}

// request sends a request over a connection that stays open, and returns the status of the answer, or 0 if there is
// none.
func request(conn net.Conn, method, path, more string) int {
	if _, err := fmt.Fprintf(conn, "%s %s HTTP/1.1\r\nHost: localhost\r\n%s\r\n", method, path, more); err != nil {
		return 0
	}
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		return 0
	}
	_, _ = io.Copy(io.Discard, resp.Body)
	_ = resp.Body.Close()
	return resp.StatusCode
}

// isClosed reports whether the server closes a connection, for which it waits.
func isClosed(conn net.Conn) bool {
	_ = conn.SetReadDeadline(time.Now().Add(20 * time.Second))
	_, err := conn.Read(make([]byte, 1))
	return err != nil && !errors.Is(err, os.ErrDeadlineExceeded)
}

func TestConns_HealthIsAnsweredBehindThousandsThatWait(t *testing.T) {
	t.Parallel()
	const limit, crowd = 100, 3000
	url, _ := serve(t, web.Config{Store: &recordingStore{}, MaxConns: limit})
	list := make([]net.Conn, crowd)
	for i := range list {
		list[i] = dial(t, url)
		if i%500 == 0 {
			if status := request(dial(t, url), "GET", "/healthz", ""); status != http.StatusOK {
				t.Fatalf("with %d connections that send nothing, health is answered by %d", i, status)
			}
		}
	}
	if status := request(dial(t, url), "GET", "/healthz", ""); status != http.StatusOK {
		t.Errorf("with %d connections that send nothing, health is answered by %d", crowd, status)
	}
	if !isClosed(list[0]) {
		t.Error("the connection that has waited longest is still open")
	}
	if status := request(list[crowd-1], "GET", "/healthz", ""); status != http.StatusOK {
		t.Errorf("the newest connection is answered by %d", status)
	}
}

func TestConns_TheOneThatHasWaitedLongestMakesRoom(t *testing.T) {
	t.Parallel()
	s, err := web.Listen(t.Context(), web.Config{Addr: "127.0.0.1:0", Store: &recordingStore{}, MaxConns: 2})
	if err != nil {
		t.Fatal(err)
	}
	idle := make(chan struct{}, 10)
	s.OnIdle(func() { idle <- struct{}{} })
	run(t, s)
	url := "http://" + s.Addr()
	a, b := dial(t, url), dial(t, url)
	for _, conn := range []net.Conn{a, b, a} { // a is the last to be served
		if status := request(conn, "GET", "/healthz", ""); status != http.StatusOK {
			t.Fatalf("answered by %d", status)
		}
		select {
		case <-idle:
		case <-time.After(time.Minute):
			t.Fatal("no connection is known to wait")
		}
	}
	if status := request(dial(t, url), "GET", "/healthz", ""); status != http.StatusOK {
		t.Errorf("one more is answered by %d", status)
	}
	if !isClosed(b) {
		t.Error("the connection that has waited longest is still open")
	}
	if status := request(a, "GET", "/healthz", ""); status != http.StatusOK {
		t.Errorf("one that was at work lately is answered by %d", status)
	}
}

func TestConns_WhileAllAreAtWorkHealthIsAnsweredStill(t *testing.T) {
	t.Parallel()
	entered, over := make(chan struct{}), make(chan struct{})
	slow := http.HandlerFunc(func(http.ResponseWriter, *http.Request) { entered <- struct{}{}; <-over })
	url, _ := serve(t, web.Config{Store: &recordingStore{}, MaxConns: 2, Page: slow})
	t.Cleanup(func() { close(over) })
	for range 2 {
		go request(dial(t, url), "GET", "/slow", "")
		<-entered
	}
	for i := range 40 { // more than are reserved
		conn := dial(t, url)
		if i%2 == 0 {
			continue // and says nothing
		}
		if status := request(conn, "GET", "/healthz", ""); status != http.StatusOK {
			t.Fatalf("health is answered by %d", status)
		}
		if !isClosed(conn) {
			t.Fatal("a connection for health alone stays open")
		}
	}
	if status := request(dial(t, url), "GET", "/readyz", ""); status != http.StatusOK {
		t.Errorf("readiness is answered by %d", status)
	}
	if status := request(dial(t, url), "GET", "/slow", ""); status != http.StatusServiceUnavailable {
		t.Errorf("anything else is answered by %d, want 503", status)
	}
}
