package discord

import (
	"slices"
	"strconv"
	"strings"
)

// permissions are rights as bits. discord.com/developers/docs/topics/permissions
type permissions uint64

const (
	administrator  permissions = 1 << 3
	manageChannels permissions = 1 << 4
	manageGuild    permissions = 1 << 5
	viewChannel    permissions = 1 << 10
	sendMessages   permissions = 1 << 11
	embedLinks     permissions = 1 << 14
	readHistory    permissions = 1 << 16
	manageThreads  permissions = 1 << 34
	mentionAll     permissions = 1 << 17 // Mention @everyone, @here, and All Roles
	sendInThreads  permissions = 1 << 38
)

// UnmarshalJSON reads the decimal number that Discord writes as a string, because it needs more bits than
// JavaScript has; other servers write a number.
func (p *permissions) UnmarshalJSON(text []byte) error {
	if string(text) == "null" {
		return nil
	}
	n, err := strconv.ParseUint(strings.Trim(string(text), `"`), 10, 64)
	*p = permissions(n)
	return err
}

// any reports whether one of the rights is held. Administrators hold all.
func (p permissions) any(rights permissions) bool { return p&(rights|administrator) != 0 }

// with returns the rights after overwrites of a channel. Denials of roles count before what roles allow.
// discord.com/developers/docs/topics/permissions#permission-overwrites
func (p permissions) with(list []overwrite, ids ...string) permissions {
	var allow, deny permissions
	for _, o := range list {
		if slices.Contains(ids, o.ID) {
			allow, deny = allow|o.Allow, deny|o.Deny
		}
	}
	return p&^deny | allow
}

// in returns the rights that a member with roles has in a channel with overwrites. Threads have those of their
// channel.
func (g *guildRights) in(overwrites []overwrite, member string, roles []string) permissions {
	if member == g.Owner {
		return administrator
	}
	var p permissions
	for _, r := range g.Roles {
		if r.ID == g.ID || slices.Contains(roles, r.ID) { // everyone has the role with the guild's own id
			p |= r.Permissions
		}
	}
	return p.with(overwrites, g.ID).with(overwrites, roles...).with(overwrites, member) | p&administrator
}

// toPost names, as Discord's settings do, the rights that posting needs in a kind of channel and that are not
// held.
func (p permissions) toPost(c *wireChannel) []string {
	var names []string
	if !p.any(viewChannel) {
		names = append(names, "View Channel")
	}
	switch {
	case c.isThread() && !p.any(sendInThreads):
		names = append(names, "Send Messages in Threads")
	case c.isForum() && !p.any(sendMessages): // the same right under another name
		names = append(names, "Create Posts")
	case !c.isThread() && !c.isForum() && !p.any(sendMessages):
		names = append(names, "Send Messages")
	case c.isThread() && c.Thread.Locked && !p.any(manageThreads):
		names = append(names, "Manage Threads")
	}
	return names
}

// toPostWell names the rights without which alerts are text in place of cards, and corrections no replies.
func (p permissions) toPostWell() []string {
	var names []string
	if !p.any(embedLinks) {
		names = append(names, "Embed Links")
	}
	if !p.any(readHistory) {
		names = append(names, "Read Message History")
	}
	return names
}
