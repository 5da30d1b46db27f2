package discord

import "time"

// Defaults of shards and sessions; discord.com/developers/docs/events/gateway#sharding
const (
	sessionStarts  = 1000
	guildsPerShard = 2500
	identifyWindow = 5 * time.Second
	day            = 24 * time.Hour
)

// withScale fills in the defaults of shards and sessions.
func (c Config) withScale() Config {
	if c.Shards == 0 {
		c.Shards = 1
	}
	if c.GuildsPerShard == 0 {
		c.GuildsPerShard = guildsPerShard
	}
	if c.IdentifyWindow == 0 {
		c.IdentifyWindow = identifyWindow
	}
	if c.NonceLife == 0 {
		c.NonceLife = nonceLife
	}
	if c.SessionStarts == 0 {
		c.SessionStarts = sessionStarts
	}
	return c
}

// Identify is a try to begin a session.
type Identify struct {
	Shard, Shards int
	At            time.Time
	// Refused says that it came too early after another one of its bucket, or that RefuseIdentifies asked for it.
	Refused bool
}

// Identifies returns the tries to begin a session with the right token, oldest first.
func (d *StandIn) Identifies() []Identify {
	d.mu.Lock()
	defer d.mu.Unlock()
	return append([]Identify(nil), d.gateway.identifies...)
}

// tooEarly records a try to begin a session, and reports whether another of its bucket was just before. The lock is
// held.
func (d *StandIn) tooEarly(shard [2]int64) bool {
	now, limit := d.cfg.Now(), int64(d.cfg.MaxConcurrency)
	try := Identify{Shard: int(shard[0]), Shards: int(shard[1]), At: now}
	for _, other := range d.gateway.identifies {
		if limit > 0 && !other.Refused && int64(other.Shard)%limit == shard[0]%limit && now.Sub(other.At) < d.cfg.IdentifyWindow {
			try.Refused = true
		}
	}
	if d.gateway.refusals.take() {
		try.Refused = true
	}
	d.gateway.identifies = append(d.gateway.identifies, try)
	return try.Refused
}

// crowded reports whether a shard has more guilds than it may. The lock is held.
func (d *StandIn) crowded(shard [2]int64) bool {
	s, n := session{shard: shard}, 0
	for _, g := range d.world.guildsInOrder() {
		if s.covers(g) {
			n++
		}
	}
	return n > d.cfg.GuildsPerShard
}

func (d *StandIn) getGatewayBot(c call) (any, *apiError) {
	return map[string]any{
		"url": gatewayURL(c.Request), "shards": d.cfg.Shards,
		"session_start_limit": map[string]any{
			"total": d.cfg.SessionStarts, "remaining": max(0, d.cfg.SessionStarts-d.triesToday()),
			"reset_after": day.Milliseconds(), "max_concurrency": max(1, d.cfg.MaxConcurrency),
		},
	}, nil
}

// triesToday counts the identifies of the last day. The lock is held.
func (d *StandIn) triesToday() int {
	return within(d.gateway.identifies, d.cfg.Now(), day)
}

// overBudget records a try to begin a session when no more are left for today. The lock is held.
func (d *StandIn) overBudget(shard [2]int64) bool {
	over := d.triesToday() >= d.cfg.SessionStarts
	if over {
		d.gateway.identifies = append(d.gateway.identifies, Identify{
			Shard: int(shard[0]), Shards: int(shard[1]), At: d.cfg.Now(), Refused: true,
		})
	}
	return over
}

// within counts the tries of the time before end.
func within(tries []Identify, end time.Time, window time.Duration) int {
	n := 0
	for i := len(tries) - 1; i >= 0 && end.Sub(tries[i].At) < window; i-- {
		n++
	}
	return n
}

// Busiest returns the largest number of tries that fell into one window of that length.
func Busiest(tries []Identify, window time.Duration) int {
	most := 0
	for i, try := range tries {
		most = max(most, within(tries[:i+1], try.At, window))
	}
	return most
}
