package poll

import (
	"bytes"
	"cmp"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
)

func TestRule23_TheClientSaysWhoItIs(t *testing.T) {
	t.Parallel()
	agent := Agent{Name: "Tidings/1.2", Home: "https://bot.example", Subscribers: func(context.Context) (int64, error) { return 12, nil }}
	s := newSite(t, Config{Agent: agent}, replies(200, rssOf("A"), "Set-Cookie", "a=b"), "f")
	for _, r := range s.pass(time.Hour) {
		r.expect(t, map[string]string{
			"User-Agent": "Tidings/1.2 (+https://bot.example; 12 subscribers)", "Cookie": "", "Referer": "", "A-Im": "", "From": "",
		})
		if accept := r.header.Get("Accept"); !strings.HasPrefix(accept, "application/rss+xml, application/atom+xml, application/feed+json") {
			t.Errorf("accepts %s", accept)
		}
	}
}

// packed returns body in an encoding.
func packed(t *testing.T, encoding, body string) string {
	t.Helper()
	var b bytes.Buffer
	var w io.WriteCloser
	switch encoding {
	case "gzip":
		w = gzip.NewWriter(&b)
	case "zlib":
		w = zlib.NewWriter(&b)
	case "flate":
		var err error
		if w, err = flate.NewWriter(&b, flate.BestSpeed); err != nil {
			t.Fatal(err)
		}
	case "br":
		w = brotli.NewWriter(&b)
	case "zstd":
		var err error
		if w, err = zstd.NewWriter(&b); err != nil {
			t.Fatal(err)
		}
	default:
		return body
	}
	if _, err := io.WriteString(w, body); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestRule24_EveryEncodingIsReadAndNoLie(t *testing.T) {
	t.Parallel()
	lie := "the answer is not compressed as it says"
	for name, tt := range map[string]struct{ says, is, want string }{
		"gzip":          {"gzip", "gzip", ""},
		"GZIP":          {" X-GZIP", "gzip", ""},
		"brotli":        {"br", "br", ""},
		"zstd":          {"zstd", "zstd", ""},
		"zlib":          {"deflate", "zlib", ""},
		"deflate":       {"deflate", "flate", ""},
		"no deflate":    {"deflate", "", lie},
		"a charset":     {"utf-8", "", ""},
		"with charset":  {"gzip, UTF-8", "gzip", ""},
		"identity":      {"identity", "", ""},
		"nothing":       {"", "", ""},
		"unsaid gzip":   {"", "gzip", ""},
		"no gzip":       {"gzip", "", lie},
		"no brotli":     {"br", "gzip", lie},
		"no zstd":       {"zstd", "", lie},
		"gzip for zstd": {"zstd", "gzip", lie},
		"stacked":       {"gzip, gzip", "gzip", "the answer is compressed in a way that was not asked for"},
		"unknown":       {"compress", "", "the answer is compressed in a way that was not asked for"},
	} {
		s := newSite(t, Config{}, replies(200, packed(t, tt.is, rssOf("A")), "Content-Encoding", tt.says), "f")
		s.once()
		wantPuts := 1
		if tt.want != "" {
			wantPuts = 0
		}
		if got := s.state("f").Error; got != tt.want || s.sink.puts != wantPuts {
			t.Errorf("%s: error %q, %d puts; want %q, %d", name, got, s.sink.puts, tt.want, wantPuts)
		}
	}
}

func TestRule24_BombsEndAtTheBound(t *testing.T) {
	t.Parallel()
	flood := rssOf(strings.Repeat("A", 12<<20))
	for _, encoding := range []string{"gzip", "br", "zstd", "zlib", "flate"} {
		says := map[string]string{"zlib": "deflate", "flate": "deflate"}[encoding]
		s := newSite(t, Config{}, replies(200, packed(t, encoding, flood), "Content-Encoding", cmp.Or(says, encoding)), "f")
		s.once()
		if got := s.state("f").Error; got != "the document is larger than 10 MiB" {
			t.Errorf("%s: error %q", encoding, got)
		}
	}
}

func TestRule33_ADifferenceOnlyAdds(t *testing.T) {
	t.Parallel()
	s := newSite(t, Config{}, replies(200, rssOf("A"), "ETag", `"a"`), "f")
	s.once()
	s.say(replies(http.StatusIMUsed, rssOf("B"), "ETag", `"b"`, "IM", "feed"))
	s.pass(interval)
	if f := s.state("f"); s.sink.source("f").Articles != 2 || f.ETag != "" || f.BodyHash != "" {
		t.Errorf("%d articles, tag %q: a part must not count as the whole", s.sink.source("f").Articles, f.ETag)
	}
}
