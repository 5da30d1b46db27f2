package poll

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"tidings/bot"
)

// HubState keeps what must outlive a restart; a store has it.
type HubState interface {
	State(ctx context.Context, key string) (string, error)
	// States returns the values of the keys that begin with a prefix, by their keys.
	States(ctx context.Context, prefix string) (map[string]string, error)
	SetState(ctx context.Context, key, value string) error
}

// lease is one feed's subscription at its hub. It is kept as JSON, so that every process that works on
// the store can answer the hub.
type lease struct {
	Hub   string `json:"hub"`
	Topic string `json:"topic"`
	// Active is where the hub delivers until Expires; Next is asked for and not yet verified.
	Active  credentials   `json:"active,omitzero"`
	Next    credentials   `json:"next,omitzero"`
	Length  time.Duration `json:"length,omitempty"`
	Expires time.Time     `json:"expires,omitzero"`
	// Left is where the hub delivered before it was asked to stop, which it verifies.
	Left left `json:"left,omitzero"`
	// Try is when to ask the hub next, after Failures refusals in a row.
	Try      time.Time `json:"try,omitzero"`
	Failures int       `json:"failures,omitempty"`
}

// credentials are what only the hub and this program know of a subscription.
type credentials struct {
	Token  string `json:"token"`            // ends the callback's address
	Secret string `json:"secret,omitempty"` // signs what the hub delivers; empty if it could be overheard
}

// left is a subscription that is over.
type left struct {
	Topic string `json:"topic"`
	Token string `json:"token"`
}

const tokenBytes = 32

// newCredentials makes credentials for a hub, by the scheme of its address. A secret is only sent where
// nobody listens.
func newCredentials(scheme string) credentials {
	c := credentials{Token: random()}
	if scheme == "https" {
		c.Secret = random()
	}
	return c
}

func random() string {
	b := make([]byte, tokenBytes)
	_, _ = rand.Read(b) // never fails
	return hex.EncodeToString(b)
}

// active reports whether the hub delivers.
func (l *lease) active(now time.Time) bool { return l.Active.Token != "" && l.Expires.After(now) }

// needsRenewal reports whether it is time to ask the hub: for the first time, again after it did not answer,
// or because a lease has used up four fifths of its time.
func (l *lease) needsRenewal(now time.Time) bool {
	if l.Hub == "" || now.Before(l.Try) {
		return false
	}
	return !l.active(now) || !now.Before(l.Expires.Add(-l.Length/renewBefore))
}

const renewBefore = 5 // of a lease's length

func (h *Hubs) load(ctx context.Context, source string) (lease, error) {
	text, err := h.state.State(ctx, bot.LeaseKey(source))
	if err != nil {
		return lease{}, fmt.Errorf("read the lease of %s: %w", source, err)
	}
	return readLease(source, text)
}

// readLease reads a lease as it is kept.
func readLease(source, text string) (lease, error) {
	var l lease
	if text != "" {
		if err := json.Unmarshal([]byte(text), &l); err != nil {
			return lease{}, fmt.Errorf("read the lease of %s: %w", source, err)
		}
	}
	return l, nil
}

// change loads a lease, lets do change it, and keeps it if do says so. Of a lease that has nothing
// any more, nothing is kept.
func (h *Hubs) change(ctx context.Context, source string, do func(l *lease) (keep bool)) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	l, err := h.load(ctx, source)
	if err != nil {
		return err
	}
	if !do(&l) {
		return nil
	}
	var text []byte
	if l != (lease{}) {
		if text, err = json.Marshal(&l); err != nil {
			return fmt.Errorf("keep the lease of %s: %w", source, err)
		}
	}
	if err := h.state.SetState(ctx, bot.LeaseKey(source), string(text)); err != nil {
		return fmt.Errorf("keep the lease of %s: %w", source, err)
	}
	if h.leases[source] = l; l.Hub == "" {
		delete(h.leases, source)
	}
	return nil
}
