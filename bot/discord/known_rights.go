package discord

import (
	"slices"
)

// wireChange is an event about a role or a member of a guild. Without the members intent, Discord
// reports on no member but the bot.
type wireChange struct {
	GuildID string   `json:"guild_id"`
	Role    wireRole `json:"role"`
	Roles   []string `json:"roles"` // of the member
}

// knownRights is what the bot's rights in a guild depend on.
type knownRights struct {
	guildRights
	roles []string // the bot's
}

// maySend reports whether the bot may post in c, whose rights are those of another channel if it is a thread,
// or whether that is not known.
func (g *guilds) maySend(rights *knownRights, c, of *wireChannel) bool {
	if rights == nil || of == nil {
		return true
	}
	return len(rights.in(of.Overwrites, g.self, rights.roles).toPost(c)) == 0
}

// held returns the bot's rights in a channel that isn't a thread, if they are known.
func (g *guilds) held(c *wireChannel) (held permissions, known bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	rights := g.rights[c.GuildID]
	if rights == nil || c.isThread() {
		return 0, false
	}
	return rights.in(c.Overwrites, g.self, rights.roles), true
}

// changes reports whether an event about a role or the bot itself can change the bot's rights, and records it. A
// role that changes color every second can't.
func (g *guilds) changes(event string, c *wireChange) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	rights := g.rights[c.GuildID]
	switch {
	case rights == nil:
		return true
	case event == "GUILD_MEMBER_UPDATE":
		same := slices.Equal(rights.roles, c.Roles)
		rights.roles = c.Roles
		return !same
	}
	i := slices.IndexFunc(rights.Roles, func(r wireRole) bool { return r.ID == c.Role.ID })
	if i < 0 {
		rights.Roles = append(rights.Roles, c.Role)
		return true
	}
	same := rights.Roles[i].Permissions == c.Role.Permissions
	rights.Roles[i] = c.Role
	return !same && (c.Role.ID == rights.ID || slices.Contains(rights.roles, c.Role.ID))
}
