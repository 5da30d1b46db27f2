// Package secret keeps tokens and passwords out of logs, errors and crashes: however a [Text] is printed,
// logged or encoded, it shows "[redacted]".
package secret

import (
	"fmt"
	"io"
	"log/slog"
	"strings"
)

// redacted is what a Text shows in place of itself.
const redacted = "[redacted]"

// Text is text that must not be shown. Only [Text.Reveal] returns it, so every use can be found. The zero
// value is empty.
//
// The text lies behind a function because fmt prints the unexported fields of a struct without calling
// their methods.
type Text struct {
	reveal func() string
}

var (
	_ fmt.Formatter  = Text{}
	_ slog.LogValuer = Text{}
)

// New returns text as a secret.
func New(text string) Text { return Text{reveal: func() string { return text }} }

// Reveal returns the text itself.
func (t Text) Reveal() string {
	if t.reveal == nil {
		return ""
	}
	return t.reveal()
}

// IsEmpty reports whether there is no text.
func (t Text) IsEmpty() bool { return t.Reveal() == "" }

// String returns "[redacted]".
func (Text) String() string { return redacted }

// GoString returns "[redacted]".
func (Text) GoString() string { return redacted }

// Format writes "[redacted]" for every verb, including those for bytes and numbers.
func (Text) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, redacted) }

// LogValue logs "[redacted]".
func (Text) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalText encodes "[redacted]", in JSON too.
func (Text) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// UnmarshalText sets the text without the white space around it, which files and copied tokens often have.
func (t *Text) UnmarshalText(text []byte) error {
	*t = New(strings.TrimSpace(string(text)))
	return nil
}
