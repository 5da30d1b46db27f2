package discord

import (
	"sync"
	"time"

	"tidings/bot"
)

var _ bot.Connector = (*Adapter)(nil)

// reach remembers which shards are connected. Its zero value says that none is, and its methods may be called
// concurrently.
type reach struct {
	mu    sync.Mutex // guards what follows
	down  int        // shards that should be connected and are not
	ready bool       // it is known how many there are
	since time.Time  // of the last change between all and not all; zero if there was none since Run began
}

// begin notes that so many shards are to be connected.
func (r *reach) begin(shards int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.down, r.ready = shards, true
}

// end forgets everything.
func (r *reach) end() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.down, r.ready, r.since = 0, false, time.Time{}
}

// shardUp notes that a shard that was down is connected, and shardDown the opposite.
func (r *reach) shardUp()   { r.add(-1) }
func (r *reach) shardDown() { r.add(1) }

func (r *reach) add(n int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	before := r.down
	if r.down += n; (before == 0) != (r.down == 0) {
		r.since = time.Now()
	}
}

// Connected reports whether all shards are connected to the gateway; without one, whether Discord has answered any
// request within the last minutes.
func (a *Adapter) Connected() (since time.Time, ok bool) {
	if a.withoutGateway {
		_, ok = a.rest.clock.now()
		return a.rest.clock.lastHeard(), ok && a.serving.Load() != nil
	}
	a.reach.mu.Lock()
	defer a.reach.mu.Unlock()
	return a.reach.since, a.reach.ready && a.reach.down == 0
}

// lastHeard returns when Discord last sent the time.
func (c *clock) lastHeard() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.here
}
