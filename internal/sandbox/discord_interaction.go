package sandbox

import (
	"net/http"
	"time"
)

// Times of interactions; discord.com/developers/docs/interactions/receiving-and-responding.
const (
	discordAnswerTime = 3 * time.Second
	discordTokenLife  = 15 * time.Minute
)

// Kinds of interactions.
const (
	discordCommandKind      = 2
	discordComponentKind    = 3
	discordAutocompleteKind = 4
	discordSubmitKind       = 5
)

// Types of interaction responses.
const (
	discordReplyNow      = 4
	discordReplyLater    = 5
	discordUpdateLater   = 6
	discordUpdateNow     = 7
	discordSuggest       = 8
	discordOpenModal     = 9
	discordResponseParse = "users" // what pings by default in answers
)

func discordUnknownInteraction() *discordError {
	return discordRefusal(http.StatusNotFound, 10062, "Unknown interaction")
}

// live returns the interaction of the callback path if it may still be answered.
func (d *Discord) live(c discordCall) (*DiscordInteraction, *discordError) {
	it, ok := d.world.interactions[c.PathValue("interaction")]
	switch {
	case !ok || it.token != c.PathValue("token"):
		return nil, discordUnknownInteraction()
	case it.ack != 0:
		return nil, discordRefusal(400, 40060, "Interaction has already been acknowledged.")
	case it.failed || d.cfg.Now().Sub(it.created) > discordAnswerTime:
		return nil, discordUnknownInteraction()
	}
	return it, nil
}

// callback takes the first answer to an interaction.
func (d *Discord) callback(c discordCall) (any, *discordError) {
	it, e := d.live(c)
	if e != nil {
		return nil, e
	}
	o, check, e := discordParse(c)
	if e != nil {
		return nil, e
	}
	var kind int64
	switch it.in.Kind {
	case discordAutocompleteKind:
		kind = o.choice("type", discordSuggest)
	case discordComponentKind:
		kind = o.choice("type", discordReplyNow, discordReplyLater, discordUpdateLater, discordUpdateNow, discordOpenModal)
	case discordSubmitKind:
		kinds := []int64{discordReplyNow, discordReplyLater}
		if it.source != nil {
			kinds = append(kinds, discordUpdateLater, discordUpdateNow)
		}
		kind = o.choice("type", kinds...)
	default:
		kind = o.choice("type", discordReplyNow, discordReplyLater, discordOpenModal)
	}
	if e := check.err(); e != nil {
		return nil, e
	}
	if e := d.answerInteraction(it, kind, o); e != nil {
		return nil, e
	}
	it.ack, it.ackedAt = int(kind), d.cfg.Now()
	it.timer.Stop()
	d.broadcast()
	switch c.URL.Query().Get("with_response") {
	case "true", "True", "1":
		return d.callbackWire(it), nil
	}
	return nil, nil
}

// answerInteraction does what a checked answer says.
func (d *Discord) answerInteraction(it *DiscordInteraction, kind int64, o discordObject) *discordError {
	data, sent := o.object("data")
	if !sent && kind != discordReplyLater && kind != discordUpdateLater {
		o.fail("data", "BASE_TYPE_REQUIRED", "This field is required")
	}
	switch kind {
	case discordSuggest:
		it.choices = discordReadChoices(data, "choices", it.focused)
		return o.check.err()
	case discordOpenModal:
		modal := discordReadModal(data)
		if e := o.check.err(); e != nil {
			return e
		}
		it.modal = modal
		d.tell(DiscordEvent{Kind: DiscordAsked, Invocation: it.in, ChannelID: it.channel.id, Modal: it.modal})
		return nil
	case discordUpdateLater:
		it.original = it.source
		return o.check.err()
	}
	dr, e := discordReadDraft(data, discordResponseParse)
	if e != nil {
		return e
	}
	switch kind {
	case discordUpdateNow:
		if d.world.messages[it.source.ID] == nil {
			return discordUnknownMessage()
		}
		it.original = it.source
		if e := d.edit(it.channel, it.source, dr); e != nil {
			return e
		}
		it.answered = true
		return nil
	case discordReplyLater:
		it.original = d.newAnswer(it, discordDraft{flags: dr.flags})
		it.original.Loading = true
		it.original.Flags |= discordFlagLoading
	default:
		if dr.empty() {
			return discordEmptyMessage()
		}
		it.original = d.newAnswer(it, dr)
		it.answered = true
	}
	d.post(it.channel, it.original)
	return nil
}

// newAnswer makes a message of the bot that belongs to it.
func (d *Discord) newAnswer(it *DiscordInteraction, dr discordDraft) *DiscordMessage {
	m := d.world.newMessage(it.channel, d.world.users[d.world.bot], dr)
	in := it.in
	m.Interaction = &in
	if dr.flags&discordFlagEphemeral != 0 {
		m.EphemeralTo = in.User.ID
		m.Flags |= discordFlagEphemeral
	}
	return m
}

func (d *Discord) callbackWire(it *DiscordInteraction) map[string]any {
	interaction := map[string]any{"id": it.in.ID, "type": it.in.Kind, "channel_id": it.channel.id}
	if it.channel.guild != nil {
		interaction["guild_id"] = it.channel.guild.id
	}
	wire := map[string]any{"interaction": interaction}
	if m := it.original; m != nil {
		interaction["response_message_id"] = m.ID
		interaction["response_message_ephemeral"] = m.EphemeralTo != ""
		interaction["response_message_loading"] = m.Loading
		wire["resource"] = map[string]any{"type": it.ack, "message": m.wire(&d.world)}
	}
	return wire
}

// followed returns the acknowledged interaction whose token is in the path.
func (d *Discord) followed(c discordCall) (*DiscordInteraction, *discordError) {
	it, ok := d.world.byToken[c.PathValue("token")]
	switch {
	case !ok || c.PathValue("app") != d.world.bot || it.ack == 0 || it.ack == discordSuggest || it.ack == discordOpenModal:
		return nil, discordRefusal(404, 10015, "Unknown Webhook")
	case d.cfg.Now().Sub(it.created) > discordTokenLife:
		return nil, discordRefusal(401, 50027, "Invalid Webhook Token")
	}
	return it, nil
}

// replyOf returns the interaction and the message of it that the path names.
func (d *Discord) replyOf(c discordCall) (*DiscordInteraction, *DiscordMessage, *discordError) {
	it, e := d.followed(c)
	if e != nil {
		return nil, nil, e
	}
	id := c.PathValue("message")
	if id == "@original" {
		if it.original == nil {
			return nil, nil, discordUnknownMessage()
		}
		id = it.original.ID
	}
	m, ok := d.world.messages[id]
	if !ok || m != it.original && (m.Interaction == nil || m.Interaction.ID != it.in.ID) {
		return nil, nil, discordUnknownMessage()
	}
	return it, m, nil
}

func (d *Discord) getReply(c discordCall) (any, *discordError) {
	_, m, e := d.replyOf(c)
	if e != nil {
		return nil, e
	}
	return m.wire(&d.world), nil
}

func (d *Discord) editReply(c discordCall) (any, *discordError) {
	it, m, e := d.replyOf(c)
	if e != nil {
		return nil, e
	}
	o, _, e := discordParse(c)
	if e != nil {
		return nil, e
	}
	dr, e := discordReadDraft(o, discordResponseParse)
	if e == nil {
		e = d.edit(it.channel, m, dr)
	}
	if e != nil {
		return nil, e
	}
	it.answered = it.answered || m == it.original
	d.broadcast()
	return m.wire(&d.world), nil
}

func (d *Discord) deleteReply(c discordCall) (any, *discordError) {
	it, m, e := d.replyOf(c)
	if e != nil {
		return nil, e
	}
	d.remove(it.channel, m)
	return nil, nil
}

// createFollowup posts a further message. The first one after a deferral fills the loading message instead;
// discord.com/developers/docs/interactions/receiving-and-responding#create-followup-message.
func (d *Discord) createFollowup(c discordCall) (any, *discordError) {
	it, e := d.followed(c)
	if e != nil {
		return nil, e
	}
	o, _, e := discordParse(c)
	if e != nil {
		return nil, e
	}
	dr, e := discordReadDraft(o, discordResponseParse)
	switch {
	case e != nil:
		return nil, e
	case dr.empty():
		return nil, discordEmptyMessage()
	}
	if m := it.original; m != nil && m.Loading && d.world.messages[m.ID] == m {
		if e := d.edit(it.channel, m, dr); e != nil {
			return nil, e
		}
		it.answered = true
		d.broadcast()
		return m.wire(&d.world), nil
	}
	m := d.newAnswer(it, dr)
	it.followups = append(it.followups, m)
	d.post(it.channel, m)
	return m.wire(&d.world), nil
}
