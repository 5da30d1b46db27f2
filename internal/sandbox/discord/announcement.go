package discord

import "time"

// What Discord publishes of a channel in an hour, which no header of it tells. It has never said how much that is; those who
// counted say ten.
const (
	crossposts      = 10
	crosspostWindow = time.Hour
	flagCrossposted = 1 << 0
)

// Crossposted reports whether the message was published to the channels that follow its own.
func (m *Message) Crossposted() bool { return m.Flags&flagCrossposted != 0 }

// crosspost publishes a message; discord.com/developers/docs/resources/message#crosspost-message.
func (d *StandIn) crosspost(c call) (any, *apiError) {
	ch, m, e := d.findMessage(c)
	if e != nil {
		return nil, e
	}
	switch {
	case ch.kind != Announcement:
		return nil, refusal(400, 50024, "Cannot execute action on this channel type")
	case !ch.allows(d.world.bot, SendMessages), m.Author.ID != d.world.bot && !ch.allows(d.world.bot, ManageMessages):
		return nil, missingPerms()
	case m.Crossposted():
		return nil, refusal(400, 40033, "This message has already been crossposted.")
	}
	m.Flags |= flagCrossposted
	d.broadcast() // nobody sees a change in the channel itself
	d.dispatchMessage("MESSAGE_UPDATE", ch, m)
	return m.wire(&d.world), nil
}
