package discord

import (
	"sync"
	"time"
)

// maxSeen bounds how many interactions are remembered: far more than one process answers in maxAge.
const maxSeen = 100_000

// seenIDs remembers interactions for as long as their signature is good, so that nobody who got hold of a
// request can have it done again. Each process remembers its own.
type seenIDs struct {
	mu    sync.Mutex // guards what follows
	ids   map[string]bool
	queue []seenID // oldest first
}

type seenID struct {
	id    string
	until time.Time
}

// add reports whether id is new.
func (s *seenIDs) add(id string, now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for len(s.queue) > 0 && (s.queue[0].until.Before(now) || len(s.queue) >= maxSeen) {
		delete(s.ids, s.queue[0].id)
		s.queue = s.queue[1:]
	}
	if s.ids[id] {
		return false
	}
	if s.ids == nil {
		s.ids = map[string]bool{}
	}
	s.ids[id] = true
	s.queue = append(s.queue, seenID{id: id, until: now.Add(maxAge + maxAhead)})
	return true
}
