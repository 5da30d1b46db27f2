package sandbox

import (
	"maps"
	"slices"
	"strconv"
	"time"
)

// discordNonceLife is how long enforce_nonce remembers: "the past few minutes" in
// discord.com/developers/docs/resources/message#create-message.
const discordNonceLife = 5 * time.Minute

type discordNonce struct {
	message string
	at      time.Time
}

// Gateway intents; discord.com/developers/docs/events/gateway#list-of-intents.
const (
	discordIntentGuilds         = 1 << 0
	discordIntentMembers        = 1 << 1
	discordIntentPresences      = 1 << 8
	discordIntentMessages       = 1 << 9
	discordIntentDirectMessages = 1 << 12
	discordIntentContent        = 1 << 15
)

func (d *Discord) createMessage(c discordCall) (any, *discordError) {
	w := &d.world
	ch, e := w.reach(c.PathValue("channel"))
	if e != nil {
		return nil, e
	}
	o, _, e := discordParse(c)
	if e != nil {
		return nil, e
	}
	dr, e := discordReadDraft(o, "users", "roles", "everyone")
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
	m := w.newMessage(ch, w.users[w.bot], dr)
	if dr.nonce != "" {
		ch.remember(dr.nonce, discordNonce{message: m.ID, at: m.Posted})
	}
	d.post(ch, m)
	return m.wire(w), nil
}

// mayPost checks what the bot may send to ch.
func (w *discordWorld) mayPost(ch *discordChannel, dr discordDraft) *discordError {
	need := DiscordSendMessages
	if ch.kind == discordThreadKind {
		need = DiscordSendInThreads
	}
	if len(dr.embeds) > 0 {
		need |= DiscordEmbedLinks
	}
	if len(dr.files) > 0 {
		need |= DiscordAttachFiles
	}
	switch {
	case !ch.allows(w.bot, need):
		return discordMissingPerms()
	case ch.refuses:
		return discordRefusal(403, 50007, "Cannot send messages to this user")
	case dr.empty():
		return discordEmptyMessage()
	}
	if dr.replyTo != "" && !ch.allows(w.bot, DiscordReadHistory) {
		return discordRefusal(403, 160002, "Cannot reply without permission to read message history")
	}
	if m, ok := w.messages[dr.replyTo]; dr.replyTo != "" && (!ok && dr.mustExist || ok && m.ChannelID != ch.id) {
		check := &discordCheck{}
		check.fail([]string{"message_reference"}, "REPLIES_UNKNOWN_MESSAGE", "Unknown message")
		return check.err()
	}
	return nil
}

// sameNonce returns the message that enforce_nonce says this one repeats.
func (w *discordWorld) sameNonce(ch *discordChannel, dr discordDraft) (*DiscordMessage, bool) {
	n, ok := ch.nonces[dr.nonce]
	if !ok || !dr.enforce || w.now().Sub(n.at) > discordNonceLife {
		return nil, false
	}
	m, ok := w.messages[n.message]
	return m, ok
}

// remember notes a nonce, and now and then forgets those that have expired.
func (ch *discordChannel) remember(nonce string, n discordNonce) {
	if len(ch.nonces) >= ch.pruneAt {
		for old, o := range ch.nonces {
			if n.at.Sub(o.at) > discordNonceLife {
				delete(ch.nonces, old)
			}
		}
		ch.pruneAt = 2*len(ch.nonces) + discordPruneStep
	}
	ch.nonces[nonce] = n
}

func (w *discordWorld) newMessage(ch *discordChannel, author *DiscordUser, dr discordDraft) *DiscordMessage {
	return &DiscordMessage{
		ID: w.newID(), ChannelID: ch.id, GuildID: ch.guildID(), Author: *author, Content: dr.content,
		Embeds: dr.embeds, Components: dr.components, Files: dr.files, Nonce: dr.nonce, ReplyTo: dr.replyTo,
		Flags: dr.flags & (discordFlagNoEmbeds | discordFlagSilent), Posted: w.now(), Pings: dr.allowed.pings(dr.content),
	}
}

// post puts m into ch and tells everyone.
func (d *Discord) post(ch *discordChannel, m *DiscordMessage) {
	ch.messages = append(ch.messages, m)
	d.world.messages[m.ID] = m
	d.tell(DiscordEvent{Kind: DiscordPosted, Message: *m})
	d.dispatchMessage("MESSAGE_CREATE", ch, m)
}

// dispatchMessage sends a message to the bot over the gateway. Ephemeral ones are not sent.
func (d *Discord) dispatchMessage(event string, ch *discordChannel, m *DiscordMessage) {
	if m.EphemeralTo != "" {
		return
	}
	wire := m.wire(&d.world)
	intent := int64(discordIntentDirectMessages)
	if ch.guild != nil {
		intent = discordIntentMessages
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
	d.dispatch(discordDispatch{event: event, data: wire, guild: ch.guild, intent: intent, bare: d.world.bare(m, ch)})
}

// bare returns a function that strips what a bot without the message content intent does not see, or nil.
func (w *discordWorld) bare(m *DiscordMessage, ch *discordChannel) func(map[string]any) map[string]any {
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
func (d *Discord) findMessage(c discordCall) (*discordChannel, *DiscordMessage, *discordError) {
	ch, e := d.world.reach(c.PathValue("channel"))
	if e != nil {
		return nil, nil, e
	}
	m, ok := d.world.messages[c.PathValue("message")]
	if !ok || m.ChannelID != ch.id || m.EphemeralTo != "" {
		return nil, nil, discordUnknownMessage()
	}
	return ch, m, nil
}

func (d *Discord) getMessage(c discordCall) (any, *discordError) {
	ch, m, e := d.findMessage(c)
	if e != nil {
		return nil, e
	}
	if !ch.allows(d.world.bot, DiscordReadHistory) {
		return nil, discordMissingPerms()
	}
	return m.wire(&d.world), nil
}

func (d *Discord) listMessages(c discordCall) (any, *discordError) {
	ch, e := d.world.reach(c.PathValue("channel"))
	if e != nil {
		return nil, e
	}
	limit := 50
	if v := c.URL.Query().Get("limit"); v != "" {
		n, err := strconv.Atoi(v)
		if err != nil || n < 1 || n > 100 {
			check := &discordCheck{}
			check.fail([]string{"limit"}, "NUMBER_TYPE_MAX", "int value should be less than or equal to 100.")
			return nil, check.err()
		}
		limit = n
	}
	list := []any{}
	if !ch.allows(d.world.bot, DiscordReadHistory) {
		return list, nil // Discord answers with nothing, not with a refusal.
	}
	for i := len(ch.messages) - 1; i >= 0 && len(list) < limit; i-- {
		if m := ch.messages[i]; m.EphemeralTo == "" {
			list = append(list, m.wire(&d.world))
		}
	}
	return list, nil
}

func (d *Discord) editMessage(c discordCall) (any, *discordError) {
	ch, m, e := d.findMessage(c)
	if e != nil {
		return nil, e
	}
	if m.Author.ID != d.world.bot {
		return nil, discordRefusal(403, 50005, "Cannot edit a message authored by another user")
	}
	o, _, e := discordParse(c)
	if e != nil {
		return nil, e
	}
	dr, e := discordReadDraft(o, "users", "roles", "everyone")
	if e == nil && len(dr.embeds) > 0 && !ch.allows(d.world.bot, DiscordEmbedLinks) {
		e = discordMissingPerms()
	}
	if e == nil {
		e = d.edit(ch, m, dr)
	}
	if e != nil {
		return nil, e
	}
	return m.wire(&d.world), nil
}

// edit replaces the parts of m that dr holds. Filling a loading message is its posting, so that one pings.
func (d *Discord) edit(ch *discordChannel, m *DiscordMessage, dr discordDraft) *discordError {
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
		return discordEmptyMessage()
	}
	if dr.has("flags") {
		after.Flags = after.Flags&^discordFlagNoEmbeds | dr.flags&discordFlagNoEmbeds
	}
	if m.Loading {
		after.Loading = false
		after.Flags &^= discordFlagLoading
		after.Pings = dr.allowed.pings(after.Content)
	}
	after.Edited = d.world.now()
	after.Edits++
	*m = after
	d.tell(DiscordEvent{Kind: DiscordEdited, Message: *m})
	d.dispatchMessage("MESSAGE_UPDATE", ch, m)
	return nil
}

func (d *Discord) deleteMessage(c discordCall) (any, *discordError) {
	ch, m, e := d.findMessage(c)
	if e != nil {
		return nil, e
	}
	if m.Author.ID != d.world.bot && (ch.guild == nil || !ch.allows(d.world.bot, DiscordManageMessages)) {
		return nil, discordMissingPerms()
	}
	d.remove(ch, m)
	return nil, nil
}

// remove takes m out of ch.
func (d *Discord) remove(ch *discordChannel, m *DiscordMessage) {
	delete(d.world.messages, m.ID)
	for i, other := range ch.messages {
		if other == m {
			ch.messages = append(ch.messages[:i:i], ch.messages[i+1:]...)
			break
		}
	}
	d.tell(DiscordEvent{Kind: DiscordDeleted, Message: *m})
	d.dispatchMessage("MESSAGE_DELETE", ch, m)
}

// discordOffset returns the id n after id.
func discordOffset(id string, n int) string {
	v, _ := strconv.ParseInt(id, 10, 64) // ids are our own
	return strconv.FormatInt(v+int64(n), 10)
}
