package sandbox

import (
	"fmt"
	"maps"
	"strconv"
	"time"
)

// Permission bits; discord.com/developers/docs/topics/permissions#permissions-bitwise-permission-flags.
const (
	DiscordAdministrator  int64 = 1 << 3
	DiscordManageChannels int64 = 1 << 4
	DiscordManageGuild    int64 = 1 << 5
	DiscordViewChannel    int64 = 1 << 10
	DiscordSendMessages   int64 = 1 << 11
	DiscordManageMessages int64 = 1 << 13
	DiscordEmbedLinks     int64 = 1 << 14
	DiscordAttachFiles    int64 = 1 << 15
	DiscordReadHistory    int64 = 1 << 16
	DiscordMentionAll     int64 = 1 << 17
	DiscordUseCommands    int64 = 1 << 31
	DiscordSendInThreads  int64 = 1 << 38

	// DiscordMemberDefault is what the bot and every member may do in a new channel.
	DiscordMemberDefault = DiscordViewChannel | DiscordSendMessages | DiscordEmbedLinks | DiscordAttachFiles |
		DiscordReadHistory | DiscordUseCommands | DiscordSendInThreads
)

const (
	discordEpoch      = 1420070400000 // ms, the first second of 2015; discord.com/developers/docs/reference#snowflakes
	discordTextKind   = 0
	discordDirectKind = 1
	discordThreadKind = 11
	discordPruneStep  = 256
)

// DiscordUser is a person or the bot.
type DiscordUser struct {
	ID   string
	Name string
	Bot  bool
}

type discordGuild struct {
	id, name    string
	unavailable bool // an outage
	gone        bool // the bot was removed
	channels    []*discordChannel
	joined      time.Time
	commands    []*discordCommand
}

type discordChannel struct {
	id, name string
	kind     int
	parent   *discordChannel // of a thread
	guild    *discordGuild   // nil for a direct channel
	person   string          // of a direct channel
	perms    map[string]int64
	messages []*DiscordMessage
	nonces   map[string]discordNonce
	pruneAt  int  // how many nonces there must be to look for expired ones
	refuses  bool // the person takes no direct messages
	deleted  bool
}

// discordWorld is everything that stands in Discord's database. Discord.mu guards it.
type discordWorld struct {
	now          func() time.Time
	lastID       int64
	bot          string
	users        map[string]*DiscordUser
	guilds       map[string]*discordGuild
	channels     map[string]*discordChannel
	messages     map[string]*DiscordMessage
	directs      map[string]*discordChannel // by person
	commands     []*discordCommand
	interactions map[string]*DiscordInteraction
	byToken      map[string]*DiscordInteraction
	pruneAt      int // how many interactions there must be to look for expired ones
}

func newDiscordWorld(now func() time.Time, botName string) discordWorld {
	w := discordWorld{
		now:          now,
		users:        map[string]*DiscordUser{},
		guilds:       map[string]*discordGuild{},
		channels:     map[string]*discordChannel{},
		messages:     map[string]*DiscordMessage{},
		directs:      map[string]*discordChannel{},
		interactions: map[string]*DiscordInteraction{},
		byToken:      map[string]*DiscordInteraction{},
	}
	w.bot = w.newID()
	w.users[w.bot] = &DiscordUser{ID: w.bot, Name: botName, Bot: true}
	return w
}

// newID returns a snowflake of the current millisecond, always greater than the one before.
func (w *discordWorld) newID() string {
	id := (w.now().UnixMilli() - discordEpoch) << 22
	w.lastID = max(id, w.lastID+1)
	return strconv.FormatInt(w.lastID, 10)
}

// newGuildID returns a snowflake of a millisecond of its own: the milliseconds decide on the shard.
func (w *discordWorld) newGuildID() string {
	const millisecond = 1 << 22
	w.lastID = w.lastID/millisecond*millisecond + millisecond - 1
	return w.newID()
}

func discordIsSnowflake(s string) bool {
	id, err := strconv.ParseUint(s, 10, 64)
	return err == nil && id > 0
}

// reach returns a channel that the bot can see.
func (w *discordWorld) reach(id string) (*discordChannel, *discordError) {
	ch, ok := w.channels[id]
	switch {
	case !ok || ch.deleted:
		return nil, discordUnknownChannel()
	case ch.guild != nil && (ch.guild.gone || !ch.allows(w.bot, DiscordViewChannel)):
		return nil, discordMissingAccess()
	}
	return ch, nil
}

// direct returns the direct channel of the bot and a person, opening it if need be.
func (w *discordWorld) direct(user string) *discordChannel {
	ch, ok := w.directs[user]
	if !ok {
		ch = w.newChannel(discordDirectKind, "")
		ch.person = user
		w.directs[user] = ch
	}
	return ch
}

func (w *discordWorld) newChannel(kind int, name string) *discordChannel {
	ch := &discordChannel{
		id: w.newID(), name: name, kind: kind, perms: map[string]int64{}, nonces: map[string]discordNonce{},
	}
	w.channels[ch.id] = ch
	return ch
}

// rights returns the permission bits of a user in ch. A thread has those of its channel until it has its own.
func (ch *discordChannel) rights(user string) int64 {
	if bits, ok := ch.perms[user]; ok {
		return bits
	}
	if ch.parent != nil {
		return ch.parent.rights(user)
	}
	return DiscordMemberDefault
}

// allows reports whether user has all the bits in ch. In a direct channel everyone may do everything.
func (ch *discordChannel) allows(user string, bits int64) bool {
	if ch.guild == nil {
		return true
	}
	have := ch.rights(user)
	return have&DiscordAdministrator != 0 || have&bits == bits
}

func (ch *discordChannel) guildID() string {
	if ch.guild == nil {
		return ""
	}
	return ch.guild.id
}

func (u *DiscordUser) wire() map[string]any {
	user := map[string]any{
		"id": u.ID, "username": u.Name, "discriminator": "0", "global_name": u.Name, "avatar": nil,
		"public_flags": 0, "flags": 0, "primary_guild": nil,
	}
	if u.Bot {
		user["bot"] = true
		user["global_name"] = nil
	}
	return user
}

// memberWire is a user as a member of a guild, with rights in a channel when one is given.
func (w *discordWorld) memberWire(u *DiscordUser, g *discordGuild) map[string]any {
	return map[string]any{
		"user": u.wire(), "nick": nil, "avatar": nil, "banner": nil, "roles": []string{}, "premium_since": nil,
		"joined_at": discordTime(g.joined), "communication_disabled_until": nil,
		"flags": 0, "pending": false, "mute": false, "deaf": false,
	}
}

func (w *discordWorld) guildWire(g *discordGuild) map[string]any {
	return map[string]any{
		"id": g.id, "name": g.name, "icon": nil, "splash": nil, "owner_id": "1", "region": "deprecated",
		"afk_channel_id": nil, "afk_timeout": 300, "verification_level": 0, "default_message_notifications": 1,
		"explicit_content_filter": 0, "features": []string{}, "emojis": []any{}, "stickers": []any{}, "mfa_level": 0,
		"system_channel_id": nil, "system_channel_flags": 0, "rules_channel_id": nil, "public_updates_channel_id": nil,
		"premium_tier": 0, "preferred_locale": "en-US", "nsfw_level": 0, "description": nil, "banner": nil,
		"vanity_url_code": nil, "premium_progress_bar_enabled": false,
		"roles": []any{map[string]any{
			"id": g.id, "name": "@everyone", "color": 0, "hoist": false, "position": 0, "managed": false,
			"mentionable": false, "permissions": fmt.Sprint(DiscordMemberDefault), "flags": 0,
		}},
	}
}

// guildCreateWire is the payload of GUILD_CREATE.
func (w *discordWorld) guildCreateWire(g *discordGuild) map[string]any {
	guild := w.guildWire(g)
	channels := []any{}
	for _, ch := range g.channels {
		if ch.kind != discordThreadKind {
			channels = append(channels, w.channelWire(ch))
		}
	}
	maps.Copy(guild, map[string]any{
		"joined_at": discordTime(g.joined), "large": false, "unavailable": false, "member_count": len(w.users),
		"channels": channels, "members": []any{w.memberWire(w.users[w.bot], g)}, "threads": []any{},
		"voice_states": []any{}, "presences": []any{}, "stage_instances": []any{}, "guild_scheduled_events": []any{},
	})
	return guild
}

func (w *discordWorld) channelWire(ch *discordChannel) map[string]any {
	wire := map[string]any{"id": ch.id, "type": ch.kind, "flags": 0, "last_message_id": nil}
	if n := len(ch.messages); n > 0 {
		wire["last_message_id"] = ch.messages[n-1].ID
	}
	if ch.guild == nil {
		wire["recipients"] = []any{w.users[ch.person].wire()}
		return wire
	}
	wire["guild_id"], wire["name"], wire["parent_id"] = ch.guild.id, ch.name, nil
	wire["position"], wire["nsfw"], wire["topic"] = 0, false, nil
	wire["rate_limit_per_user"], wire["permission_overwrites"] = 0, []any{}
	if ch.parent != nil {
		wire["parent_id"], wire["owner_id"] = ch.parent.id, w.bot
		wire["thread_metadata"] = map[string]any{
			"archived": false, "auto_archive_duration": 1440, "archive_timestamp": discordTime(ch.guild.joined), "locked": false,
		}
	}
	return wire
}

// discordTime writes a time as Discord does.
func discordTime(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000000+00:00") }

func (w *discordWorld) stopTimers() {
	for _, it := range w.interactions {
		it.timer.Stop()
	}
}
