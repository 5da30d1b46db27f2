package discord

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptrace"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"tidings/bot"
)

// apiError is a refusal by Discord.
type apiError struct {
	Status  int
	Code    int
	Message string
	Fields  []fieldError
}

// fieldError says what is wrong with one field of what was sent.
type fieldError struct {
	Path    string // embeds.0.title
	Message string
}

// Error returns the status, Discord's code and words, and the fields that are at fault.
func (e *apiError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "status %d", e.Status)
	if e.Code != 0 {
		fmt.Fprintf(&b, ", code %d", e.Code)
	}
	if e.Message != "" {
		b.WriteString(": " + e.Message)
	}
	for _, f := range e.Fields {
		b.WriteString("; " + f.Path + ": " + f.Message)
	}
	return b.String()
}

// limitError says that Discord wants a pause: it has said so in a 429, or before.
type limitError struct {
	After  time.Duration
	Global bool // for the whole bot
	Early  bool // no request was made, because Discord would have refused it
	// Refusals says that the bot itself wants the pause, because Discord refused too many requests.
	Refusals bool
}

// Error returns how long the pause is.
func (e *limitError) Error() string {
	return fmt.Sprintf("rate limited for %v", e.After.Round(time.Millisecond))
}

// hasCode reports whether err is a refusal with one of the codes.
func hasCode(err error, codes ...int) bool {
	e, ok := errors.AsType[*apiError](err)
	return ok && slices.Contains(codes, e.Code)
}

func isUnauthorized(err error) bool {
	e, ok := errors.AsType[*apiError](err)
	return ok && e.Status == http.StatusUnauthorized
}

// newAPIError reads the body of a refusal, which may be anything.
func newAPIError(status int, body []byte) *apiError {
	e := &apiError{Status: status}
	var wire struct {
		Code    int             `json:"code"`
		Message string          `json:"message"`
		Errors  json.RawMessage `json:"errors"`
	}
	if json.Unmarshal(body, &wire) != nil {
		return e
	}
	e.Code, e.Message = wire.Code, bot.CleanText(wire.Message, maxReason)
	e.Fields = fieldErrors(nil, wire.Errors)
	return e
}

// Bounds of what is read and kept of a refusal, in bytes, entries and levels.
const (
	maxReason  = 300
	maxFields  = 5
	maxRefusal = 64 << 10
	maxNested  = 10
)

// fieldErrors flattens Discord's tree of errors, in the order of paths, as far as it is of use.
func fieldErrors(path []string, tree json.RawMessage) []fieldError {
	var node map[string]json.RawMessage
	if len(path) > maxNested || json.Unmarshal(tree, &node) != nil {
		return nil
	}
	var found []fieldError
	for _, k := range slices.Sorted(maps.Keys(node)) {
		if k != "_errors" {
			found = append(found, fieldErrors(append(slices.Clip(path), k), node[k])...)
			continue
		}
		var list []struct {
			Message string `json:"message"`
		}
		if json.Unmarshal(node[k], &list) == nil && len(list) > 0 {
			message := bot.CleanText(list[0].Message, maxReason)
			found = append(found, fieldError{Path: strings.Join(path, "."), Message: message})
		}
	}
	return found[:min(len(found), maxFields)]
}

// unansweredError is a request that was on its way when the connection failed: it may have arrived.
type unansweredError struct{ error }

// Unwrap returns what went wrong.
func (e *unansweredError) Unwrap() error { return e.error }

// tracing returns a context for a request, and what marks its error as unanswered if the request got as
// far as being written.
func tracing(ctx context.Context) (traced context.Context, mark func(error) error) {
	var written atomic.Bool
	traced = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{WroteHeaders: func() { written.Store(true) }})
	return traced, func(err error) error {
		if !written.Load() {
			return err
		}
		return &unansweredError{err}
	}
}

// isRefused reports whether Discord answered that something can't be done.
func isRefused(err error) bool {
	e := asAPIError(err)
	return e != nil && e.Status/100 == 4
}

func isNotFound(err error) bool {
	e, ok := errors.AsType[*apiError](err)
	return ok && e.Status == http.StatusNotFound
}
