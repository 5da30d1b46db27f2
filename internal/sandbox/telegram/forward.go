package telegram

import "fmt"

// SetUsername makes a chat public under a name, without the @.
func (t *StandIn) SetUsername(id int64, name string) error {
	return t.change(id, func(c *chat) { c.Username = name })
}

// Forward forwards a channel's post to a chat, as a person who can read the channel.
func (t *StandIn) Forward(user, channel int64, post int, to int64) (Message, error) {
	t.mu.Lock()
	c, err := t.known(channel)
	var m *Message
	if err == nil {
		m = c.find(post)
	}
	t.mu.Unlock()
	if m == nil || c.Type != Channel {
		return Message{}, fmt.Errorf("no post %d in channel %d: %w", post, channel, err)
	}
	from := c.Chat
	return t.say(user, to, m.Text, &Message{Forwarded: &Origin{Type: Channel, Chat: &from, MessageID: post, Date: m.Date}}, 0)
}

// PostAs writes in a channel that shows who writes its posts.
func (t *StandIn) PostAs(user, channel int64, text string) (Message, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	c, err := t.known(channel)
	if err != nil {
		return Message{}, err
	}
	if u := t.users[user]; u == nil || c.Type != Channel || !c.status(user).manages() {
		return Message{}, fmt.Errorf("user %d may not post in channel %d", user, channel)
	}
	return t.speak(c, text, &Message{From: t.users[user], SenderChat: &c.Chat})
}
