package main

import (
	"fmt"
	"strings"
	"testing"

	sandboxdiscord "tidings/internal/sandbox/discord"
	sandboxtelegram "tidings/internal/sandbox/telegram"
)

// says is what somebody types in a chat on Telegram.
func (c *conversation) says(user, chat int64, line string, n int) {
	c.t.Helper()
	c.does(c.names["user "+tg(user)]+" in "+c.name(tg(chat))+": "+line, n, func() error {
		_, err := c.telegram.Say(user, chat, 0, line)
		return err
	})
}

// uses is what somebody does in a channel on Discord, with options by name.
func (c *conversation) uses(user, channel, command string, n int, options ...string) {
	c.t.Helper()
	what, list := "/"+command, []sandboxdiscord.Option(nil)
	for i := 0; i < len(options); i += 2 {
		what += " " + options[i] + ":" + options[i+1]
		list = append(list, sandboxdiscord.Option{Name: options[i], Value: options[i+1]})
	}
	c.does(c.names["user "+user]+" in "+c.name(channel)+": "+what, n, func() error {
		_, err := c.discord.Command(c.ctx, user, channel, command, list)
		return err
	})
}

func TestWatch_OnTelegram(t *testing.T) {
	t.Parallel()
	w := newWorldOf(t, 0, 2, sandboxtelegram.Config{Unlimited: true})
	ann, bob := w.chats[0], w.chats[1]
	p := w.start("run")
	group, err := w.telegram.AddSupergroup("Newsroom", ann)
	if err == nil {
		err = w.telegram.SetMember(group.ID, bob, sandboxtelegram.Member)
	}
	if err != nil {
		t.Fatal(err)
	}
	w.shows(group.ID, "Hello")
	c := w.converseOnTelegram("watch-telegram.txt")
	c.names = map[string]string{
		tg(ann): "Ann's private chat", tg(bob): "Bob's private chat", tg(group.ID): "Newsroom", "user " + tg(ann): "Ann", "user " + tg(bob): "Bob",
	}
	c.says(bob, group.ID, "/subscribe missile", 1)
	c.says(bob, group.ID, "/watch missile", 1)
	link := w.shows(group.ID, "I can't write to you first").Keyboard.Rows[0][0].URL
	_, payload, _ := strings.Cut(link, "?start=")
	follows := func(user int64) func() error {
		return func() error { _, err := w.telegram.Start(user, payload); return err }
	}
	c.does("Ann follows Bob's link", 1, follows(ann))
	c.does("Bob follows the link", 1, follows(bob))
	c.does("Bob follows it again", 1, follows(bob))
	c.says(bob, group.ID, "/watch crash OR storm", 2)
	c.says(bob, bob, "/watch", 1)
	c.says(bob, bob, "/watch remove 2", 1)
	c.says(bob, bob, "/watch remove 7", 1)
	c.does("An article matches", 1, func() error { w.run(story(t, "Missile over the harbor"), "publish"); return nil })
	w.stop(p)
	got := c.text.String()
	c.text.Reset()
	fmt.Fprint(&c.text, strings.ReplaceAll(got, payload, "PAYLOAD"))
	c.ends()
}

func TestWatch_OnDiscord(t *testing.T) {
	t.Parallel()
	w := newWorldOf(t, 1, 0, sandboxtelegram.Config{})
	bob, cho := w.discord.AddUser("bob"), w.discord.AddUser("cho")
	w.discord.RefuseDirect(cho)
	p := w.start("run")
	c := w.converseOnDiscord("watch-discord.txt")
	alerts, private := w.channels[0], w.discord.DirectChannel(bob)
	c.names = map[string]string{alerts: "#alerts", private: "Bob's direct messages", "user " + bob: "Bob", "user " + cho: "Cho"}
	c.uses(bob, alerts, "watch", 2, "filter", "missile -drill")
	c.uses(bob, alerts, "watch", 1, "filter", "missile -drill")
	c.uses(bob, alerts, "watch", 1)
	c.uses(bob, private, "watch", 1, "filter", "storm")
	c.uses(cho, alerts, "watch", 1, "filter", "storm")
	c.does("An article matches", 1, func() error { w.run(story(t, "Missile in a storm"), "publish"); return nil })
	c.uses(bob, alerts, "watch", 1, "filter", "remove all")
	w.stop(p)
	c.ends()
}
