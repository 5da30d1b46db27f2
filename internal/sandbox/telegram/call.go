package telegram

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"
)

// maxBody bounds a request; the real server accepts 50 MB because of uploads, which the stand-in does not store.
const maxBody = 8 << 20

// maxLog bounds the request log; the oldest entries go first.
const maxLog = 10_000

// call is one request: the method as the path spells it, and its parameters wherever they came from.
type call struct {
	token  string
	method string
	params map[string]string
	files  map[string]File
}

// readCall reads method and parameters from r and leaves r's body read, so that a client that goes away is noticed.
func (t *StandIn) readCall(w http.ResponseWriter, r *http.Request) (call, error) {
	c := call{params: map[string]string{}, files: map[string]File{}}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		return c, &apiError{code: http.StatusRequestEntityTooLarge, text: "Request Entity Too Large"}
	}
	rest, ok := strings.CutPrefix(r.URL.Path, "/bot")
	token, method, ok2 := strings.Cut(rest, "/")
	if !ok || !ok2 || method == "" || strings.Contains(method, "/") {
		return c, &apiError{code: http.StatusNotFound, text: "Not Found"}
	}
	c.token, c.method = token, method
	if m, ok := t.methods[strings.ToLower(method)]; ok {
		c.method = m.name
	}
	if r.Method != http.MethodGet && r.Method != http.MethodPost {
		return c, &apiError{code: http.StatusMethodNotAllowed, text: "Method Not Allowed"}
	}
	if !t.authentic(token) {
		return c, unauthorized()
	}
	c.fill(r.URL.Query())
	return c, c.readBody(r, body)
}

func (c call) fill(values url.Values) {
	for name, list := range values {
		if len(list) > 0 {
			c.params[strings.ToLower(name)] = list[0]
		}
	}
}

func (c call) readBody(r *http.Request, body []byte) error {
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch kind {
	case "application/json":
		return c.readJSON(body)
	case "multipart/form-data":
		r.Body = io.NopCloser(bytes.NewReader(body))
		if err := r.ParseMultipartForm(maxBody); err != nil {
			return badRequest("can't parse multipart form data")
		}
		c.fill(r.MultipartForm.Value)
		return c.readFiles(r.MultipartForm)
	case "application/x-www-form-urlencoded":
		values, err := url.ParseQuery(string(body))
		if err != nil {
			return badRequest("can't parse urlencoded form data")
		}
		c.fill(values)
	}
	return nil
}

// readJSON keeps nested values as the JSON text they would be in a form.
func (c call) readJSON(body []byte) error {
	if len(bytes.TrimSpace(body)) == 0 {
		return nil
	}
	var object map[string]json.RawMessage
	if err := json.Unmarshal(body, &object); err != nil {
		return badRequest("can't parse request JSON object")
	}
	for name, raw := range object {
		c.params[strings.ToLower(name)] = scalar(raw)
	}
	return nil
}

// scalar is the text of a JSON string, or the JSON itself. Null is empty.
func scalar(raw json.RawMessage) string {
	var text string
	if json.Unmarshal(raw, &text) == nil {
		return text
	}
	return string(raw)
}

func (c call) text(name string) string { return c.params[name] }

// number is the parameter as an integer, or 0 if it isn't one: the real server is as lenient.
func (c call) number(name string) int64 {
	n, _ := strconv.ParseInt(strings.TrimSpace(c.params[name]), 10, 64)
	return n
}

// within is the parameter as an integer forced into a range.
func (c call) within(name string, missing, low, high int) int {
	if c.params[name] == "" {
		return missing
	}
	return min(max(int(c.number(name)), low), high)
}

func (c call) truth(name string) bool {
	switch strings.ToLower(strings.TrimSpace(c.params[name])) {
	case "true", "yes", "1":
		return true
	}
	return false
}

// object decodes a parameter that contains JSON; what names it in the refusal. An absent parameter leaves v alone.
func (c call) object(name, what string, v any) error {
	if c.params[name] == "" {
		return nil
	}
	err := json.Unmarshal([]byte(c.params[name]), v)
	var refusal *apiError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &refusal):
		return refusal
	default:
		return badRequest("can't parse " + what + " JSON object")
	}
}

// Request is one call that reached the stand-in.
type Request struct {
	Time time.Time
	// Method is spelled as the documentation does, where it is a known one.
	Method string
	// Params are the parameters by name, objects as JSON. The token is not among them.
	Params map[string]string
	// Status is what was answered; 0 while the answer is outstanding, or when the connection was cut.
	Status int
}

// Stats counts calls since the stand-in was made.
type Stats struct {
	Requests int
	// Limited counts the answers with status 429, those of faults included.
	Limited int
	// Refused counts the other answers of 400 and above.
	Refused int
}

// log remembers calls, oldest first.
type log struct {
	mu      sync.Mutex // guards the rest
	entries []*Request
	stats   Stats
}

func (l *log) begin(now time.Time, c call) *Request {
	e := &Request{Time: now, Method: c.method, Params: c.params}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.stats.Requests++
	if len(l.entries) == maxLog {
		l.entries = append(l.entries[:0:0], l.entries[maxLog/2:]...)
	}
	l.entries = append(l.entries, e)
	return e
}

func (l *log) end(e *Request, status int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	e.Status = status
	switch {
	case status == http.StatusTooManyRequests:
		l.stats.Limited++
	case status >= http.StatusBadRequest:
		l.stats.Refused++
	}
}

// Requests returns the calls so far, oldest first; only the newest few thousand are kept.
func (t *StandIn) Requests() []Request {
	t.log.mu.Lock()
	defer t.log.mu.Unlock()
	list := make([]Request, len(t.log.entries))
	for i, e := range t.log.entries {
		list[i] = *e
	}
	return list
}

// Stats returns the counters of calls.
func (t *StandIn) Stats() Stats {
	t.log.mu.Lock()
	defer t.log.mu.Unlock()
	return t.log.stats
}
