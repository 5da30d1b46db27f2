package telegram

import (
	"encoding/json"
	"errors"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// response is the envelope of every answer.
type response struct {
	OK          bool           `json:"ok"`
	Result      any            `json:"result,omitempty"`
	ErrorCode   int            `json:"error_code,omitempty"`
	Description string         `json:"description,omitempty"`
	Parameters  map[string]any `json:"parameters,omitempty"`
}

// described is a result that the envelope describes in words.
type described struct {
	result any
	words  string
}

// apiError is a refusal in the real server's words.
type apiError struct {
	code       int
	text       string
	parameters map[string]any
}

func (e *apiError) Error() string { return e.text }

// badRequest starts the reason in lower case unless it is one of the server's capital codes, as the real one does.
func badRequest(reason string) *apiError {
	if len(reason) > 1 && reason[1] != '_' && (reason[1] < 'A' || reason[1] > 'Z') {
		reason = strings.ToLower(reason[:1]) + reason[1:]
	}
	return &apiError{code: http.StatusBadRequest, text: "Bad Request: " + reason}
}

func forbidden(reason string) *apiError {
	return &apiError{code: http.StatusForbidden, text: "Forbidden: " + reason}
}

func conflict(reason string) *apiError {
	return &apiError{code: http.StatusConflict, text: "Conflict: " + reason}
}

// tooMany asks for whole seconds, never fewer than wait.
func tooMany(wait time.Duration) *apiError {
	seconds := max(1, int(math.Ceil(wait.Seconds())))
	return &apiError{
		code:       http.StatusTooManyRequests,
		text:       "Too Many Requests: retry after " + strconv.Itoa(seconds),
		parameters: map[string]any{"retry_after": seconds},
	}
}

func answerError(w http.ResponseWriter, err error) {
	var refusal *apiError
	if !errors.As(err, &refusal) {
		refusal = &apiError{code: http.StatusInternalServerError, text: "Internal Server Error: " + err.Error()}
	}
	if wait, ok := refusal.parameters["retry_after"].(int); ok {
		w.Header().Set("Retry-After", strconv.Itoa(wait))
	}
	answer(w, refusal.code, response{
		ErrorCode: refusal.code, Description: refusal.text, Parameters: refusal.parameters,
	})
}

func answer(w http.ResponseWriter, status int, body response) {
	if d, ok := body.Result.(described); ok {
		body.Result, body.Description = d.result, d.words
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	// An error means that the client has gone.
	_ = json.NewEncoder(w).Encode(body)
}
