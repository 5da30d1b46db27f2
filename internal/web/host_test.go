package web_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"tidings/internal/web"
)

// requestAs makes a request under a name of the server, and returns its answer's status and body.
func requestAs(t *testing.T, url, host, line string) (status int, body string) {
	t.Helper()
	var d net.Dialer
	conn, err := d.DialContext(t.Context(), "tcp", strings.TrimPrefix(url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(time.Minute))
	fmt.Fprintf(conn, "%s HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\nContent-Length: 15\r\nConnection: close\r\n\r\n{\"title\":\"One\"}", line, host, token)
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	data, _ := io.ReadAll(resp.Body)
	return resp.StatusCode, string(data)
}

func TestServer_PublishesUnderItsOwnNamesAlone(t *testing.T) {
	t.Parallel()
	url, _ := serve(t, web.Config{
		Store: &recordingStore{}, Tokens: anySource(), Decode: decode, PublicURL: "https://News.example:8443/bot", Metrics: web.NewMetrics(web.Build{Version: "v1"}), MetricsToken: token,
		Mount: map[string]http.Handler{"/hook": http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) })},
	})
	for host, own := range map[string]bool{
		"127.0.0.1": true, "127.0.0.1:8080": true, "localhost:1": true, "LOCALHOST.": true, "a.localhost": true, "[::1]:8080": true, "127.9.9.9": true,
		"news.example": true, "NEWS.example:443": true,
		"evil.example": false, "news.example.evil.example": false, "localhost.evil.example": false, "192.0.2.7": false, "tidings": false,
		"127.0.0.1.evil.example": false, "[2001:db8::1]:80": false, "": false,
	} {
		for line, always := range map[string]bool{
			"POST /api/articles": false, "GET /api/schema": false,
			"GET /healthz": true, "GET /readyz": true, "GET /metrics": true, "POST /hook": true,
		} {
			status, body := requestAs(t, url, host, line)
			refused := status == http.StatusMisdirectedRequest
			if want := !own && !always; refused != want || !refused && status >= http.StatusBadRequest {
				t.Errorf("%s as %q is answered by %d %s", line, host, status, body)
			}
			if refused && !strings.Contains(body, "PUBLIC_URL") {
				t.Errorf("%s as %q is refused by %s, want what to set", line, host, body)
			}
		}
	}
}

func TestServer_OnEveryInterfaceHasEveryAddress(t *testing.T) {
	t.Parallel()
	url, _ := serveAt(t, ":0", web.Config{Store: &recordingStore{}, Tokens: anySource(), Decode: decode})
	_, port, err := net.SplitHostPort(strings.TrimPrefix(url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	for host, own := range map[string]bool{
		"192.168.7.7:8080": true, "[2001:db8::1]:80": true, "tidings:8080": true, "localhost": true, "evil.example": false, "tidings.evil.example": false, ".": false,
	} {
		if status, body := requestAs(t, "127.0.0.1:"+port, host, "POST /api/articles"); (status == http.StatusAccepted) != own {
			t.Errorf("as %q: answered by %d %s", host, status, body)
		}
	}
}
