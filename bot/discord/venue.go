package discord

import (
	"context"

	"tidings/bot"
)

// venue returns what kind of chat a channel of a server is.
func (r *run) venue(c wireChannel) func(context.Context) (bot.Venue, error) {
	if c.GuildID == "" {
		return nil
	}
	return func(ctx context.Context) (bot.Venue, error) {
		switch {
		case c.isForum():
			return bot.Venue{Forum: true}, nil
		case c.Type == announcementChannel:
			list, err := r.unpublished.recent(ctx, r.state, c.ID)
			return bot.Venue{Published: true, Unpublished: len(list)}, err
		case c.isThread():
			parent, err := r.parentOf(ctx, &c)
			if err != nil || !parent.isForum() {
				return bot.Venue{}, err
			}
			return bot.Venue{PostIn: "#" + parent.Name}, nil
		}
		return bot.Venue{}, nil
	}
}

// parentOf returns the channel that a thread is in.
func (r *run) parentOf(ctx context.Context, c *wireChannel) (wireChannel, error) {
	to := bot.Target{Platform: Platform, Space: c.GuildID, Chat: c.Parent}
	if parent, known := r.channelOf(ctx, to); known && (!parent.isSpecial() || parent.Name != "") {
		return parent, nil
	}
	return r.ask(ctx, c.Parent)
}

// onPost reports whether a button or a command is on the message with which a post of a forum begins. Its ID is that of the
// post; a thread that began in a channel has its first message there.
func (it *interaction) onPost() bool {
	if !it.Channel.isThread() || it.Channel.Parent == "" {
		return false
	}
	return it.Message != nil && it.Message.ID == it.ChannelID || it.Data.Type == commandOnMessage && it.Data.TargetID == it.ChannelID
}

// aboutForum returns an invocation as one in the forum whose post it is on: what the bot began there it posted for the forum.
func (it *interaction) aboutForum(inv bot.Invocation) bot.Invocation {
	inv.Target.Chat = it.Channel.Parent
	inv.Venue = func(context.Context) (bot.Venue, error) { return bot.Venue{Forum: true}, nil }
	var lacking []string
	if it.Permissions != nil {
		lacking = it.Permissions.toPost(&wireChannel{Type: forumChannel})
	}
	inv.Lacking = func(context.Context) ([]string, error) { return lacking, nil }
	return inv
}
