package discord

import (
	"encoding/json"
	"time"
)

const (
	replay      = 10_000 // frames kept for one session
	sessionLife = 3 * time.Minute
	allIntents  = 1<<25 - 1
	privileged  = intentMembers | intentPresences | intentContent
)

// gateway is the gateway's side of the bot. StandIn.mu guards it.
type gateway struct {
	sessions  map[string]*session
	conns     map[*conn]struct{}
	holdHello hold
	holdAcks  hold
	refusals  hold     // of identifies
	greeting  []string // frames that stand in for HELLO
	// identifies are all tries to begin a session.
	identifies []Identify
}

// hold counts how many more times something is left out; negative means always.
type hold int

func (h *hold) take() bool {
	held := *h != 0
	if *h > 0 {
		*h--
	}
	return held
}

// session outlives its connections: what is dispatched meanwhile is replayed on resume.
type session struct {
	id      string
	conn    *conn     // nil while disconnected
	left    time.Time // when it disconnected
	seq     int64
	intents int64
	shard   [2]int64
	frames  []sent
	floor   int64 // the last sequence number that can no longer be replayed
}

type sent struct {
	seq  int64
	text []byte
}

// dispatch is an event for every session that wants it.
type dispatch struct {
	event  string
	data   map[string]any
	guild  *guild // nil goes to shard 0
	intent int64  // 0 goes to all
	// bare strips data for sessions without the message content intent. nil strips nothing.
	bare func(map[string]any) map[string]any
}

// dispatch sends an event to all sessions it is for. An unavailable guild has no events but its own. The lock is held.
func (d *StandIn) dispatch(ev dispatch) {
	if ev.guild != nil && ev.guild.unavailable && ev.intent != 0 && ev.event != "GUILD_DELETE" {
		return
	}
	now := d.cfg.Now()
	for id, s := range d.gateway.sessions {
		if s.conn == nil && now.Sub(s.left) > sessionLife {
			delete(d.gateway.sessions, id)
			continue
		}
		if !s.covers(ev.guild) || ev.intent != 0 && s.intents&ev.intent == 0 {
			continue
		}
		data := ev.data
		if ev.bare != nil && s.intents&intentContent == 0 {
			data = ev.bare(data)
		}
		s.dispatch(ev.event, data)
	}
}

// covers reports whether events of g go to the session's shard.
func (s *session) covers(g *guild) bool {
	if g == nil {
		return s.shard[0] == 0
	}
	var id int64
	_ = json.Unmarshal([]byte(g.id), &id) // our own id
	return (id>>22)%s.shard[1] == s.shard[0]
}

func (s *session) dispatch(event string, data any) {
	s.seq++
	seq := s.seq
	text, err := json.Marshal(frame{Op: opDispatch, Data: data, Seq: &seq, Type: &event})
	if err != nil {
		panic(err) // all events are our own
	}
	s.frames = append(s.frames, sent{seq: seq, text: text})
	if len(s.frames) > replay {
		s.forget(s.frames[0].seq)
	}
	if s.conn != nil {
		s.conn.queue(out{text: text})
	}
}

// forget drops the frames that the client has.
func (s *session) forget(seq int64) {
	for len(s.frames) > 0 && s.frames[0].seq <= seq {
		s.floor = s.frames[0].seq
		s.frames = s.frames[1:]
	}
}

// identify begins a session on c.
func (d *StandIn) identify(c *conn, data json.RawMessage) {
	var id struct {
		Token   string  `json:"token"`
		Intents *int64  `json:"intents"`
		Shard   []int64 `json:"shard"`
	}
	err := json.Unmarshal(data, &id)
	if id.Shard == nil {
		id.Shard = []int64{0, 1}
	}
	switch {
	case err != nil:
		c.close(closeDecode, "Error while decoding payload.")
	case !d.authentic(id.Token):
		c.close(closeAuthFailed, "Authentication failed.")
	case id.Intents == nil || *id.Intents&^allIntents != 0:
		c.close(closeIntents, "Invalid intent(s).")
	case *id.Intents&privileged != 0:
		c.close(closeForbidIntent, "Disallowed intent(s).")
	case len(id.Shard) != 2 || id.Shard[0] < 0 || id.Shard[0] >= id.Shard[1]:
		c.close(closeShard, "Invalid shard.")
	case d.crowded([2]int64(id.Shard)):
		c.close(closeMoreShards, "Sharding required.")
	case d.overBudget([2]int64(id.Shard)):
		d.resetToken("")
	case d.tooEarly([2]int64(id.Shard)):
		c.send(opInvalid, false)
	default:
		d.counters.Identifies++
		s := &session{
			id: "session-" + d.world.newID(), conn: c, intents: *id.Intents, shard: [2]int64(id.Shard),
		}
		d.gateway.sessions[s.id] = s
		c.session = s
		d.ready(s)
		d.cfg.Logger.Debug("gateway session began", "session", s.id)
		d.broadcast()
	}
}

// ready sends READY and then the guilds, as a starting bot gets them.
func (d *StandIn) ready(s *session) {
	w := &d.world
	guilds := []any{}
	for _, g := range w.guildsInOrder() {
		if s.covers(g) {
			guilds = append(guilds, map[string]any{"id": g.id, "unavailable": true})
		}
	}
	s.dispatch("READY", map[string]any{
		"v": 10, "user": w.users[w.bot].wire(), "guilds": guilds, "session_id": s.id, "shard": s.shard,
		"resume_gateway_url": s.conn.resumeURL, "session_type": "normal", "private_channels": []any{},
		"relationships": []any{}, "presences": []any{}, "user_settings": map[string]any{}, "geo_ordered_rtc_regions": []any{},
		"application": map[string]any{"id": w.bot, "flags": 0}, "_trace": []string{},
	})
	for _, g := range w.guildsInOrder() {
		if s.covers(g) && !g.unavailable && s.intents&intentGuilds != 0 {
			s.dispatch("GUILD_CREATE", w.guildCreateWire(g))
		}
	}
}

// resume continues a session on c and replays what it missed.
func (d *StandIn) resume(c *conn, data json.RawMessage) {
	var re struct {
		Token   string `json:"token"`
		Session string `json:"session_id"`
		Seq     int64  `json:"seq"`
	}
	err := json.Unmarshal(data, &re)
	s := d.gateway.sessions[re.Session]
	lost := s == nil || re.Seq < s.floor || s.conn == nil && d.cfg.Now().Sub(s.left) > sessionLife
	switch {
	case err != nil:
		c.close(closeDecode, "Error while decoding payload.")
	case !d.authentic(re.Token):
		c.close(closeAuthFailed, "Authentication failed.")
	case lost:
		delete(d.gateway.sessions, re.Session)
		c.send(opInvalid, false)
	case re.Seq > s.seq:
		delete(d.gateway.sessions, re.Session)
		c.close(closeInvalidSeq, "Invalid seq.")
	default:
		d.counters.Resumes++
		if s.conn != nil {
			s.conn.cut()
		}
		s.conn, c.session = c, s
		s.forget(re.Seq)
		for _, f := range s.frames {
			c.queue(out{text: f.text})
		}
		s.dispatch("RESUMED", map[string]any{"_trace": []string{}})
		d.broadcast()
	}
}

// HoldHello keeps the gateway silent to the next connections, without the hello that each waits for. A negative number
// means all, until HoldHello(0).
func (d *StandIn) HoldHello(times int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.gateway.holdHello = hold(times)
}

// HoldAcks leaves the next heartbeats unanswered, as a dead peer would. A negative number means all, until HoldAcks(0).
func (d *StandIn) HoldAcks(times int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.gateway.holdAcks = hold(times)
}

// Reconnect asks all connections to reconnect and resume (opcode 7).
func (d *StandIn) Reconnect() {
	d.eachConn(func(c *conn) { c.send(opReconnect, nil) })
}

// DropConnections cuts all gateway connections without a close code. Their sessions can be resumed.
func (d *StandIn) DropConnections() {
	d.eachConn(func(c *conn) { c.cut() })
}

// CloseConnections closes all gateway connections with a close code, such as 4004 when a token was reset.
func (d *StandIn) CloseConnections(code int, reason string) {
	d.eachConn(func(c *conn) { c.close(code, reason) })
}

// InvalidateSessions forgets all sessions and notifies their connections (opcode 9). Disconnected clients can't resume.
func (d *StandIn) InvalidateSessions() {
	d.mu.Lock()
	defer d.mu.Unlock()
	clear(d.gateway.sessions)
	for c := range d.gateway.conns {
		c.session = nil
		c.send(opInvalid, false)
	}
	d.broadcast()
}

func (d *StandIn) eachConn(do func(*conn)) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for c := range d.gateway.conns {
		do(c)
	}
}
