package feed

import (
	"compress/gzip"
	"context"
	"errors"
	"io"
	"net/http"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
)

// Bounds of bodies. What comes slower than the least is cut off, lest a server that drips holds what
// others wait for.
const (
	smallBody = 256 << 10 // bytes after decompression; real feeds are mostly smaller
	hugeBody  = 1 << 20
	// largeMemory is from where on the collector works harder than it likes while a large body is read.
	largeMemory  = 40 << 20
	smallRate    = 1 << 10 // bytes a second
	smallGrace   = 5 * time.Second
	largeRate    = 64 << 10
	largeGrace   = 2 * time.Second
	largeAtATime = 1
	parseAtATime = 2
	maxWindow    = 8 << 20 // bytes that a zstd decoder may look back
)

var (
	errEncoding = errors.New("the answer is not compressed as it says")
	errStacked  = errors.New("the answer is compressed in a way that was not asked for")
	errSlow     = errors.New("the server sends too slowly")
	errLarge    = errors.New("the document is larger than 10 MiB")
)

// room bounds what the bodies of all fetches take up together: small ones always find a place, of the
// large ones one is read at a time. Hundreds of hostile servers then cost no more than one does.
type room struct {
	large, parse chan struct{}
	buffer       []byte // of the large one
}

func newRoom() *room {
	return &room{large: make(chan struct{}, largeAtATime), parse: make(chan struct{}, parseAtATime)}
}

// guest is one fetch's place in the room.
type guest struct {
	room    *room
	isLarge bool
	limit   int64 // of memory, to be restored
}

// grow waits until the guest may become large.
func (g *guest) grow(ctx context.Context) error {
	if g.isLarge {
		return nil
	}
	select {
	case g.room.large <- struct{}{}:
		g.isLarge = true
		if g.limit = debug.SetMemoryLimit(largeMemory); g.limit < largeMemory {
			debug.SetMemoryLimit(g.limit) // the operator wants even less
		}
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// leave makes place for the next. What a large body has left behind is given back first: the collector
// would only look once there is as much again.
func (g *guest) leave() {
	if !g.isLarge {
		return
	}
	if cap(g.room.buffer) > hugeBody {
		g.room.buffer = nil
		debug.FreeOSMemory()
	}
	g.isLarge = false
	debug.SetMemoryLimit(g.limit)
	<-g.room.large
}

// readLarge reads on behind the head of a large body, into the room's buffer, which is good until the
// guest leaves.
func (g *guest) readLarge(head []byte, r io.Reader) ([]byte, error) {
	b := append(g.room.buffer[:0], head...)
	for {
		if len(b) == cap(b) {
			b = slices.Grow(b, min(len(b), MaxSize+1-len(b)))
		}
		n, err := r.Read(b[len(b):min(cap(b), MaxSize+1)])
		b = b[:len(b)+n]
		g.room.buffer = b
		switch {
		case len(b) > MaxSize:
			return nil, errLarge
		case errors.Is(err, io.EOF):
			return b, nil
		case err != nil:
			return b, err
		}
	}
}

// parse runs do while few others do the like: parsing is what costs time and memory.
func (g *guest) parse(do func()) {
	g.room.parse <- struct{}{}
	defer func() { <-g.room.parse }()
	do()
}

// read returns the decompressed body. What was cut off in the middle is returned as far as it came.
func (f *fetcher) read(ctx context.Context, g *guest, resp *http.Response) ([]byte, error) {
	src := &stream{r: resp.Body, now: f.now, start: f.now(), rate: smallRate, grace: smallGrace}
	r, err := decompressed(src, resp.Header)
	if err == nil {
		defer r.Close()
		var data []byte
		if data, err = readUpTo(r, smallBody); err == nil && len(data) > smallBody {
			if err = g.grow(ctx); err != nil {
				return nil, err
			}
			src.speedUp()
			data, err = g.readLarge(data, r)
		}
		if err == nil || errors.Is(err, io.ErrUnexpectedEOF) && len(data) > 0 {
			return data, nil
		}
	}
	switch {
	case src.err != nil && !errors.Is(src.err, io.EOF):
		return nil, src.err
	case errors.Is(err, errStacked), errors.Is(err, errLarge), errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return nil, err
	}
	return nil, errEncoding
}

// readUpTo reads at most one byte more than n.
func readUpTo(r io.Reader, n int) ([]byte, error) {
	return io.ReadAll(io.LimitReader(r, int64(n)+1))
}

// decompressed returns what the body says in plain bytes.
func decompressed(src *stream, header http.Header) (io.ReadCloser, error) {
	switch strings.ToLower(strings.TrimSpace(strings.Join(header.Values("Content-Encoding"), ","))) {
	case "", "identity", "none":
		return io.NopCloser(src), nil
	case "gzip", "x-gzip":
		r, err := gzip.NewReader(src)
		if errors.Is(err, io.EOF) && src.n == 0 {
			return io.NopCloser(src), nil
		}
		return r, err
	case "br":
		return io.NopCloser(brotli.NewReader(src)), nil
	case "zstd":
		r, err := zstd.NewReader(src, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(maxWindow))
		if err != nil {
			return nil, err
		}
		return r.IOReadCloser(), nil
	}
	return nil, errStacked
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
	case s.total > MaxSize:
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
