package discord

import (
	"bytes"
	"compress/zlib"
	"fmt"
)

// RefuseIdentifies answers the next identifies with opcode 9 instead of READY. A negative number means all, until
// RefuseIdentifies(0).
func (d *StandIn) RefuseIdentifies(times int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.gateway.refusals = hold(times)
}

// SetGreeting has the gateway greet new connections with these frames instead of a sane HELLO, such as
// {"op":10,"d":{"heartbeat_interval":0}} or null. No frames end it.
func (d *StandIn) SetGreeting(frames ...string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.gateway.greeting = frames
}

// SendFrame sends a frame to all connections as it is.
func (d *StandIn) SendFrame(text string) {
	d.eachConn(func(c *conn) { c.queue(out{text: []byte(text)}) })
}

// SendNull dispatches an event whose data is null to all sessions.
func (d *StandIn) SendNull(event string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, s := range d.gateway.sessions {
		s.dispatch(event, nil)
	}
}

// SendBomb dispatches an event to all sessions in a deflated frame that inflates to more than size bytes: it says
// nothing, in many spaces. It is the payload compression of
// discord.com/developers/docs/events/gateway#compressing-payloads. A session that is resumed does not get it again.
func (d *StandIn) SendBomb(size int64) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, s := range d.gateway.sessions {
		s.seq++
		if s.conn != nil {
			packed := deflated(fmt.Sprintf(`{"op":0,"s":%d,"t":"BOMB","d":{`, s.seq), size, `}}`)
			s.conn.queue(out{text: packed, packed: true})
		}
	}
}

// deflated compresses text with at least size spaces between its two halves.
func deflated(head string, size int64, tail string) []byte {
	var packed bytes.Buffer
	w, err := zlib.NewWriterLevel(&packed, zlib.BestSpeed)
	if err != nil {
		panic(err) // the level is a valid one
	}
	// Writing into a buffer never fails.
	_, _ = w.Write([]byte(head))
	blank := bytes.Repeat([]byte{' '}, 1<<16)
	for ; size > 0; size -= int64(len(blank)) {
		_, _ = w.Write(blank)
	}
	_, _ = w.Write([]byte(tail))
	_ = w.Close()
	return packed.Bytes()
}
