package sandbox

import "time"

// Defaults of what Discord says of shards; discord.com/developers/docs/events/gateway#sharding
const (
	discordSessionStarts  = 1000
	discordGuildsPerShard = 2500
	discordIdentifyWindow = 5 * time.Second
	discordDay            = 24 * time.Hour
)

// withScale fills in what is said of shards and sessions.
func (c DiscordConfig) withScale() DiscordConfig {
	if c.Shards == 0 {
		c.Shards = 1
	}
	if c.GuildsPerShard == 0 {
		c.GuildsPerShard = discordGuildsPerShard
	}
	if c.IdentifyWindow == 0 {
		c.IdentifyWindow = discordIdentifyWindow
	}
	if c.SessionStarts == 0 {
		c.SessionStarts = discordSessionStarts
	}
	return c
}

// DiscordIdentify is a try to begin a session.
type DiscordIdentify struct {
	Shard, Shards int
	At            time.Time
	// Refused says that it came too early after another one of its bucket.
	Refused bool
}

// Identifies returns the tries to begin a session with the right token, oldest first.
func (d *Discord) Identifies() []DiscordIdentify {
	d.mu.Lock()
	defer d.mu.Unlock()
	return append([]DiscordIdentify(nil), d.gateway.identifies...)
}

// tooEarly records a try to begin a session, and reports whether another of its bucket was just before. The lock is
// held.
func (d *Discord) tooEarly(shard [2]int64) bool {
	now, limit := d.cfg.Now(), int64(d.cfg.MaxConcurrency)
	try := DiscordIdentify{Shard: int(shard[0]), Shards: int(shard[1]), At: now}
	for _, other := range d.gateway.identifies {
		if limit > 0 && !other.Refused && int64(other.Shard)%limit == shard[0]%limit && now.Sub(other.At) < d.cfg.IdentifyWindow {
			try.Refused = true
		}
	}
	d.gateway.identifies = append(d.gateway.identifies, try)
	return try.Refused
}

// crowded reports whether a shard has more guilds than it may. The lock is held.
func (d *Discord) crowded(shard [2]int64) bool {
	s, n := discordSession{shard: shard}, 0
	for _, g := range d.world.guildsInOrder() {
		if s.covers(g) {
			n++
		}
	}
	return n > d.cfg.GuildsPerShard
}

func (d *Discord) getGatewayBot(c discordCall) (any, *discordError) {
	return map[string]any{
		"url": discordGatewayURL(c.Request), "shards": d.cfg.Shards,
		"session_start_limit": map[string]any{
			"total": d.cfg.SessionStarts, "remaining": max(0, d.cfg.SessionStarts-d.counters.Identifies),
			"reset_after": discordDay.Milliseconds(), "max_concurrency": max(1, d.cfg.MaxConcurrency),
		},
	}, nil
}
