package discord

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Message flags; discord.com/developers/docs/resources/message#message-object-message-flags.
const (
	flagEphemeral    = 1 << 6
	flagLoading      = 1 << 7
	flagSilent       = 1 << 12
	flagComponentsV2 = 1 << 15
	flagNoEmbeds     = 1 << 2
)

// Message is a message as people see it.
type Message struct {
	ID         string
	ChannelID  string
	GuildID    string // empty in a direct channel
	Author     User
	Content    string
	Embeds     []Embed
	Components []Component
	Files      []string // names of uploads
	Flags      int64
	// EphemeralTo is the only person who sees the message. Empty means everyone in the channel.
	EphemeralTo string
	// Loading is true while the bot has only said that it is thinking.
	Loading bool
	Nonce   string
	ReplyTo string // the message that it answers
	System  int    // the type of a message that Discord wrote in somebody's name; 0 for others
	Posted  time.Time
	Edited  time.Time // zero if never
	Edits   int
	// Pings says who was pinged when the message was posted. Edits ping nobody.
	Pings Pings
	// Interaction is the command or the button that the message answers; nil for others.
	Interaction *Invocation
}

// Silent reports whether the message was posted without notifying anyone's device.
func (m *Message) Silent() bool { return m.Flags&flagSilent != 0 }

// Invocation is what a person did to cause a message.
type Invocation struct {
	ID   string
	Kind int // 2 for a command, 3 for a component, 4 for autocomplete, 5 for a form
	User User
	// Name is the command with its subcommands, or the custom id of a component or a form.
	Name string
	// Target is the message whose menu has the command, if any.
	Target string
}

// Pings says whom a message pings, were the bot allowed to and did the roles exist: a text that pings only for
// want of a permission is still a fault of the bot.
type Pings struct {
	Everyone bool
	Here     bool
	Users    []string
	Roles    []string
}

// Any reports whether anyone is pinged.
func (p Pings) Any() bool { return p.Everyone || p.Here || len(p.Users)+len(p.Roles) > 0 }

// Embed is the rich part of a message.
type Embed struct {
	Type        string       `json:"type"`
	Title       string       `json:"title,omitempty"`
	URL         string       `json:"url,omitempty"`
	Description string       `json:"description,omitempty"`
	Color       int64        `json:"color,omitempty"`
	Timestamp   string       `json:"timestamp,omitempty"` // ISO 8601
	Author      *EmbedText   `json:"author,omitempty"`
	Footer      *EmbedText   `json:"footer,omitempty"`
	Image       *EmbedImage  `json:"image,omitempty"`
	Thumbnail   *EmbedImage  `json:"thumbnail,omitempty"`
	Fields      []EmbedField `json:"fields,omitempty"`
}

// EmbedText is the author line (Name) or the footer (Text) of an embed.
type EmbedText struct {
	Name    string `json:"name,omitempty"`
	Text    string `json:"text,omitempty"`
	URL     string `json:"url,omitempty"`
	IconURL string `json:"icon_url,omitempty"`
}

// EmbedImage is a picture of an embed.
type EmbedImage struct {
	URL string `json:"url"`
}

// EmbedField is a titled paragraph of an embed.
type EmbedField struct {
	Name   string `json:"name"`
	Value  string `json:"value"`
	Inline bool   `json:"inline"`
}

// Component is an action row (type 1), a button (2) or a select menu (3, 5 to 8).
type Component struct {
	Type        int64          `json:"type"`
	ID          int64          `json:"id,omitempty"`
	CustomID    string         `json:"custom_id,omitempty"`
	Style       int64          `json:"style,omitempty"`
	Label       string         `json:"label,omitempty"`
	Emoji       *Emoji         `json:"emoji,omitempty"`
	URL         string         `json:"url,omitempty"`
	Disabled    bool           `json:"disabled,omitempty"`
	Placeholder string         `json:"placeholder,omitempty"`
	MinValues   *int64         `json:"min_values,omitempty"`
	MaxValues   *int64         `json:"max_values,omitempty"`
	Options     []SelectOption `json:"options,omitempty"`
	Components  []Component    `json:"components,omitempty"`
}

// Emoji is a picture on a button: a Unicode one has no ID.
type Emoji struct {
	ID   string `json:"id,omitempty"`
	Name string `json:"name,omitempty"`
}

// SelectOption is one choice of a select menu.
type SelectOption struct {
	Label       string `json:"label"`
	Value       string `json:"value"`
	Description string `json:"description,omitempty"`
	Default     bool   `json:"default,omitempty"`
}

// wire is the message object of the API.
func (m *Message) wire(w *world) map[string]any {
	mentions := []any{}
	for _, id := range m.Pings.Users {
		if u, ok := w.users[id]; ok {
			mentions = append(mentions, u.wire())
		}
	}
	attachments := []any{}
	for i, name := range m.Files {
		attachments = append(attachments, map[string]any{
			"id": offset(m.ID, i+1), "filename": name, "size": 0, "url": "https://cdn.invalid/" + name, "proxy_url": "",
		})
	}
	wire := map[string]any{
		"id": m.ID, "type": m.kind(), "channel_id": m.ChannelID, "author": m.Author.wire(), "content": m.Content,
		"timestamp": timestamp(m.Posted), "edited_timestamp": nil, "tts": false, "pinned": false,
		"mention_everyone": m.Pings.Everyone || m.Pings.Here, "mentions": mentions,
		"mention_roles": append([]string{}, m.Pings.Roles...), "attachments": attachments,
		"embeds": append([]Embed{}, m.Embeds...), "components": append([]Component{}, m.Components...),
		"flags": m.Flags,
	}
	if !m.Edited.IsZero() {
		wire["edited_timestamp"] = timestamp(m.Edited)
	}
	if m.Nonce != "" {
		wire["nonce"] = m.Nonce
	}
	if m.ReplyTo != "" {
		wire["message_reference"] = map[string]any{"type": 0, "message_id": m.ReplyTo, "channel_id": m.ChannelID}
	}
	if in := m.Interaction; in != nil {
		wire["application_id"], wire["webhook_id"] = w.bot, w.bot
		wire["interaction_metadata"] = map[string]any{
			"id": in.ID, "type": in.Kind, "user": in.User.wire(),
			"authorizing_integration_owners": map[string]string{"0": cmp.Or(m.GuildID, "0")},
		}
	}
	return wire
}

// kind is 20 for the answer to a command, 19 for a reply, 0 otherwise.
func (m *Message) kind() int {
	switch {
	case m.System != 0:
		return m.System
	case m.Interaction != nil && m.Interaction.Kind == commandKind:
		return 20
	case m.ReplyTo != "":
		return 19
	default:
		return 0
	}
}

// allowed is an allowed_mentions object.
type allowed struct {
	parse, users, roles []string
}

func userMention() *regexp.Regexp { return regexp.MustCompile(`<@!?(\d+)>`) }
func roleMention() *regexp.Regexp { return regexp.MustCompile(`<@&(\d+)>`) }

// pings finds whom content pings under a.
func (a allowed) pings(content string) Pings {
	var p Pings
	if slices.Contains(a.parse, "everyone") {
		p.Everyone = strings.Contains(content, "@everyone")
		p.Here = strings.Contains(content, "@here")
	}
	p.Users = mentioned(userMention(), content, a.filter("users", a.users))
	p.Roles = mentioned(roleMention(), content, a.filter("roles", a.roles))
	return p
}

// filter returns which ids of a kind may be pinged: all if the kind is to be parsed, else those that are listed.
func (a allowed) filter(kind string, listed []string) func(id string) bool {
	return func(id string) bool { return slices.Contains(a.parse, kind) || slices.Contains(listed, id) }
}

// mentioned returns the ids that content mentions in a form, each once, as far as they are allowed.
func mentioned(form *regexp.Regexp, content string, allowed func(id string) bool) []string {
	var ids []string
	for _, match := range form.FindAllStringSubmatch(content, -1) {
		if id := match[1]; allowed(id) && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids
}
