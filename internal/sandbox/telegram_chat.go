package sandbox

import (
	"fmt"
	"slices"
)

// AddGroup makes a basic group; its creator has added the bot.
func (t *Telegram) AddGroup(title string, creator int64) (TelegramChat, error) {
	t.mu.Lock()
	id := tgFirstGroupID - t.ids.groups
	t.ids.groups++
	t.mu.Unlock()
	return t.addChat(TelegramChat{ID: id, Type: TelegramGroup, Title: title}, creator)
}

// AddSupergroup makes a supergroup without topics; its creator has added the bot. AddTopic makes it a forum.
func (t *Telegram) AddSupergroup(title string, creator int64) (TelegramChat, error) {
	t.mu.Lock()
	id := t.nextSuperID()
	t.mu.Unlock()
	return t.addChat(TelegramChat{ID: id, Type: TelegramSupergroup, Title: title}, creator)
}

// AddChannel makes a channel; its creator has made the bot an administrator.
func (t *Telegram) AddChannel(title string, creator int64) (TelegramChat, error) {
	t.mu.Lock()
	id := t.nextSuperID()
	t.mu.Unlock()
	return t.addChat(TelegramChat{ID: id, Type: TelegramChannel, Title: title}, creator)
}

func (t *Telegram) nextSuperID() int64 {
	t.ids.supers++
	return tgFirstSuperID - t.ids.supers
}

func (t *Telegram) addChat(c TelegramChat, creator int64) (TelegramChat, error) {
	t.mu.Lock()
	if t.users[creator] == nil {
		t.mu.Unlock()
		return TelegramChat{}, fmt.Errorf("no user %d", creator)
	}
	t.newChat(c, creator)
	t.mu.Unlock()
	return c, t.Return(c.ID)
}

// AddTopic opens a topic in a supergroup, which becomes a forum by it, and returns its message_thread_id.
func (t *Telegram) AddTopic(chat int64, name string) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	c, err := t.known(chat)
	if err != nil {
		return 0, err
	}
	if c.Type != TelegramSupergroup {
		return 0, fmt.Errorf("chat %d is no supergroup", chat)
	}
	c.IsForum = true
	if c.lastID == 0 {
		c.lastID = 1 // 1 is the General topic
	}
	m := &TelegramMessage{
		From: t.users[c.owner], TopicCreated: &TelegramTopicCreated{Name: name, IconColor: tgTopicColor},
	}
	m.Thread, m.InTopic = c.lastID+1, true
	c.topics[m.Thread] = name
	t.service(c, m)
	return m.Thread, nil
}

// DeleteTopic deletes a topic and everything in it.
func (t *Telegram) DeleteTopic(chat int64, topic int) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	c, err := t.withTopic(chat, topic)
	if err != nil {
		return err
	}
	delete(c.topics, topic)
	kept := make([]*TelegramMessage, 0, len(c.messages))
	for _, m := range c.messages {
		if m.Thread != topic {
			kept = append(kept, m)
			continue
		}
		t.notify(TelegramEvent{Kind: TelegramDeleted, Chat: chat, Message: *m})
	}
	c.messages = kept
	return nil
}

// CloseTopic lets only administrators write in a topic from now on.
func (t *Telegram) CloseTopic(chat int64, topic int) error {
	return t.changeTopic(chat, topic, func(c *tgChat) *TelegramMessage {
		c.closed[topic] = true
		return &TelegramMessage{TopicClosed: &struct{}{}}
	})
}

// ReopenTopic ends CloseTopic.
func (t *Telegram) ReopenTopic(chat int64, topic int) error {
	return t.changeTopic(chat, topic, func(c *tgChat) *TelegramMessage {
		delete(c.closed, topic)
		return &TelegramMessage{TopicReopened: &struct{}{}}
	})
}

// changeTopic changes a topic and tells of it in a service message.
func (t *Telegram) changeTopic(chat int64, topic int, change func(*tgChat) *TelegramMessage) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	c, err := t.withTopic(chat, topic)
	if err != nil {
		return err
	}
	m := change(c)
	m.From, m.Thread, m.InTopic = t.users[c.owner], topic, true
	t.service(c, m)
	return nil
}

// withTopic returns the chat if it has the topic. t.mu must be held.
func (t *Telegram) withTopic(chat int64, topic int) (*tgChat, error) {
	c, err := t.known(chat)
	if err != nil {
		return nil, err
	}
	if _, ok := c.topics[topic]; !ok {
		return nil, fmt.Errorf("no topic %d in chat %d", topic, chat)
	}
	return c, nil
}

// DeleteMessage deletes a message, as an administrator of the chat does.
func (t *Telegram) DeleteMessage(chat int64, message int) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	c, err := t.known(chat)
	if err != nil {
		return err
	}
	m := c.find(message)
	if m == nil {
		return fmt.Errorf("no message %d in chat %d", message, chat)
	}
	c.messages = slices.DeleteFunc(c.messages, func(x *TelegramMessage) bool { return x == m })
	t.notify(TelegramEvent{Kind: TelegramDeleted, Chat: chat, Message: *m})
	return nil
}
