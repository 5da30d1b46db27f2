package discord

import (
	"encoding/json"

	"tidings/bot"
)

// wireThreads is what Discord tells when the bot gets to see a channel with threads.
type wireThreads struct {
	GuildID string        `json:"guild_id"`
	Threads []wireChannel `json:"threads"`
}

// wireInGuild is an event of which nothing but the guild is read.
type wireInGuild struct {
	GuildID string `json:"guild_id"`
}

// readPresences says what an event means for where the bot is and may post, if anything. Discord does not
// tell which rights the bot has: after a change of rights it counts as back, and sending finds out. Without
// the intent for members, Discord tells of no change of a member but the bot.
func readPresences(event string, raw json.RawMessage) ([]bot.Presence, error) {
	switch event {
	case "GUILD_CREATE", "GUILD_DELETE":
		return readGuild(event, raw)
	case "CHANNEL_UPDATE", "CHANNEL_DELETE", "THREAD_UPDATE", "THREAD_DELETE":
		return readChannel(event, raw)
	case "THREAD_LIST_SYNC":
		var list wireThreads
		err := json.Unmarshal(raw, &list)
		var all []bot.Presence
		for _, c := range list.Threads {
			all = append(all, backIn(bot.Target{Platform: Platform, Space: list.GuildID, Chat: c.ID})...)
		}
		return all, err
	case "GUILD_ROLE_UPDATE", "GUILD_MEMBER_UPDATE":
		var g wireInGuild
		err := json.Unmarshal(raw, &g)
		return backIn(bot.Target{Platform: Platform, Space: g.GuildID}), err
	}
	return nil, nil
}

func readGuild(event string, raw json.RawMessage) ([]bot.Presence, error) {
	var g wireGuild
	if err := json.Unmarshal(raw, &g); err != nil || g.Unavailable { // an outage, which passes
		return nil, err
	}
	scope := bot.Target{Platform: Platform, Space: g.ID}
	if event == "GUILD_DELETE" {
		return leftFor(scope, "the bot was removed from the server"), nil
	}
	return backIn(scope), nil
}

func readChannel(event string, raw json.RawMessage) ([]bot.Presence, error) {
	var c wireChannel
	if err := json.Unmarshal(raw, &c); err != nil || c.ID == "" {
		return nil, err
	}
	scope := bot.Target{Platform: Platform, Space: c.GuildID, Chat: c.ID}
	switch {
	case event == "CHANNEL_DELETE":
		return leftFor(scope, "the channel was deleted"), nil
	case event == "THREAD_DELETE":
		return leftFor(scope, "the thread was deleted"), nil
	case c.Thread.Locked:
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
