package telegram

import "slices"

// User is a person or a bot, as the Bot API shows one.
type User struct {
	ID        int64  `json:"id"`
	IsBot     bool   `json:"is_bot"`
	FirstName string `json:"first_name"`
	LastName  string `json:"last_name,omitempty"`
	Username  string `json:"username,omitempty"`
	Language  string `json:"language_code,omitempty"`
}

// The types of chats.
const (
	Private    = "private"
	Group      = "group"
	Supergroup = "supergroup"
	Channel    = "channel"
)

// Chat is a private chat, group, supergroup or channel, as the Bot API shows one.
type Chat struct {
	ID        int64  `json:"id"`
	Type      string `json:"type"`
	Title     string `json:"title,omitempty"`
	Username  string `json:"username,omitempty"`
	FirstName string `json:"first_name,omitempty"`
	LastName  string `json:"last_name,omitempty"`
	IsForum   bool   `json:"is_forum,omitempty"`
}

// Message is a message as the Bot API shows one, with a few fields for drawing the chat.
type Message struct {
	ID int `json:"message_id"`
	// Thread is the topic the message is in; 0 is the General topic, or a chat without topics.
	Thread  int  `json:"message_thread_id,omitempty"`
	InTopic bool `json:"is_topic_message,omitempty"`
	// EphemeralID numbers a message that only one person and the bot see; its ID is 0 then. Receiver is the person, if
	// the bot wrote it.
	EphemeralID int   `json:"ephemeral_message_id,omitempty"`
	Receiver    *User `json:"receiver_user,omitempty"`
	// From is nil in channels.
	From *User `json:"from,omitempty"`
	// SenderChat is the chat in whose name the message was written: the channel itself, or the group of an
	// anonymous administrator.
	SenderChat *Chat `json:"sender_chat,omitempty"`
	Chat       Chat  `json:"chat"`
	Date       int64 `json:"date"`
	EditDate   int64 `json:"edit_date,omitempty"`
	// Forwarded says where a forwarded message comes from; nil for others.
	Forwarded *Origin `json:"forward_origin,omitempty"`
	// ReplyTo is the message answered. In a topic, a message that answers none answers the service message
	// that opened the topic (its TopicCreated is set), as on the real platform.
	ReplyTo         *Message    `json:"reply_to_message,omitempty"`
	Text            string      `json:"text,omitempty"`
	Entities        []Entity    `json:"entities,omitempty"`
	Document        *Document   `json:"document,omitempty"`
	Photo           []PhotoSize `json:"photo,omitempty"`
	Caption         string      `json:"caption,omitempty"`
	CaptionEntities []Entity    `json:"caption_entities,omitempty"`
	// LinkPreview is what the sender asked for; nil means the platform's default.
	LinkPreview *LinkPreview `json:"link_preview_options,omitempty"`
	Keyboard    *Keyboard    `json:"reply_markup,omitempty"`

	NewMembers   []User        `json:"new_chat_members,omitempty"`
	LeftMember   *User         `json:"left_chat_member,omitempty"`
	MigrateTo    int64         `json:"migrate_to_chat_id,omitempty"`
	MigrateFrom  int64         `json:"migrate_from_chat_id,omitempty"`
	TopicCreated *TopicCreated `json:"forum_topic_created,omitempty"`
	// TopicClosed and TopicReopened mark the service messages of these changes.
	TopicClosed   *struct{} `json:"forum_topic_closed,omitempty"`
	TopicReopened *struct{} `json:"forum_topic_reopened,omitempty"`

	// PreviewURL is the page whose preview is shown below the text. Empty means none.
	PreviewURL string `json:"-"`
	// PhotoURL is where the photo was to be fetched from.
	PhotoURL string `json:"-"`
	// Silent messages make no sound.
	Silent bool `json:"-"`
	// Force asks for a reply to the message; nil for most.
	Force *ForceReply `json:"-"`
}

// Origin is where a forwarded message comes from.
type Origin struct {
	Type      string `json:"type"` // "channel"
	Chat      *Chat  `json:"chat,omitempty"`
	MessageID int    `json:"message_id,omitempty"`
	Date      int64  `json:"date"`
}

// ForceReply has clients open the field to reply to a message, as if the person had chosen to.
type ForceReply struct {
	Force       bool   `json:"force_reply"`
	Placeholder string `json:"input_field_placeholder,omitempty"`
	// Selective limits it to people mentioned in the text, or replied to.
	Selective bool `json:"selective,omitempty"`
}

// Asks reports whether the message makes a person's client open the reply field.
func (m *Message) Asks(user int64) bool {
	switch {
	case m.Force == nil:
		return false
	case !m.Force.Selective, m.Chat.Type == Private:
		return true
	case m.ReplyTo != nil && m.ReplyTo.From != nil && m.ReplyTo.From.ID == user:
		return true
	}
	return slices.ContainsFunc(m.Entities, func(e Entity) bool { return e.User != nil && e.User.ID == user })
}

// Entity is a run of styled text. Offset and Length are in UTF-16 code units.
type Entity struct {
	Type          string `json:"type"`
	Offset        int    `json:"offset"`
	Length        int    `json:"length"`
	URL           string `json:"url,omitempty"`
	User          *User  `json:"user,omitempty"`
	Language      string `json:"language,omitempty"`
	CustomEmojiID string `json:"custom_emoji_id,omitempty"`
	UnixTime      int64  `json:"unix_time,omitempty"`
	TimeFormat    string `json:"date_time_format,omitempty"`
}

// PhotoSize is one size of a photo. The stand-in fetches none, so the measures are invented.
type PhotoSize struct {
	FileID       string `json:"file_id"`
	FileUniqueID string `json:"file_unique_id"`
	Width        int    `json:"width"`
	Height       int    `json:"height"`
}

// LinkPreview is how a sender wants the preview of a link.
type LinkPreview struct {
	Disabled    bool   `json:"is_disabled,omitempty"`
	URL         string `json:"url,omitempty"`
	PreferSmall bool   `json:"prefer_small_media,omitempty"`
	PreferLarge bool   `json:"prefer_large_media,omitempty"`
	AboveText   bool   `json:"show_above_text,omitempty"`
}

// Keyboard is the inline keyboard below a message.
type Keyboard struct {
	Rows [][]Button `json:"inline_keyboard"`
}

// Button is one button: it opens URL, or sends Data back to the bot.
type Button struct {
	Text  string `json:"text"`
	Style string `json:"style,omitempty"` // danger, success or primary
	URL   string `json:"url,omitempty"`
	Data  string `json:"callback_data,omitempty"`
}

// TopicCreated is the service message that opens a topic.
type TopicCreated struct {
	Name      string `json:"name"`
	IconColor int    `json:"icon_color"`
}

// Command is one entry of a command menu.
type Command struct {
	Command     string `json:"command"`
	Description string `json:"description"`
	IsEphemeral bool   `json:"is_ephemeral,omitempty"`
}
