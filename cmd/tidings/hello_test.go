package main

import (
	"testing"

	sandboxdiscord "tidings/internal/sandbox/discord"
	sandboxtelegram "tidings/internal/sandbox/telegram"
)

// Whoever adds the bot is told once what to do, and never by a restart.
func TestHello_OnTelegram(t *testing.T) {
	t.Parallel()
	w := newWorldOf(t, 0, 1, sandboxtelegram.Config{Unlimited: true})
	c := w.converseOnTelegram("hello-telegram.txt")
	ann := w.chats[0]
	group := c.must(w.telegram.Found(sandboxtelegram.Supergroup, "Newsroom", ann))
	shut := c.must(w.telegram.Found(sandboxtelegram.Supergroup, "Lobby", ann))
	wire := c.must(w.telegram.Found(sandboxtelegram.Channel, "Wire", ann))
	c.names = map[string]string{tg(ann): "Ann's private chat", tg(group.ID): "Newsroom", tg(shut.ID): "Lobby", tg(wire.ID): "Wire"}
	c.check(w.telegram.CloseGroup(shut.ID))
	add := func(chat int64) func() error { return func() error { return w.telegram.Return(chat) } }
	var p *process
	c.does("Ann adds the bot to Newsroom and presses Start before it runs", 2, func() error {
		c.check(w.telegram.Return(group.ID))
		_, err := w.telegram.Start(ann, "")
		p = w.start("run")
		return err
	})
	c.does("Ann adds the bot to Lobby, where only administrators may write", 1, add(shut.ID))
	c.does("Ann adds the bot to the channel Wire", 1, add(wire.ID))
	c.does("Ann removes the bot from Newsroom and adds it again", 0, func() error {
		c.check(w.telegram.Kick(group.ID))
		return w.telegram.Return(group.ID)
	})
	c.does("Lobby opens, and Ann makes the bot an administrator there", 1, func() error {
		c.check(w.telegram.OpenGroup(shut.ID))
		return w.telegram.SetMember(shut.ID, w.telegram.Bot().ID, sandboxtelegram.Administrator)
	})
	c.does("Ann asks something", 1, func() error { _, err := w.telegram.Say(ann, ann, 0, "/subscriptions"); return err })
	w.stop(p)
	p = w.start("run")
	c.does("After a restart Ann asks again", 1, func() error { _, err := w.telegram.Say(ann, ann, 0, "/subscriptions"); return err })
	w.stop(p)
	c.ends()
}

func TestHello_OnDiscord(t *testing.T) {
	t.Parallel()
	w := newWorldOf(t, 1, 0, sandboxtelegram.Config{})
	c := w.converseOnDiscord("hello-discord.txt")
	guild := w.discord.AddGuild("Desk")
	lobby, shut := w.discord.AddChannel(guild, "lobby"), w.discord.AddGuild("Vault")
	closed := w.discord.AddChannel(shut, "safe")
	w.discord.SetBotPermissions(closed, sandboxdiscord.ViewChannel)
	w.discord.SetOwner(shut, w.manager)
	w.discord.RemoveGuild(guild)
	w.discord.RemoveGuild(shut)
	c.names = map[string]string{lobby: "#lobby", closed: "#safe", w.channels[0]: "#alerts", w.discord.DirectChannel(w.manager): "Ann's direct messages"}
	p := w.start("run")
	add := func(guild string) func() error { return func() error { w.discord.ReturnGuild(guild); return nil } }
	ask := func() error {
		_, err := w.discord.Command(w.ctx, w.manager, w.channels[0], "subscriptions", nil)
		return err
	}
	c.does("Ann adds the bot to Desk", 1, add(guild))
	c.does("Discord says so again", 0, add(guild))
	c.does("Desk has an outage that ends", 0, func() error { w.discord.GuildOutage(guild); w.discord.ReturnGuild(guild); return nil })
	c.does("Somebody adds the bot to Vault, where it may not write", 1, add(shut))
	c.does("It is let into #safe", 1, func() error { w.discord.SetBotPermissions(closed, sandboxdiscord.MemberDefault); return nil })
	c.does("Ann asks something in the server that was there before", 1, ask)
	w.stop(p)
	p = w.start("run")
	c.does("After a restart Ann asks again", 1, ask)
	w.stop(p)
	c.ends()
}
