package discord

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/bwmarrin/discordgo"
	"github.com/gorilla/websocket"
)

// Opcodes of the gateway. discord.com/developers/docs/topics/opcodes-and-status-codes#gateway
const (
	opDispatch  = 0
	opHeartbeat = 1
	opIdentify  = 2
	opResume    = 6
	opReconnect = 7
	opInvalid   = 9
	opHello     = 10
	opAck       = 11
)

const (
	// maxFrame bounds a frame, in bytes. The longest describe a guild with all its channels and roles. They
	// aren't compressed, since the client doesn't ask for it, so they don't grow when read.
	maxFrame = 16 << 20
	// maxObjects bounds the objects in a frame: the largest guild has a tenth as many, and each takes more memory
	// than its two brackets.
	maxObjects = 100_000
	// writeWithin bounds one write.
	writeWithin = 10 * time.Second
	// leaveWithin bounds a goodbye.
	leaveWithin = time.Second
	// closeToResume closes a connection whose session is to be resumed. 1000 and 1001 would end the session.
	closeToResume = 4000

	// Discord sets the heartbeat interval, within these bounds; a server that doesn't gets Discord's usual one.
	usualHeartbeat    = 41250 * time.Millisecond
	shortestHeartbeat = 100 * time.Millisecond
	longestHeartbeat  = 10 * time.Minute
)

// Why this side ends a connection.
var (
	errDead = errors.New("heartbeats are not acknowledged")
	errSlow = errors.New("gateway does not answer in time")
)

// outFrame is what a client sends.
type outFrame struct {
	Op   int `json:"op"`
	Data any `json:"d"`
}

// conn is one connection to the gateway. One goroutine reads; writes are serialized.
//
// discordgo has a gateway client too, but it identifies again at once and forever when a session is invalid,
// panics in a goroutine of its own on a zero heartbeat or a null event, inflates frames of any size, needs
// minutes to notice a dead connection, and can deadlock. Guarding against all that took more code than this.
type conn struct {
	ws    *websocket.Conn
	seq   atomic.Int64 // of the last event, or 0
	acked atomic.Bool  // since the last heartbeat
	dead  atomic.Bool  // ended by this side for want of an acknowledgment

	writing sync.Mutex
	beating sync.WaitGroup
	done    chan struct{} // closed by close
}

// dialConn connects to a gateway and reads its hello, within a time.
func dialConn(ctx context.Context, address string, within time.Duration) (*conn, error) {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	dialer := websocket.Dialer{Proxy: http.ProxyFromEnvironment, HandshakeTimeout: within}
	ws, resp, err := dialer.DialContext(ctx, address, http.Header{"User-Agent": {userAgent}})
	if resp != nil {
		_ = resp.Body.Close() // only its head counts
	}
	if err != nil {
		return nil, fmt.Errorf("connect to gateway: %w", withoutAddress(err))
	}
	ws.SetReadLimit(maxFrame)
	c := &conn{ws: ws, done: make(chan struct{})}
	stop := context.AfterFunc(ctx, func() { _ = ws.NetConn().Close() })
	interval, err := c.hello()
	if !stop() || err != nil {
		c.close()
		if ctx.Err() != nil {
			err = errSlow
		}
		return nil, err
	}
	c.acked.Store(true)
	c.beating.Go(func() { c.beat(interval) })
	return c, nil
}

// hello waits for HELLO and returns the heartbeat interval.
func (c *conn) hello() (time.Duration, error) {
	for {
		e, err := c.read()
		if err != nil {
			return 0, err
		}
		if e.Operation != opHello {
			continue
		}
		var d struct {
			Interval float64 `json:"heartbeat_interval"` // milliseconds
		}
		_ = json.Unmarshal(e.RawData, &d) // what can't be read is treated like zero
		return heartbeatOf(d.Interval), nil
	}
}

// heartbeatOf returns the heartbeat interval that a HELLO asks for.
func heartbeatOf(milliseconds float64) time.Duration {
	interval := milliseconds / 1000
	if !(interval >= shortestHeartbeat.Seconds() && interval <= longestHeartbeat.Seconds()) { // NaN too
		return usualHeartbeat
	}
	return time.Duration(interval * float64(time.Second))
}

// read returns the next frame. What isn't a frame, is null, or has too many parts is passed over.
func (c *conn) read() (*discordgo.Event, error) {
	for {
		kind, raw, err := c.ws.ReadMessage()
		switch {
		case c.dead.Load():
			return nil, errDead
		case err != nil:
			return nil, err
		case kind != websocket.TextMessage || bytes.Count(raw, []byte("{")) > maxObjects:
			continue
		}
		e := discordgo.Event{Operation: -1} // which an absent one leaves
		if json.Unmarshal(raw, &e) == nil && e.Operation >= 0 {
			return &e, nil
		}
	}
}

// write sends one frame.
func (c *conn) write(op int, data any) error {
	c.writing.Lock()
	defer c.writing.Unlock()
	if err := c.ws.SetWriteDeadline(time.Now().Add(writeWithin)); err != nil {
		return err
	}
	return c.ws.WriteJSON(outFrame{Op: op, Data: data})
}

// beat sends heartbeats until the connection ends, and ends it when one is not acknowledged before the next.
// The first is sent after a random part of the interval, so that clients don't synchronize after an outage.
func (c *conn) beat(interval time.Duration) {
	next := time.NewTimer(time.Duration(rand.Float64() * float64(interval)))
	defer next.Stop()
	for {
		select {
		case <-next.C:
		case <-c.done:
			return
		}
		if !c.acked.Swap(false) {
			c.dead.Store(true)
			_ = c.ws.NetConn().Close() // the reader meets that
			return
		}
		if c.heartbeat() != nil {
			return // the reader meets that too
		}
		next.Reset(interval)
	}
}

func (c *conn) heartbeat() error {
	if seq := c.seq.Load(); seq > 0 {
		return c.write(opHeartbeat, seq)
	}
	return c.write(opHeartbeat, nil)
}

// leave closes the connection in a way that ends the session. The reader gets Discord's reply, or an error if none
// comes in time.
func (c *conn) leave() {
	c.goodbye(websocket.CloseNormalClosure)
	time.AfterFunc(leaveWithin, func() { _ = c.ws.NetConn().Close() }) // closed it may be already
}

func (c *conn) goodbye(code int) {
	bye := websocket.FormatCloseMessage(code, "")
	_ = c.ws.WriteControl(websocket.CloseMessage, bye, time.Now().Add(leaveWithin)) // the connection may be broken
}

// close closes the connection in a way that lets its session be resumed.
func (c *conn) close() {
	c.goodbye(closeToResume)
	_ = c.ws.Close()
	close(c.done)
	c.beating.Wait()
}
