package answer

import (
	"cmp"
	"context"

	"tidings/bot"
)

// Localize returns m in the language of whoever reads the answer to an invocation: the one that the chat has chosen, or else, in
// private, the person's, and in a chat the chat's.
func (h *Handler) Localize(ctx context.Context, inv bot.Invocation, m bot.Message) bot.Message {
	if h.localizer == nil {
		return m
	}
	return h.localizer.Message(h.languageOf(ctx, inv), m)
}

// Translate returns t in a language.
func (h *Handler) Translate(language string, t bot.Text) bot.Text {
	if h.localizer == nil {
		return t
	}
	return h.localizer.Text(language, t)
}

// languageOf returns the language of the answer to an invocation, or "" for English.
func (h *Handler) languageOf(ctx context.Context, inv bot.Invocation) string {
	if inv.Operator { // the console is in English
		return ""
	}
	var set bot.Settings
	if inv.Target.Chat != "" {
		var err error
		if set, err = h.store.SettingsOf(ctx, inv.Target); err != nil {
			h.logger.WarnContext(ctx, "language of a chat not read", "target", inv.Target.String(), "err", err)
		}
	}
	return h.localizer.Match(cmp.Or(set.Language, platformLanguage(&inv), set.PlatformLanguage))
}

// platformLanguage returns what the platform says of the language in which an answer is read, or "".
func platformLanguage(inv *bot.Invocation) string {
	if inv.Private || inv.Direct {
		return cmp.Or(inv.Language, inv.ChatLanguage)
	}
	return cmp.Or(inv.ChatLanguage, inv.Language)
}

// noteLanguage keeps with a chat that gets alerts what the platform says of its language: at an alert nobody says it anew.
func (h *Handler) noteLanguage(ctx context.Context, inv *bot.Invocation, to bot.Target) error {
	if h.localizer == nil {
		return nil
	}
	chat := *inv
	chat.Private = inv.Private && inv.ChatLanguage == "" // alerts are read by all
	language := h.localizer.Match(platformLanguage(&chat))
	if language == "" || language == h.localizer.Languages()[0] {
		return nil
	}
	_, err := h.store.ChangeSettings(ctx, to, func(s *bot.Settings) { s.PlatformLanguage = language })
	return err
}

// LocalizeFor returns m in the language of a chat to which the bot writes by itself.
func (h *Handler) LocalizeFor(ctx context.Context, to bot.Target, m bot.Message) bot.Message {
	return h.Localize(ctx, bot.Invocation{Target: to}, m)
}

// localizeChoices puts suggestions into the language of whoever types.
func (h *Handler) localizeChoices(ctx context.Context, inv bot.Invocation, choices []bot.Choice) []bot.Choice {
	if h.localizer == nil {
		return choices
	}
	language := h.languageOf(ctx, inv)
	for i := range choices {
		if c := &choices[i]; c.Words != nil {
			c.Label = h.localizer.Text(language, c.Words).String()
		}
	}
	return choices
}

// localizeTable adds what commands and arguments are for in all languages.
func (h *Handler) localizeTable(table []bot.Command) {
	if h.localizer == nil {
		return
	}
	for i := range table {
		c := &table[i]
		c.HelpIn, c.OnMessageIn = h.inAll(c.Help), h.inAll(c.OnMessage)
		for j := range c.Args {
			c.Args[j].HelpIn = h.inAll(c.Args[j].Help)
		}
		h.localizeTable(c.Sub)
	}
}

// inAll returns words in all languages but English.
func (h *Handler) inAll(words string) map[string]string {
	in := map[string]string{}
	for _, language := range h.localizer.Languages() {
		if s := h.localizer.Text(language, bot.Known(words)).String(); s != words {
			in[language] = s
		}
	}
	return in
}
