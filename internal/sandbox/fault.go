package sandbox

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
)

// FaultKind says how a stand-in misbehaves.
type FaultKind int

// The faults a stand-in can show.
const (
	// FaultStatus answers with Fault.Status and Fault.Body and does nothing else.
	FaultStatus FaultKind = iota
	// FaultRateLimit answers 429 in the platform's own words, with Fault.RetryAfter.
	FaultRateLimit
	// FaultHang never answers; it ends when the client goes away or the stand-in closes.
	FaultHang
	// FaultResetBefore cuts the connection before the request has any effect.
	FaultResetBefore
	// FaultResetAfter lets the request take effect, then cuts the connection unanswered.
	FaultResetAfter
	// FaultDelay serves the request like any other, after a while and a while before the answer.
	FaultDelay
)

// Fault is one misbehavior to show on demand.
type Fault struct {
	Kind FaultKind
	// Path limits the fault to requests whose path contains it. Empty means every request.
	Path string
	// Method limits the fault to one HTTP method. Empty means every method.
	Method string
	// Times is how many requests meet the fault. 0 means one, negative means all until Clear.
	Times int
	// Share is the part of the fitting requests that meet the fault, drawn by lot. 0 means all of them.
	Share float64
	// Delay is the longest that FaultDelay takes on each of the two ways; each time is drawn by lot.
	Delay time.Duration
	// Status and Body are the answer of FaultStatus. A zero Status means 500.
	Status int
	Body   string
	// RetryAfter is what FaultRateLimit asks for. 0 means one second.
	RetryAfter time.Duration
	// Global makes FaultRateLimit a limit of the whole bot where the platform tells the two apart.
	Global bool
}

// Faults is the list of misbehaviors a stand-in has still to show, oldest first.
// The zero value is ready to use, and all methods may be called concurrently.
type Faults struct {
	mu   sync.Mutex // guards list
	list []*Fault
}

// Inject queues f. When several faults fit a request, the oldest is shown.
func (fs *Faults) Inject(f Fault) {
	if f.Times == 0 {
		f.Times = 1
	}
	fs.mu.Lock()
	defer fs.mu.Unlock()
	fs.list = append(fs.list, &f)
}

// Clear forgets all faults that have not been shown.
func (fs *Faults) Clear() {
	fs.mu.Lock()
	defer fs.mu.Unlock()
	fs.list = nil
}

// take returns the fault that r has to meet and counts it, or nil.
func (fs *Faults) take(r *http.Request) *Fault {
	fs.mu.Lock()
	defer fs.mu.Unlock()
	for i, f := range fs.list {
		if !strings.Contains(r.URL.Path, f.Path) || f.Method != "" && f.Method != r.Method {
			continue
		}
		if f.Share > 0 && rand.Float64() >= f.Share {
			continue
		}
		if f.Times > 0 {
			if f.Times--; f.Times == 0 {
				fs.list = append(fs.list[:i:i], fs.list[i+1:]...)
			}
		}
		shown := *f
		return &shown
	}
	return nil
}

// Wrap shows the queued faults in front of next. rateLimited writes the platform's own 429.
func (fs *Faults) Wrap(next http.Handler, rateLimited func(http.ResponseWriter, *Fault)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f := fs.take(r)
		if f == nil {
			next.ServeHTTP(w, r)
			return
		}
		switch f.Kind {
		case FaultStatus:
			status := f.Status
			if status == 0 {
				status = http.StatusInternalServerError
			}
			w.WriteHeader(status)
			fmt.Fprint(w, f.Body)
		case FaultRateLimit:
			rateLimited(w, f)
		case FaultHang:
			<-r.Context().Done()
			reset(w)
		case FaultResetBefore:
			reset(w)
		case FaultResetAfter:
			next.ServeHTTP(&unsent{header: http.Header{}}, r)
			reset(w)
		case FaultDelay:
			f.serve(next, w, r)
		}
	})
}

// reset cuts the connection under w so that the client sees a reset, not an end of file.
func reset(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler) // HTTP/2: the server resets the stream.
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = conn.Close()
}

// serve takes its time with a request and with its answer.
func (f *Fault) serve(next http.Handler, w http.ResponseWriter, r *http.Request) {
	if !away(r, rand.N(f.Delay+1)) {
		return
	}
	answer := &unsent{header: w.Header(), status: http.StatusOK}
	next.ServeHTTP(answer, r)
	if !away(r, rand.N(f.Delay+1)) {
		return
	}
	w.WriteHeader(answer.status)
	_, _ = w.Write(answer.body.Bytes()) // the client went away
}

// away waits for d, and reports whether r still wants an answer.
func away(r *http.Request, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-r.Context().Done():
		return false
	}
}

// unsent is a ResponseWriter that keeps the answer.
type unsent struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (u *unsent) Header() http.Header         { return u.header }
func (u *unsent) Write(p []byte) (int, error) { return u.body.Write(p) }
func (u *unsent) WriteHeader(status int)      { u.status = status }
