package sandbox

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Message flags; discord.com/developers/docs/resources/message#message-object-message-flags.
const (
	discordFlagEphemeral    = 1 << 6
	discordFlagLoading      = 1 << 7
	discordFlagSilent       = 1 << 12
	discordFlagComponentsV2 = 1 << 15
	discordFlagNoEmbeds     = 1 << 2
)

// DiscordMessage is a message as the people who may see it see it.
type DiscordMessage struct {
	ID         string
	ChannelID  string
	GuildID    string // empty in a direct channel
	Author     DiscordUser
	Content    string
	Embeds     []DiscordEmbed
	Components []DiscordComponent
	Files      []string // names of uploads
	Flags      int64
	// EphemeralTo is the only person who sees the message. Empty means everyone in the channel.
	EphemeralTo string
	// Loading is true while the bot has only said that it is thinking.
	Loading bool
	Nonce   string
	ReplyTo string // the message that it answers
	Posted  time.Time
	Edited  time.Time // zero if never
	Edits   int
	// Pings says who was pinged when the message was posted. Edits ping nobody.
	Pings DiscordPings
	// Interaction is the command or the button that the message answers; nil for others.
	Interaction *DiscordInvocation
}

// DiscordInvocation tells what a person did to cause a message.
type DiscordInvocation struct {
	ID   string
	Kind int // 2 for a command, 3 for a component, 4 for autocomplete, 5 for a form
	User DiscordUser
	// Name is the command with its subcommands, or the custom id of a component or a form.
	Name string
	// Target is the message whose menu the command stands in, if any.
	Target string
}

// DiscordPings says whom a message pings, were the bot allowed to and did the roles exist: a text that pings only for
// want of a permission is still a fault of the bot.
type DiscordPings struct {
	Everyone bool
	Here     bool
	Users    []string
	Roles    []string
}

// Any reports whether anyone is pinged.
func (p DiscordPings) Any() bool { return p.Everyone || p.Here || len(p.Users)+len(p.Roles) > 0 }

// DiscordEmbed is the rich part of a message.
type DiscordEmbed struct {
	Type        string              `json:"type"`
	Title       string              `json:"title,omitempty"`
	URL         string              `json:"url,omitempty"`
	Description string              `json:"description,omitempty"`
	Color       int64               `json:"color,omitempty"`
	Timestamp   string              `json:"timestamp,omitempty"` // ISO 8601
	Author      *DiscordEmbedText   `json:"author,omitempty"`
	Footer      *DiscordEmbedText   `json:"footer,omitempty"`
	Image       *DiscordEmbedImage  `json:"image,omitempty"`
	Thumbnail   *DiscordEmbedImage  `json:"thumbnail,omitempty"`
	Fields      []DiscordEmbedField `json:"fields,omitempty"`
}

// DiscordEmbedText is the author line (Name) or the footer (Text) of an embed.
type DiscordEmbedText struct {
	Name    string `json:"name,omitempty"`
	Text    string `json:"text,omitempty"`
	URL     string `json:"url,omitempty"`
	IconURL string `json:"icon_url,omitempty"`
}

// DiscordEmbedImage is a picture of an embed.
type DiscordEmbedImage struct {
	URL string `json:"url"`
}

// DiscordEmbedField is a titled paragraph of an embed.
type DiscordEmbedField struct {
	Name   string `json:"name"`
	Value  string `json:"value"`
	Inline bool   `json:"inline"`
}

// DiscordComponent is an action row (type 1), a button (2) or a select menu (3, 5 to 8).
type DiscordComponent struct {
	Type        int64                 `json:"type"`
	ID          int64                 `json:"id,omitempty"`
	CustomID    string                `json:"custom_id,omitempty"`
	Style       int64                 `json:"style,omitempty"`
	Label       string                `json:"label,omitempty"`
	Emoji       *DiscordEmoji         `json:"emoji,omitempty"`
	URL         string                `json:"url,omitempty"`
	Disabled    bool                  `json:"disabled,omitempty"`
	Placeholder string                `json:"placeholder,omitempty"`
	MinValues   *int64                `json:"min_values,omitempty"`
	MaxValues   *int64                `json:"max_values,omitempty"`
	Options     []DiscordSelectOption `json:"options,omitempty"`
	Components  []DiscordComponent    `json:"components,omitempty"`
}

// DiscordEmoji is a picture on a button: a Unicode one has no ID.
type DiscordEmoji struct {
	ID   string `json:"id,omitempty"`
	Name string `json:"name,omitempty"`
}

// DiscordSelectOption is one choice of a select menu.
type DiscordSelectOption struct {
	Label       string `json:"label"`
	Value       string `json:"value"`
	Description string `json:"description,omitempty"`
	Default     bool   `json:"default,omitempty"`
}

// wire is the message object of the API.
func (m *DiscordMessage) wire(w *discordWorld) map[string]any {
	mentions := []any{}
	for _, id := range m.Pings.Users {
		if u, ok := w.users[id]; ok {
			mentions = append(mentions, u.wire())
		}
	}
	attachments := []any{}
	for i, name := range m.Files {
		attachments = append(attachments, map[string]any{
			"id": discordOffset(m.ID, i+1), "filename": name, "size": 0, "url": "https://cdn.invalid/" + name, "proxy_url": "",
		})
	}
	wire := map[string]any{
		"id": m.ID, "type": m.kind(), "channel_id": m.ChannelID, "author": m.Author.wire(), "content": m.Content,
		"timestamp": discordTime(m.Posted), "edited_timestamp": nil, "tts": false, "pinned": false,
		"mention_everyone": m.Pings.Everyone || m.Pings.Here, "mentions": mentions,
		"mention_roles": append([]string{}, m.Pings.Roles...), "attachments": attachments,
		"embeds": append([]DiscordEmbed{}, m.Embeds...), "components": append([]DiscordComponent{}, m.Components...),
		"flags": m.Flags,
	}
	if !m.Edited.IsZero() {
		wire["edited_timestamp"] = discordTime(m.Edited)
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
func (m *DiscordMessage) kind() int {
	switch {
	case m.Interaction != nil && m.Interaction.Kind == discordCommandKind:
		return 20
	case m.ReplyTo != "":
		return 19
	default:
		return 0
	}
}

// discordAllowed is an allowed_mentions object.
type discordAllowed struct {
	parse, users, roles []string
}

func discordUserMention() *regexp.Regexp { return regexp.MustCompile(`<@!?(\d+)>`) }
func discordRoleMention() *regexp.Regexp { return regexp.MustCompile(`<@&(\d+)>`) }

// pings finds whom content pings under a.
func (a discordAllowed) pings(content string) DiscordPings {
	var p DiscordPings
	if slices.Contains(a.parse, "everyone") {
		p.Everyone = strings.Contains(content, "@everyone")
		p.Here = strings.Contains(content, "@here")
	}
	p.Users = discordMentioned(discordUserMention(), content, a.filter("users", a.users))
	p.Roles = discordMentioned(discordRoleMention(), content, a.filter("roles", a.roles))
	return p
}

// filter returns which ids of a kind may be pinged: all if the kind is to be parsed, else those that are listed.
func (a discordAllowed) filter(kind string, listed []string) func(id string) bool {
	return func(id string) bool { return slices.Contains(a.parse, kind) || slices.Contains(listed, id) }
}

// discordMentioned returns the ids that content mentions in a form, each once, as far as they are allowed.
func discordMentioned(form *regexp.Regexp, content string, allowed func(id string) bool) []string {
	var ids []string
	for _, match := range form.FindAllStringSubmatch(content, -1) {
		if id := match[1]; allowed(id) && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids
}
