package discord

import (
	"encoding/json"
	"maps"
	"slices"
	"sync"

	"tidings/bot"
)

// wireThreads is what Discord sends when the bot gets to see a channel with threads.
type wireThreads struct {
	GuildID string        `json:"guild_id"`
	Threads []wireChannel `json:"threads"`
}

// wireArrival is what GUILD_CREATE says about a guild that the bot is in.
type wireArrival struct {
	guildRights
	Name     string        `json:"name"`
	System   string        `json:"system_channel_id"` // where Discord welcomes new members
	Members  []wireMember  `json:"members"`           // the bot, at least
	Channels []wireChannel `json:"channels"`
	Threads  []wireChannel `json:"threads"` // those that are not archived
}

// guilds is what the gateway reported about the bot's guilds: which have an outage, and what the bot's rights depend
// on. Its zero value knows nothing, and its methods may be called concurrently.
type guilds struct {
	mu     sync.Mutex       // guards what follows
	self   string           // the bot's user
	there  map[string]shard // the guilds that the bot is in, once a session has told
	out    map[string]shard
	rights map[string]*knownRights
	// special are the channels of each guild in which alerts are posted in another way than elsewhere, by ID.
	special map[string]map[string]wireChannel
	// locked says of threads whether they were locked when last heard of.
	locked map[string]bool
	names  map[string]string // of guilds
}

// channelName returns what people call a channel: the name of its server and its own. It is empty until a gateway has told the
// server's.
func (g *guilds) channelName(guild, channel string) string {
	g.mu.Lock()
	defer g.mu.Unlock()
	name := g.names[guild]
	if channel == "" || name == "" {
		return name
	}
	return name + " #" + channel
}

// isOut reports whether Discord announced an outage of a guild that has not ended.
func (g *guilds) isOut(guild string) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	_, out := g.out[guild]
	return out
}

// begin records the guilds that a shard's new session starts with, and forgets outages of guilds that the bot has
// left.
func (g *guilds) begin(from shard, ready *wireReady) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.self = ready.User.ID
	maps.DeleteFunc(g.there, func(_ string, of shard) bool { return of == from })
	if g.there == nil {
		g.there = map[string]shard{}
	}
	for _, guild := range ready.Guilds {
		g.there[guild.ID] = from
	}
	maps.DeleteFunc(g.out, func(id string, of shard) bool {
		_, there := g.there[id]
		return of == from && !there
	})
}

// presences returns what an event means for where the bot is and may post, if anything. Discord doesn't send the
// bot's rights, only what they depend on. Where that is unknown, the bot counts as back after a change, and sending
// finds out.
func (g *guilds) presences(from shard, event string, raw json.RawMessage) ([]bot.Presence, error) {
	switch event {
	case "GUILD_CREATE", "GUILD_DELETE":
		return g.readGuild(from, event, raw)
	case "GUILD_UPDATE":
		var w wireGuild
		err := json.Unmarshal(raw, &w)
		g.rename(&w)
		return nil, err
	case "CHANNEL_CREATE", "CHANNEL_UPDATE", "CHANNEL_DELETE", "THREAD_CREATE", "THREAD_UPDATE", "THREAD_DELETE":
		return g.readChannel(event, raw)
	case "THREAD_LIST_SYNC":
		var list wireThreads
		err := json.Unmarshal(raw, &list)
		var all []bot.Presence
		for _, c := range list.Threads {
			all = append(all, backIn(bot.Target{Platform: Platform, Space: list.GuildID, Chat: c.ID})...)
		}
		return all, err
	case "GUILD_ROLE_UPDATE", "GUILD_MEMBER_UPDATE":
		var c wireChange
		if err := json.Unmarshal(raw, &c); err != nil || !g.changes(event, &c) {
			return nil, err
		}
		return backIn(bot.Target{Platform: Platform, Space: c.GuildID}), nil
	}
	return nil, nil
}

// rename notes the name of a guild.
func (g *guilds) rename(w *wireGuild) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.noteName(w.ID, w.Name)
}

// noteName keeps the name of a guild. The lock is held.
func (g *guilds) noteName(guild, name string) {
	if g.names == nil {
		g.names = map[string]string{}
	}
	if name != "" {
		g.names[guild] = name
	}
}

func (g *guilds) readGuild(from shard, event string, raw json.RawMessage) ([]bot.Presence, error) {
	var w wireGuild
	if err := json.Unmarshal(raw, &w); err != nil || w.ID == "" {
		return nil, err
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if w.Unavailable { // an outage, which passes
		if g.out == nil {
			g.out = map[string]shard{}
		}
		g.out[w.ID] = from
		return nil, nil
	}
	delete(g.out, w.ID)
	scope := bot.Target{Platform: Platform, Space: w.ID}
	if event == "GUILD_DELETE" {
		delete(g.rights, w.ID)
		delete(g.special, w.ID)
		delete(g.there, w.ID)
		delete(g.names, w.ID)
		return leftFor(scope, "the bot was removed from the server"), nil
	}
	g.noteName(w.ID, w.Name)
	_, known := g.there[w.ID]
	isNew := g.there != nil && !known
	if isNew {
		g.there[w.ID] = from
	}
	var here wireArrival
	if json.Unmarshal(raw, &here) != nil || here.Channels == nil {
		return backIn(scope), nil // with nothing known of its channels
	}
	p := bot.Presence{Kind: bot.Back, Scope: scope, Known: true, Chats: g.arrive(&here)}
	if isNew {
		p.Arrival = g.greeting(&here, p.Chats)
	}
	return []bot.Presence{p}, nil
}

// greeting returns where to say hello in a guild that the bot was added to: where Discord itself welcomes people, else in
// the first channel in which the bot may post. The lock is held.
func (g *guilds) greeting(w *wireArrival, mayPost []string) *bot.Arrival {
	a := &bot.Arrival{Name: w.Name, By: w.Owner}
	var first *wireChannel
	for i := range w.Channels {
		c := &w.Channels[i]
		if c.Type != textChannel || !slices.Contains(mayPost, c.ID) {
			continue
		}
		if first == nil || c.ID == w.System || first.ID != w.System && c.Position < first.Position {
			first = c
		}
	}
	if first == nil {
		a.Lacking = permissions(0).toPost(&wireChannel{})
		return a
	}
	a.Greet = bot.Target{Platform: Platform, Space: w.ID, Chat: first.ID}
	if held := g.rights[w.ID]; held != nil {
		a.Lacking = held.in(first.Overwrites, g.self, held.roles).toPostWell()
	}
	return a
}

// arrive records a guild and returns the channels and threads in which the bot may post. The lock is
// held.
func (g *guilds) arrive(w *wireArrival) []string {
	me := slices.IndexFunc(w.Members, func(m wireMember) bool { return m.User.ID == g.self && g.self != "" })
	var rights *knownRights
	if everyone := slices.ContainsFunc(w.Roles, func(r wireRole) bool { return r.ID == w.ID }); me >= 0 && everyone {
		rights = &knownRights{guildRights: w.guildRights, roles: w.Members[me].Roles}
	}
	if g.rights == nil {
		g.rights = map[string]*knownRights{}
	}
	g.rights[w.ID] = rights
	if g.special == nil {
		g.special = map[string]map[string]wireChannel{}
	}
	g.special[w.ID] = map[string]wireChannel{}
	chats, parents := []string{}, map[string]*wireChannel{}
	for i := range w.Channels {
		c := &w.Channels[i]
		parents[c.ID] = c
		g.note(w.ID, c)
		if g.maySend(rights, c, c) {
			chats = append(chats, c.ID)
		}
	}
	for i := range w.Threads {
		c := &w.Threads[i]
		g.unlocks(c)
		if !c.Thread.Locked && g.maySend(rights, c, parents[c.Parent]) {
			chats = append(chats, c.ID)
		}
	}
	return chats
}

func (g *guilds) readChannel(event string, raw json.RawMessage) ([]bot.Presence, error) {
	var c wireChannel
	if err := json.Unmarshal(raw, &c); err != nil || c.ID == "" {
		return nil, err
	}
	scope := bot.Target{Platform: Platform, Space: c.GuildID, Chat: c.ID}
	g.mu.Lock()
	defer g.mu.Unlock()
	switch event {
	case "CHANNEL_CREATE":
		g.note(c.GuildID, &c)
		return nil, nil
	case "CHANNEL_DELETE":
		delete(g.special[c.GuildID], c.ID)
		return leftFor(scope, "the channel was deleted"), nil
	case "THREAD_CREATE":
		g.unlocks(&c)
		return nil, nil
	case "THREAD_UPDATE":
		if !g.unlocks(&c) {
			return nil, nil
		}
		return backIn(scope), nil
	case "THREAD_DELETE":
		delete(g.locked, c.ID)
		return leftThread(scope, c.Parent), nil
	}
	g.note(c.GuildID, &c)
	if !g.maySend(g.rights[c.GuildID], &c, &c) {
		return nil, nil
	}
	return backIn(scope), nil
}

func backIn(scope bot.Target) []bot.Presence {
	if scope.Space == "" && scope.Chat == "" {
		return nil
	}
	return []bot.Presence{{Kind: bot.Back, Scope: scope}}
}

func leftFor(scope bot.Target, reason string) []bot.Presence {
	if scope.Space == "" && scope.Chat == "" {
		return nil
	}
	return []bot.Presence{{Kind: bot.Left, Scope: scope, Reason: reason}}
}

// leftThread is that a thread was deleted, of a channel that is empty if it isn't known.
func leftThread(scope bot.Target, parent string) []bot.Presence {
	p := bot.Presence{Kind: bot.Left, Scope: scope, Reason: "the thread was deleted", Thread: true}
	if parent != "" {
		p.In = bot.Target{Platform: Platform, Space: scope.Space, Chat: parent}
	}
	return []bot.Presence{p}
}
