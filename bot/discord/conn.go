package discord

import (
	"context"
	"errors"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"
)

// Errors of a gateway connection that this side ends.
var (
	errDead  = errors.New("connection is dead")
	errStorm = errors.New("connection repeats itself")
)

// conn is the network connection below a gateway connection. It does what discordgo does not: it ends
// when nothing arrives for a while, which discordgo would notice minutes later, and when too much is
// written. Once dead it takes no more writes, so that discordgo cannot say goodbye with a code that
// ends the session, which is to be resumed.
type conn struct {
	net.Conn
	idle   time.Duration
	writes *rate.Limiter
	stormy atomic.Bool
	dead   atomic.Bool
	once   sync.Once
	done   chan struct{} // closed by Close
}

// dialConn connects to address until ctx ends. discordgo answers each "invalid session" with an
// identify, at once and without end; the limit of writes is far above what a sound connection needs
// and far below what exhausts the identifies of a day.
func dialConn(ctx context.Context, network, address string, tm timings) (*conn, error) {
	var d net.Dialer
	c, err := d.DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	return &conn{
		Conn: c, idle: tm.idle, writes: rate.NewLimiter(rate.Every(tm.writeEvery), writeBurst), done: make(chan struct{}),
	}, nil
}

// writeBurst is how many writes may come in a row: the handshakes of TLS and WebSocket, an identify,
// and some more.
const writeBurst = 20

// smallWrite is what a heartbeat fits in, in bytes, TLS included, and no identify does. The server sets
// the pace of heartbeats, so they do not count.
const smallWrite = 120

// Read reads until nothing has arrived for the idle time. The other side hears of the end at once:
// discordgo would take a second, in which heartbeats are missed and the session may be lost.
func (c *conn) Read(p []byte) (int, error) {
	err := c.SetReadDeadline(time.Now().Add(c.idle))
	if err != nil {
		c.kill()
		return 0, err
	}
	n, err := c.Conn.Read(p)
	if err != nil {
		c.kill()
	}
	return n, err
}

// Write refuses on a dead connection, and kills one on which too much is written.
func (c *conn) Write(p []byte) (int, error) {
	if c.dead.Load() {
		return 0, errDead
	}
	if len(p) > smallWrite && !c.writes.Allow() {
		c.stormy.Store(true)
		c.kill()
		return 0, errStorm
	}
	if err := c.SetWriteDeadline(time.Now().Add(c.idle)); err != nil {
		return 0, err
	}
	return c.Conn.Write(p)
}

// kill ends the connection. The reader meets that, and closes the rest.
func (c *conn) kill() {
	c.dead.Store(true)
	_ = c.Conn.Close() // it is given up anyway
}

// Close closes the connection and tells whoever waits for it.
func (c *conn) Close() error {
	c.dead.Store(true)
	err := c.Conn.Close()
	c.once.Do(func() { close(c.done) })
	return err
}
