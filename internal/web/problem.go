package web

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
)

// Fault is what is wrong with a field of an article to be published.
type Fault struct {
	// Field is its name; empty for the article as a whole.
	Field string
	// Detail says what is wrong and how it would be right, in words for people.
	Detail string
}

// refusal is the answer to a request that was refused: problem details, RFC 9457.
type refusal struct {
	Title  string  `json:"title"`
	Status int     `json:"status"`
	Detail string  `json:"detail"`
	Errors []fault `json:"errors,omitempty"`
}

// fault is one of the errors of a refusal. Pointer leads to the place in the body, as RFC 6901 writes it.
type fault struct {
	Pointer string `json:"pointer"`
	Detail  string `json:"detail"`
}

func refuse(status int, detail string, faults ...fault) *refusal {
	return &refusal{Title: http.StatusText(status), Status: status, Detail: detail, Errors: faults[:min(len(faults), maxFaults)]}
}

// maxFaults is how many faults one answer names.
const maxFaults = 100

// pointerTo returns the pointer to a field of the article at a pointer.
func pointerTo(article, field string) string {
	if field == "" {
		return article
	}
	return article + "/" + strings.NewReplacer("~", "~0", "/", "~1").Replace(field)
}

// describe says the first of the faults, and how many there are.
func describe(faults []fault) string {
	first := faults[0].Detail
	if at := faults[0].Pointer; at != "" {
		first = at + ": " + first
	}
	if len(faults) == 1 {
		return first
	}
	return fmt.Sprintf("%s (and %d more)", first, len(faults)-1)
}

func (r *refusal) write(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(r.Status)
	_ = json.NewEncoder(w).Encode(r)
}

// problem answers with what is wrong with a request as a whole.
func problem(w http.ResponseWriter, status int, detail string) { refuse(status, detail).write(w) }
