package main

import (
	"testing"

	"tidings/internal/sandbox/discord"
	"tidings/internal/sandbox/telegram"
)

// Roles are mentioned for those who may mention them themselves, and nobody by a text of a feed.
func TestMention_OnDiscord(t *testing.T) {
	t.Parallel()
	w := newWorldOf(t, 1, 0, telegram.Config{})
	here := w.channels[0]
	guild := w.discord.GuildOf(here)
	desk, board := w.discord.AddRole(guild, "desk", true), w.discord.AddRole(guild, "board", false)
	p := w.start("run")
	c := w.converseOnDiscord("mention-discord.txt")
	c.names = map[string]string{here: "#alerts", desk: "desk", board: "board", guild: "everyone", "user " + w.manager: "Ann"}
	c.uses(w.manager, here, "subscribe", 1, "filter", "storm", "mention", board)
	c.uses(w.manager, here, "subscribe", 1, "filter", "storm", "mention", guild)
	c.uses(w.manager, here, "subscribe", 1, "filter", "storm", "mention", desk)
	c.does("An article matches", 1, func() error { w.run(story(t, "Storm over @everyone"), "publish"); return nil })
	c.does("Ann is let mention all roles, and the bot isn't", 1, func() error {
		w.discord.SetMemberPermissions(here, w.manager, discord.MemberDefault|manageChannels|mentionEveryone)
		_, err := w.discord.Command(w.ctx, w.manager, here, "subscription", []discord.Option{{Name: "mention", Value: board}})
		return err
	})
	c.does("Now the bot is", 1, func() error {
		w.discord.SetBotPermissions(here, discord.MemberDefault|mentionEveryone)
		_, err := w.discord.Command(w.ctx, w.manager, here, "subscription", []discord.Option{{Name: "mention", Value: board}})
		return err
	})
	c.does("Another article matches", 1, func() error { w.run(story(t, "The storm is over"), "publish"); return nil })
	w.stop(p)
	c.ends()
}

// mentionEveryone is Discord's right to mention @everyone, @here and all roles.
const mentionEveryone = 1 << 17

// People are mentioned by their IDs, as Telegram tells them.
func TestMention_OnTelegram(t *testing.T) {
	t.Parallel()
	w := newWorldOf(t, 0, 2, telegram.Config{Unlimited: true})
	ann, bob := w.chats[0], w.chats[1]
	group, err := w.telegram.AddSupergroup("Newsroom", ann)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.telegram.SetMember(group.ID, bob, telegram.Member); err != nil {
		t.Fatal(err)
	}
	p := w.start("run")
	w.shows(group.ID, "Hello")
	c := w.converseOnTelegram("mention-telegram.txt")
	c.names = map[string]string{tg(group.ID): "Newsroom", "user " + tg(ann): "Ann", tg(bob): "Bob"}
	c.says(ann, group.ID, "/subscribe storm mention:@bob", 1)
	c.says(ann, group.ID, "/subscribe storm mention:me", 1)
	c.does("Bob writes, and Ann replies: /subscription 1 mention him", 1, func() error {
		m, err := w.telegram.Say(bob, group.ID, 0, "I'd like to know of storms")
		if err == nil {
			_, err = w.telegram.Reply(ann, group.ID, m.ID, "/subscription 1 mention him")
		}
		return err
	})
	c.does("An article matches", 1, func() error { w.run(story(t, "Storm over the harbor"), "publish"); return nil })
	c.says(ann, group.ID, "/subscription 1 mention off", 1)
	w.stop(p)
	c.ends()
}
