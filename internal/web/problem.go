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
	// LeftOut says that the article is stored without the field.
	LeftOut bool
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
	return &refusal{Title: http.StatusText(status), Status: status, Detail: detail, Errors: faults}
}

// maxFaults is how many faults one answer names. What comes after them is not looked at.
const maxFaults = 100

// pointerTo returns the pointer to a field of the article at a pointer.
func pointerTo(article, field string) string {
	if field == "" {
		return article
	}
	return article + "/" + strings.ReplaceAll(strings.ReplaceAll(field, "~", "~0"), "/", "~1")
}

// describe says the first of the faults, and how many there are.
func describe(faults []fault) string {
	first := faults[0].Detail
	if at := faults[0].Pointer; at != "" {
		first = at + ": " + first
	}
	switch {
	case len(faults) == 1:
		return first
	case len(faults) >= maxFaults:
		return first + " (and many more)"
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

// faultList is what is wrong with the articles of a request, and what they are left without.
type faultList struct{ faults, warnings []fault }

// add adds what is wrong with the article at a pointer, as far as there is room.
func (l *faultList) add(at string, wrong []Fault) {
	for _, f := range wrong {
		list := &l.faults
		if f.LeftOut {
			list = &l.warnings
		}
		if len(*list) < maxFaults {
			*list = append(*list, fault{Pointer: pointerTo(at, f.Field), Detail: f.Detail})
		}
	}
}

// isFaulty reports whether something is wrong with the article at a pointer.
func (l *faultList) isFaulty(at string) bool {
	n := len(l.faults)
	return n > 0 && (l.faults[n-1].Pointer == at || strings.HasPrefix(l.faults[n-1].Pointer, at+"/"))
}
