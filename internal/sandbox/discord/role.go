package discord

import (
	"maps"
	"slices"
	"strconv"
)

// Kinds of permission overwrites; discord.com/developers/docs/resources/channel#overwrite-object.
const memberOverwrite = 1

// roles are the permissions in a guild before channel overwrites. The stand-in knows no owner.
type roles struct {
	everyone int64
	bot      string // its user id
	botRole  string // the role that came with it
	botBits  int64  // what that role adds
	painted  string // a role that only has a color
	color    int
	added    []role // by AddRole
}

// role is one that can be mentioned, and grants nothing.
type role struct {
	id, name    string
	mentionable bool
}

// Mentionable says who may mention a role: anyone, or who may mention all.
type Mentionable bool

// AddRole adds a role without rights to a guild, and returns its id.
func (d *StandIn) AddRole(guildID, name string, by Mentionable) string {
	d.mu.Lock()
	defer d.mu.Unlock()
	g, ok := d.world.guilds[guildID]
	if !ok {
		return ""
	}
	r := role{id: d.world.newID(), name: name, mentionable: bool(by)}
	g.roles.added = append(g.roles.added, r)
	d.dispatchRole(g, r.wire())
	d.broadcast()
	return r.id
}

func (r *role) wire() map[string]any {
	wire := roleWire(r.id, r.name, 0)
	wire["mentionable"] = r.mentionable
	return wire
}

// find returns a role by its id, as it goes over the wire.
func (g *guild) findRole(id string) (any, bool) {
	for _, wire := range g.rolesWire() {
		if m, ok := wire.(map[string]any); ok && m["id"] == id {
			return m, true
		}
	}
	return nil, false
}

// of returns what the roles of a user give them.
func (r *roles) of(user string) int64 {
	if user == r.bot {
		return r.everyone | r.botBits
	}
	return r.everyone
}

// held returns the roles of a member besides @everyone.
func (r *roles) held(user string) []string {
	if user == r.bot {
		return []string{r.botRole}
	}
	return []string{}
}

// SetRoles says what everyone may do in a guild, and what the bot's own role adds to that. Until then everyone may do
// MemberDefault. What was set for one channel counts more, but for Administrator.
func (d *StandIn) SetRoles(guildID string, everyone, bot int64) {
	d.mu.Lock()
	defer d.mu.Unlock()
	g, ok := d.world.guilds[guildID]
	if !ok {
		return
	}
	g.roles.everyone, g.roles.botBits = everyone, bot
	for _, role := range g.rolesWire()[:2] {
		d.dispatchRole(g, role)
	}
	d.broadcast()
}

// PaintRole changes the color of a role, as rainbow-role bots do all the time. It sends GUILD_ROLE_UPDATE.
func (d *StandIn) PaintRole(guildID string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if g, ok := d.world.guilds[guildID]; ok {
		g.roles.color++
		d.dispatchRole(g, g.rolesWire()[2])
	}
}

func (d *StandIn) dispatchRole(g *guild, role any) {
	data := map[string]any{"guild_id": g.id, "role": role}
	d.dispatch(dispatch{event: "GUILD_ROLE_UPDATE", data: data, guild: g, intent: intentGuilds})
}

// rolesWire lists @everyone, the bot's role, the painted one and what was added.
func (g *guild) rolesWire() []any {
	everyone := roleWire(g.id, "@everyone", g.roles.everyone)
	bot := roleWire(g.roles.botRole, "bot", g.roles.botBits)
	bot["managed"], bot["position"], bot["tags"] = true, 1, map[string]any{"bot_id": g.roles.bot}
	painted := roleWire(g.roles.painted, "rainbow", 0)
	painted["color"], painted["position"] = g.roles.color, 2
	list := []any{everyone, bot, painted}
	for i := range g.roles.added {
		list = append(list, g.roles.added[i].wire())
	}
	return list
}

func roleWire(id, name string, bits int64) map[string]any {
	return map[string]any{
		"id": id, "name": name, "color": 0, "hoist": false, "position": 0, "managed": false,
		"mentionable": false, "permissions": strconv.FormatInt(bits, 10), "flags": 0,
	}
}

// overwritesWire lists what was set in ch for members, as what it adds to their roles and removes from them.
func (ch *channel) overwritesWire() []any {
	list := []any{}
	for _, user := range slices.Sorted(maps.Keys(ch.perms)) {
		bits, base := effective(ch.perms[user]), ch.guild.roles.of(user)
		list = append(list, map[string]any{
			"id": user, "type": memberOverwrite,
			"allow": strconv.FormatInt(bits&^base&^Administrator, 10), "deny": strconv.FormatInt(base&^bits, 10),
		})
	}
	return list
}

// SetBotPermissionsSilently is SetBotPermissions without an event. What GET answers is the truth.
func (d *StandIn) SetBotPermissionsSilently(channel string, bits int64) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if ch, ok := d.world.channels[channel]; ok {
		ch.perms[d.world.bot] = bits
	}
}

// joined returns the guild of the path, if the bot is in it.
func (d *StandIn) joined(c call) (*guild, *apiError) {
	g, ok := d.world.guilds[c.PathValue("guild")]
	if !ok || g.gone {
		return nil, refusal(404, 10004, "Unknown Guild")
	}
	return g, nil
}

func (d *StandIn) getGuild(c call) (any, *apiError) {
	g, e := d.joined(c)
	if e != nil {
		return nil, e
	}
	return d.world.guildWire(g), nil
}

func (d *StandIn) getRoles(c call) (any, *apiError) {
	g, e := d.joined(c)
	if e != nil {
		return nil, e
	}
	return g.rolesWire(), nil
}

// getChannels lists the channels of a guild without its threads, also those that the bot does not see.
func (d *StandIn) getChannels(c call) (any, *apiError) {
	g, e := d.joined(c)
	if e != nil {
		return nil, e
	}
	return d.world.channelsWire(g), nil
}

func (d *StandIn) getMember(c call) (any, *apiError) {
	g, e := d.joined(c)
	if e != nil {
		return nil, e
	}
	u, ok := d.world.users[c.PathValue("user")]
	if !ok {
		return nil, refusal(404, 10013, "Unknown User")
	}
	return d.world.memberWire(u, g), nil
}
