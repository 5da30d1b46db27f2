package poll

import (
	"bytes"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/andybalholm/brotli"

	"tidings/internal/feed"
)

func TestBody_PackedBytesCountTooAndLargeWindowsAreRefused(t *testing.T) {
	t.Parallel()
	var wide bytes.Buffer
	w := brotli.NewWriterOptions(&wide, brotli.WriterOptions{LGWin: maxBrotliBits + 1})
	if _, err := w.Write([]byte(rssOf("A"))); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	nothing := zipped(t, "") // many of which are nothing still
	for name, tt := range map[string]struct{ encoding, body, want string }{
		"nothing, packed often": {"gzip", strings.Repeat(nothing, feed.MaxSize/len(nothing)+2), errLarge.Error()},
		"a large window":        {"br", wide.String(), errEncoding.Error()},
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", tt.encoding)
			_, _ = w.Write([]byte(tt.body)) // it may be refused halfway
		}))
		defer server.Close()
		p := poller(t, newMemory(), time.Minute)
		p.fetcher.now = monday // a slow machine makes no server slow
		if err := check(t.Context(), p, server.URL); err == nil || err.Error() != tt.want {
			t.Errorf("%s: %v, want %s", name, err, tt.want)
		}
	}
}

func TestBody_TooSlowIsCutOff(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		bytes int // in two seconds beyond the grace
		want  error
	}{{smallRate * int((smallGrace+2*time.Second)/time.Second), nil}, {smallRate, errSlow}} {
		at := monday()
		src := &stream{r: endless{}, now: func() time.Time { return at }, start: at, rate: smallRate, grace: smallGrace}
		at = at.Add(smallGrace + 2*time.Second)
		if _, err := src.Read(make([]byte, tt.bytes)); !errors.Is(err, tt.want) {
			t.Errorf("%d bytes: %v, want %v", tt.bytes, err, tt.want)
		}
	}
}
