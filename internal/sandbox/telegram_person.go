package sandbox

import (
	"errors"
	"fmt"
	"strings"
)

// The accounts in whose name Telegram shows messages that are no person's.
const (
	tgAnonymousID  = 1_087_968_824
	tgChannelBotID = 136_817_688
)

func tgAnonymous() *TelegramUser {
	return &TelegramUser{ID: tgAnonymousID, IsBot: true, FirstName: "Group", Username: "GroupAnonymousBot"}
}

// AddUser adds a person with this first name. A zero ID is given a new one; the other fields are taken as they are.
func (t *Telegram) AddUser(u TelegramUser) TelegramUser {
	t.mu.Lock()
	defer t.mu.Unlock()
	if u.ID == 0 {
		u.ID = tgFirstUserID + t.ids.users
		t.ids.users++
	}
	t.users[u.ID] = &u
	chat := t.newChat(TelegramChat{
		ID: u.ID, Type: TelegramPrivate, FirstName: u.FirstName, LastName: u.LastName, Username: u.Username,
	}, 0)
	chat.members[t.bot.ID] = &tgMember{status: TelegramMember}
	return u
}

// Start opens the private chat as a person does who presses Start, and unblocks the bot; payload is the parameter of
// a deep link, or empty.
func (t *Telegram) Start(user int64, payload string) (TelegramMessage, error) {
	if err := t.Return(user); err != nil {
		return TelegramMessage{}, err
	}
	return t.Say(user, user, 0, strings.TrimSpace("/start "+payload))
}

// Say writes a text as a person. In a private chat (chat is the person's id) it also opens the chat. Topic 0 is no
// topic. The bot gets an update if it would get one in life.
func (t *Telegram) Say(user, chat int64, topic int, text string) (TelegramMessage, error) {
	return t.say(user, chat, text, &TelegramMessage{Thread: topic}, 0)
}

// Reply writes a text as a person, in answer to a message of the same chat, in its topic.
func (t *Telegram) Reply(user, chat int64, message int, text string) (TelegramMessage, error) {
	return t.say(user, chat, text, &TelegramMessage{}, message)
}

func (t *Telegram) say(user, chat int64, text string, m *TelegramMessage, replyTo int) (TelegramMessage, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	c, err := t.known(chat)
	if err != nil {
		return TelegramMessage{}, err
	}
	u := t.users[user]
	switch {
	case u == nil:
		return TelegramMessage{}, fmt.Errorf("no user %d", user)
	case c.Type == TelegramPrivate && user != chat:
		return TelegramMessage{}, fmt.Errorf("chat %d is not user %d's", chat, user)
	case c.Type == TelegramPrivate && !c.status(t.bot.ID).present():
		return TelegramMessage{}, fmt.Errorf("user %d has blocked the bot", chat)
	case c.Type == TelegramChannel:
		return TelegramMessage{}, errors.New("use Post to write in a channel")
	case c.Type != TelegramPrivate && (!c.status(user).present() || c.muted(user)):
		return TelegramMessage{}, fmt.Errorf("user %d may not write in chat %d", user, chat)
	}
	m.From = u
	if replyTo != 0 {
		original := c.find(replyTo)
		if original == nil {
			return TelegramMessage{}, fmt.Errorf("no message %d in chat %d", replyTo, chat)
		}
		m.ReplyTo, m.Thread = tgQuoted(original), original.Thread
	}
	return t.speak(c, text, m)
}

// SayAnonymous writes in a group as an administrator who hides behind the group.
func (t *Telegram) SayAnonymous(chat int64, topic int, text string) (TelegramMessage, error) {
	return t.sayAs(chat, chat, text, &TelegramMessage{From: tgAnonymous(), Thread: topic})
}

// SayAsChannel writes in a group in the name of a channel, which makes nobody an administrator of the group.
func (t *Telegram) SayAsChannel(channel, chat int64, topic int, text string) (TelegramMessage, error) {
	from := &TelegramUser{ID: tgChannelBotID, IsBot: true, FirstName: "Channel", Username: "Channel_Bot"}
	return t.sayAs(channel, chat, text, &TelegramMessage{From: from, Thread: topic})
}

// Post writes in a channel. The update has no sender but the channel.
func (t *Telegram) Post(channel int64, text string) (TelegramMessage, error) {
	return t.sayAs(channel, channel, text, &TelegramMessage{})
}

// PostReply is Post in answer to another message of the channel.
func (t *Telegram) PostReply(channel int64, message int, text string) (TelegramMessage, error) {
	original, err := t.quoted(channel, message)
	if err != nil {
		return TelegramMessage{}, err
	}
	return t.sayAs(channel, channel, text, &TelegramMessage{ReplyTo: original})
}

// quoted returns a message as it stands in its answers.
func (t *Telegram) quoted(chat int64, message int) (*TelegramMessage, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	c, err := t.known(chat)
	if err != nil {
		return nil, err
	}
	if m := c.find(message); m != nil {
		return tgQuoted(m), nil
	}
	return nil, fmt.Errorf("no message %d in chat %d", message, chat)
}

func (t *Telegram) sayAs(sender, chat int64, text string, m *TelegramMessage) (TelegramMessage, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	c, err := t.known(chat)
	if err != nil {
		return TelegramMessage{}, err
	}
	s, err := t.known(sender)
	if err != nil {
		return TelegramMessage{}, err
	}
	if (c.Type == TelegramChannel) != (m.From == nil) || c.Type == TelegramPrivate {
		return TelegramMessage{}, fmt.Errorf("chat %d of type %s takes no such message", chat, c.Type)
	}
	m.SenderChat = &s.TelegramChat
	return t.speak(c, text, m)
}

// speak checks a person's text, adds the message and lets the bot hear it. t.mu must be held.
func (t *Telegram) speak(c *tgChat, text string, m *TelegramMessage) (TelegramMessage, error) {
	if _, ok := c.topics[m.Thread]; m.Thread != 0 && !ok {
		return TelegramMessage{}, fmt.Errorf("no topic %d in chat %d", m.Thread, c.ID)
	}
	if c.migratedTo != 0 {
		return TelegramMessage{}, fmt.Errorf("chat %d is now %d", c.ID, c.migratedTo)
	}
	var err error
	if m.Text, m.Entities, err = tgTidy(text, nil); err != nil {
		return TelegramMessage{}, err
	}
	if n := tgLength(m.Text); n == 0 || n > tgMaxText {
		return TelegramMessage{}, fmt.Errorf("a text of %d characters cannot be sent", n)
	}
	hears := t.hears(c, m)
	if c.Type == TelegramPrivate && m.From != &t.bot {
		c.open = true
	}
	m.PreviewURL = tgFirstLink(m.Text, m.Entities)
	t.add(c, m)
	if hears {
		kind := tgOnMessage
		if c.Type == TelegramChannel {
			kind = tgOnChannelPost
		}
		t.send(kind, m)
	}
	return *m, nil
}

// hears tells whether the bot gets an update for m: core.telegram.org/bots/features#privacy-mode. A bare command
// reaches it unless another bot was the last to write here.
func (t *Telegram) hears(c *tgChat, m *TelegramMessage) bool {
	status := c.status(t.bot.ID)
	switch {
	case m.From != nil && m.From.IsBot && m.From.ID != tgAnonymousID && m.From.ID != tgChannelBotID:
		return false // bots do not see bots
	case !status.present():
		return false
	case c.Type == TelegramPrivate, c.Type == TelegramChannel, t.cfg.ReadsAll, status.manages():
		return true
	case m.ReplyTo != nil && m.ReplyTo.From != nil && m.ReplyTo.From.ID == t.bot.ID:
		return true
	}
	if len(m.Entities) == 0 || m.Entities[0].Type != "bot_command" || m.Entities[0].Offset != 0 {
		return false
	}
	_, name, addressed := strings.Cut(tgSlice(m.Text, 0, m.Entities[0].Length), "@")
	if addressed {
		return strings.EqualFold(name, t.bot.Username)
	}
	return c.lastBot == 0 || c.lastBot == t.bot.ID
}
