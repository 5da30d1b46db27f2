package main

import (
	"cmp"
	"fmt"
	"strings"
	"testing"

	sandboxtelegram "tidings/internal/sandbox/telegram"
)

// dated is an article of which only the day is known, under a title.
func dated(title string) string {
	return fmt.Sprintf(`{"guid":"dated","title":%q,"url":"https://newsroom.example/dated","published":"2021-11-29"}`+"\n", title)
}

// Everybody reads answers in the language of their client, and a chat its alerts in its own.
func TestLanguages_OnDiscord(t *testing.T) {
	t.Parallel()
	w := newWorldOf(t, 1, 0, sandboxtelegram.Config{})
	here := w.channels[0]
	guild := w.discord.GuildOf(here)
	w.discord.SetGuildLocale(guild, "de")
	p := w.start("run")
	c := w.converseOnDiscord("languages-discord.txt")
	c.names = map[string]string{here: "#alerts"}
	for _, locale := range []string{"en-GB", "de", "ko", "ja", "zh-CN", "zh-TW", "fr", "es-ES", "es-419", "pl"} {
		user := w.discord.AddUser(locale)
		w.discord.SetLocale(user, locale)
		c.names["user "+user] = locale
		c.uses(user, here, "latest", 1, "filter", "missile OR")
		c.uses(user, here, "subscriptions", 1)
	}
	c.names["user "+w.manager] = "Ann"
	c.uses(w.manager, here, "subscribe", 1)
	c.uses(w.manager, here, "settings", 1, "corrections", "reply")
	c.does("An article is published", 1, func() error { w.run(dated("Court convicts Brandt"), "publish"); return nil })
	c.does("It is corrected", 2, func() error { w.run(dated("Court acquits Brandt"), "publish"); return nil })
	c.uses(w.manager, here, "settings", 1, "language", "ko")
	c.uses(w.manager, here, "subscriptions", 1)
	c.does("It is corrected again", 2, func() error { w.run(dated("Court convicts Brandt after all"), "publish"); return nil })
	w.stop(p)
	c.ends()
	var described []string
	for _, command := range w.discord.Commands() {
		if command.Name == "subscribe" {
			for locale := range command.Descriptions {
				described = append(described, locale)
			}
		}
	}
	if got := strings.Join(described, " "); !strings.Contains(got, "ko") || !strings.Contains(got, "de") || strings.Contains(got, "zh-TW") {
		t.Errorf("/subscribe is described in %q", got)
	}
}

func TestLanguages_OnTelegram(t *testing.T) {
	t.Parallel()
	w := newWorldOf(t, 0, 0, sandboxtelegram.Config{Unlimited: true})
	p := w.start("run")
	c := w.converseOnTelegram("languages-telegram.txt")
	c.names = map[string]string{}
	first := int64(0)
	for _, code := range []string{"en", "de", "ko", "ja", "zh-hans", "zh-hant", "fr", "es", "pl"} {
		user := w.telegram.AddUser(sandboxtelegram.User{FirstName: code, Language: code})
		first = cmp.Or(first, user.ID)
		c.names[tg(user.ID)], c.names["user "+tg(user.ID)] = code+"'s private chat", code
		c.does(code+" presses Start", 1, func() error { _, err := w.telegram.Start(user.ID, ""); return err })
		c.says(user.ID, user.ID, "/subscribe missile OR", 1)
		c.says(user.ID, user.ID, "/subscribe", 1)
		c.says(user.ID, user.ID, "/filter edit 1", 1)
		c.says(user.ID, user.ID, "/cancel", 1)
	}
	c.does("An article is published", 9, func() error { w.run(dated("Court convicts Brandt"), "publish"); return nil })
	w.stop(p)
	c.ends()
	for code, want := range map[string]string{"": "Get alerts here", "de": "Hier Meldungen bekommen", "ko": "이곳에서 알림 받기"} {
		menu := w.telegram.Commands(sandboxtelegram.Scope{Type: "all_private_chats"}, code)
		if got := fmt.Sprint(menu); !strings.Contains(got, want) {
			t.Errorf("the menu in %q lacks %q: %s", code, want, got)
		}
	}
}
