package bot

import (
	"fmt"
	"strings"
	"testing"
)

func TestReadLogin(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]string{
		"ann:hunter2\n":                      "Authorization: Basic YW5uOmh1bnRlcjI=",
		"ann:":                               "Authorization: Basic YW5uOg==",
		"ann:a: b":                           "Authorization: Basic YW5uOmE6IGI=",
		"Authorization: Bearer abc ":         "Authorization: Bearer abc",
		"X-Key: hunter2\r\n":                 "X-Key: hunter2",
		"":                                   "neither user:password nor a header",
		"hunter2":                            "neither user:password nor a header",
		":hunter2":                           "neither user:password nor a header",
		"X-Key:  ":                           "neither user:password nor a header",
		"X-Key: a\r\nHost: b":                "neither user:password nor a header",
		"Host: hunter2":                      "that header can't be set",
		"If-Match: hunter2":                  "that header can't be set",
		"a:" + strings.Repeat("b", maxLogin): "a login may have 4 KiB",
	} {
		l, err := ReadLogin(line)
		got := l.Header + ": " + l.Value.Reveal()
		if err != nil {
			got = err.Error()
		}
		if !strings.Contains(got, want) || err != nil && strings.Contains(got, "hunter2") {
			t.Errorf("%q: %q, want %q", line, got, want)
		}
		if shown := fmt.Sprintf("%v %+v %#v", l, l, l); strings.Contains(shown, "hunter2") || strings.Contains(shown, "YW5u") {
			t.Errorf("%q is shown: %s", line, shown)
		}
	}
}

func TestTakeLogin(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"https://ann:hunter%202@a.example/f?a=%2F#x": "https://a.example/f?a=%2F#x Basic YW5uOmh1bnRlciAy",
		"https://token@a.example/f":                  "https://a.example/f Basic dG9rZW46",
		"https://@a.example/f":                       "https://a.example/f ",
		"https://a.example/f?b=c@d":                  "https://a.example/f?b=c@d ",
		"not an address":                             "not an address ",
	} {
		bare, l := TakeLogin(address)
		if got := bare + " " + l.Value.Reveal(); got != want {
			t.Errorf("%s: %q, want %q", address, got, want)
		}
	}
}

func TestOrigin(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		a, b string
		same bool
	}{
		{"https://A.example/1", "https://a.example:443/2", true},
		{"https://a.example/1", "http://a.example/1", false},
		{"https://a.example/1", "https://a.example:8443/1", false},
		{"https://a.example/1", "https://b.a.example/1", false},
		{"http://[::1]:80/", "http://[::1]/x", true},
	} {
		if got := Origin(tt.a) == Origin(tt.b); got != tt.same {
			t.Errorf("%s and %s: %v", tt.a, tt.b, got)
		}
	}
}
