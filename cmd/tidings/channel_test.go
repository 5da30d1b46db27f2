package main

import (
	"testing"

	sandboxdiscord "tidings/internal/sandbox/discord"
	sandboxtelegram "tidings/internal/sandbox/telegram"
)

// A channel is set up from the private chat of its administrators, and by nobody else.
func TestChannel_OnTelegram(t *testing.T) {
	t.Parallel()
	w := newWorldOf(t, 0, 2, sandboxtelegram.Config{Unlimited: true})
	ann, bob := w.chats[0], w.chats[1]
	p := w.start("run")
	c := w.converseOnTelegram("channel-telegram.txt")
	for _, user := range w.chats {
		_, err := w.telegram.Start(user, "")
		c.check(err)
	}
	wire := c.must(w.telegram.AddChannel("Harbor Wire", ann))
	foreign := c.must(w.telegram.AddChannel("Elsewhere", bob))
	c.check(w.telegram.SetUsername(wire.ID, "harborwire"))
	c.check(w.telegram.SetUsername(foreign.ID, "elsewhere"))
	c.names = map[string]string{
		tg(ann): "Ann's private chat", tg(bob): "Bob's private chat", tg(wire.ID): "@harborwire", tg(foreign.ID): "@elsewhere",
		"user " + tg(ann): "Ann", "user " + tg(bob): "Bob",
	}
	c.does("Both press Start and add the bot to a channel of theirs", 4, func() error { return nil })
	press := func(label string, n int) {
		c.does("Ann presses ["+label+"]", n, func() error {
			list := w.telegram.Messages(ann)
			m := list[len(list)-1]
			_, err := w.telegram.Press(w.ctx, ann, ann, m.ID, c.data(m, label))
			return err
		})
	}
	c.says(ann, ann, "/subscribe @harborwire missile", 1)
	c.says(bob, bob, "/subscribe @harborwire crash", 1)
	c.says(ann, ann, "/subscribe @nosuchchannel crash", 1)
	c.says(ann, ann, "/subscriptions @harborwire", 1)
	c.says(ann, ann, "/subscriptions", 1)
	c.says(ann, ann, "/channel", 1)
	for _, address := range []string{"https://t.me/harborwire/3", "harborwire"} {
		c.says(ann, ann, "/channel "+address, 1)
		c.says(ann, ann, "/channel leave", 1)
	}
	c.says(ann, ann, "/unsubscribe 1 channel:@harborwire", 1)
	c.says(ann, ann, "/channel @harborwire", 1)
	c.says(ann, ann, "/sources", 1)
	c.says(ann, ann, "/latest", 1)
	c.says(ann, ann, "/unsubscribe 1", 1)
	c.says(ann, ann, "/channel leave", 1)
	c.does("Ann presses the button of the answer before", 1, func() error {
		list := w.telegram.Messages(ann)
		m := list[len(list)-3]
		_, err := w.telegram.Press(w.ctx, ann, ann, m.ID, c.data(m, "Unsubscribe"))
		return err
	})
	var post sandboxtelegram.Message
	c.does("Ann posts in the channel", 1, func() (err error) { post, err = w.telegram.Post(wire.ID, "Good morning"); return err })
	c.does("Ann forwards a post of the channel", 1, func() error { _, err := w.telegram.Forward(ann, wire.ID, post.ID, ann); return err })
	c.says(ann, ann, "/subscribe storm", 1)
	c.says(ann, ann, "/filter edit 1", 1)
	c.says(ann, ann, "storm -drill", 1)
	press("Save", 1)
	c.does("Bob forwards a post of the channel", 1, func() error { _, err := w.telegram.Forward(bob, wire.ID, post.ID, bob); return err })
	c.does("Ann is no longer an administrator of the channel, and asks for /subscriptions", 1, func() error {
		c.check(w.telegram.SetMember(wire.ID, ann, sandboxtelegram.Member))
		_, err := w.telegram.Say(ann, ann, 0, "/subscriptions")
		return err
	})
	c.says(ann, ann, "/subscriptions", 1)
	c.does("An article matches", 1, func() error { w.run(story(t, "Storm over the harbor"), "publish"); return nil })
	c.does("A post in the channel: /subscriptions", 1, func() error { _, err := w.telegram.Post(wire.ID, "/subscriptions"); return err })
	w.stop(p)
	c.ends()
}

func TestChannel_OnDiscord(t *testing.T) {
	t.Parallel()
	w := newWorldOf(t, 2, 0, sandboxtelegram.Config{})
	p := w.start("run")
	c := w.converseOnDiscord("channel-discord.txt")
	here, other := w.channels[0], w.channels[1]
	guild := w.discord.GuildOf(here)
	news, forum := w.discord.AddChannelOf(guild, "news", sandboxdiscord.Announcement), w.discord.AddChannelOf(guild, "ideas", sandboxdiscord.Forum)
	thread, closed := w.discord.AddThread(here, "storms"), w.discord.AddChannel(guild, "vault")
	secret := w.discord.AddChannel(guild, "secret")
	foreign := w.discord.AddChannel(guild, "others")
	for _, id := range []string{news, forum, thread, closed} {
		w.discord.SetMemberPermissions(id, w.manager, sandboxdiscord.MemberDefault|manageChannels)
	}
	w.discord.SetBotPermissions(closed, sandboxdiscord.ViewChannel)
	w.discord.SetMemberPermissions(secret, w.manager, 0)
	c.names = map[string]string{
		here: "#alerts-0", other: "#alerts-1", news: "#news", forum: "#ideas", thread: "the thread storms", closed: "#vault", secret: "#secret",
		foreign: "#others", "user " + w.manager: "Ann",
	}
	for _, id := range []string{other, news, thread, forum, closed, secret, foreign} {
		c.uses(w.manager, here, "subscribe", 1, "filter", "missile", "channel", id)
	}
	c.uses(w.manager, here, "subscriptions", 1, "channel", other)
	c.uses(w.manager, here, "subscriptions", 1)
	c.does("Ann presses the subscription's button", 1, func() error {
		list := w.discord.Messages(here)
		m := list[len(list)-2]
		_, err := w.discord.Press(w.ctx, w.manager, m.ID, m.Components[0].Components[0].CustomID)
		return err
	})
	c.does("An article matches", 4, func() error { w.run(story(t, "Missile over the harbor"), "publish"); return nil })
	w.stop(p)
	c.ends()
}
