package bot

import "context"

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

// Localized is for a [Handler] that can put into the language of whoever reads it what an adapter says by itself.
type Localized interface {
	// Localize returns m as the answer to an invocation, of which it needs the target and the languages.
	Localize(ctx context.Context, inv Invocation, m Message) Message
	// Translate returns t in a language, which is a [Message.Language].
	Translate(language string, t Text) Text
}

// Localize returns words of an adapter in the language of whoever reads the answer to inv, if h can do that. inv.Target may be
// zero, where the store isn't to be asked for what the chat has chosen.
func Localize(ctx context.Context, h Handler, inv Invocation, t Text) Text {
	if l, ok := h.(Localized); ok {
		return l.Localize(ctx, inv, Message{Text: t}).Text
	}
	return t
}

// Translate returns words of an adapter in the language of a message, if h can do that.
func Translate(h Handler, m Message, t Text) Text {
	if l, ok := h.(Localized); ok {
		return l.Translate(m.Language, t)
	}
	return t
}
