package bot

// Localizer puts what the bot says into other languages. Its methods may be called concurrently. Languages are codes of BCP 47;
// one that it doesn't know is English.
type Localizer interface {
	// Languages returns the codes that it knows, with English.
	Languages() []string
	// Match returns the known code for what a platform calls somebody's language, or "" for none: "de" for "de-AT".
	Match(code string) string
	// Message returns m in a language: its text, card, buttons and form. It doesn't change m.
	Message(language string, m Message) Message
	// Text is Message for a text.
	Text(language string, t Text) Text
}
