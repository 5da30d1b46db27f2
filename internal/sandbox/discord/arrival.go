package discord

// nobody owns the guilds of which SetOwner says nothing.
const nobody = "1"

// SetOwner says who owns a guild. It changes nothing of what they may do.
func (d *StandIn) SetOwner(guild, user string) {
	d.setGuild(guild, func(g *guildSettings) { g.owner = user })
}

// SetSystemChannel says where Discord welcomes new members of a guild. Until then it does so nowhere.
func (d *StandIn) SetSystemChannel(guild, channel string) {
	d.setGuild(guild, func(g *guildSettings) { g.system = channel })
}

// guildSettings is what owners choose.
type guildSettings struct {
	owner  string
	system string // channel, or empty
}

func (d *StandIn) setGuild(guild string, how func(*guildSettings)) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if g, ok := d.world.guilds[guild]; ok {
		how(&g.settings)
	}
}
