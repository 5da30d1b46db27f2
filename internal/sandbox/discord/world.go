package discord

import (
	"cmp"
	"maps"
	"strconv"
	"time"
)

// Permission bits; discord.com/developers/docs/topics/permissions#permissions-bitwise-permission-flags.
const (
	Administrator  int64 = 1 << 3
	ManageChannels int64 = 1 << 4
	ManageGuild    int64 = 1 << 5
	ViewChannel    int64 = 1 << 10
	SendMessages   int64 = 1 << 11
	ManageMessages int64 = 1 << 13
	EmbedLinks     int64 = 1 << 14
	AttachFiles    int64 = 1 << 15
	ReadHistory    int64 = 1 << 16
	MentionAll     int64 = 1 << 17
	UseCommands    int64 = 1 << 31
	ManageThreads  int64 = 1 << 34
	SendInThreads  int64 = 1 << 38

	// MemberDefault is what the bot and every member may do in a new channel.
	MemberDefault = ViewChannel | SendMessages | EmbedLinks | AttachFiles |
		ReadHistory | UseCommands | SendInThreads
)

const (
	epoch      = 1420070400000 // ms, the first second of 2015; discord.com/developers/docs/reference#snowflakes
	textKind   = 0
	directKind = 1
	threadKind = 11

	announcementThreadKind = 10
	pruneStep              = 256
)

// User is a person or the bot.
type User struct {
	ID     string
	Name   string
	Bot    bool
	Locale string // of the client; empty is en-US
}

type guild struct {
	id, name    string
	locale      string // empty is en-US
	unavailable bool   // an outage
	gone        bool   // the bot was removed
	channels    []*channel
	roles       roles
	joined      time.Time
	commands    []*command
	settings    guildSettings
}

type channel struct {
	id, name string
	kind     int
	parent   *channel // of a thread
	thread   *thread  // nil for all but threads
	tags     []Tag    // of a forum
	guild    *guild   // nil for a direct channel
	person   string   // of a direct channel
	perms    map[string]int64
	messages []*Message
	nonces   map[string]nonce
	pruneAt  int  // how many nonces there must be to look for expired ones
	refuses  bool // the person doesn't accept direct messages
	deleted  bool

	tagRequired bool // in a forum
}

// world is everything in Discord's database. StandIn.mu guards it.
type world struct {
	now          func() time.Time
	nonceLife    time.Duration
	lastID       int64
	bot          string
	users        map[string]*User
	guilds       map[string]*guild
	channels     map[string]*channel
	messages     map[string]*Message
	directs      map[string]*channel // by person
	uploads      map[string]Upload
	origin       string // the address under which clients reach the stand-in
	commands     []*command
	interactions map[string]*Interaction
	byToken      map[string]*Interaction
	pruneAt      int // how many interactions there must be to look for expired ones
}

func newWorld(cfg Config) world {
	w := world{
		now:          cfg.Now,
		nonceLife:    cfg.NonceLife,
		users:        map[string]*User{},
		guilds:       map[string]*guild{},
		channels:     map[string]*channel{},
		messages:     map[string]*Message{},
		directs:      map[string]*channel{},
		uploads:      map[string]Upload{},
		interactions: map[string]*Interaction{},
		byToken:      map[string]*Interaction{},
	}
	w.bot = w.newID()
	w.users[w.bot] = &User{ID: w.bot, Name: cfg.BotName, Bot: true}
	return w
}

// newID returns a snowflake of the current millisecond, always greater than the one before.
func (w *world) newID() string {
	id := (w.now().UnixMilli() - epoch) << 22
	w.lastID = max(id, w.lastID+1)
	return strconv.FormatInt(w.lastID, 10)
}

// newGuildID returns a snowflake of a millisecond of its own: the milliseconds decide on the shard.
func (w *world) newGuildID() string {
	const millisecond = 1 << 22
	w.lastID = w.lastID/millisecond*millisecond + millisecond - 1
	return w.newID()
}

func isSnowflake(s string) bool {
	id, err := strconv.ParseUint(s, 10, 64)
	return err == nil && id > 0
}

// reach returns a channel that the bot can see.
func (w *world) reach(id string) (*channel, *apiError) {
	ch, ok := w.channels[id]
	switch {
	case !ok || ch.deleted:
		return nil, unknownChannel()
	case ch.guild != nil && (ch.guild.gone || !ch.allows(w.bot, ViewChannel)):
		return nil, missingAccess()
	}
	w.age(ch)
	return ch, nil
}

// direct returns the direct channel of the bot and a person, opening it if need be.
func (w *world) direct(user string) *channel {
	ch, ok := w.directs[user]
	if !ok {
		ch = w.newChannel(directKind, "")
		ch.person = user
		w.directs[user] = ch
	}
	return ch
}

func (w *world) newChannel(kind int, name string) *channel {
	ch := &channel{
		id: w.newID(), name: name, kind: kind, perms: map[string]int64{}, nonces: map[string]nonce{},
	}
	w.channels[ch.id] = ch
	return ch
}

// rights returns the permission bits of a user in ch: those set for them there, or what their roles give them. A thread
// has those of its channel until it has its own.
func (ch *channel) rights(user string) int64 {
	if bits, ok := ch.perms[user]; ok {
		return bits
	}
	switch {
	case ch.parent != nil:
		return ch.parent.rights(user)
	case ch.guild != nil:
		return ch.guild.roles.of(user)
	}
	return MemberDefault
}

// allows reports whether user has all the bits in ch. In a direct channel everyone may do everything.
func (ch *channel) allows(user string, bits int64) bool {
	if ch.guild == nil {
		return true
	}
	have := ch.rights(user)
	return have&Administrator != 0 || have&bits == bits
}

func (ch *channel) guildID() string {
	if ch.guild == nil {
		return ""
	}
	return ch.guild.id
}

func (u *User) wire() map[string]any {
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
func (w *world) memberWire(u *User, g *guild) map[string]any {
	return map[string]any{
		"user": u.wire(), "nick": nil, "avatar": nil, "banner": nil, "roles": g.roles.held(u.ID), "premium_since": nil,
		"joined_at": timestamp(g.joined), "communication_disabled_until": nil,
		"flags": 0, "pending": false, "mute": false, "deaf": false,
	}
}

func (w *world) guildWire(g *guild) map[string]any {
	return map[string]any{
		"id": g.id, "name": g.name, "icon": nil, "splash": nil, "owner_id": cmp.Or(g.settings.owner, nobody), "region": "deprecated",
		"afk_channel_id": nil, "afk_timeout": 300, "verification_level": 0, "default_message_notifications": 1,
		"explicit_content_filter": 0, "features": []string{}, "emojis": []any{}, "stickers": []any{}, "mfa_level": 0,
		"system_channel_id": orNull(g.settings.system), "system_channel_flags": 0, "rules_channel_id": nil, "public_updates_channel_id": nil,
		"premium_tier": 0, "preferred_locale": cmp.Or(g.locale, defaultLocale), "nsfw_level": 0, "description": nil, "banner": nil,
		"vanity_url_code": nil, "premium_progress_bar_enabled": false,
		"roles": g.rolesWire(),
	}
}

// guildCreateWire is the payload of GUILD_CREATE.
func (w *world) guildCreateWire(g *guild) map[string]any {
	guild := w.guildWire(g)
	maps.Copy(guild, map[string]any{
		"joined_at": timestamp(g.joined), "large": false, "unavailable": false, "member_count": len(w.users),
		"channels": without("guild_id", w.channelsWire(g)), "members": []any{w.memberWire(w.users[w.bot], g)}, "threads": without("guild_id", w.threadsWire(g)),
		"voice_states": []any{}, "presences": []any{}, "stage_instances": []any{}, "guild_scheduled_events": []any{},
	})
	return guild
}

// channelsWire lists the channels of a guild without its threads.
func (w *world) channelsWire(g *guild) []any {
	list := []any{}
	for _, ch := range g.channels {
		if !ch.isThread() {
			list = append(list, w.channelWire(ch))
		}
	}
	return list
}

// without returns channel objects as GUILD_CREATE lists them: without the guild's id.
func without(key string, channels []any) []any {
	for _, c := range channels {
		delete(c.(map[string]any), key)
	}
	return channels
}

// threadsWire lists the threads of a guild that are not archived.
func (w *world) threadsWire(g *guild) []any {
	list := []any{}
	for _, ch := range g.channels {
		if w.age(ch); ch.isThread() && !ch.thread.archived {
			list = append(list, w.channelWire(ch))
		}
	}
	return list
}

func (w *world) channelWire(ch *channel) map[string]any {
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
	wire["rate_limit_per_user"], wire["permission_overwrites"] = 0, ch.overwritesWire()
	switch {
	case ch.isThread():
		w.age(ch)
		ch.threadWire(wire)
	case ch.isForum():
		ch.forumWire(wire)
	}
	return wire
}

// timestamp writes a time as Discord does.
func timestamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000000+00:00") }

func (w *world) stopTimers() {
	for _, it := range w.interactions {
		it.timer.Stop()
	}
}
