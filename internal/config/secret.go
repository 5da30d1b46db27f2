package config

import (
	"fmt"
	"io"
	"log/slog"
	"strings"
)

// redacted is what a Secret shows in place of itself.
const redacted = "[redacted]"

// Secret is text that must not be shown: however it is printed, logged or encoded, it gives "[redacted]".
// Only [Secret.Reveal] gives the text, so every use can be found.
//
// Keep secrets in exported fields or plain variables: fmt prints what lies in an unexported field of another
// struct without asking its methods.
type Secret string

var (
	_ fmt.Formatter  = Secret("")
	_ slog.LogValuer = Secret("")
)

// Reveal returns the text itself.
func (s Secret) Reveal() string { return string(s) }

// String returns "[redacted]".
func (Secret) String() string { return redacted }

// GoString returns "[redacted]".
func (Secret) GoString() string { return redacted }

// Format writes "[redacted]" for every verb, those that would print bytes or numbers included.
func (Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, redacted) }

// LogValue logs "[redacted]".
func (Secret) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalText encodes "[redacted]", in JSON too.
func (Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// UnmarshalText takes the text without the white space around it, which files and copied tokens often have.
func (s *Secret) UnmarshalText(text []byte) error {
	*s = Secret(strings.TrimSpace(string(text)))
	return nil
}
