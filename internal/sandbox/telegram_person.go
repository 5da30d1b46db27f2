package sandbox

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// The accounts in whose name Telegram shows messages that are no person's.
const (
	tgAnonymousID  = 1_087_968_824
	tgChannelBotID = 136_817_688
)

const (
	tgCallbackLife = 15 * time.Second // after it answerCallbackQuery is too late; the real limit is not published
	tgMaxAnswer    = 200              // characters; core.telegram.org/bots/api#answercallbackquery
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

// Start opens the private chat as a person does who presses Start; payload is the parameter of a deep link, or empty.
func (t *Telegram) Start(user int64, payload string) (TelegramMessage, error) {
	return t.Say(user, user, 0, strings.TrimSpace("/start "+payload))
}

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
	c, err := t.known(chat)
	if err != nil {
		return err
	}
	if _, ok := c.topics[topic]; !ok {
		return fmt.Errorf("no topic %d in chat %d", topic, chat)
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
	case c.Type == TelegramPrivate && user != chat && user != t.bot.ID:
		return TelegramMessage{}, fmt.Errorf("chat %d is not user %d's", chat, user)
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

// TelegramAnswer is what a person sees after a press.
type TelegramAnswer struct {
	Text string
	// Alert tells a window that must be closed from a line that fades.
	Alert bool
	URL   string
}

// tgCallback is a press that waits for its answer.
type tgCallback struct {
	asked time.Time
	chat  int64
	done  chan TelegramAnswer // holds one
}

// Press presses the button with this data below a message, and waits for the bot's answer or the end of ctx.
func (t *Telegram) Press(ctx context.Context, user, chat int64, message int, data string) (TelegramAnswer, error) {
	q, err := t.press(user, chat, message, data)
	if err != nil {
		return TelegramAnswer{}, err
	}
	select {
	case answer := <-q.done:
		return answer, nil
	case <-ctx.Done():
		return TelegramAnswer{}, ctx.Err()
	case <-t.ctx.Done():
		return TelegramAnswer{}, errors.New("the stand-in is closed")
	}
}

func (t *Telegram) press(user, chat int64, message int, data string) (*tgCallback, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	c, err := t.known(chat)
	if err != nil {
		return nil, err
	}
	u, m := t.users[user], c.find(message)
	switch {
	case u == nil:
		return nil, fmt.Errorf("no user %d", user)
	case m == nil || !m.Keyboard.has(data):
		return nil, fmt.Errorf("no button %q below message %d in chat %d", data, message, chat)
	}
	now := t.cfg.Now()
	for id, q := range t.callbacks {
		if q.expired(now) {
			delete(t.callbacks, id)
		}
	}
	id := strconv.FormatInt(tgFirstCallbackID+t.ids.callbacks, 10)
	t.ids.callbacks++
	q := &tgCallback{asked: now, chat: chat, done: make(chan TelegramAnswer, 1)}
	t.callbacks[id] = q
	t.send(tgOnCallback, map[string]any{
		"id": id, "from": u, "message": m, "chat_instance": strconv.FormatInt(-chat*7, 10), "data": data,
	})
	return q, nil
}

func (k *TelegramKeyboard) has(data string) bool {
	if k == nil || data == "" {
		return false
	}
	for _, row := range k.Rows {
		for _, b := range row {
			if b.Data == data {
				return true
			}
		}
	}
	return false
}

func (t *Telegram) answerCallbackQuery(c tgCall) (any, error) {
	if utf8.RuneCountInString(c.text("text")) > tgMaxAnswer {
		return nil, tgBadRequest("MESSAGE_TOO_LONG")
	}
	id := c.text("callback_query_id")
	q := t.callbacks[id]
	if q == nil || q.expired(t.cfg.Now()) {
		return nil, tgBadRequest("query is too old and response timeout expired or query ID is invalid")
	}
	delete(t.callbacks, id)
	answer := TelegramAnswer{Text: c.text("text"), Alert: c.truth("show_alert"), URL: c.text("url")}
	q.done <- answer
	t.notify(TelegramEvent{Kind: TelegramAnswered, Chat: q.chat, Answer: answer})
	return true, nil
}
