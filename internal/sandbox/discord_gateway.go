package sandbox

import (
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/gorilla/websocket"
)

// Opcodes and close codes; discord.com/developers/docs/topics/opcodes-and-status-codes#gateway.
const (
	discordOpDispatch  = 0
	discordOpHeartbeat = 1
	discordOpIdentify  = 2
	discordOpPresence  = 3
	discordOpResume    = 6
	discordOpReconnect = 7
	discordOpMembers   = 8
	discordOpInvalid   = 9
	discordOpHello     = 10
	discordOpAck       = 11

	discordCloseUnknownOp    = 4001
	discordCloseDecode       = 4002
	discordCloseNotAuth      = 4003
	discordCloseAuthFailed   = 4004
	discordCloseAlreadyAuth  = 4005
	discordCloseInvalidSeq   = 4007
	discordCloseRateLimited  = 4008
	discordCloseTimedOut     = 4009
	discordCloseShard        = 4010
	discordCloseMoreShards   = 4011
	discordCloseVersion      = 4012
	discordCloseIntents      = 4013
	discordCloseForbidIntent = 4014
)

const (
	discordGatewayQueue   = 4096 // frames that a slow client may be behind
	discordGatewayPayload = 4096 // bytes; discord.com/developers/docs/events/gateway#sending-events
	discordGatewaySends   = 120  // per minute and connection; #rate-limiting
	discordWriteWait      = 10 * time.Second
	discordCloseWait      = time.Second
)

// discordConn is one gateway connection. A single goroutine reads and another writes; Discord.mu guards the rest.
type discordConn struct {
	d       *Discord
	ws      *websocket.Conn
	out     chan discordOut
	session *discordSession
	closing bool // a close is queued or out is closed
	sends   discordBucket
	// resumeURL is what READY gives as resume_gateway_url.
	resumeURL string
}

// discordOut is a frame to write, or a close.
type discordOut struct {
	text   []byte
	code   int
	reason string
}

// discordFrame is a gateway payload.
type discordFrame struct {
	Op   int     `json:"op"`
	Data any     `json:"d"`
	Seq  *int64  `json:"s"`
	Type *string `json:"t"`
}

func (d *Discord) serveGateway(w http.ResponseWriter, r *http.Request) {
	if !websocket.IsWebSocketUpgrade(r) {
		discordWriteError(w, discordStatus(http.StatusNotFound))
		return
	}
	ws, err := d.upgrader.Upgrade(w, r, nil)
	if err != nil {
		return // Upgrade has answered.
	}
	c := &discordConn{d: d, ws: ws, out: make(chan discordOut, discordGatewayQueue), resumeURL: discordGatewayURL(r) + "/resume"}
	ws.SetCloseHandler(func(int, string) error { return nil }) // answered below, when the session knows
	if !d.attach(c, r) {
		_ = ws.Close()
		return
	}
	defer d.running.Done()
	written := make(chan struct{})
	go func() {
		defer close(written)
		c.write()
	}()
	if clean := c.read(); clean {
		d.endSession(c)
	}
	d.detach(c)
	<-written
	bye := websocket.FormatCloseMessage(websocket.CloseNormalClosure, "")
	_ = ws.WriteControl(websocket.CloseMessage, bye, time.Now().Add(discordCloseWait)) // fails if a close was sent
	_ = ws.Close()
}

// attach registers c and greets it.
func (d *Discord) attach(c *discordConn, r *http.Request) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closed {
		return false
	}
	d.running.Add(1)
	d.counters.Connections++
	d.gateway.conns[c] = struct{}{}
	d.broadcast()
	query := r.URL.Query()
	switch v := query.Get("v"); {
	case d.gateway.holdHello.take():
	case v != "9" && v != "10":
		c.close(discordCloseVersion, "Invalid API version.")
	case query.Get("encoding") != "" && query.Get("encoding") != "json":
		c.close(discordCloseDecode, "Error while decoding payload.")
	default:
		c.send(discordOpHello, map[string]any{
			"heartbeat_interval": d.cfg.HeartbeatInterval.Milliseconds(), "_trace": []string{},
		})
		c.expectHeartbeat()
	}
	return true
}

// expectHeartbeat gives the client two intervals until its next heartbeat.
func (c *discordConn) expectHeartbeat() {
	_ = c.ws.SetReadDeadline(time.Now().Add(2 * c.d.cfg.HeartbeatInterval)) // never fails
}

// endSession forgets the session of c, whose client closed it cleanly: it cannot be resumed.
func (d *Discord) endSession(c *discordConn) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if s := c.session; s != nil && s.conn == c && !c.closing {
		delete(d.gateway.sessions, s.id)
	}
}

// detach forgets c. Its session, unless it has ended, may be resumed.
func (d *Discord) detach(c *discordConn) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.gateway.conns, c)
	if s := c.session; s != nil && s.conn == c {
		s.conn, s.left = nil, d.cfg.Now()
	}
	c.closing = true
	close(c.out)
	d.broadcast()
}

// send queues a payload that is not a dispatch. The lock is held.
func (c *discordConn) send(op int, data any) {
	text, err := json.Marshal(discordFrame{Op: op, Data: data})
	if err != nil {
		panic(err) // all payloads are our own
	}
	c.queue(discordOut{text: text})
}

// close queues a close behind what is queued. The lock is held.
func (c *discordConn) close(code int, reason string) {
	c.queue(discordOut{code: code, reason: reason})
	c.closing = true
}

func (c *discordConn) queue(o discordOut) {
	if c.closing {
		return
	}
	select {
	case c.out <- o:
	default:
		c.cut() // Too slow, as Discord decides too. The session can be resumed.
	}
}

// cut ends the connection at once, so that the client sees a reset.
func (c *discordConn) cut() {
	if tcp, ok := c.ws.NetConn().(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = c.ws.NetConn().Close()
}

// write sends what is queued until the queue is closed.
func (c *discordConn) write() {
	for o := range c.out {
		deadline := time.Now().Add(discordWriteWait)
		if o.code != 0 {
			_ = c.ws.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(o.code, o.reason), deadline)
			_ = c.ws.SetReadDeadline(time.Now().Add(discordCloseWait))
			continue
		}
		_ = c.ws.SetWriteDeadline(deadline)
		if c.ws.WriteMessage(websocket.TextMessage, o.text) != nil {
			c.cut()
		}
	}
}

// read takes payloads until the connection ends, and reports whether the client gave up its session.
func (c *discordConn) read() (clean bool) {
	c.ws.SetReadLimit(1 << 20)
	for {
		_, text, err := c.ws.ReadMessage()
		if err != nil {
			var timeout net.Error
			if errors.As(err, &timeout) && timeout.Timeout() {
				c.d.timedOut(c)
			}
			return websocket.IsCloseError(err, websocket.CloseNormalClosure, websocket.CloseGoingAway)
		}
		c.d.received(c, text)
	}
}

// timedOut closes a connection whose heartbeat is missing, and forgets its session.
func (d *Discord) timedOut(c *discordConn) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if c.session != nil && !c.closing {
		delete(d.gateway.sessions, c.session.id)
	}
	c.close(discordCloseTimedOut, "Session timed out.")
}

// received handles one payload of a client.
func (d *Discord) received(c *discordConn, text []byte) {
	var frame struct {
		Op   *int            `json:"op"`
		Data json.RawMessage `json:"d"`
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	minute := discordRate{discordGatewaySends, time.Minute}
	switch err := json.Unmarshal(text, &frame); {
	case c.closing:
		return
	case len(text) > discordGatewayPayload, err != nil, frame.Op == nil:
		c.close(discordCloseDecode, "Error while decoding payload.")
		return
	case !d.cfg.Unlimited && !c.sends.take(d.cfg.Now(), minute):
		c.close(discordCloseRateLimited, "Rate limited.")
		return
	}
	switch op := *frame.Op; {
	case op == discordOpHeartbeat:
		d.heartbeat(c, frame.Data)
	case (op == discordOpIdentify || op == discordOpResume) && c.session != nil:
		c.close(discordCloseAlreadyAuth, "Already authenticated.")
	case op == discordOpIdentify:
		d.identify(c, frame.Data)
	case op == discordOpResume:
		d.resume(c, frame.Data)
	case op != discordOpPresence && op != discordOpMembers && op != 4:
		c.close(discordCloseUnknownOp, "Unknown opcode.")
	case c.session == nil:
		c.close(discordCloseNotAuth, "Not authenticated.")
	}
}

func (d *Discord) heartbeat(c *discordConn, data json.RawMessage) {
	d.counters.Heartbeats++
	c.expectHeartbeat()
	var seq int64
	if json.Unmarshal(data, &seq) == nil && c.session != nil {
		c.session.forget(seq)
	}
	if !d.gateway.holdAcks.take() {
		c.send(discordOpAck, nil)
	}
	d.broadcast()
}

// discordGatewayURL is the address under which the client of r reaches the gateway.
func discordGatewayURL(r *http.Request) string {
	scheme := "ws"
	if r.TLS != nil {
		scheme = "wss"
	}
	host := r.Host
	// A client that only redirects its connections still asks for discord.com: give it the address it found.
	if local, ok := r.Context().Value(http.LocalAddrContextKey).(net.Addr); ok && strings.HasSuffix(host, "discord.com") {
		host = local.String()
	}
	return scheme + "://" + host
}

func (d *Discord) getGateway(c discordCall) (any, *discordError) {
	return map[string]any{"url": discordGatewayURL(c.Request)}, nil
}

// authentic checks a token sent over the gateway, with or without the word "Bot".
func (d *Discord) authentic(token string) bool {
	return strings.TrimPrefix(token, "Bot ") == d.cfg.Token
}
