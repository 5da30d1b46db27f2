package telegram

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Where the ids begin: the shapes are the real ones, so that a 32-bit id or a lost sign shows up.
const (
	firstBotID      = 7_000_000_001
	firstUserID     = 5_100_000_001
	firstGroupID    = -4_200_000_001
	firstSuperID    = -1_002_100_000_001
	firstUpdate     = 810_000_001
	firstCallbackID = 4_382_100_000_000_000_001
	topicColor      = 7_322_096
)

// ids counts what is numbered across chats. Private chats and groups share one count of messages.
type ids struct {
	users, groups, supers, messages, callbacks int64
}

// chat is a chat with everything in it.
type chat struct {
	Chat
	owner      int64
	open       bool // private chats: the person has written to the bot
	members    map[int64]*member
	messages   []*Message
	whispers   whispers
	lastID     int            // supergroups and channels count their own messages
	topics     map[int]string // names by thread id
	closed     map[int]bool   // topics that only administrators write in
	migratedTo int64
	lastBot    int64 // the bot that wrote here last, for privacy mode
	pace       pace
	shut       bool          // only administrators write: groups at night
	slow       time.Duration // between two messages of one sender; 0 is off
	nextSlow   time.Time     // when the bot's next message is due, in real time
}

// member is somebody's standing in a chat.
type member struct {
	status Status
	muted  bool // may not write
}

// newChat registers a chat. t.mu must be held.
func (t *StandIn) newChat(c Chat, owner int64) *chat {
	chat := &chat{
		Chat: c, owner: owner, members: map[int64]*member{}, topics: map[int]string{}, closed: map[int]bool{},
		pace: newPace(),
	}
	if owner != 0 {
		chat.members[owner] = &member{status: Creator}
	}
	t.chats[c.ID] = chat
	return chat
}

// known returns a chat for the people's side of the stand-in. t.mu must be held.
func (t *StandIn) known(id int64) (*chat, error) {
	if chat := t.chats[id]; chat != nil {
		return chat, nil
	}
	return nil, fmt.Errorf("no chat %d", id)
}

// status is somebody's standing. Somebody who never joined counts as Left.
func (c *chat) status(user int64) Status {
	if m := c.members[user]; m != nil {
		return m.status
	}
	return Left
}

func (c *chat) muted(user int64) bool {
	m := c.members[user]
	return m != nil && m.muted
}

// find returns the message with an id, or nil.
func (c *chat) find(id int) *Message {
	i, ok := slices.BinarySearchFunc(c.messages, id, func(m *Message, id int) int { return m.ID - id })
	if !ok {
		return nil
	}
	return c.messages[i]
}

// add numbers and dates m, keeps it, and notifies the watchers. t.mu must be held.
func (t *StandIn) add(c *chat, m *Message) {
	if c.Type == Supergroup || c.Type == Channel {
		c.lastID++
		m.ID = c.lastID
	} else {
		t.ids.messages++
		m.ID = int(t.ids.messages)
	}
	m.Chat = c.Chat
	m.Date = t.cfg.Now().Unix()
	if m.Thread != 0 {
		m.InTopic = true
		if opening := c.find(m.Thread); m.ReplyTo == nil && opening != nil {
			m.ReplyTo = quoted(opening)
		}
	}
	if m.From != nil && m.From.IsBot && m.From.ID != anonymousID && m.From.ID != channelBotID {
		c.lastBot = m.From.ID
	}
	c.messages = append(c.messages, m)
	t.watchers.Notify(Event{Kind: Sent, Chat: c.ID, Message: *m})
}

// quoted is a message inside another: it does not carry what it answers itself.
func quoted(m *Message) *Message {
	quoted := *m
	quoted.ReplyTo = nil
	return &quoted
}

// Messages returns the messages of a chat, oldest first, without deleted ones. An unknown chat has none.
func (t *StandIn) Messages(chat int64) []Message {
	t.mu.Lock()
	defer t.mu.Unlock()
	c := t.chats[chat]
	if c == nil {
		return nil
	}
	list := make([]Message, len(c.messages))
	for i, m := range c.messages {
		list[i] = *m
	}
	return list
}

// access is how much of a chat a method needs.
type access int

const (
	read access = iota
	edit
	write
)

// chatOf finds the chat a call is about and checks that the bot may do this much there. t.mu must be held.
func (t *StandIn) chatOf(c call, access access) (*chat, error) {
	return t.chatNamed(c.text("chat_id"), access)
}

func (t *StandIn) chatNamed(name string, access access) (*chat, error) {
	if name == "" {
		return nil, badRequest("chat_id is empty")
	}
	chat := t.lookUp(name)
	if chat == nil {
		return nil, badRequest("chat not found")
	}
	return chat, t.checkAccess(chat, access)
}

func (t *StandIn) lookUp(name string) *chat {
	if username, ok := strings.CutPrefix(name, "@"); ok {
		for _, chat := range t.chats {
			if chat.Type != Private && chat.Username != "" && strings.EqualFold(chat.Username, username) {
				return chat
			}
		}
		return nil
	}
	id, err := strconv.ParseInt(strings.TrimSpace(name), 10, 64)
	if err != nil {
		return nil
	}
	return t.chats[id]
}

func (t *StandIn) checkAccess(c *chat, access access) error {
	status := c.status(t.bot.ID)
	switch c.Type {
	case Private:
		return privateAccess(c, status, access)
	case Group:
		switch {
		case access == read:
			return nil
		case c.migratedTo != 0:
			e := badRequest("group chat was upgraded to a supergroup chat")
			e.parameters = map[string]any{"migrate_to_chat_id": c.migratedTo}
			return e
		}
	case Supergroup, Channel:
		// A public chat can be read by anyone.
		if access == read && c.Username != "" && status == Left {
			return nil
		}
	}
	switch status {
	case Kicked:
		return forbidden("bot was kicked from the " + c.Type + " chat")
	case Left:
		return forbidden("bot is not a member of the " + c.Type + " chat")
	}
	return nil
}

func privateAccess(c *chat, status Status, access access) error {
	switch {
	case !c.open && access == read:
		return badRequest("chat not found")
	case !c.open:
		return forbidden("bot can't initiate conversation with a user")
	case status == Kicked && access != read:
		return forbidden("bot was blocked by the user")
	}
	return nil
}

// checkRights checks whether the bot may post this kind of message in a chat.
func (t *StandIn) checkRights(c *chat, kind string) error {
	switch {
	case c.Type == Private:
		return nil
	case c.Type == Channel && (!c.status(t.bot.ID).manages() || c.muted(t.bot.ID)):
		return badRequest("need administrator rights in the channel chat")
	case c.muted(t.bot.ID), c.shut && !c.status(t.bot.ID).manages():
		return badRequest("not enough rights to send " + kind + " to the chat")
	}
	return nil
}

// thread checks message_thread_id. Chats without topics ignore it; the General topic is written to without one.
func (c *chat) thread(call call, bot int64) (int, error) {
	id := int(call.number("message_thread_id"))
	if id == 0 || !c.IsForum {
		return 0, nil
	}
	if _, ok := c.topics[id]; !ok {
		return 0, badRequest("message thread not found")
	}
	if c.closed[id] && !c.status(bot).manages() {
		return 0, badRequest("TOPIC_CLOSED")
	}
	return id, nil
}

// charge counts one send or edit toward the limits of the bot and of the chat. t.mu must be held.
func (t *StandIn) charge(c *chat) error {
	if t.cfg.Unlimited {
		return nil
	}
	now := t.cfg.Now()
	if wait := max(t.limiter.wait(now), c.pace.wait(now, c.ID)); wait > 0 {
		return tooMany(wait)
	}
	t.limiter.take(now)
	c.pace.take(now)
	return nil
}
