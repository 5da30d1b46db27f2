package telegram

import (
	"reflect"
	"slices"
)

func (t *StandIn) editMessageText(c call) (any, error) {
	next := &Message{}
	if err := t.readText(c, next); err != nil {
		return nil, err
	}
	return t.edit(c, func(m *Message) error {
		if m.Photo != nil {
			return badRequest("there is no text in the message to edit")
		}
		m.Text, m.Entities, m.LinkPreview, m.PreviewURL = next.Text, next.Entities, next.LinkPreview, next.PreviewURL
		return nil
	})
}

func (t *StandIn) editMessageCaption(c call) (any, error) {
	next := &Message{}
	if err := t.readCaption(c, next); err != nil {
		return nil, err
	}
	return t.edit(c, func(m *Message) error {
		if m.Photo == nil {
			return badRequest("there is no caption in the message to edit")
		}
		m.Caption, m.CaptionEntities = next.Caption, next.CaptionEntities
		return nil
	})
}

func (t *StandIn) editMessageReplyMarkup(c call) (any, error) {
	return t.edit(c, func(*Message) error { return nil })
}

// edit changes one of the bot's messages. An edit without reply_markup removes the keyboard. t.mu must be held.
func (t *StandIn) edit(c call, change func(*Message) error) (any, error) {
	keyboard, err := t.readKeyboard(c)
	if err != nil {
		return nil, err
	}
	if c.text("chat_id") == "" && c.number("message_id") == 0 {
		return nil, badRequest("message identifier is not specified")
	}
	chat, err := t.chatOf(c, edit)
	if err != nil {
		return nil, err
	}
	m := chat.find(int(c.number("message_id")))
	switch {
	case m == nil:
		return nil, badRequest("message to edit not found")
	case !t.wrote(m), m.Force != nil: // with another reply_markup than an inline keyboard none can
		return nil, badRequest("message can't be edited")
	}
	next := *m
	if err := change(&next); err != nil {
		return nil, err
	}
	next.Keyboard = keyboard
	if reflect.DeepEqual(&next, m) {
		return nil, badRequest("message is not modified: specified new message content and reply markup are exactly " +
			"the same as a current content and reply markup of the message")
	}
	if err := t.charge(chat); err != nil {
		return nil, err
	}
	next.EditDate = t.cfg.Now().Unix()
	*m = next
	t.watchers.Notify(Event{Kind: Edited, Chat: chat.ID, Message: next})
	return next, nil
}

// wrote reports whether the bot sent m itself.
func (t *StandIn) wrote(m *Message) bool {
	return m.From == &t.bot || m.From == nil && m.Chat.Type == Channel
}

func (t *StandIn) deleteMessage(c call) (any, error) {
	id := int(c.number("message_id"))
	switch {
	case c.text("chat_id") == "":
		return nil, badRequest("chat identifier is not specified")
	case id == 0:
		return nil, badRequest("message identifier is not specified")
	}
	chat, err := t.chatOf(c, write)
	if err != nil {
		return nil, err
	}
	m := chat.find(id)
	if m == nil {
		return nil, badRequest("message to delete not found")
	}
	if !t.wrote(m) && chat.Type != Private && !chat.status(t.bot.ID).manages() {
		return nil, badRequest("message can't be deleted for everyone")
	}
	chat.messages = slices.DeleteFunc(chat.messages, func(x *Message) bool { return x == m })
	t.watchers.Notify(Event{Kind: Deleted, Chat: chat.ID, Message: *m})
	return true, nil
}
