package answer

import (
	"context"
	"strings"

	"tidings/bot"
	"tidings/internal/typo"
)

// tongue is a language that the bot speaks.
type tongue struct{ code, own, english string }

// tongues are the languages with the names that people call them by.
func tongues() []tongue {
	return []tongue{
		{"en", "English", "English"},
		{"ko", "한국어", "Korean"},
		{"ja", "日本語", "Japanese"},
		{"zh-CN", "简体中文", "Chinese"},
		{"de", "Deutsch", "German"},
		{"fr", "Français", "French"},
		{"es", "Español", "Spanish"},
	}
}

// languageOption is the language in which the bot speaks in the chat. There is none where it speaks only one.
func (h *Handler) languageOption() (option[bot.Settings], bool) {
	if h.localizer == nil || len(h.localizer.Languages()) < 2 {
		return option[bot.Settings]{}, false
	}
	offers := []offer{{"auto", bot.Say("As set on the platform")}}
	for _, code := range h.localizer.Languages() {
		offers = append(offers, offer{code, bot.Plain(tongueOf(code))})
	}
	return option[bot.Settings]{
		name: "language", names: []string{"lang"}, help: "The language of my answers and alerts here: English, 한국어, Deutsch …, or auto",
		title: bot.Say("Language"), offers: offers,
		takes: parsedBy(h.readLanguage),
		read: func(_ context.Context, _ *bot.Request, value string) (func(*bot.Settings), error) {
			code, err := h.readLanguage(value)
			return func(s *bot.Settings) { s.Language = code }, err
		},
		value: func(s *bot.Settings) string { return s.Language },
		line: func(s *bot.Settings) bot.Text {
			if s.Language == "" {
				return bot.Say("Language: as set on the platform")
			}
			return bot.Say("Language: %s", tongueOf(s.Language))
		},
		done: func(s *bot.Settings) bot.Text {
			if s.Language == "" {
				return bot.Say("I speak the language set on the platform.")
			}
			return bot.Say("I speak %s here.", tongueOf(s.Language))
		},
	}, true
}

// readLanguage reads a language by its code or one of its names. Empty is as the platform says.
func (h *Handler) readLanguage(value string) (string, error) {
	if oneOf(value, "auto", "automatic", "default", "platform", "off") != "" {
		return "", nil
	}
	var names []string
	nearest := ""
	for _, code := range h.localizer.Languages() {
		for _, t := range tongues() {
			if t.code != code {
				continue
			}
			if oneOf(value, t.code, t.own, t.english) != "" {
				return code, nil
			}
			if typo.Distance(strings.ToLower(clip(value)), strings.ToLower(t.english)) <= maxSlips {
				nearest = t.english
			}
			names = append(names, t.own)
		}
	}
	if code := h.localizer.Match(value); code != "" && len(value) <= len("zh-Hans-CN") {
		return code, nil
	}
	if nearest != "" {
		return "", bot.UserErrorf("I don't know the language “%s”. Did you mean %s?", clip(value), nearest)
	}
	return "", bot.UserErrorf("I don't speak “%s”. I do speak: %s.", clip(value), bot.List(bot.Plains(names)...))
}

// tongueOf returns the name of a language in itself.
func tongueOf(code string) string {
	for _, t := range tongues() {
		if t.code == code {
			return t.own
		}
	}
	return code
}
