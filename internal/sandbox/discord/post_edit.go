package discord

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
