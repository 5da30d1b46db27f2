package telegram

import (
	"errors"
	"fmt"
	"strings"
)

// The accounts in whose name Telegram shows messages that aren't from a person.
const (
	anonymousID  = 1_087_968_824
	channelBotID = 136_817_688
)

func anonymous() *User {
	return &User{ID: anonymousID, IsBot: true, FirstName: "Group", Username: "GroupAnonymousBot"}
}

// AddUser adds a person with this first name. A zero ID is given a new one; the other fields stay as they are.
func (t *StandIn) AddUser(u User) User {
	t.mu.Lock()
	defer t.mu.Unlock()
	if u.ID == 0 {
		u.ID = firstUserID + t.ids.users
		t.ids.users++
	}
	t.users[u.ID] = &u
	chat := t.newChat(Chat{
		ID: u.ID, Type: Private, FirstName: u.FirstName, LastName: u.LastName, Username: u.Username,
	}, 0)
	chat.members[t.bot.ID] = &member{status: Member}
	return u
}

// Start opens the private chat as a person does who presses Start, and unblocks the bot; payload is the parameter of
// a deep link, or empty.
func (t *StandIn) Start(user int64, payload string) (Message, error) {
	if err := t.Return(user); err != nil {
		return Message{}, err
	}
	return t.Say(user, user, 0, strings.TrimSpace("/start "+payload))
}

// Say writes a text as a person. In a private chat (chat is the person's id) it also opens the chat. Topic 0 is no
// topic. The bot gets an update if it would get one on Telegram.
func (t *StandIn) Say(user, chat int64, topic int, text string) (Message, error) {
	return t.say(user, chat, text, &Message{Thread: topic}, 0)
}

// Reply writes a text as a person, in answer to a message of the same chat, in its topic.
func (t *StandIn) Reply(user, chat int64, message int, text string) (Message, error) {
	return t.say(user, chat, text, &Message{}, message)
}

// SayTo writes a text as a person in which the first occurrence of another's first name mentions them, as Telegram's apps
// do for people without a user name.
func (t *StandIn) SayTo(user, chat, mentioned int64, text string) (Message, error) {
	t.mu.Lock()
	who := t.users[mentioned]
	t.mu.Unlock()
	if who == nil {
		return Message{}, fmt.Errorf("no user %d", mentioned)
	}
	before, _, found := strings.Cut(text, who.FirstName)
	if !found {
		return Message{}, fmt.Errorf("%q doesn't name %s", text, who.FirstName)
	}
	return t.say(user, chat, text, &Message{Entities: []Entity{{
		Type: "text_mention", Offset: length(before), Length: length(who.FirstName), User: who,
	}}}, 0)
}

// Amend edits a person's message of a group or private chat.
func (t *StandIn) Amend(user, chat int64, message int, text string) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	c, err := t.known(chat)
	if err != nil {
		return err
	}
	m := c.find(message)
	if m == nil || m.From == nil || m.From.ID != user {
		return fmt.Errorf("message %d in chat %d isn't user %d's", message, chat, user)
	}
	if m.Text, m.Entities, err = tidy(text, nil); err != nil {
		return err
	}
	m.EditDate = t.cfg.Now().Unix()
	t.watchers.Notify(Event{Kind: Edited, Chat: chat, Message: *m})
	if t.hears(c, m) {
		t.send(onEdited, m)
	}
	return nil
}

func (t *StandIn) say(user, chat int64, text string, m *Message, replyTo int) (Message, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	c, err := t.known(chat)
	if err != nil {
		return Message{}, err
	}
	u := t.users[user]
	switch {
	case u == nil:
		return Message{}, fmt.Errorf("no user %d", user)
	case c.Type == Private && user != chat:
		return Message{}, fmt.Errorf("chat %d is not user %d's", chat, user)
	case c.Type == Private && !c.status(t.bot.ID).present():
		return Message{}, fmt.Errorf("user %d has blocked the bot", chat)
	case c.Type == Channel:
		return Message{}, errors.New("use Post to write in a channel")
	case c.Type != Private && (!c.status(user).present() || c.muted(user) || c.shut && !c.status(user).manages()):
		return Message{}, fmt.Errorf("user %d may not write in chat %d", user, chat)
	}
	m.From = u
	if replyTo != 0 {
		original := c.find(replyTo)
		if original == nil {
			return Message{}, fmt.Errorf("no message %d in chat %d", replyTo, chat)
		}
		m.ReplyTo, m.Thread = quoted(original), original.Thread
	}
	return t.speak(c, text, m)
}

// SayAnonymous writes in a group as an administrator who hides behind the group.
func (t *StandIn) SayAnonymous(chat int64, topic int, text string) (Message, error) {
	return t.sayAs(chat, chat, text, &Message{From: anonymous(), Thread: topic})
}

// SayAsChannel writes in a group as a channel, which doesn't make the writer an administrator of the group.
func (t *StandIn) SayAsChannel(channel, chat int64, topic int, text string) (Message, error) {
	from := &User{ID: channelBotID, IsBot: true, FirstName: "Channel", Username: "Channel_Bot"}
	return t.sayAs(channel, chat, text, &Message{From: from, Thread: topic})
}

// Post writes in a channel. The update has no sender but the channel.
func (t *StandIn) Post(channel int64, text string) (Message, error) {
	return t.sayAs(channel, channel, text, &Message{})
}

// PostReply is Post in answer to another message of the channel.
func (t *StandIn) PostReply(channel int64, message int, text string) (Message, error) {
	original, err := t.quoted(channel, message)
	if err != nil {
		return Message{}, err
	}
	return t.sayAs(channel, channel, text, &Message{ReplyTo: original})
}

// quoted returns a message as its answers show it.
func (t *StandIn) quoted(chat int64, message int) (*Message, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	c, err := t.known(chat)
	if err != nil {
		return nil, err
	}
	if m := c.find(message); m != nil {
		return quoted(m), nil
	}
	return nil, fmt.Errorf("no message %d in chat %d", message, chat)
}

func (t *StandIn) sayAs(sender, chat int64, text string, m *Message) (Message, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	c, err := t.known(chat)
	if err != nil {
		return Message{}, err
	}
	s, err := t.known(sender)
	if err != nil {
		return Message{}, err
	}
	if (c.Type == Channel) != (m.From == nil) || c.Type == Private {
		return Message{}, fmt.Errorf("chat %d of type %s accepts no such message", chat, c.Type)
	}
	m.SenderChat = &s.Chat
	return t.speak(c, text, m)
}

// speak checks a person's text, adds the message and sends the bot an update. t.mu must be held.
func (t *StandIn) speak(c *chat, text string, m *Message) (Message, error) {
	if _, ok := c.topics[m.Thread]; m.Thread != 0 && !ok {
		return Message{}, fmt.Errorf("no topic %d in chat %d", m.Thread, c.ID)
	}
	if c.migratedTo != 0 {
		return Message{}, fmt.Errorf("chat %d is now %d", c.ID, c.migratedTo)
	}
	var err error
	if m.Text, m.Entities, err = tidy(text, m.Entities); err != nil {
		return Message{}, err
	}
	if n := length(m.Text); n == 0 && m.Document == nil || n > maxText {
		return Message{}, fmt.Errorf("a text of %d characters cannot be sent", n)
	}
	if m.Document != nil {
		m.Caption, m.CaptionEntities, m.Text, m.Entities = m.Text, m.Entities, "", nil
	}
	hears := t.hears(c, m)
	if c.Type == Private && m.From != &t.bot {
		c.open = true
	}
	m.PreviewURL = firstLink(m.Text, m.Entities)
	if m.From != nil && t.isEphemeral(c, m.From.ID, m.Text) {
		t.whisper(c, m)
	} else {
		t.add(c, m)
	}
	if hears {
		kind := onMessage
		if c.Type == Channel {
			kind = onChannelPost
		}
		t.send(kind, m)
	}
	return *m, nil
}

// hears reports whether the bot gets an update for m: core.telegram.org/bots/features#privacy-mode. A bare command
// reaches it unless another bot was the last to write here.
func (t *StandIn) hears(c *chat, m *Message) bool {
	status := c.status(t.bot.ID)
	switch {
	case m.From != nil && m.From.IsBot && m.From.ID != anonymousID && m.From.ID != channelBotID:
		return false // bots do not see bots
	case !status.present():
		return false
	case c.Type == Private, c.Type == Channel, t.cfg.ReadsAll, status.manages():
		return true
	case m.ReplyTo != nil && m.ReplyTo.From != nil && m.ReplyTo.From.ID == t.bot.ID:
		return true
	}
	if len(m.Entities) == 0 || m.Entities[0].Type != "bot_command" || m.Entities[0].Offset != 0 {
		return false
	}
	_, name, addressed := strings.Cut(slice(m.Text, 0, m.Entities[0].Length), "@")
	if addressed {
		return strings.EqualFold(name, t.bot.Username)
	}
	return c.lastBot == 0 || c.lastBot == t.bot.ID
}
