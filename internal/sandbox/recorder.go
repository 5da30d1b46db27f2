package sandbox

import "net/http"

// Recorder notes the status of the answer that passes through it.
type Recorder struct {
	http.ResponseWriter
	Status int // 0 until there is one
}

// WriteHeader notes the status and passes it on.
func (r *Recorder) WriteHeader(status int) {
	r.Status = status
	r.ResponseWriter.WriteHeader(status)
}

// Unwrap lets http.ResponseController reach the connection, which a fault cuts.
func (r *Recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }
