package discord

import (
	"maps"
	"slices"
	"strconv"
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

// findMessage returns a message that the bot can read through the channel in the path.
func (d *StandIn) findMessage(c call) (*channel, *Message, *apiError) {
	ch, e := d.world.reach(c.PathValue("channel"))
	if e != nil {
		return nil, nil, e
	}
	m, ok := d.world.messages[c.PathValue("message")]
	if !ok || m.ChannelID != ch.id || m.EphemeralTo != "" {
		return nil, nil, unknownMessage()
	}
	return ch, m, nil
}

func (d *StandIn) getMessage(c call) (any, *apiError) {
	ch, m, e := d.findMessage(c)
	if e != nil {
		return nil, e
	}
	if !ch.allows(d.world.bot, ReadHistory) {
		return nil, missingPerms()
	}
	return m.wire(&d.world), nil
}

func (d *StandIn) listMessages(c call) (any, *apiError) {
	ch, e := d.world.reach(c.PathValue("channel"))
	if e != nil {
		return nil, e
	}
	limit := 50
	if v := c.URL.Query().Get("limit"); v != "" {
		n, err := strconv.Atoi(v)
		if err != nil || n < 1 || n > 100 {
			check := &check{}
			check.fail([]string{"limit"}, "NUMBER_TYPE_MAX", "int value should be less than or equal to 100.")
			return nil, check.err()
		}
		limit = n
	}
	list := []any{}
	if !ch.allows(d.world.bot, ReadHistory) {
		return list, nil // Discord answers with nothing, not with a refusal.
	}
	before := c.URL.Query().Get("before")
	for i := len(ch.messages) - 1; i >= 0 && len(list) < limit; i-- {
		if m := ch.messages[i]; m.EphemeralTo == "" && (before == "" || isEarlier(m.ID, before)) {
			list = append(list, m.wire(&d.world))
		}
	}
	return list, nil
}

func (d *StandIn) editMessage(c call) (any, *apiError) {
	ch, m, e := d.findMessage(c)
	if e != nil {
		return nil, e
	}
	if m.Author.ID != d.world.bot {
		return nil, refusal(403, 50005, "Cannot edit a message authored by another user")
	}
	if e := ch.editable(d.world.bot); e != nil {
		return nil, e
	}
	o, _, e := parse(c)
	if e != nil {
		return nil, e
	}
	dr, e := readDraft(o, "users", "roles", "everyone")
	if e == nil {
		e = checkFlags(o, dr, flagNoEmbeds)
	}
	if e == nil && len(dr.embeds) > 0 && !ch.allows(d.world.bot, EmbedLinks) {
		e = missingPerms()
	}
	if e == nil {
		e = d.edit(ch, m, dr)
	}
	if e != nil {
		return nil, e
	}
	return m.wire(&d.world), nil
}

// edit replaces the parts of m that dr has. Filling a loading message is its posting, so that one pings.
func (d *StandIn) edit(ch *channel, m *Message, dr draft) *apiError {
	after := *m
	if dr.has("content") {
		after.Content = dr.content
	}
	if dr.has("embeds") {
		after.Embeds = dr.embeds
	}
	if dr.has("components") {
		after.Components = dr.components
	}
	after.Files = append(after.Files, dr.files...)
	if after.Content == "" && len(after.Embeds)+len(after.Components)+len(after.Files) == 0 {
		return emptyMessage()
	}
	if dr.has("flags") {
		after.Flags = after.Flags&^flagNoEmbeds | dr.flags&flagNoEmbeds
	}
	if m.Loading {
		after.Loading = false
		after.Flags &^= flagLoading
		after.Pings = dr.allowed.pings(after.Content)
	}
	after.Edited = d.world.now()
	after.Edits++
	*m = after
	d.emit(Event{Kind: Edited, Message: *m})
	d.dispatchMessage("MESSAGE_UPDATE", ch, m)
	return nil
}

func (d *StandIn) deleteMessage(c call) (any, *apiError) {
	ch, m, e := d.findMessage(c)
	if e != nil {
		return nil, e
	}
	if m.Author.ID != d.world.bot && (ch.guild == nil || !ch.allows(d.world.bot, ManageMessages)) {
		return nil, missingPerms()
	}
	if e := ch.editable(d.world.bot); e != nil {
		return nil, e
	}
	d.remove(ch, m)
	return nil, nil
}

// remove deletes m from ch.
func (d *StandIn) remove(ch *channel, m *Message) {
	delete(d.world.messages, m.ID)
	for i, other := range ch.messages {
		if other == m {
			ch.messages = append(ch.messages[:i:i], ch.messages[i+1:]...)
			break
		}
	}
	d.emit(Event{Kind: Deleted, Message: *m})
	d.dispatchMessage("MESSAGE_DELETE", ch, m)
}

// isEarlier reports whether an id is before another.
func isEarlier(id, other string) bool {
	return len(id) < len(other) || len(id) == len(other) && id < other
}

// offset returns the id n after id.
func offset(id string, n int) string {
	v, _ := strconv.ParseInt(id, 10, 64) // ids are our own
	return strconv.FormatInt(v+int64(n), 10)
}
