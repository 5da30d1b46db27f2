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

// Kinds of channels besides text channels and threads.
const (
	Announcement = 5
	Forum        = 15
	Media        = 16
)

// AddChannelOf is AddChannel for another kind of channel.
func (d *StandIn) AddChannelOf(guild, name string, kind int) string {
	d.mu.Lock()
	defer d.mu.Unlock()
	g, ok := d.world.guilds[guild]
	if !ok {
		return ""
	}
	ch := d.world.newChannel(kind, name)
	ch.guild = g
	g.channels = append(g.channels, ch)
	d.dispatch(dispatch{event: "CHANNEL_CREATE", data: d.world.channelWire(ch), guild: g, intent: intentGuilds})
	return ch.id
}

// GuildOf returns the guild of a channel.
func (d *StandIn) GuildOf(channel string) string {
	d.mu.Lock()
	defer d.mu.Unlock()
	if ch, ok := d.world.channels[channel]; ok {
		return ch.guildID()
	}
	return ""
}
