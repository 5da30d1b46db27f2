package discord

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/bwmarrin/discordgo"

	"tidings/bot"
)

// What goes over the wire, without nulls: Discord distinguishes them from what is absent.

// flagEphemeral shows a reply to the person who asked alone, and flagSilent notifies nobody's device.
// discord.com/developers/docs/resources/message#message-object-message-flags
const (
	flagEphemeral = 1 << 6
	flagSilent    = 1 << 12
)

// messageBody is a message to post, or what a message becomes.
type messageBody struct {
	// Content is nil to leave it out; an empty one clears it.
	Content *string `json:"content,omitempty"`
	// Embeds and Components are left out if nil; empty ones clear them.
	Embeds          []embed      `json:"embeds,omitzero"`
	Components      []row        `json:"components,omitzero"`
	AllowedMentions allowed      `json:"allowed_mentions"`
	Flags           int          `json:"flags,omitempty"`
	Nonce           string       `json:"nonce,omitempty"`
	EnforceNonce    bool         `json:"enforce_nonce,omitempty"`
	Reference       *reference   `json:"message_reference,omitempty"`
	Attachments     []attachment `json:"attachments,omitempty"`

	file *bot.File
	post *post // of a forum, that the message begins; nil for others
}

// reference makes a message a reply. To one that is gone, it is none.
type reference struct {
	MessageID string `json:"message_id"`
	MustExist bool   `json:"fail_if_not_exists"` // Discord's default would refuse the message
}

type embed struct {
	Title       string       `json:"title,omitempty"`
	URL         string       `json:"url,omitempty"`
	Description string       `json:"description,omitempty"`
	Color       int          `json:"color,omitempty"`
	Timestamp   string       `json:"timestamp,omitempty"`
	Author      *embedAuthor `json:"author,omitempty"`
	Footer      *embedFooter `json:"footer,omitempty"`
	Image       *embedImage  `json:"image,omitempty"`
}

type embedAuthor struct {
	Name string `json:"name"`
}

type embedFooter struct {
	Text string `json:"text"`
}

type embedImage struct {
	URL string `json:"url"`
}

// dropRefused removes what decorates the message if that is all Discord refused, and reports
// whether there is something to try again.
func (b *messageBody) dropRefused(e *apiError) bool {
	if b.Reference != nil && e.Code == discordgo.ErrCodeCannotReplyWithoutPermissionToReadMessageHistory {
		b.Reference = nil
		return true
	}
	b.Embeds = slices.Clone(b.Embeds)
	for _, f := range e.Fields {
		switch path := strings.TrimPrefix(f.Path, "message."); {
		case strings.HasPrefix(path, "message_reference") && b.Reference != nil:
			b.Reference = nil
		case strings.HasPrefix(path, "embeds.0.image") && len(b.Embeds) > 0:
			b.Embeds[0].Image = nil
		case strings.HasPrefix(path, "embeds.0.url") && len(b.Embeds) > 0:
			b.Embeds[0].URL = ""
		default:
			return false
		}
	}
	return len(e.Fields) > 0
}

// Component types and button styles.
// discord.com/developers/docs/components/reference#component-object-component-types
const (
	componentRow    = 1
	componentButton = 2

	stylePrimary   = 1
	styleSecondary = 2
	styleDanger    = 4
	styleLink      = 5
)

type row struct {
	Type       int      `json:"type"`
	Components []button `json:"components"`
}

type button struct {
	Type     int    `json:"type"`
	Style    int    `json:"style"`
	Label    string `json:"label"`
	CustomID string `json:"custom_id,omitempty"`
	URL      string `json:"url,omitempty"`
}

// What comes in. The structs name only what is read.

type interaction struct {
	ID            string          `json:"id"`
	ApplicationID string          `json:"application_id"`
	Type          int             `json:"type"`
	Token         string          `json:"token"`
	GuildID       string          `json:"guild_id"`
	ChannelID     string          `json:"channel_id"`
	Channel       wireChannel     `json:"channel"`
	Member        *wireMember     `json:"member"`
	User          *wireUser       `json:"user"`
	Permissions   *permissions    `json:"app_permissions"`
	Locale        string          `json:"locale"` // of the user's client
	GuildLocale   string          `json:"guild_locale"`
	Data          interactionData `json:"data"`
	exchange      *exchange       // the request that it came by; nil if it came by the gateway
	arrived       time.Time

	// Message is the one whose component was used, or led to the form that was submitted.
	Message *struct {
		ID string `json:"id"`
	} `json:"message"`
}

type interactionData struct {
	Name       string           `json:"name"`
	Type       int              `json:"type"`
	Options    []wireOption     `json:"options"`
	TargetID   string           `json:"target_id"` // of a command on a message
	CustomID   string           `json:"custom_id"`
	Components []submittedField `json:"components"` // of a submitted form
	Resolved   struct {
		Channels    map[string]pickedChannel `json:"channels"`
		Roles       map[string]wireRole      `json:"roles"`
		Users       map[string]wireUser      `json:"users"`
		Attachments map[string]attachment    `json:"attachments"`
	} `json:"resolved"`
}

type wireOption struct {
	Name    string          `json:"name"`
	Type    int             `json:"type"`
	Value   json.RawMessage `json:"value"`
	Focused bool            `json:"focused"`
	Options []wireOption    `json:"options"`
}

type wireChannel struct {
	ID       string `json:"id"`
	GuildID  string `json:"guild_id"`
	Name     string `json:"name"`
	Type     int    `json:"type"`
	Position int    `json:"position"`
	Parent   string `json:"parent_id"` // of a thread, its channel
	Owner    string `json:"owner_id"`  // of a thread, who made it
	Thread   struct {
		Archived bool   `json:"archived"`
		Locked   bool   `json:"locked"`
		Changed  string `json:"archive_timestamp"` // when Archived last did
	} `json:"thread_metadata"`
	Overwrites []overwrite `json:"permission_overwrites"`
	Tags       []wireTag   `json:"available_tags"` // of a forum
	Flags      int         `json:"flags"`
}

// wireTag is a tag of a forum. Moderators alone can give one that is Moderated.
type wireTag struct {
	ID        string `json:"id"`
	Name      string `json:"name"`
	Moderated bool   `json:"moderated"`
}

// flagTagRequired says that each post of a forum needs a tag.
// discord.com/developers/docs/resources/channel#channel-object-channel-flags
const flagTagRequired = 1 << 4

// Kinds of channels. The last two are of threads.
// discord.com/developers/docs/resources/channel#channel-object-channel-types
const (
	textChannel        = 0
	announcementThread = 10
	privateThread      = 12
)

// isForum reports whether a channel has posts in place of messages.
func (c *wireChannel) isForum() bool { return c.Type == forumChannel || c.Type == mediaChannel }

// isSpecial reports whether alerts are posted in a channel in another way than elsewhere.
func (c *wireChannel) isSpecial() bool { return c.isForum() || c.Type == announcementChannel }

func (c *wireChannel) isThread() bool { return c.Type >= announcementThread && c.Type <= privateThread }

type wireMember struct {
	Nick        string      `json:"nick"`
	User        wireUser    `json:"user"`
	Roles       []string    `json:"roles"`
	Permissions permissions `json:"permissions"`
}

type wireUser struct {
	ID         string `json:"id"`
	Username   string `json:"username"`
	GlobalName string `json:"global_name"`
	Bot        bool   `json:"bot"`
}

type wireGuild struct {
	ID          string `json:"id"`
	Name        string `json:"name"`
	Unavailable bool   `json:"unavailable"`
}

// guildRights is what the rights in a guild's channels follow from.
type guildRights struct {
	ID    string     `json:"id"`
	Owner string     `json:"owner_id"`
	Roles []wireRole `json:"roles"`
}

type wireRole struct {
	ID          string      `json:"id"`
	Name        string      `json:"name"`
	Mentionable bool        `json:"mentionable"` // by anyone
	Permissions permissions `json:"permissions"`
	Position    int         `json:"position"` // the higher, the further up it is shown
	Tags        struct {
		Bot string `json:"bot_id"` // whose role it is, if it came with a bot
	} `json:"tags"`
}

// overwrite changes the rights of a role or a member in one channel.
type overwrite struct {
	ID    string      `json:"id"`
	Allow permissions `json:"allow"`
	Deny  permissions `json:"deny"`
}

type wireReady struct {
	Application struct {
		ID string `json:"id"`
	} `json:"application"`
	User   wireUser    `json:"user"`
	Guilds []wireGuild `json:"guilds"`
}
