package poll

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"

	"tidings/internal/feed"
)

// Bounds of bodies. What comes slower than the least is cut off, so that a server that drips does not keep what
// others wait for.
const (
	smallBody  = 256 << 10 // bytes, compressed or not; real feeds are mostly smaller
	smallRate  = 1 << 10   // bytes a second
	smallGrace = 5 * time.Second
	largeRate  = 64 << 10
	largeGrace = 2 * time.Second
	// How far back decoders may look, which is what they take memory for: in bytes, and in bits. RFC
	// 8878 names the first; servers keep to the second by default.
	maxZstdWindow = 8 << 20
	maxBrotliBits = 22
)

var (
	errEncoding = errors.New("the answer is not compressed as it says")
	errStacked  = errors.New("the answer is compressed in a way that was not asked for")
	errSlow     = errors.New("the server sends too slowly")
	errLarge    = errors.New("the document is larger than 10 MiB")
)

// body is what a server sent, without its compression.
type body struct{ text, hash string }

// read returns the body of an answer. What was cut off in the middle is returned as far as it came.
func (f *fetcher) read(ctx context.Context, r *reservation, resp *http.Response) (body, error) {
	src := &stream{r: resp.Body, now: f.now, start: f.now(), rate: smallRate, grace: smallGrace}
	b, err := receive(ctx, r, src, resp.Header)
	switch {
	case err == nil, errors.Is(err, io.ErrUnexpectedEOF) && b.text != "":
		return b, nil
	case src.err != nil && !errors.Is(src.err, io.EOF):
		return body{}, src.err
	case errors.Is(err, errStacked), errors.Is(err, errLarge), errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return body{}, err
	}
	return body{}, errEncoding
}

// receive reads what comes while it is small, and unpacks it only then: a decoder takes far more
// memory than what it waits for. What is large before or after has to wait for its turn.
func receive(ctx context.Context, r *reservation, src *stream, header http.Header) (body, error) {
	head, err := io.ReadAll(io.LimitReader(src, smallBody+1))
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		return body{}, err
	}
	if len(head) <= smallBody {
		var b body
		r.work(func() { b, err = unpack(head, src, header, smallBody) })
		if !errors.Is(err, errLarge) {
			return b, err
		}
	}
	if err := r.reserve(ctx); err != nil {
		return body{}, err
	}
	src.speedUp()
	b, err := unpack(head, src, header, feed.MaxSize)
	r.isHuge = len(b.text) > hugeBody || errors.Is(err, errLarge)
	return b, err
}

// unpack returns the body that begins with head and goes on with src, if it has at most so many bytes.
func unpack(head []byte, src io.Reader, header http.Header, limit int64) (body, error) {
	r, err := decompressed(head, src, header)
	if err != nil {
		return body{}, err
	}
	defer r.Close()
	var text strings.Builder
	hash := sha256.New()
	both := io.MultiWriter(&text, hash)
	n, err := io.Copy(both, io.LimitReader(r, min(limit, hugeBody)+1))
	if err == nil && n == hugeBody+1 {
		text.Grow(feed.MaxSize - hugeBody) // at once; doubling would take as much again
		_, err = io.Copy(both, io.LimitReader(r, limit-hugeBody))
	}
	if int64(text.Len()) > limit {
		return body{}, errLarge
	}
	return body{text.String(), hex.EncodeToString(hash.Sum(nil))}, err
}

// decompressed returns what the body says in plain bytes.
func decompressed(head []byte, rest io.Reader, header http.Header) (io.ReadCloser, error) {
	src := io.MultiReader(bytes.NewReader(head), rest)
	if len(head) == 0 {
		return io.NopCloser(src), nil // nothing has no form
	}
	switch contentEncoding(header) {
	case "":
		return io.NopCloser(src), nil
	case "gzip", "x-gzip":
		return gzip.NewReader(src)
	case "deflate":
		if isZlib(head) {
			return zlib.NewReader(src)
		}
		return flate.NewReader(src), nil // as many servers understand the word
	case "br":
		if brotliBits(head[0]) > maxBrotliBits {
			return nil, errEncoding // mostly because it isn't Brotli at all
		}
		return io.NopCloser(brotli.NewReader(src)), nil
	case "zstd":
		r, err := zstd.NewReader(src, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(maxZstdWindow))
		if err != nil {
			return nil, err
		}
		return r.IOReadCloser(), nil
	}
	return nil, errStacked
}

// contentEncoding returns how a body is compressed. Some servers name something else there: a
// charset, or that there is none.
func contentEncoding(header http.Header) string {
	var packed []string
	for name := range strings.SplitSeq(strings.Join(header.Values("Content-Encoding"), ","), ",") {
		switch name = strings.ToLower(strings.TrimSpace(name)); name {
		case "", "identity", "none", "utf-8", "utf8", "iso-8859-1", "us-ascii", "ascii", "binary", "8bit", "7bit", "text":
		default:
			packed = append(packed, name)
		}
	}
	return strings.Join(packed, ", ")
}

// isZlib reports whether a body begins with zlib's header, which is what deflate means in HTTP; RFC 1950.
func isZlib(head []byte) bool {
	const method, deflate, check = 0x0f, 8, 31
	return len(head) > 1 && head[0]&method == deflate && (int(head[0])<<8|int(head[1]))%check == 0
}

// brotliBits returns the size of the window that a stream declares with its first byte, if it is one
// of the large; RFC 7932, section 9.1.
func brotliBits(first byte) int {
	const smallest = 17
	if first&1 == 0 {
		return 0
	}
	return smallest + int(first>>1&7)
}

// stream is a body as it comes, with a floor below its speed and a bound on its bytes.
type stream struct {
	r     io.Reader
	now   func() time.Time
	start time.Time
	n     int64 // bytes since start
	total int64
	rate  int64
	grace time.Duration
	err   error // what ended it, of its own
}

// Read reads on unless it has become too slow or too much.
func (s *stream) Read(p []byte) (int, error) {
	if s.err != nil {
		return 0, s.err
	}
	n, err := s.r.Read(p)
	s.n += int64(n)
	s.total += int64(n)
	switch took := s.now().Sub(s.start); {
	case err != nil:
	case s.total > feed.MaxSize:
		err = errLarge
	case took > s.grace && s.n < int64(took/time.Second)*s.rate:
		err = errSlow
	}
	s.err = err
	return n, err
}

// speedUp asks of the rest the speed of a large body.
func (s *stream) speedUp() {
	s.start, s.n, s.rate, s.grace = s.now(), 0, largeRate, largeGrace
}
