package discord

import (
	"maps"
	"slices"
	"time"
)

// nonceLife is how long enforce_nonce remembers: "the past few minutes" in
// discord.com/developers/docs/resources/message#create-message.
const nonceLife = 5 * time.Minute

type nonce struct {
	message string
	at      time.Time
}

// Gateway intents; discord.com/developers/docs/events/gateway#list-of-intents.
const (
	intentGuilds         = 1 << 0
	intentMembers        = 1 << 1
	intentPresences      = 1 << 8
	intentMessages       = 1 << 9
	intentDirectMessages = 1 << 12
	intentContent        = 1 << 15
)

func (d *StandIn) createMessage(c call) (any, *apiError) {
	w := &d.world
	ch, e := w.reach(c.PathValue("channel"))
	if e != nil {
		return nil, e
	}
	o, _, e := parse(c)
	if e != nil {
		return nil, e
	}
	dr, e := readDraft(o, "users", "roles", "everyone")
	if e == nil {
		e = checkFlags(o, dr, flagNoEmbeds|flagSilent)
	}
	if e == nil {
		e = w.mayPost(ch, dr)
	}
	if e != nil {
		return nil, e
	}
	if w.messages[dr.replyTo] == nil {
		dr.replyTo = ""
	}
	if old, ok := w.sameNonce(ch, dr); ok {
		return old.wire(w), nil
	}
	d.wake(ch)
	m := w.newMessage(ch, w.users[w.bot], dr)
	if dr.nonce != "" {
		ch.remember(dr.nonce, nonce{message: m.ID, at: m.Posted}, w.nonceLife)
	}
	d.post(ch, m)
	return m.wire(w), nil
}

// mayPost checks what the bot may send to ch.
func (w *world) mayPost(ch *channel, dr draft) *apiError {
	need := ch.toWrite()
	if len(dr.embeds) > 0 {
		need |= EmbedLinks
	}
	if len(dr.files) > 0 {
		need |= AttachFiles
	}
	switch {
	case ch.isForum():
		return refusal(400, 50008, "Cannot send messages in a non-text channel")
	case !ch.allows(w.bot, need):
		return missingPerms()
	case ch.refuses:
		return refusal(403, 50007, "Cannot send messages to this user")
	case dr.empty():
		return emptyMessage()
	}
	if e := ch.mayWrite(w.bot); e != nil {
		return e
	}
	if dr.replyTo != "" && !ch.allows(w.bot, ReadHistory) {
		return refusal(403, 160002, "Cannot reply without permission to read message history")
	}
	if m, ok := w.messages[dr.replyTo]; dr.replyTo != "" && (!ok && dr.mustExist || ok && m.ChannelID != ch.id) {
		check := &check{}
		check.fail([]string{"message_reference"}, "REPLIES_UNKNOWN_MESSAGE", "Unknown message")
		return check.err()
	}
	return nil
}

// toWrite returns what it takes to write in ch.
func (ch *channel) toWrite() int64 {
	if ch.isThread() {
		return SendInThreads
	}
	return SendMessages
}

// sameNonce returns the message that enforce_nonce says this one repeats.
func (w *world) sameNonce(ch *channel, dr draft) (*Message, bool) {
	n, ok := ch.nonces[dr.nonce]
	if !ok || !dr.enforce || w.now().Sub(n.at) > w.nonceLife {
		return nil, false
	}
	m, ok := w.messages[n.message]
	return m, ok
}

// remember notes a nonce, and now and then forgets those that have expired.
func (ch *channel) remember(nonce string, n nonce, life time.Duration) {
	if len(ch.nonces) >= ch.pruneAt {
		for old, o := range ch.nonces {
			if n.at.Sub(o.at) > life {
				delete(ch.nonces, old)
			}
		}
		ch.pruneAt = 2*len(ch.nonces) + pruneStep
	}
	ch.nonces[nonce] = n
}

func (w *world) newMessage(ch *channel, author *User, dr draft) *Message {
	return &Message{
		ID: w.newID(), ChannelID: ch.id, GuildID: ch.guildID(), Author: *author, Content: dr.content,
		Embeds: dr.embeds, Components: dr.components, Files: dr.files, Nonce: dr.nonce, ReplyTo: dr.replyTo,
		Flags: dr.flags & (flagNoEmbeds | flagSilent), Posted: w.now(), Pings: dr.allowed.pings(dr.content),
	}
}

// post adds m to ch and notifies everyone.
func (d *StandIn) post(ch *channel, m *Message) {
	ch.messages = append(ch.messages, m)
	d.world.messages[m.ID] = m
	d.emit(Event{Kind: Posted, Message: *m})
	d.dispatchMessage("MESSAGE_CREATE", ch, m)
}

// dispatchMessage sends a message to the bot over the gateway. Ephemeral ones are not sent.
func (d *StandIn) dispatchMessage(event string, ch *channel, m *Message) {
	if m.EphemeralTo != "" {
		return
	}
	wire := m.wire(&d.world)
	intent := int64(intentDirectMessages)
	if ch.guild != nil {
		intent = intentMessages
		wire["guild_id"] = ch.guild.id
		member := d.world.memberWire(&m.Author, ch.guild)
		delete(member, "user")
		wire["member"] = member
	}
	if event == "MESSAGE_DELETE" {
		wire = map[string]any{"id": m.ID, "channel_id": m.ChannelID}
		if m.GuildID != "" {
			wire["guild_id"] = m.GuildID
		}
	}
	d.dispatch(dispatch{event: event, data: wire, guild: ch.guild, intent: intent, bare: d.world.bare(m, ch)})
}

// bare returns a function that strips what a bot without the message content intent does not see, or nil.
func (w *world) bare(m *Message, ch *channel) func(map[string]any) map[string]any {
	if m.Author.ID == w.bot || ch.guild == nil {
		return nil
	}
	if slices.Contains(m.Pings.Users, w.bot) {
		return nil
	}
	return func(wire map[string]any) map[string]any {
		stripped := maps.Clone(wire)
		stripped["content"], stripped["embeds"] = "", []any{}
		stripped["attachments"], stripped["components"] = []any{}, []any{}
		return stripped
	}
}
