package sandbox

import (
	"math/rand/v2"
	"net/http"
	"slices"
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
	// FaultHang has no effect and never answers; it ends when the client goes away or the stand-in closes.
	FaultHang
	// FaultHangAfter lets the request take effect and never answers.
	FaultHangAfter
	// FaultResetBefore cuts the connection before the request has any effect.
	FaultResetBefore
	// FaultResetAfter lets the request take effect, then cuts the connection unanswered.
	FaultResetAfter
	// FaultDelay serves the request like any other, after a while and a while before the answer.
	FaultDelay
	// FaultLate lets the request take effect at once and answers after exactly Fault.Delay.
	FaultLate
	// FaultHold keeps the request for exactly Fault.Delay before it takes effect and is answered. It takes effect even
	// if the client has given up by then.
	FaultHold
)

// Fault is one misbehavior to show on demand. Kind says what happens; Path, Method, Place, Text and Share say to which
// requests, and all that are set must fit.
type Fault struct {
	Kind FaultKind
	// Path limits the fault to requests whose path contains it. Empty means every request.
	Path string
	// Method limits the fault to one HTTP method. Empty means every method.
	Method string
	// Place limits the fault to requests for one channel, chat or server, by its id. Empty means every place.
	Place string
	// Text limits the fault to messages that contain it, in the platform's markup. Empty means every request.
	Text string
	// Times is how many requests meet the fault. 0 means one, negative means all until it is lifted.
	Times int
	// Share is the part of the fitting requests that meet the fault, drawn by lot. 0 means all of them.
	Share float64
	// Delay is the time that FaultLate and FaultHold take, and the longest that FaultDelay takes on each of the two ways,
	// drawn by lot.
	Delay time.Duration
	// Status and Body are the answer of FaultStatus. A zero Status means 500.
	Status int
	Body   string
	// RetryAfter is what FaultRateLimit asks for. 0 means one second.
	RetryAfter time.Duration
	// Global makes FaultRateLimit a limit of the whole bot where the platform distinguishes the two.
	Global bool
}

// In limits f to one channel, chat or server.
func (f Fault) In(place string) Fault {
	f.Place = place
	return f
}

// To limits f to requests whose path contains path, such as "/sendMessage".
func (f Fault) To(path string) Fault {
	f.Path = path
	return f
}

// About limits f to messages that contain text.
func (f Fault) About(text string) Fault {
	f.Text = text
	return f
}

// Always shows f to every request that fits, until it is lifted.
func (f Fault) Always() Fault {
	f.Times = -1
	return f
}

// fits reports whether f is for r, regardless of Share.
func (f *Fault) fits(r *http.Request, s Scene) bool {
	return strings.Contains(r.URL.Path, f.Path) &&
		(f.Method == "" || f.Method == r.Method) &&
		(f.Place == "" || slices.Contains(s.Places, f.Place)) &&
		(f.Text == "" || strings.Contains(s.Text, f.Text))
}

// Scene is what a request is about, as far as faults can be limited to it.
type Scene struct {
	// Places are the ids of the channel or chat and of the server it belongs to.
	Places []string
	// Text is what the request would show to people.
	Text string
}

// Faults is the list of misbehaviors a stand-in has still to show, oldest first.
// The zero value is ready to use, and all methods may be called concurrently.
type Faults struct {
	mu   sync.Mutex // guards list
	list []*Fault
}

// Inject queues f and returns a function that lifts it. When several faults fit a request, the oldest is shown.
func (fs *Faults) Inject(f Fault) (lift func()) {
	if f.Times == 0 {
		f.Times = 1
	}
	queued := &f
	fs.mu.Lock()
	defer fs.mu.Unlock()
	fs.list = append(fs.list, queued)
	return func() {
		fs.mu.Lock()
		defer fs.mu.Unlock()
		fs.drop(queued)
	}
}

// Clear forgets all faults that have not been shown.
func (fs *Faults) Clear() {
	fs.mu.Lock()
	defer fs.mu.Unlock()
	fs.list = nil
}

// drop removes one fault from the list, which is replaced and not changed. fs.mu must be held.
func (fs *Faults) drop(f *Fault) {
	fs.list = slices.DeleteFunc(slices.Clone(fs.list), func(other *Fault) bool { return other == f })
}

// take returns the fault that r has to meet and counts it, or nil. scene is asked only if there are faults.
func (fs *Faults) take(r *http.Request, scene func() Scene) *Fault {
	fs.mu.Lock()
	idle := len(fs.list) == 0
	fs.mu.Unlock()
	if idle {
		return nil
	}
	s := scene() // without the lock: a stand-in takes its own for this
	fs.mu.Lock()
	defer fs.mu.Unlock()
	for _, f := range fs.list {
		if !f.fits(r, s) || f.Share > 0 && rand.Float64() >= f.Share {
			continue
		}
		if f.Times > 0 {
			if f.Times--; f.Times == 0 {
				fs.drop(f)
			}
		}
		shown := *f
		return &shown
	}
	return nil
}
