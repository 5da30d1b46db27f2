package discord

import (
	"fmt"
	"math"
	"net/http"
	"strconv"
	"time"
)

// How many refusals get an address banned; discord.com/developers/docs/topics/rate-limits#invalid-request-limit.
const (
	invalidRequests = 10_000
	invalidWindow   = 10 * time.Minute
)

// countInvalid counts an answer that Discord calls invalid. The lock is held.
func (d *StandIn) countInvalid(status int) {
	switch status {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusTooManyRequests:
		d.limits.invalid.take(d.cfg.Now(), rate{requests: d.cfg.InvalidRequests, window: invalidWindow})
	}
}

// banned returns how long the bot's address is still banned, or 0.
func (d *StandIn) banned() time.Duration {
	d.mu.Lock()
	defer d.mu.Unlock()
	b := &d.limits.invalid
	if d.cfg.Unlimited || b.used < d.cfg.InvalidRequests {
		return 0
	}
	return max(0, b.ends.Sub(d.cfg.Now()))
}

// writeBan answers as Cloudflare does in front of Discord: with a page and not with JSON.
func writeBan(w http.ResponseWriter, left time.Duration) {
	w.Header().Set("Content-Type", "text/html; charset=UTF-8")
	w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(left.Seconds()))))
	w.WriteHeader(http.StatusTooManyRequests)
	fmt.Fprint(w, "<html><head><title>Access denied</title></head><body>error code: 1015</body></html>\n")
}
