package bot

// Secret is text that is not shown however what holds it is printed, by a crash too. It lies behind a
// function, because fmt prints unexported fields of structs without asking their methods.
type Secret struct {
	reveal func() string
}

// NewSecret returns text as a Secret.
func NewSecret(text string) Secret { return Secret{reveal: func() string { return text }} }

// Reveal returns the text, which is empty for the zero value.
func (s Secret) Reveal() string {
	if s.reveal == nil {
		return ""
	}
	return s.reveal()
}

// String returns "[redacted]".
func (Secret) String() string { return "[redacted]" }
