package sandbox

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Where the ids begin: the shapes are the real ones, so that a 32-bit id or a lost sign shows up.
const (
	tgFirstBotID      = 7_000_000_001
	tgFirstUserID     = 5_100_000_001
	tgFirstGroupID    = -4_200_000_001
	tgFirstSuperID    = -1_002_100_000_001
	tgFirstUpdate     = 810_000_001
	tgFirstCallbackID = 4_382_100_000_000_000_001
	tgTopicColor      = 7_322_096
)

// tgIDs counts what is numbered across chats. Private chats and groups share one count of messages.
type tgIDs struct {
	users, groups, supers, messages, callbacks int64
}

// tgChat is a chat with everything in it.
type tgChat struct {
	TelegramChat
	owner      int64
	open       bool // private chats: the person has written to the bot
	members    map[int64]*tgMember
	messages   []*TelegramMessage
	lastID     int            // supergroups and channels count their own messages
	topics     map[int]string // names by thread id
	closed     map[int]bool   // topics that only administrators write in
	migratedTo int64
	lastBot    int64 // the bot that wrote here last, for privacy mode
	pace       tgPace
}

// tgMember is somebody's standing in a chat.
type tgMember struct {
	status TelegramStatus
	muted  bool // may not write
}

// newChat registers a chat. t.mu must be held.
func (t *Telegram) newChat(c TelegramChat, owner int64) *tgChat {
	chat := &tgChat{
		TelegramChat: c, owner: owner, members: map[int64]*tgMember{}, topics: map[int]string{}, closed: map[int]bool{},
		pace: tgNewPace(),
	}
	if owner != 0 {
		chat.members[owner] = &tgMember{status: TelegramCreator}
	}
	t.chats[c.ID] = chat
	return chat
}

// known returns a chat for the people's side of the stand-in. t.mu must be held.
func (t *Telegram) known(id int64) (*tgChat, error) {
	if chat := t.chats[id]; chat != nil {
		return chat, nil
	}
	return nil, fmt.Errorf("no chat %d", id)
}

// status is somebody's standing; who never came has left.
func (c *tgChat) status(user int64) TelegramStatus {
	if m := c.members[user]; m != nil {
		return m.status
	}
	return TelegramLeft
}

func (c *tgChat) muted(user int64) bool {
	m := c.members[user]
	return m != nil && m.muted
}

// find returns the message with an id, or nil.
func (c *tgChat) find(id int) *TelegramMessage {
	i, ok := slices.BinarySearchFunc(c.messages, id, func(m *TelegramMessage, id int) int { return m.ID - id })
	if !ok {
		return nil
	}
	return c.messages[i]
}

// add numbers and dates m, keeps it, and tells the watchers. t.mu must be held.
func (t *Telegram) add(c *tgChat, m *TelegramMessage) {
	if c.Type == TelegramSupergroup || c.Type == TelegramChannel {
		c.lastID++
		m.ID = c.lastID
	} else {
		t.ids.messages++
		m.ID = int(t.ids.messages)
	}
	m.Chat = c.TelegramChat
	m.Date = t.cfg.Now().Unix()
	if m.Thread != 0 {
		m.InTopic = true
		if opening := c.find(m.Thread); m.ReplyTo == nil && opening != nil {
			m.ReplyTo = tgQuoted(opening)
		}
	}
	if m.From != nil && m.From.IsBot && m.From.ID != tgAnonymousID && m.From.ID != tgChannelBotID {
		c.lastBot = m.From.ID
	}
	c.messages = append(c.messages, m)
	t.notify(TelegramEvent{Kind: TelegramSent, Chat: c.ID, Message: *m})
}

// tgQuoted is a message inside another: it does not carry what it answers itself.
func tgQuoted(m *TelegramMessage) *TelegramMessage {
	quoted := *m
	quoted.ReplyTo = nil
	return &quoted
}

// Messages returns what stands in a chat, oldest first, deleted messages left out. An unknown chat has none.
func (t *Telegram) Messages(chat int64) []TelegramMessage {
	t.mu.Lock()
	defer t.mu.Unlock()
	c := t.chats[chat]
	if c == nil {
		return nil
	}
	list := make([]TelegramMessage, len(c.messages))
	for i, m := range c.messages {
		list[i] = *m
	}
	return list
}

// tgAccess is how much of a chat a method needs.
type tgAccess int

const (
	tgRead tgAccess = iota
	tgEdit
	tgWrite
)

// chatOf finds the chat a call is about and checks that the bot may do this much there. t.mu must be held.
func (t *Telegram) chatOf(c tgCall, access tgAccess) (*tgChat, error) {
	return t.chatNamed(c.text("chat_id"), access)
}

func (t *Telegram) chatNamed(name string, access tgAccess) (*tgChat, error) {
	if name == "" {
		return nil, tgBadRequest("chat_id is empty")
	}
	chat := t.lookUp(name)
	if chat == nil {
		return nil, tgBadRequest("chat not found")
	}
	return chat, t.checkAccess(chat, access)
}

func (t *Telegram) lookUp(name string) *tgChat {
	if username, ok := strings.CutPrefix(name, "@"); ok {
		for _, chat := range t.chats {
			if chat.Type != TelegramPrivate && chat.Username != "" && strings.EqualFold(chat.Username, username) {
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

func (t *Telegram) checkAccess(c *tgChat, access tgAccess) error {
	status := c.status(t.bot.ID)
	switch c.Type {
	case TelegramPrivate:
		return tgPrivateAccess(c, status, access)
	case TelegramGroup:
		switch {
		case access == tgRead:
			return nil
		case c.migratedTo != 0:
			e := tgBadRequest("group chat was upgraded to a supergroup chat")
			e.parameters = map[string]any{"migrate_to_chat_id": c.migratedTo}
			return e
		}
	case TelegramSupergroup, TelegramChannel:
		// A public chat can be read by anyone.
		if access == tgRead && c.Username != "" && status == TelegramLeft {
			return nil
		}
	}
	switch status {
	case TelegramKicked:
		return tgForbidden("bot was kicked from the " + c.Type + " chat")
	case TelegramLeft:
		return tgForbidden("bot is not a member of the " + c.Type + " chat")
	}
	return nil
}

func tgPrivateAccess(c *tgChat, status TelegramStatus, access tgAccess) error {
	switch {
	case !c.open && access == tgRead:
		return tgBadRequest("chat not found")
	case !c.open:
		return tgForbidden("bot can't initiate conversation with a user")
	case status == TelegramKicked && access != tgRead:
		return tgForbidden("bot was blocked by the user")
	}
	return nil
}

// checkRights tells whether the bot may put this kind of message into a chat.
func (t *Telegram) checkRights(c *tgChat, kind string) error {
	switch {
	case c.Type == TelegramPrivate:
		return nil
	case c.Type == TelegramChannel && (!c.status(t.bot.ID).manages() || c.muted(t.bot.ID)):
		return tgBadRequest("need administrator rights in the channel chat")
	case c.muted(t.bot.ID):
		return tgBadRequest("not enough rights to send " + kind + " to the chat")
	}
	return nil
}

// thread checks message_thread_id. Chats without topics ignore it; the General topic is written to without one.
func (c *tgChat) thread(call tgCall, bot int64) (int, error) {
	id := int(call.number("message_thread_id"))
	if id == 0 || !c.IsForum {
		return 0, nil
	}
	if _, ok := c.topics[id]; !ok {
		return 0, tgBadRequest("message thread not found")
	}
	if c.closed[id] && !c.status(bot).manages() {
		return 0, tgBadRequest("TOPIC_CLOSED")
	}
	return id, nil
}

// charge takes one send or edit out of the limits of the bot and of the chat. t.mu must be held.
func (t *Telegram) charge(c *tgChat) error {
	if t.cfg.Unlimited {
		return nil
	}
	now := t.cfg.Now()
	if wait := max(t.limiter.wait(now), c.pace.wait(now, c.ID)); wait > 0 {
		return tgTooMany(wait)
	}
	t.limiter.take(now)
	c.pace.take(now)
	return nil
}
