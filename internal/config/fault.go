package config

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Fault is one thing wrong in the environment, in words for the person who set it.
type Fault struct {
	Variable string // its name, or ".env"
	Problem  string // what is wrong
	Remedy   string // what to write instead
}

// String returns the fault on one line.
func (f Fault) String() string { return f.Variable + ": " + f.Problem + "; " + f.Remedy }

// Error lists every fault found in the environment. It is what [Load] fails with.
type Error struct {
	Faults []Fault
	// Warnings are as in [Config]: a misspelled name is often why something else is missing.
	Warnings []string
}

// Error lists the faults and then the warnings, each on a line of its own.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString("invalid environment:")
	for _, f := range e.Faults {
		b.WriteString("\n  ")
		b.WriteString(f.String())
	}
	for _, w := range e.Warnings {
		b.WriteString("\n  ")
		b.WriteString(w)
	}
	return b.String()
}

// faults gathers what is wrong, so that people can fix it in one go.
type faults struct {
	list []Fault
}

// report notes one fault of the variable it was made for.
type report func(problem, remedy string)

// of returns the function that reports faults of the variable.
func (f *faults) of(variable string) report {
	return func(problem, remedy string) {
		f.list = append(f.list, Fault{Variable: variable, Problem: problem, Remedy: remedy})
	}
}

// err returns the faults as an error, with warnings, or nil if there are no faults.
func (f *faults) err(warnings []string) error {
	if len(f.list) == 0 {
		return nil
	}
	return &Error{Faults: f.list, Warnings: warnings}
}

// maxShown bounds, in bytes, the values that faults repeat. Tokens of both platforms are longer, so one put
// into the wrong variable by mistake is not shown.
const maxShown = 32

// shown quotes a value that isn't a secret, unless it is too long to be a valid one.
func shown(value string) string {
	if len(value) > maxShown {
		return fmt.Sprintf("a value of %d characters", utf8.RuneCountInString(value))
	}
	return fmt.Sprintf("%q", value)
}
