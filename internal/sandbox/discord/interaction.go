package discord

import (
	"net/http"
	"time"
)

// Times of interactions; discord.com/developers/docs/interactions/receiving-and-responding.
const (
	answerTime = 3 * time.Second
	tokenLife  = 15 * time.Minute
)

// Kinds of interactions.
const (
	commandKind      = 2
	componentKind    = 3
	autocompleteKind = 4
	submitKind       = 5
)

// Types of interaction responses.
const (
	replyNow      = 4
	replyLater    = 5
	updateLater   = 6
	updateNow     = 7
	suggest       = 8
	openModal     = 9
	responseParse = "users" // what pings by default in answers
)

func unknownInteraction() *apiError {
	return refusal(http.StatusNotFound, 10062, "Unknown interaction")
}

// live returns the interaction of the callback path if it may still be answered.
func (d *StandIn) live(c call) (*Interaction, *apiError) {
	it, ok := d.world.interactions[c.PathValue("interaction")]
	switch {
	case !ok || it.token != c.PathValue("token"):
		return nil, unknownInteraction()
	case it.ack != 0:
		return nil, refusal(400, 40060, "Interaction has already been acknowledged.")
	case it.failed || d.cfg.Now().Sub(it.created) > d.cfg.AnswerTime:
		return nil, unknownInteraction()
	}
	return it, nil
}

// callback accepts the first answer to an interaction.
func (d *StandIn) callback(c call) (any, *apiError) {
	it, e := d.live(c)
	if e != nil {
		return nil, e
	}
	o, check, e := parse(c)
	if e != nil {
		return nil, e
	}
	var kind int64
	switch it.in.Kind {
	case autocompleteKind:
		kind = o.choice("type", suggest)
	case componentKind:
		kind = o.choice("type", replyNow, replyLater, updateLater, updateNow, openModal)
	case submitKind:
		kinds := []int64{replyNow, replyLater}
		if it.source != nil {
			kinds = append(kinds, updateLater, updateNow)
		}
		kind = o.choice("type", kinds...)
	default:
		kind = o.choice("type", replyNow, replyLater, openModal)
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
func (d *StandIn) answerInteraction(it *Interaction, kind int64, o object) *apiError {
	data, sent := o.object("data")
	if !sent && kind != replyLater && kind != updateLater {
		o.fail("data", "BASE_TYPE_REQUIRED", "This field is required")
	}
	switch kind {
	case suggest:
		it.choices = readChoices(data, "choices", it.focused)
		return o.check.err()
	case openModal:
		modal := readModal(data)
		if e := o.check.err(); e != nil {
			return e
		}
		it.modal = modal
		d.emit(Event{Kind: Asked, Invocation: it.in, ChannelID: it.channel.id, Modal: it.modal})
		return nil
	case updateLater:
		it.original = it.source
		return o.check.err()
	}
	dr, e := readDraft(data, responseParse)
	if e != nil {
		return e
	}
	switch kind {
	case updateNow:
		if d.world.messages[it.source.ID] == nil {
			return unknownMessage()
		}
		it.original = it.source
		if e := d.edit(it.channel, it.source, dr); e != nil {
			return e
		}
		it.answered = true
		return nil
	case replyLater:
		it.original = d.newAnswer(it, draft{flags: dr.flags})
		it.original.Loading = true
		it.original.Flags |= flagLoading
	default:
		if dr.empty() {
			return emptyMessage()
		}
		it.original = d.newAnswer(it, dr)
		it.answered = true
	}
	d.post(it.channel, it.original)
	return nil
}

// newAnswer makes a message of the bot that belongs to it.
func (d *StandIn) newAnswer(it *Interaction, dr draft) *Message {
	m := d.world.newMessage(it.channel, d.world.users[d.world.bot], dr)
	in := it.in
	m.Interaction = &in
	if dr.flags&flagEphemeral != 0 {
		m.EphemeralTo = in.User.ID
		m.Flags |= flagEphemeral
	}
	return m
}

func (d *StandIn) callbackWire(it *Interaction) map[string]any {
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
func (d *StandIn) followed(c call) (*Interaction, *apiError) {
	it, ok := d.world.byToken[c.PathValue("token")]
	switch {
	case !ok || c.PathValue("app") != d.world.bot || it.ack == 0 || it.ack == suggest || it.ack == openModal:
		return nil, refusal(404, 10015, "Unknown Webhook")
	case d.cfg.Now().Sub(it.created) > tokenLife:
		return nil, refusal(401, 50027, "Invalid Webhook Token")
	}
	return it, nil
}

// replyOf returns the interaction and the message of it that the path names.
func (d *StandIn) replyOf(c call) (*Interaction, *Message, *apiError) {
	it, e := d.followed(c)
	if e != nil {
		return nil, nil, e
	}
	id := c.PathValue("message")
	if id == "@original" {
		if it.original == nil {
			return nil, nil, unknownMessage()
		}
		id = it.original.ID
	}
	m, ok := d.world.messages[id]
	if !ok || m != it.original && (m.Interaction == nil || m.Interaction.ID != it.in.ID) {
		return nil, nil, unknownMessage()
	}
	return it, m, nil
}

func (d *StandIn) getReply(c call) (any, *apiError) {
	_, m, e := d.replyOf(c)
	if e != nil {
		return nil, e
	}
	return m.wire(&d.world), nil
}

func (d *StandIn) editReply(c call) (any, *apiError) {
	it, m, e := d.replyOf(c)
	if e != nil {
		return nil, e
	}
	o, _, e := parse(c)
	if e != nil {
		return nil, e
	}
	dr, e := readDraft(o, responseParse)
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

func (d *StandIn) deleteReply(c call) (any, *apiError) {
	it, m, e := d.replyOf(c)
	if e != nil {
		return nil, e
	}
	d.remove(it.channel, m)
	return nil, nil
}

// createFollowup posts a further message. The first one after a deferral fills the loading message instead;
// discord.com/developers/docs/interactions/receiving-and-responding#create-followup-message.
func (d *StandIn) createFollowup(c call) (any, *apiError) {
	it, e := d.followed(c)
	if e != nil {
		return nil, e
	}
	o, _, e := parse(c)
	if e != nil {
		return nil, e
	}
	dr, e := readDraft(o, responseParse)
	switch {
	case e != nil:
		return nil, e
	case dr.empty():
		return nil, emptyMessage()
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
