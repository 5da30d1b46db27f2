package console

import (
	"context"
	"fmt"
	"net/http"
	"time"
)

const (
	// lookEvery is how often a stream looks whether the page would say something else.
	lookEvery = 2 * time.Second
	// heartbeat is how often an idle stream shows that it lives, before proxies give up on it.
	heartbeat = 20 * time.Second
	// writeWithin is how long a browser may take to accept what is written.
	writeWithin = 10 * time.Second
)

// stream tells a page when it would say something else, and that is all that it tells; the page is then fetched again. It
// ends when the session does, or with the program.
func (c *Console) stream(ctx context.Context, x *exchange, s *section) {
	h := x.w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-cache, no-transform")
	h.Set("X-Accel-Buffering", "no") // nginx would keep it
	out := eventWriter{w: x.w, control: http.NewResponseController(x.w)}
	before, err := x.FormValue(seenParameter), error(nil)
	if before == "" {
		before, err = c.digest(x, s)
	}
	if err == nil {
		err = out.write("retry: 5000\n\n")
	}
	look := time.NewTicker(lookEvery)
	defer look.Stop()
	for spoken := time.Duration(0); err == nil; spoken += lookEvery {
		select {
		case <-ctx.Done():
			return
		case <-look.C:
		}
		var now string
		_, known, lost := c.cfg.Sessions.of(x.Request)
		if !known || lost != nil {
			return
		}
		if now, err = c.digest(x, s); err != nil {
			c.cfg.Logger.WarnContext(ctx, "console stream ended", "err", err)
			return
		}
		switch {
		case now != before:
			err = out.write("event: changed\ndata: \n\n")
			before, spoken = now, 0
		case spoken >= heartbeat:
			err = out.write(":\n\n")
			spoken = 0
		}
	}
}

// seenParameter is where a stream is told what its page says, so that nothing is missed between the two.
const seenParameter = "seen"

// digest returns what a section would say now, in short.
func (*Console) digest(x *exchange, s *section) (string, error) {
	body, err := s.show(x)
	return digestOf(body), err
}

// digestOf returns what differs if a page says something else.
func digestOf(body any) string { return hash(fmt.Sprintf("%+v", body)) }

// eventWriter writes server-sent events; html.spec.whatwg.org/multipage/server-sent-events.html.
type eventWriter struct {
	w       http.ResponseWriter
	control *http.ResponseController
}

func (e eventWriter) write(s string) error {
	if err := e.control.SetWriteDeadline(time.Now().Add(writeWithin)); err != nil {
		return err
	}
	if _, err := e.w.Write([]byte(s)); err != nil {
		return err
	}
	return e.control.Flush()
}
