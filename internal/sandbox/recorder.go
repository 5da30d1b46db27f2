package sandbox

import "net/http"

// recorder notes the status that passes through it.
type recorder struct {
	http.ResponseWriter
	status int // 0 until there is one
}

// WriteHeader notes the status and passes it on.
func (r *recorder) WriteHeader(status int) {
	r.status = status
	r.ResponseWriter.WriteHeader(status)
}

// Unwrap lets http.ResponseController reach the connection, which a fault cuts.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }
