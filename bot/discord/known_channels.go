package discord

// maxLocked is how many threads are remembered.
const maxLocked = 10_000

// note remembers a channel in which alerts are posted in another way than elsewhere. The lock is held.
func (g *guilds) note(guild string, c *wireChannel) {
	switch list := g.special[guild]; {
	case list == nil: // nothing has told of the guild
	case c.isSpecial():
		known := *c
		known.GuildID = guild // which the list of a guild's channels leaves out
		list[c.ID] = known
	default:
		delete(list, c.ID)
	}
}

// unlocks notes whether a thread is locked, and reports whether the bot may be back in it: it isn't locked, and was or may have
// been. That it is archived, or open again, which each alert does, changes nothing. The lock is held.
func (g *guilds) unlocks(c *wireChannel) bool {
	was, known := g.locked[c.ID]
	if g.locked == nil || len(g.locked) >= maxLocked {
		g.locked = map[string]bool{}
	}
	g.locked[c.ID] = c.Thread.Locked
	return !c.Thread.Locked && (was || !known)
}

// channel returns a channel of a guild, if a gateway has told of the guild: of an ordinary one its ID alone.
func (g *guilds) channel(guild, id string) (c wireChannel, known bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	list, known := g.special[guild]
	if c, special := list[id]; special {
		return c, true
	}
	return wireChannel{ID: id, GuildID: guild}, known
}
