package discord

import (
	"net/http"
	"time"

	"tidings/internal/sandbox"
)

// Refuse is a fault that refuses requests as Discord does: with a status, a code and a message. See
// discord.com/developers/docs/topics/opcodes-and-status-codes#json for codes.
func Refuse(status, code int, message string) sandbox.Fault {
	return sandbox.Fault{Status: status, Body: wireText(refusal(status, code, message))}
}

// RefuseField is a fault that refuses a field of the form with 50035, as Discord does for whatever it dislikes. The
// path names the field, such as "embeds", "0", "url".
func RefuseField(code, message string, path ...string) sandbox.Fault {
	c := &check{}
	c.fail(path, code, message)
	return sandbox.Fault{Status: http.StatusBadRequest, Body: wireText(c.err())}
}

// Outage is a fault that answers 500, as one part of Discord does while the rest works.
func Outage() sandbox.Fault {
	return Refuse(http.StatusInternalServerError, 0, "500: Internal Server Error").Always()
}

// SetSkew sets the stand-in's clock ahead of Config.Now, or behind it.
func (d *StandIn) SetSkew(skew time.Duration) { d.skew.Store(int64(skew)) }

// skewed is the clock now with the skew of the moment.
func (d *StandIn) skewed(now func() time.Time) func() time.Time {
	return func() time.Time { return now().Add(time.Duration(d.skew.Load())) }
}

// GoOffline makes Discord unreachable: requests and connections are reset, also those to come.
func (d *StandIn) GoOffline() {
	d.link.Cut()
	d.DropConnections()
}

// GoOnline ends GoOffline.
func (d *StandIn) GoOnline() { d.link.Restore() }

// ResetToken gives the bot another token, as its owner does, or Discord after too many identifies. The old one is
// refused with 401 from now on, and its connections are closed with 4004. An empty token is one that nobody knows.
func (d *StandIn) ResetToken(token string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.resetToken(token)
}

func (d *StandIn) resetToken(token string) {
	if token == "" {
		token = "reset-" + d.world.newID()
	}
	d.token = token
	clear(d.gateway.sessions)
	for c := range d.gateway.conns {
		c.session = nil
		c.close(closeAuthFailed, "Authentication failed.")
	}
	d.broadcast()
}
