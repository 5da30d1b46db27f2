package discord

import (
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/gorilla/websocket"

	"tidings/internal/sandbox"
)

// Opcodes and close codes; discord.com/developers/docs/topics/opcodes-and-status-codes#gateway.
const (
	opDispatch  = 0
	opHeartbeat = 1
	opIdentify  = 2
	opPresence  = 3
	opResume    = 6
	opReconnect = 7
	opMembers   = 8
	opInvalid   = 9
	opHello     = 10
	opAck       = 11

	closeUnknownOp    = 4001
	closeDecode       = 4002
	closeNotAuth      = 4003
	closeAuthFailed   = 4004
	closeAlreadyAuth  = 4005
	closeInvalidSeq   = 4007
	closeRateLimited  = 4008
	closeTimedOut     = 4009
	closeShard        = 4010
	closeMoreShards   = 4011
	closeVersion      = 4012
	closeIntents      = 4013
	closeForbidIntent = 4014
)

const (
	gatewayQueue   = 4096 // frames that a slow client may be behind
	gatewayPayload = 4096 // bytes; discord.com/developers/docs/events/gateway#sending-events
	gatewaySends   = 120  // per minute and connection; #rate-limiting
	writeWait      = 10 * time.Second
	closeWait      = time.Second
)

// conn is one gateway connection. A single goroutine reads and another writes; StandIn.mu guards the rest.
type conn struct {
	d       *StandIn
	ws      *websocket.Conn
	out     chan out
	session *session
	closing bool // a close is queued or out is closed
	sends   bucket
	// resumeURL is what READY gives as resume_gateway_url.
	resumeURL string
}

// out is a frame to write, or a close.
type out struct {
	text   []byte
	packed bool // text is deflated, and goes out as a binary frame
	code   int
	reason string
}

// frame is a gateway payload.
type frame struct {
	Op   int     `json:"op"`
	Data any     `json:"d"`
	Seq  *int64  `json:"s"`
	Type *string `json:"t"`
}

func (d *StandIn) serveGateway(w http.ResponseWriter, r *http.Request) {
	if d.link.Down() {
		sandbox.Reset(w)
		return
	}
	if !websocket.IsWebSocketUpgrade(r) {
		writeError(w, status(http.StatusNotFound))
		return
	}
	ws, err := d.upgrader.Upgrade(w, r, nil)
	if err != nil {
		return // Upgrade has answered.
	}
	c := &conn{d: d, ws: ws, out: make(chan out, gatewayQueue), resumeURL: gatewayURL(r) + "/resume"}
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
	_ = ws.WriteControl(websocket.CloseMessage, bye, time.Now().Add(closeWait)) // fails if a close was sent
	_ = ws.Close()
}

// attach registers c and greets it.
func (d *StandIn) attach(c *conn, r *http.Request) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closed || d.link.Down() {
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
		c.close(closeVersion, "Invalid API version.")
	case query.Get("encoding") != "" && query.Get("encoding") != "json":
		c.close(closeDecode, "Error while decoding payload.")
	case d.gateway.greeting != nil:
		for _, text := range d.gateway.greeting {
			c.queue(out{text: []byte(text)})
		}
	default:
		c.send(opHello, map[string]any{
			"heartbeat_interval": d.cfg.HeartbeatInterval.Milliseconds(), "_trace": []string{},
		})
		c.expectHeartbeat()
	}
	return true
}

// expectHeartbeat gives the client its time until its next heartbeat.
func (c *conn) expectHeartbeat() {
	_ = c.ws.SetReadDeadline(time.Now().Add(c.d.cfg.HeartbeatGrace)) // never fails
}

// endSession forgets the session of c, whose client closed it cleanly: it cannot be resumed.
func (d *StandIn) endSession(c *conn) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if s := c.session; s != nil && s.conn == c && !c.closing {
		delete(d.gateway.sessions, s.id)
	}
}

// detach forgets c. Its session, unless it has ended, may be resumed.
func (d *StandIn) detach(c *conn) {
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
func (c *conn) send(op int, data any) {
	text, err := json.Marshal(frame{Op: op, Data: data})
	if err != nil {
		panic(err) // all payloads are our own
	}
	c.queue(out{text: text})
}

// close queues a close behind what is queued. The lock is held.
func (c *conn) close(code int, reason string) {
	c.queue(out{code: code, reason: reason})
	c.closing = true
}

func (c *conn) queue(o out) {
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
func (c *conn) cut() {
	if tcp, ok := c.ws.NetConn().(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = c.ws.NetConn().Close()
}

// write sends what is queued until the queue is closed.
func (c *conn) write() {
	for o := range c.out {
		deadline := time.Now().Add(writeWait)
		if o.code != 0 {
			_ = c.ws.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(o.code, o.reason), deadline)
			_ = c.ws.SetReadDeadline(time.Now().Add(closeWait))
			continue
		}
		_ = c.ws.SetWriteDeadline(deadline)
		kind := websocket.TextMessage
		if o.packed {
			kind = websocket.BinaryMessage
		}
		if c.ws.WriteMessage(kind, o.text) != nil {
			c.cut()
		}
	}
}

// read reads payloads until the connection ends, and reports whether the client gave up its session.
func (c *conn) read() (clean bool) {
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
func (d *StandIn) timedOut(c *conn) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if c.session != nil && !c.closing {
		delete(d.gateway.sessions, c.session.id)
	}
	c.close(closeTimedOut, "Session timed out.")
}

// received handles one payload of a client.
func (d *StandIn) received(c *conn, text []byte) {
	var frame struct {
		Op   *int            `json:"op"`
		Data json.RawMessage `json:"d"`
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	minute := rate{requests: gatewaySends, window: time.Minute}
	switch err := json.Unmarshal(text, &frame); {
	case c.closing:
		return
	case len(text) > gatewayPayload, err != nil, frame.Op == nil:
		c.close(closeDecode, "Error while decoding payload.")
		return
	case !d.cfg.Unlimited && !c.sends.take(d.cfg.Now(), minute):
		c.close(closeRateLimited, "Rate limited.")
		return
	}
	switch op := *frame.Op; {
	case op == opHeartbeat:
		d.heartbeat(c, frame.Data)
	case (op == opIdentify || op == opResume) && c.session != nil:
		c.close(closeAlreadyAuth, "Already authenticated.")
	case op == opIdentify:
		d.identify(c, frame.Data)
	case op == opResume:
		d.resume(c, frame.Data)
	case op != opPresence && op != opMembers && op != 4:
		c.close(closeUnknownOp, "Unknown opcode.")
	case c.session == nil:
		c.close(closeNotAuth, "Not authenticated.")
	}
}

func (d *StandIn) heartbeat(c *conn, data json.RawMessage) {
	d.counters.Heartbeats++
	c.expectHeartbeat()
	var seq int64
	if json.Unmarshal(data, &seq) == nil && c.session != nil {
		c.session.forget(seq)
	}
	if !d.gateway.holdAcks.take() {
		c.send(opAck, nil)
	}
	d.broadcast()
}

// gatewayURL is the address under which the client of r reaches the gateway.
func gatewayURL(r *http.Request) string {
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

func (d *StandIn) getGateway(c call) (any, *apiError) {
	d.world.origin = "http" + strings.TrimPrefix(gatewayURL(c.Request), "ws")
	return map[string]any{"url": gatewayURL(c.Request)}, nil
}

// authentic checks a token sent over the gateway, with or without the word "Bot".
func (d *StandIn) authentic(token string) bool {
	return strings.TrimPrefix(token, "Bot ") == d.token
}
