package sandbox

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"strings"
	"time"
)

// Stage is what a stand-in does with its requests when nothing is wrong.
type Stage struct {
	// Next serves a request.
	Next http.Handler
	// Scene says what a request is about. It is called only while there are faults.
	Scene func() Scene
	// Limit writes the platform's own 429.
	Limit func(http.ResponseWriter, *Fault)
}

// Serve shows r the fault that it has to meet, or serves it as stage says. Nothing waits longer than closing lasts.
func (fs *Faults) Serve(closing context.Context, w http.ResponseWriter, r *http.Request, stage Stage) {
	f := fs.take(r, stage.Scene)
	if f == nil {
		stage.Next.ServeHTTP(w, r)
		return
	}
	switch f.Kind {
	case FaultStatus:
		f.refuse(w)
	case FaultRateLimit:
		stage.Limit(w, f)
	case FaultHang:
		<-r.Context().Done()
		Reset(w)
	case FaultHangAfter:
		keep(stage.Next, w, r)
		<-r.Context().Done()
		Reset(w)
	case FaultResetBefore:
		Reset(w)
	case FaultResetAfter:
		keep(stage.Next, w, r)
		Reset(w)
	case FaultDelay:
		f.dawdle(stage.Next, w, r)
	case FaultLate:
		answer := keep(stage.Next, w, r)
		if Wait(r.Context(), f.Delay) { //nolint:contextcheck // closing ends the request's context too
			answer.send(w)
		}
	case FaultHold:
		if !Wait(closing, f.Delay) {
			Reset(w)
			return
		}
		keep(stage.Next, w, r.WithContext(closing)).send(w)
	}
}

// refuse answers with what FaultStatus says.
func (f *Fault) refuse(w http.ResponseWriter) {
	if strings.HasPrefix(f.Body, "{") {
		w.Header().Set("Content-Type", "application/json")
	}
	status := f.Status
	if status == 0 {
		status = http.StatusInternalServerError
	}
	w.WriteHeader(status)
	fmt.Fprint(w, f.Body)
}

// dawdle takes its time with a request and with its answer.
func (f *Fault) dawdle(next http.Handler, w http.ResponseWriter, r *http.Request) {
	if !Wait(r.Context(), rand.N(f.Delay+1)) {
		return
	}
	answer := keep(next, w, r)
	if Wait(r.Context(), rand.N(f.Delay+1)) {
		answer.send(w)
	}
}

// Reset cuts the connection under w so that the client sees a reset, not an end of file.
func Reset(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler) // HTTP/2: the server resets the stream.
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = conn.Close()
}

// Wait waits for d, and reports false if ctx ended first.
func Wait(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// Every calls do once per interval until ctx ends, as a platform does that misbehaves again and again.
func Every(ctx context.Context, interval time.Duration, do func()) {
	for Wait(ctx, interval) {
		do()
	}
}

// unsent is a ResponseWriter that keeps the answer.
type unsent struct {
	header http.Header
	status int
	body   bytes.Buffer
}

// keep serves r and keeps the answer back. Headers set before stay set.
func keep(next http.Handler, w http.ResponseWriter, r *http.Request) *unsent {
	u := &unsent{header: w.Header(), status: http.StatusOK}
	next.ServeHTTP(u, r)
	return u
}

func (u *unsent) Header() http.Header         { return u.header }
func (u *unsent) Write(p []byte) (int, error) { return u.body.Write(p) }
func (u *unsent) WriteHeader(status int)      { u.status = status }

// send writes the answer at last.
func (u *unsent) send(w http.ResponseWriter) {
	w.WriteHeader(u.status)
	_, _ = w.Write(u.body.Bytes()) // the client went away
}
