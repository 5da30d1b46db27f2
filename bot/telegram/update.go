package telegram

import (
	"cmp"
	"encoding/json"
	"strconv"
	"strings"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"tidings/bot"
)

// Accounts in whose name Telegram shows messages that no person signed.
const (
	anonymousAdmin = 1087968824 // GroupAnonymousBot: an administrator hides behind the group
	serviceAccount = 777000     // forwards a channel's posts into its discussion group
)

// The types of chats.
const (
	private = "private"
	channel = "channel"
)

// update is one event.
type update struct {
	ID          int64         `json:"update_id"`
	Message     *message      `json:"message"`
	ChannelPost *message      `json:"channel_post"`
	Edited      *message      `json:"edited_message"`
	Callback    *callback     `json:"callback_query"`
	BotMember   *memberChange `json:"my_chat_member"`
}

// message is what the bot reads of a message. The library's type lacks topics, and fails on any field that changes
// its type, even one that the bot doesn't read.
type message struct {
	MessageID int `json:"message_id"`
	// EphemeralID numbers a message that one person in a group and the bot see; the MessageID is 0 then.
	EphemeralID    int            `json:"ephemeral_message_id"`
	Thread         int            `json:"message_thread_id"`
	IsTopicMessage bool           `json:"is_topic_message"`
	From           *tgbotapi.User `json:"from"`
	SenderChat     *tgbotapi.Chat `json:"sender_chat"`
	Chat           *tgbotapi.Chat `json:"chat"`
	Date           int64          `json:"date"`
	EditDate       int64          `json:"edit_date"`
	Text           string         `json:"text"`
	Entities       []entity       `json:"entities"`
	Document       *document      `json:"document"`
	Caption        string         `json:"caption"` // below a picture or a file
	// Forwarded says that somebody else wrote it.
	Forwarded         json.RawMessage `json:"forward_origin"`
	MigrateToChatID   int64           `json:"migrate_to_chat_id"`
	MigrateFromChatID int64           `json:"migrate_from_chat_id"`
	ReplyTo           *struct {
		MessageID int            `json:"message_id"`
		From      *tgbotapi.User `json:"from"`
		Document  *document      `json:"document"`
	} `json:"reply_to_message"`
	TopicReopened *struct{} `json:"forum_topic_reopened"`
}

// language is that of whoever wrote the message, as far as Telegram says it.
func (m *message) language() string {
	if m.From == nil {
		return ""
	}
	return m.From.LanguageCode
}

// reader is who reads an answer for which the store isn't to be asked.
func (m *message) reader() bot.Invocation { return bot.Invocation{Language: m.language()} }

// reader is who reads an answer to a press for which the store isn't to be asked.
func (c *callback) reader() bot.Invocation { return bot.Invocation{Language: c.From.LanguageCode} }

// entity is a part of a text that means something, as far as the bot reads it: a person who is mentioned without a name of
// their own.
type entity struct {
	Type string         `json:"type"`
	User *tgbotapi.User `json:"user"`
}

// mistake is the key under which a failed command is remembered.
func (m *message) mistake() memberKey { return memberKey{chat: m.Chat.ID, user: int64(m.MessageID)} }

// command returns the text in which m may have a command: its own, or a caption that is one.
func (m *message) command() string {
	if m.Text == "" && isCommandText(m.Caption) {
		return m.Caption
	}
	return m.Text
}

// says reports whether m has anything for the bot to read.
func (m *message) says() bool { return m.command() != "" || m.bringsFeeds() }

// key identifies m among the messages of its chat.
func (m *message) key() int {
	if m.EphemeralID != 0 {
		return -m.EphemeralID
	}
	return m.MessageID
}

// repliesTo returns the message that m replies to, or 0. What replies to nothing in a topic replies to
// the message that opened the topic.
func (m *message) repliesTo() int {
	if m.ReplyTo == nil || m.IsTopicMessage && m.ReplyTo.MessageID == m.Thread {
		return 0
	}
	return m.ReplyTo.MessageID
}

// repliesToBot reports whether m replies to a message of the bot, as far as Telegram says so: not in channels.
func (m *message) repliesToBot(id int64) bool {
	return m.repliesTo() != 0 && (m.ReplyTo.From == nil || m.ReplyTo.From.ID == id)
}

// isPersons reports whether a person wrote m under their own name.
func (m *message) isPersons() bool { return m.From != nil && !m.From.IsBot && m.SenderChat == nil }

// isFact reports whether m is a service message about a change of the chat.
func (m *message) isFact() bool {
	return m.MigrateToChatID != 0 || m.MigrateFromChatID != 0 || m.TopicReopened != nil
}

// callback is a pressed button. The message may be absent, or too old for Telegram to show.
type callback struct {
	ID      string         `json:"id"`
	From    *tgbotapi.User `json:"from"`
	Message *message       `json:"message"`
	Data    string         `json:"data"`
}

// memberChange is the bot's new membership in a chat.
type memberChange struct {
	Chat tgbotapi.Chat  `json:"chat"`
	From *tgbotapi.User `json:"from"` // who changed it
	Old  member         `json:"old_chat_member"`
	New  member         `json:"new_chat_member"`
}

// member is somebody's membership of a chat. A right that is absent is not restricted.
type member struct {
	Status          string `json:"status"`
	IsMember        bool   `json:"is_member"`
	CanSendMessages *bool  `json:"can_send_messages"`
	CanPostMessages *bool  `json:"can_post_messages"`
}

// allowedUpdates are the events that the bot asks for.
func allowedUpdates() []string {
	return []string{"message", "channel_post", "edited_message", "callback_query", "my_chat_member"}
}

// chat returns the chat that an update is about, or 0. Updates of one chat are handled in order.
func (u *update) chat() int64 {
	switch {
	case u.message() != nil:
		return u.message().Chat.ID
	case u.BotMember != nil:
		return u.BotMember.Chat.ID
	case u.Callback != nil && u.Callback.Message != nil && u.Callback.Message.Chat != nil:
		return u.Callback.Message.Chat.ID
	}
	return 0
}

// message returns the message that an update is, or nil.
func (u *update) message() *message { return cmp.Or(u.Message, u.ChannelPost, u.Edited) }

// sender returns who wrote a message or pressed a button: a person, or the chat in whose name they write. It is 0 for
// events that nobody requested.
func (u *update) sender() int64 {
	m := u.message()
	switch {
	case u.Callback != nil:
		return u.Callback.From.ID
	case m == nil, m.isFact():
		return 0
	case m.SenderChat != nil:
		return m.SenderChat.ID
	case m.From != nil:
		return m.From.ID
	}
	return m.Chat.ID
}

// valid reports whether the parts that Telegram always sends are there.
func (u *update) valid() bool {
	return (u.message() == nil || u.message().Chat != nil) && (u.Callback == nil || u.Callback.From != nil)
}

// target returns the place of a message: a chat, or a topic of it. Elsewhere a thread is a thread of
// replies, which can't be subscribed.
func (m *message) target() bot.Target {
	t := chatTarget(m.Chat.ID)
	if m.IsTopicMessage && m.Thread != 0 {
		t.Thread = strconv.Itoa(m.Thread)
	}
	return t
}

func chatTarget(id int64) bot.Target {
	return bot.Target{Platform: Platform, Chat: strconv.FormatInt(id, 10)}
}

// isAnonymous reports whether an administrator of the group wrote the message in its name.
func (m *message) isAnonymous() bool {
	return m.From != nil && m.From.ID == anonymousAdmin && m.SenderChat != nil && m.SenderChat.ID == m.Chat.ID
}

// author returns who wrote the message. In a channel that is the channel.
func (m *message) author() bot.User {
	switch {
	case m.From != nil:
		return person(m.From)
	case m.SenderChat != nil:
		return bot.User{ID: strconv.FormatInt(m.SenderChat.ID, 10), Name: m.SenderChat.Title}
	}
	return bot.User{ID: strconv.FormatInt(m.Chat.ID, 10), Name: m.Chat.Title}
}

func person(u *tgbotapi.User) bot.User {
	return bot.User{ID: strconv.FormatInt(u.ID, 10), Name: strings.TrimSpace(u.FirstName + " " + u.LastName)}
}
