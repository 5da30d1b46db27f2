package web

import (
	"net"
	"net/http"
)

// OnIdle has f called when a connection is known to wait for its next request, which is a moment after its client has the answer to
// the one before. It must be called before Run.
func (s *Server) OnIdle(f func()) {
	note := s.http.ConnState
	s.http.ConnState = func(c net.Conn, state http.ConnState) {
		note(c, state)
		if state == http.StateIdle {
			f()
		}
	}
}
