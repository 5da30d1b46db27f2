package telegram

import (
	"fmt"
	"slices"
)

// AddGroup makes a basic group; its creator has added the bot.
func (t *StandIn) AddGroup(title string, creator int64) (Chat, error) {
	t.mu.Lock()
	id := firstGroupID - t.ids.groups
	t.ids.groups++
	t.mu.Unlock()
	return t.addChat(Chat{ID: id, Type: Group, Title: title}, creator)
}

// AddSupergroup makes a supergroup without topics; its creator has added the bot. AddTopic makes it a forum.
func (t *StandIn) AddSupergroup(title string, creator int64) (Chat, error) {
	t.mu.Lock()
	id := t.nextSuperID()
	t.mu.Unlock()
	return t.addChat(Chat{ID: id, Type: Supergroup, Title: title}, creator)
}

// Found makes a supergroup or a channel that the bot isn't in. Return adds it.
func (t *StandIn) Found(kind, title string, creator int64) (Chat, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.users[creator] == nil || kind != Supergroup && kind != Channel {
		return Chat{}, fmt.Errorf("user %d can't found a %s", creator, kind)
	}
	c := Chat{ID: t.nextSuperID(), Type: kind, Title: title}
	t.newChat(c, creator)
	return c, nil
}

// AddChannel makes a channel; its creator has made the bot an administrator.
func (t *StandIn) AddChannel(title string, creator int64) (Chat, error) {
	t.mu.Lock()
	id := t.nextSuperID()
	t.mu.Unlock()
	return t.addChat(Chat{ID: id, Type: Channel, Title: title}, creator)
}

func (t *StandIn) nextSuperID() int64 {
	t.ids.supers++
	return firstSuperID - t.ids.supers
}

func (t *StandIn) addChat(c Chat, creator int64) (Chat, error) {
	t.mu.Lock()
	if t.users[creator] == nil {
		t.mu.Unlock()
		return Chat{}, fmt.Errorf("no user %d", creator)
	}
	t.newChat(c, creator)
	t.mu.Unlock()
	return c, t.Return(c.ID)
}

// AddTopic opens a topic in a supergroup, which becomes a forum by it, and returns its message_thread_id.
func (t *StandIn) AddTopic(chat int64, name string) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	c, err := t.known(chat)
	if err != nil {
		return 0, err
	}
	if c.Type != Supergroup {
		return 0, fmt.Errorf("chat %d isn't a supergroup", chat)
	}
	c.IsForum = true
	if c.lastID == 0 {
		c.lastID = 1 // 1 is the General topic
	}
	m := &Message{
		From: t.users[c.owner], TopicCreated: &TopicCreated{Name: name, IconColor: topicColor},
	}
	m.Thread, m.InTopic = c.lastID+1, true
	c.topics[m.Thread] = name
	t.service(c, m)
	return m.Thread, nil
}

// DeleteTopic deletes a topic and everything in it.
func (t *StandIn) DeleteTopic(chat int64, topic int) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	c, err := t.withTopic(chat, topic)
	if err != nil {
		return err
	}
	delete(c.topics, topic)
	kept := make([]*Message, 0, len(c.messages))
	for _, m := range c.messages {
		if m.Thread != topic {
			kept = append(kept, m)
			continue
		}
		t.watchers.Notify(Event{Kind: Deleted, Chat: chat, Message: *m})
	}
	c.messages = kept
	return nil
}

// CloseTopic lets only administrators write in a topic from now on.
func (t *StandIn) CloseTopic(chatID int64, topic int) error {
	return t.changeTopic(chatID, topic, func(c *chat) *Message {
		c.closed[topic] = true
		return &Message{TopicClosed: &struct{}{}}
	})
}

// ReopenTopic ends CloseTopic.
func (t *StandIn) ReopenTopic(chatID int64, topic int) error {
	return t.changeTopic(chatID, topic, func(c *chat) *Message {
		delete(c.closed, topic)
		return &Message{TopicReopened: &struct{}{}}
	})
}

// changeTopic changes a topic and announces it in a service message.
func (t *StandIn) changeTopic(chat int64, topic int, change func(*chat) *Message) error {
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
func (t *StandIn) withTopic(chat int64, topic int) (*chat, error) {
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
func (t *StandIn) DeleteMessage(chat int64, message int) error {
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
	c.messages = slices.DeleteFunc(c.messages, func(x *Message) bool { return x == m })
	t.watchers.Notify(Event{Kind: Deleted, Chat: chat, Message: *m})
	return nil
}
