package discord

import (
	"context"
	"net/http"
	"slices"

	"tidings/bot"
)

// Kinds of channels that people know apart. The others are threads.
// discord.com/developers/docs/resources/channel#channel-object-channel-types
const (
	voiceChannel        = 2
	announcementChannel = 5
	publicThread        = 11
	forumChannel        = 15
	mediaChannel        = 16
)

// optionTypes are the kinds of channels that people can pick.
func optionTypes() []int {
	return []int{
		textChannel, voiceChannel, announcementChannel, announcementThread, publicThread, privateThread, forumChannel, mediaChannel,
	}
}

// at returns how to let an interaction in a server act on another channel there. What the user and the bot may do in the
// channel comes with the interaction, or Discord is asked.
func (r *run) at(it *interaction, inv bot.Invocation) func(context.Context, string) (bot.Invocation, error) {
	if it.GuildID == "" || it.Member == nil {
		return nil
	}
	return func(ctx context.Context, id string) (bot.Invocation, error) {
		c, err := r.picked(ctx, it, id)
		if err != nil {
			return inv, err
		}
		if c.Member == nil || !c.Member.any(viewChannel) || c.GuildID != "" && c.GuildID != it.GuildID {
			return inv, bot.UserErrorf("You can't see that channel.")
		}
		name := "#" + c.Name
		c.GuildID = it.GuildID // which a resolved channel leaves out
		if !slices.Contains(optionTypes(), c.Type) {
			return inv, bot.UserErrorf("I can't post in %s. Pick a text channel.", name)
		}
		there := inv
		there.Target, there.Place, there.ReplyTo = bot.Target{Platform: Platform, Space: it.GuildID, Chat: c.ID}, name, ""
		there.Venue, there.ChatName = r.venue(c.wireChannel), r.guilds.channelName(it.GuildID, c.Name)
		r.meet(ctx, &c.wireChannel)
		manages := c.Member.any(manageChannels | manageGuild)
		there.Manager = func(context.Context) (bool, error) { return manages, nil }
		var lacking, limited []string
		if c.App != nil {
			lacking, limited = c.App.toPost(&c.wireChannel), c.App.toPostWell()
		}
		there.Lacking = func(context.Context) ([]string, error) { return lacking, nil }
		there.Limited = func(context.Context) ([]string, error) { return limited, nil }
		there.MayMention = r.mayMention(it, *c.Member, c.App)
		there.Mentionable = r.mentionable(it.GuildID, *c.Member, c.App)
		return there, nil
	}
}

// pickedChannel is a channel with what the user and the bot may do there. What isn't known is nil.
type pickedChannel struct {
	wireChannel

	Member *permissions `json:"permissions"`
	App    *permissions `json:"app_permissions"`
}

// picked returns a channel that an option or a button names.
func (r *run) picked(ctx context.Context, it *interaction, id string) (pickedChannel, error) {
	c, ok := it.Data.Resolved.Channels[id]
	if ok && c.Member != nil && c.App != nil {
		return c, nil
	}
	if err := r.rest.call(ctx, http.MethodGet, channelPath(id), nil, &c.wireChannel); err != nil {
		if e := sendError(err); e.Kind == bot.TargetGone {
			return c, bot.UserErrorf("I can't see that channel. Let me view it, and try again.")
		}
		return c, err
	}
	if held, known := r.rightsIn(ctx, c.wireChannel); known {
		c.App = &held
	}
	if c.Member == nil {
		held, err := r.rightsOf(ctx, &c.wireChannel, it.Member)
		if err != nil {
			return c, err
		}
		c.Member = &held
	}
	return c, nil
}

// rightsOf works out what a member may do in a channel of a server.
func (a *Adapter) rightsOf(ctx context.Context, c *wireChannel, m *wireMember) (permissions, error) {
	var g guildRights
	of := *c
	if c.isThread() { // which has the rights of its channel
		if err := a.rest.call(ctx, http.MethodGet, channelPath(c.Parent), nil, &of); err != nil {
			return 0, err
		}
	}
	if err := a.rest.call(ctx, http.MethodGet, guildPath(c.GuildID), nil, &g); err != nil {
		return 0, err
	}
	return g.in(of.Overwrites, m.User.ID, m.Roles), nil
}
