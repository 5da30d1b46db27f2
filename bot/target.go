package bot

import (
	"strings"
	"time"
)

// Target is one place that receives messages. Two targets are the same if they are equal.
type Target struct {
	Platform string
	// Space is the server (guild) that a chat belongs to, where the platform has such a thing.
	Space string
	Chat  string
	// Thread is a thread or topic within the chat. Empty means the chat itself.
	Thread string
}

// String returns the target in a form for logs: platform:chat or platform:chat/thread.
func (t Target) String() string {
	var b strings.Builder
	b.WriteString(t.Platform)
	b.WriteByte(':')
	if t.Chat == "" {
		b.WriteString("space " + t.Space)
	}
	b.WriteString(t.Chat)
	if t.Thread != "" {
		b.WriteString("/" + t.Thread)
	}
	return b.String()
}

// TargetStatus is what a store knows of one target.
type TargetStatus struct {
	// Suspended is why nothing is sent at present, or empty.
	Suspended      string
	SuspendedSince time.Time
	// Waiting counts deliveries that are due or will be, Held those that wait for a manager's word
	// after the target came back.
	Waiting, Held int
	// Rejected counts deliveries that could never be sent; LastRejected says why the last could not.
	Rejected     int
	LastRejected string
	// LastSent is when the last delivery arrived, and LastLag the time it took since the store had it.
	LastSent time.Time
	LastLag  time.Duration
}
